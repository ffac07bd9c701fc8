"""Orders as Grab lists them, in our words. Amounts are in the units the order itself names."""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import structlog

from lapak.channels.grab.mapping import CHANNEL, ORDER_STATES, from_minor
from lapak.channels.kit.errors import NotUnderstood
from lapak.channels.kit.reading import Part
from lapak.domain.order import ChannelOrder, ChannelOrderLine

log = structlog.get_logger(__name__)

WIB = timezone(timedelta(hours=7))


def days(since: datetime, until: datetime) -> Iterator[date]:
    """Every date in which an order changed in the window can be listed; one day more at both ends.

    The list goes by the date of a store, in a time zone the documents do not name, and an order of last night may
    change today.
    """
    first, last = since.astimezone(WIB).date() - timedelta(days=1), until.astimezone(WIB).date() + timedelta(days=1)
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def order_of(told: Part) -> ChannelOrder:
    """One order of a list. Raises NotUnderstood."""
    their_state = told.text("orderState")
    if their_state not in ORDER_STATES:
        log.warning("channel_drift", channel=CHANNEL, what="order_state", seen=their_state[:40])
        raise told.strange("orderState")
    exponent = told.part("currency").whole("exponent")
    if not 0 <= exponent <= 4:
        raise told.strange("currency")
    placed_at = _needed_time(told, "orderTime")
    price = told.part("price")
    total = price.decimal("total")
    if total is None:  # older stores do not send it
        total = price.decimal("subtotal")
    items = told.parts("items")
    if not items:
        raise told.strange("items")
    receiver = told.part("receiver")
    return ChannelOrder(
        external_no=told.needed("orderID"),
        state=ORDER_STATES[their_state],
        placed_at=placed_at,
        changed_at=_time(told, "completeTime") or _time(told, "submitTime") or placed_at,
        total_idr=None if total is None else from_minor(total, exponent=exponent),
        lines=tuple(_line(item, number, exponent) for number, item in enumerate(items, start=1)),
        buyer=receiver.text("name"),  # only when the restaurant delivers itself
        city=receiver.part("address").text("city"),
        note="; ".join(note for item in items if (note := item.text("specifications"))),
        ship_by=_time(told.part("orderReadyEstimation"), "estimatedOrderReadyTime"),
        amounts=_amounts(price),
        their_state=their_state + _edition(told, items),
    )


def _line(item: Part, number: int, exponent: int) -> ChannelOrderLine:
    quantity = item.whole("quantity")
    if quantity < 1:
        raise item.strange("quantity")
    return ChannelOrderLine(
        external_id=f"{number}:{item.text('grabItemID')}",
        listing_external_id=item.text("grabItemID").partition("#")[0],
        variant_external_id="",
        sku=item.needed("id"),
        title="",  # Grab sends no names: whoever made the menu knows them by the sku
        option=", ".join(modifier.text("id") for modifier in item.parts("modifiers")),
        quantity=quantity,
        price_idr=from_minor(item.decimal("price") or Decimal(0), exponent=exponent),
    )


def _edition(told: Part, items: list[Part]) -> str:
    """What tells an edited order from what it was: it comes under the same number, in the same state, with no time."""
    if not told.part("featureFlags").flag("isMexEditOrder"):
        return ""
    held = "|".join(f"{item.text('grabItemID')}x{item.text('quantity')}@{item.text('price')}" for item in items)
    return "-" + hashlib.sha256(held.encode()).hexdigest()[:8]


def _needed_time(told: Part, name: str) -> datetime:
    found = _time(told, name)
    if found is None:
        raise told.strange(name)
    return found


def _time(told: Part, name: str) -> datetime | None:
    """RFC 3339, or empty."""
    text = told.text(name)
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise told.strange(name) from None


def _amounts(price: Part) -> dict[str, str]:
    """Every amount under Grab's own name, in its own units; what is no number is no amount."""
    found = {}
    for name in price.names():
        with suppress(NotUnderstood):
            if price.decimal(name) is not None:
                found[name] = price.text(name)
    return found
