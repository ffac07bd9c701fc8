"""TikTok Shop's words to ours: every code and status of theirs that we know, each in one table.

Sources: the operations' error lists and models of 2026-10; "Common errors" (read 2026-09-20); "Order status" 202309.
"""

from lapak.channels.kit.errors import (
    ChannelBusy,
    ChannelFault,
    KeysRefused,
    ListingGone,
    ListingRefused,
    NotUnderstood,
    OrderMoved,
    OutcomeUnknown,
    ShopBlocked,
    SignedOut,
)
from lapak.domain.listing import ListingState
from lapak.domain.order import ChannelOrderState

CHANNEL = "Tokopedia"

TOKEN_BAD = {105002, 36004004, 101000}
"""The access token is no longer good: renew once, then ask again."""

MAYBE_DONE = {36009003, 36009007, 12001000}
"""Faults inside TikTok Shop: a reading call may be repeated, a writing one may have been done."""

GATEWAY = 36009004
"""One number for many mistakes of a caller; their words tell them apart, see BY_WORDS."""

FAULTS: dict[int, type[ChannelFault]] = {
    36009002: ChannelBusy,
    12052109: ChannelBusy,  # too many products made at once
    105002: KeysRefused,  # still refused right after a renewal: the consent was just seen to live
    36004004: SignedOut,
    101000: SignedOut,
    106013: SignedOut,  # the shop's cipher is not (or no longer) of this consent
    105005: KeysRefused,
    106001: KeysRefused,
    36009033: KeysRefused,
    36009043: ShopBlocked,
    36009044: ShopBlocked,
    36009009: NotUnderstood,
}
"""Code → our fault. The rest is decided by what the call was about."""

BY_WORDS: tuple[tuple[str, type[ChannelFault]], ...] = (
    ("timestamp", KeysRefused),
    ("sign", KeysRefused),
    ("app_key", KeysRefused),
    ("app key", KeysRefused),
    ("cipher", KeysRefused),
    ("version", NotUnderstood),
    ("overload", ChannelBusy),
)
"""A word in the message of GATEWAY → our fault; the first that fits."""

BY_AREA: dict[str, type[ChannelFault]] = {
    "product": ListingRefused,
    "logistics": OrderMoved,
    "fulfillment": OrderMoved,
    "order": OrderMoved,
}
"""What an unlisted refusal of a writing call means, by the first word of its path."""

ABSENT = ("not found", "not exist", "doesn't exist", "no such")
"""Their ways of saying that something is not there; no number for it is documented."""

WHOSE_FIELD = {
    "price": "price", "inventory": "stock", "stock": "stock", "quantity": "stock", "description": "description",
    "image": "photos", "brand": "brand", "categor": "category", "sales_attribute": "options",
    "sales attribute": "options", "attribute": "attributes", "weight": "weight", "dimension": "package_cm",
    "warehouse": "shipping", "seller_sku": "sku", "seller sku": "sku", "title": "title", "name": "title",
}  # fmt: skip
"""A word in a message → the product's field it speaks of; the first that fits."""

LISTING_STATES = {
    "ACTIVATE": ListingState.LIVE,
    "PENDING": ListingState.IN_REVIEW,
    "SCHEDULED": ListingState.HIDDEN,
    "FAILED": ListingState.REFUSED,
    "PLATFORM_DEACTIVATED": ListingState.REFUSED,
    "FREEZE": ListingState.REFUSED,
    "DRAFT": ListingState.HIDDEN,
    "SELLER_DEACTIVATED": ListingState.HIDDEN,
    "DELETED": ListingState.GONE,
}

ORDER_STATES = {
    "UNPAID": ChannelOrderState.UNPAID,
    "ON_HOLD": ChannelOrderState.UNPAID,  # paid, but the buyer may still take it back: nothing for the seller to do yet
    "AWAITING_SHIPMENT": ChannelOrderState.TO_SHIP,
    "PARTIALLY_SHIPPING": ChannelOrderState.TO_SHIP,
    "AWAITING_COLLECTION": ChannelOrderState.ARRANGED,
    "IN_TRANSIT": ChannelOrderState.SHIPPED,
    "DELIVERED": ChannelOrderState.SHIPPED,
    "COMPLETED": ChannelOrderState.DONE,
    "CANCELLED": ChannelOrderState.CANCELLED,
    "CANCEL": ChannelOrderState.CANCELLED,  # as pushes write it
}

ORDER_PUSHES = {1, 3, 4, 11, 12}
"""Push types that speak of orders: status, address, parcel, cancellation, return."""

CONSENT_WITHDRAWN, CONSENT_ENDING = 6, 7


def fault_for(code: int, message: str, *, path: str, writes: bool) -> ChannelFault:
    """The fault for a reply whose `code` is not 0.

    Args:
        message: their words, already free of secrets.
        path: "/<area>/<version>/…". writes: whether the call changes something.
    """
    told: dict[str, object] = {"channel": CHANNEL, "their_code": code, "theirs": message, "path": path}
    area = path.split("/")[1]
    kind = FAULTS.get(code)
    if kind is None and code in MAYBE_DONE:
        kind = OutcomeUnknown if writes else ChannelBusy
    if kind is None and code == GATEWAY:
        words = message.lower()
        kind = next((fault for word, fault in BY_WORDS if word in words), None)
    if kind is None and area == "product" and "/products/" in path and is_absent(message):
        kind = ListingGone
    if kind is None and writes:
        kind = BY_AREA.get(area)
    if kind is ListingRefused:
        told["field"] = field_of(message)
    return (kind or NotUnderstood)(**told)


def token_is_bad(code: int, message: str) -> bool:
    """Whether a refusal is about the access token; the gateway says so only in words."""
    words = message.lower()
    return code in TOKEN_BAD or (code == GATEWAY and ("access-token" in words or "access_token" in words))


def refresh_is_refused(code: int, message: str) -> bool:
    """Whether the platform confirmed that this refresh token is no longer good; nothing else signs a shop out."""
    words = message.lower()
    return code in TOKEN_BAD or "refresh_token" in words or "refresh token" in words


def is_absent(message: str) -> bool:
    """Whether their words say that what was asked for does not exist."""
    words = message.lower()
    return any(way in words for way in ABSENT)


def field_of(message: str) -> str:
    """The product's field a refusal speaks of; empty when nobody can tell."""
    words = message.lower()
    return next((field for word, field in WHOSE_FIELD.items() if word in words), "")
