"""WhatsApp's codes and words to ours. Source: Cloud API "Error codes" (stored 2026-09-11), webhook reference v23.0."""

from lapak.channels.kit.errors import (
    ChannelBusy,
    ChannelFault,
    KeysRefused,
    NoSuchPerson,
    NotUnderstood,
    TemplateRefused,
)
from lapak.domain.chat import MessageStep

CHANNEL = "WhatsApp"

FAULTS: dict[int, type[ChannelFault]] = {
    # Try again later: the whole app, the number, one person, or a moment of theirs.
    **dict.fromkeys((1, 2, 4, 80007, 80008, 130429, 131000, 131016, 131048, 131056, 131057, 133016), ChannelBusy),
    # Our token, permissions, payment or standing: an operator must look.
    **dict.fromkeys(
        (0, 3, 10, 190, *range(200, 300), 131005, 368, 130497, 131031, 131037, 131042, 131045, 131063, 131064),
        KeysRefused,
    ),
    # This person cannot be written to: not on WhatsApp, blocked, opted out, or only reachable without a number.
    **dict.fromkeys((130403, 130472, 131021, 131026, 131030, 131049, 131050, 131062), NoSuchPerson),
    # The template is missing, paused, of another shape, or needed where we did without.
    **dict.fromkeys((131047, 132000, 132001, 132005, 132007, 132012, 132015, 132016, 132018), TemplateRefused),
}

STEPS = {
    "sent": MessageStep.SENT,
    "delivered": MessageStep.DELIVERED,
    "read": MessageStep.READ,
    "played": MessageStep.READ,  # a voice note that was listened to
    "failed": MessageStep.FAILED,
}
"""Their word of a message → ours."""


def fault_for(code: int, words: str) -> ChannelFault:
    """The fault for an error of theirs; a code that is not in the documents is NotUnderstood."""
    return FAULTS.get(code, NotUnderstood)(channel=CHANNEL, their_code=str(code), theirs=words)
