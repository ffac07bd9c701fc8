"""A reason as a sentence: beside a field, or in the "Alasan" column of a result sheet. The words: `reasons.toml`."""

from collections.abc import Mapping

from lapak.core.words import reason_words


def reason_text(reason: str, *, language: str = "id", told: Mapping[str, object] | None = None) -> str:
    """The whole sentence for a reason, its gaps filled; a fact that is missing shows as a dash. Raises: KeyError."""
    facts = {name: fact for name, fact in (told or {}).items() if name not in ("reason", "language")}
    words = reason_words(reason, language=language, **facts)
    return f"{words[:1].upper()}{words[1:]}."
