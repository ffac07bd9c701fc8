"""Forms as the design wants them: label, hint, error above the field, and a summary that links to each."""

from typing import Any, ClassVar

from django import forms
from django.forms.renderers import DjangoTemplates
from django.forms.utils import ErrorDict

from lapak.core.errors import Invalid
from lapak.core.money import format_rupiah, parse_rupiah
from lapak.web.reasons import reason_words


class Renderer(DjangoTemplates):
    """Our own markup for a field, Django's for the control inside it."""

    field_template_name = "web/field.html"


class PageForm(forms.Form):
    """The parent of every form. Nothing typed is lost: an error shows the form again as it was sent.

    faults: fields of the services (`Invalid.field`) → fields here, where the names differ.
    """

    default_renderer = Renderer
    use_required_attribute = False  # the browser's own bubbles speak its language and vanish; ours stay
    faults: ClassVar[dict[str, str]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.error_messages["required"] = WANTED.get(name, "Bagian ini belum diisi.")

    def blame(self, fault: Invalid) -> None:
        """Put a service's refusal beside the field it speaks of; one that speaks of none goes above the form."""
        named = str(fault.told.get("field", ""))
        field = self.faults.get(named, named)
        self.add_error(field if field in self.fields else None, reason_words(fault))

    def summary(self) -> list[tuple[str, str, str]]:
        """For the top of the page: (id of the field or empty, its label, what is wrong)."""
        errors: ErrorDict = self.errors
        rows = []
        for name, texts in errors.items():
            field = self[name] if name in self.fields else None
            if field is None:
                rows += [("", "", str(text)) for text in texts]
            else:
                place = field.id_for_label or f"{field.auto_id}_0"  # a group of choices: its first
                rows += [(place, str(field.label), str(text)) for text in texts]
        return rows


WANTED = {
    "name": "Tulis nama.",
    "phone": "Tulis nomor WhatsApp Anda.",
    "code": "Tulis 6 angka dari pesan WhatsApp.",
    "title": "Tulis nama produk.",
}


class RupiahField(forms.CharField):
    """Whole rupiah as people type it: 45000, 45.000, 45rb, 1,5jt. Cleans to int or None."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"inputmode": "text", "autocomplete": "off", **kwargs.pop("attrs", {})}
        super().__init__(widget=forms.TextInput(attrs=attrs), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return format_rupiah(value).removeprefix("Rp") if isinstance(value, int) else value

    def clean(self, value: Any) -> int | None:
        typed = super().clean(value)
        if not typed:
            return None
        try:
            return parse_rupiah(typed)
        except Invalid as fault:
            raise forms.ValidationError(reason_words(fault)) from fault


class NumberField(forms.CharField):
    """A whole number as people type it: 1200, 1.200. Cleans to int or None. Refuses what is out of `low`…`high`."""

    def __init__(self, *, low: int = 0, high: int = 1_000_000, **kwargs: Any) -> None:
        self.low, self.high = low, high
        attrs = {"inputmode": "numeric", "autocomplete": "off", **kwargs.pop("attrs", {})}
        super().__init__(widget=forms.TextInput(attrs=attrs), **kwargs)

    def clean(self, value: Any) -> int | None:
        typed = super().clean(value)
        if not typed:
            return None
        digits = typed.replace(".", "").replace(" ", "")
        if not digits.isascii() or not digits.isdigit():
            raise forms.ValidationError("Tulis dengan angka saja, misalnya 12.")
        number = int(digits[:12])
        if not self.low <= number <= self.high:
            raise forms.ValidationError(f"Tulis angka antara {self.low} dan {self.high:,}.".replace(",", "."))
        return number
