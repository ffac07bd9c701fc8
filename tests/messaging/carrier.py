"""A carrier of messages of our own: it keeps what it was given and misbehaves when told to."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Letter:
    to: str
    template: str
    language: str
    words: tuple[str, ...]
    key: str


@dataclass
class Carrier:
    """faults: raised one after the other before it works; None lets one pass."""

    faults: list[Exception | None] = field(default_factory=list)
    taken: list[Letter] = field(default_factory=list)
    slug: str = "carrier"

    def send_template(self, *, to: str, template: str, language: str, words: Sequence[str], key: str = "") -> str:
        fault = self.faults.pop(0) if self.faults else None
        if fault:
            raise fault
        self.taken.append(Letter(to, template, language, tuple(words), key))
        return f"wamid.{len(self.taken)}"

    def close(self) -> None:
        pass
