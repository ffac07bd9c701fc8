"""The sentence beside a field that cannot be used yet."""

from lapak.core import words
from lapak.core.errors import Invalid


def reason_words(fault: Invalid) -> str:
    """In Indonesian, as a whole sentence. Raises: KeyError when nobody has words for the reason."""
    reason = str(fault.told.get("reason", ""))
    facts = {name: fact for name, fact in fault.told.items() if name != "reason"}
    text = words.reason_words(reason, language="id", **facts)
    return f"{text[:1].upper()}{text[1:]}."
