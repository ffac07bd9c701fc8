"""Pasar Contoh's words to ours: every code and status of theirs, each in one table."""

from lapak.channels.kit.errors import (
    ChannelFault,
    ListingGone,
    ListingRefused,
    NotUnderstood,
    OutcomeUnknown,
    SignedOut,
)
from lapak.domain.listing import ListingState

CHANNEL = "Pasar Contoh"

FAULTS: dict[str, type[ChannelFault]] = {
    "bad_product": ListingRefused,
    "no_such_product": ListingGone,
    "key_revoked": SignedOut,
    "try_later": OutcomeUnknown,
}

STATES = {"shown": ListingState.LIVE, "hidden": ListingState.HIDDEN, "rejected": ListingState.REFUSED}


def fault_for(code: str, words: str) -> ChannelFault:
    """The fault for an error of theirs; a code that is not in the documents is NotUnderstood."""
    return FAULTS.get(code, NotUnderstood)(channel=CHANNEL, their_code=code, theirs=words[:500])
