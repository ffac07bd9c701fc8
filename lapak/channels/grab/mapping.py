"""Grab's words to ours and back. Source: models of Grab's own Python SDK for API 1.1.3 (head of 2026-06-11)."""

from decimal import ROUND_HALF_UP, Decimal

from lapak.channels.kit.errors import (
    ChannelBusy,
    ChannelFault,
    KeysRefused,
    ListingRefused,
    NotUnderstood,
    OrderMoved,
    SignedOut,
)
from lapak.domain.connection import ConsentWord
from lapak.domain.menu import CancelReason, MenuState
from lapak.domain.order import ChannelOrderState

CHANNEL = "GrabFood"

ORDER_STATES = {
    "": ChannelOrderState.TO_SHIP,  # not accepted yet: the seller must act
    "ACCEPTED": ChannelOrderState.TO_SHIP,
    "DRIVER_ALLOCATED": ChannelOrderState.ARRANGED,
    "DRIVER_ARRIVED": ChannelOrderState.ARRANGED,
    "BILL_PAID": ChannelOrderState.TO_SHIP,
    "COLLECTED": ChannelOrderState.SHIPPED,
    "DELIVERED": ChannelOrderState.DONE,
    "COMPLETED": ChannelOrderState.DONE,
    "CANCELLED": ChannelOrderState.CANCELLED,
    "FAILED": ChannelOrderState.CANCELLED,
    "REFUNDED": ChannelOrderState.RETURNED,
}
TAKEN_ON = {"ACCEPTED", "DRIVER_ALLOCATED", "DRIVER_ARRIVED", "BILL_PAID", "COLLECTED", "DELIVERED", "COMPLETED"}
"""States of an order that was accepted, by us or by itself."""

CANCEL_CODES = {
    CancelReason.SOLD_OUT: "1001",
    CancelReason.TOO_BUSY: "1002",
    CancelReason.CLOSED: "1003",
    CancelReason.CLOSING: "1004",
}

SYNC_STATES = {
    # of the trace
    "Success": MenuState.TAKEN,
    "PartialSuccess": MenuState.PARTLY,
    "InQueuing": MenuState.WAITING,
    "Failed": MenuState.REFUSED,
    # of the webhook
    "SUCCESS": MenuState.TAKEN,
    "FAILED": MenuState.REFUSED,
    "QUEUEING": MenuState.WAITING,
    "QUEUING": MenuState.WAITING,
    "PROCESSING": MenuState.WAITING,
}

CONSENT = {"ACTIVE": ConsentWord.GIVEN, "INACTIVE": ConsentWord.WITHDRAWN}
"""Integration status → consent. SYNCING and FAILED speak of the menu, not of the consent."""

WAITS_S = {"/partner/v1/merchant/menu/notification": 120, "/partner/v1/batch/menu": 10, "/partner/v1/menu": 10}
"""Calls whose 409 means "too often": path → seconds to wait."""


def fault_for(status: int, reason: str, words: str, *, path: str) -> ChannelFault:
    """The fault for an answer above 299 that is not 401, 429 or 5xx. Grab has no numeric codes.

    words: their message, free of secrets.
    """
    told: dict[str, object] = {"channel": CHANNEL, "their_code": f"{status} {reason}".strip(), "theirs": words}
    if status == 409 and path in WAITS_S:
        return ChannelBusy(**told, wait_s=WAITS_S[path])
    about_one_order = "/order/" in path or path.endswith("/orders/mark")
    if status in (400, 403, 404, 409) and about_one_order:
        return OrderMoved(**told)
    if status == 403:  # the token is the project's and was just believed, so it is this store that is not linked to it
        return SignedOut(**told)
    if status == 400 and "/menu" in path:
        return ListingRefused(**told, field="", title="")
    kind = KeysRefused if status == 404 else NotUnderstood  # a wrong host, prefix or store
    return kind(**told)


def to_minor(price_idr: int, *, exponent: int) -> int:
    """Whole rupiah in Grab's units."""
    return price_idr * int(10**exponent)


def from_minor(amount: Decimal, *, exponent: int) -> int:
    """Grab's units in whole rupiah, half rounded up."""
    return int((amount.scaleb(-exponent)).to_integral_value(ROUND_HALF_UP))
