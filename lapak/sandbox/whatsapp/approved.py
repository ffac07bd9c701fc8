"""Templates the practice account has had approved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Template:
    """An approved template. `{{1}}`, `{{2}}` in the body are its parameters; `copy_code` adds the one-tap button."""

    name: str
    category: str
    body: str
    language: str = "id"
    copy_code: bool = False

    @property
    def parameters(self) -> int:
        """How many texts the body takes."""
        return self.body.count("{{")

    def filled(self, texts: list[str]) -> str:
        """The body as the person reads it."""
        body = self.body
        for n, text in enumerate(texts, start=1):
            body = body.replace(f"{{{{{n}}}}}", text)
        return body

    def listed(self) -> dict[str, Any]:
        """As the template list of the account shows it."""
        parts: list[dict[str, Any]] = [{"type": "BODY", "text": self.body}]
        if self.copy_code:
            parts.append(
                {"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE", "text": "Salin kode"}]}
            )
        return {
            "name": self.name,
            "language": self.language,
            "status": "APPROVED",
            "category": self.category,
            "components": parts,
        }


APPROVED = {
    one.name: one
    for one in (
        Template(
            name="kode_masuk",
            category="AUTHENTICATION",
            copy_code=True,
            body="*{{1}}* adalah kode masuk Anda. Demi keamanan, jangan beri tahu kode ini kepada siapa pun.",
        ),
        Template(
            name="pesanan_baru",
            category="UTILITY",
            body="Ada pesanan baru di {{1}}: {{2}}. Balas 1 untuk melihat pesanan ini.",
        ),
    )
}
