"""Blibli's words to ours: every code and status of theirs that we know, each in one table.

Sources: the Seller API pages of 2026-09; integrators' codes of the form ERR-PA + HTTP status + three digits.
"""

import re

from lapak.channels.kit.errors import (
    ChannelFault,
    KeysRefused,
    ListingGone,
    ListingRefused,
    NotUnderstood,
    NotYet,
    OrderMoved,
    OutcomeUnknown,
    ShopBlocked,
    SignedOut,
)
from lapak.domain.listing import ListingState
from lapak.domain.order import ChannelOrderState

CHANNEL = "Blibli"
CODE = re.compile(r"ERR-PA(\d{3})(\d{3})", re.ASCII)

FAULTS: dict[str, type[ChannelFault]] = {
    "ERR-PA401001": SignedOut,
    "ERR-PA429001": NotYet,
}
"""Codes that were seen. The rest is decided by the status in the code, and by their words."""

BY_WORDS: tuple[tuple[str, type[ChannelFault]], ...] = (
    ("signature and", SignedOut),  # the seller has switched signing on since
    ("signature-time", KeysRefused),  # our clock
    ("signature", SignedOut),
    ("seller key", SignedOut),
    ("username", SignedOut),
    ("not connected", SignedOut),
    ("suspend", ShopBlocked),
    ("block", ShopBlocked),
)
"""A word in a refusal of 401 or 403 → our fault; the first that fits. What is the seller's, the seller can mend."""

WHOSE_FIELD = {
    "price": "price", "stock": "stock", "description": "description", "image": "photos", "brand": "brand",
    "categor": "category", "attribute": "attributes", "weight": "weight", "length": "package_cm",
    "width": "package_cm", "height": "package_cm", "pickup point": "shipping", "sellersku": "sku", "name": "title",
}  # fmt: skip
"""A word in a message → the product's field it speaks of; the first that fits."""

LISTING_STATES = {
    "ACTIVE": ListingState.LIVE,
    "OOS": ListingState.LIVE,  # shown as sold out
    "IN_PROGRESS": ListingState.IN_REVIEW,
    "NEED_CORRECTION": ListingState.REFUSED,
    "SUSPENDED": ListingState.REFUSED,
    "REJECTED": ListingState.REFUSED,
    "ARCHIVED": ListingState.HIDDEN,
}
SEARCHED = ("ACTIVE", "OOS", "IN_PROGRESS", "NEED_CORRECTION", "ARCHIVED", "SUSPENDED")
"""States a product list may be asked for, one at a time."""
JUST_QUEUED = ("IN_PROGRESS", "ACTIVE", "OOS", "NEED_CORRECTION")
"""Those a submission comes to, the likeliest first."""

ORDER_STATES = {
    "FP": ChannelOrderState.TO_SHIP,
    "PU": ChannelOrderState.ARRANGED,
    "BP": ChannelOrderState.ARRANGED,
    "CX": ChannelOrderState.SHIPPED,
    "D": ChannelOrderState.DONE,
    "DF": ChannelOrderState.RETURNED,  # could not be delivered
    "CR": ChannelOrderState.CANCEL_ASKED,
    "X": ChannelOrderState.CANCELLED,
    "OS": ChannelOrderState.CANCELLED,
}

QUEUE_DONE, CREATES = "FINISHED", "createProduct"


def fault_for(status: int, code: str, message: str, *, path: str, writes: bool) -> ChannelFault:
    """The fault for a refusal.

    Args:
        status: of HTTP; the one in their code counts more. message: their words, already free of secrets.
        path: as it was called. writes: whether the call changes something.
    """
    told: dict[str, object] = {"channel": CHANNEL, "their_code": code or str(status), "theirs": message, "path": path}
    found = CODE.search(code)
    meant = int(found[1]) if found else status
    words = message.lower()
    kind = FAULTS.get(code)
    if kind is None and meant == 429:
        kind = NotYet
    if kind is None and meant in (401, 403):
        kind = next((fault for word, fault in BY_WORDS if word in words), KeysRefused)
    if kind is None and meant >= 500:
        kind = OutcomeUnknown if writes else NotYet
    about_products = "/products" in path or path.endswith("/detail")
    if kind is None and meant == 404 and about_products:
        kind = ListingGone
    if kind is None and writes:
        kind = ListingRefused if about_products else OrderMoved
    if kind is ListingRefused:
        told["field"] = field_of(message)
    return (kind or NotUnderstood)(**told)


def field_of(message: str) -> str:
    """The product's field a refusal speaks of; empty when nobody can tell. What stands before a colon is its name."""
    words = message.rpartition(": ")[2].lower()
    return next((field for word, field in WHOSE_FIELD.items() if word in words), "")
