"""`/pesanan`: what came in, what to do with it, and honestly what is not there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from lapak.catalog.selectors import shortages_of
from lapak.catalog.types import Shortage
from lapak.channels.kit.load import channels
from lapak.core.errors import NotFound
from lapak.core.ids import OrderId
from lapak.domain.order import ChannelOrderState
from lapak.orders import services
from lapak.orders.selectors import desk_counts, order, orders_of
from lapak.orders.types import OrderRow
from lapak.web.desk import Desk, for_owner
from lapak.web.once import once

PAGE = 25
TABS = {"baru": "new", "proses": "working", "selesai": "closed"}


@dataclass(frozen=True)
class Short:
    """A line that lacks units, with its order when that is on the desk. missing: units still to be found."""

    order: OrderRow
    title: str
    quantity: int
    missing: int
    since: datetime


@require_safe
@for_owner
def order_list(request: HttpRequest, desk: Desk) -> HttpResponse:
    """`tab`: baru (first), proses, selesai; `sebelum` an order's id for the next page."""
    tab = request.GET.get("tab", "baru")
    tab = tab if tab in TABS else "baru"
    found = orders_of(
        actor=desk.actor, business_id=desk.business_id, tab=TABS[tab], before=_place(request, desk), limit=PAGE + 1
    )
    context = {
        "tab": tab, "orders": found[:PAGE], "older": found[PAGE - 1].order_id if len(found) > PAGE else None,
        "counts": desk_counts(actor=desk.actor, business_id=desk.business_id), "short": _shortages(desk),
        "names": channel_names(), "busy": any(row.desk == "ready_asked" for row in found[:PAGE]),
    }  # fmt: skip
    part = request.GET.get("bagian") == "daftar"
    return render(request, "web/orders/rows.html" if part else "web/orders/list.html", context)


@require_safe
@for_owner
def order_page(request: HttpRequest, desk: Desk, order_id: UUID) -> HttpResponse:
    """One order, all we were told."""
    row = _own(desk, order_id)
    short = [one for one in _shortages(desk) if one.order.order_id == row.order_id]
    return render(request, "web/orders/page.html", {"order": row, "short": short, "names": channel_names()})


@require_POST
@for_owner
@once
def order_accept(request: HttpRequest, desk: Desk, order_id: UUID) -> HttpResponse:
    """The owner will fulfil it."""
    row = _own(desk, order_id)
    services.accept_order(actor=desk.actor, order_id=row.order_id)
    messages.success(request, f"Pesanan {row.external_no} diterima. Kemas, lalu tekan siap dikirim.")
    return redirect("order", order_id)


@require_POST
@for_owner
@once
def order_ready(request: HttpRequest, desk: Desk, order_id: UUID) -> HttpResponse:
    """The parcel is packed."""
    row = _own(desk, order_id)
    services.ask_ready(actor=desk.actor, order_id=row.order_id)
    messages.success(request, f"Toko kami minta mengatur pengiriman {row.external_no}. Aman ditutup.")
    return redirect("order", order_id)


def channel_names() -> dict[str, str]:
    """slug → the name people know."""
    return {known.slug: known.name for known in channels()}


def _own(desk: Desk, order_id: UUID) -> OrderRow:
    row = order(actor=desk.actor, order_id=OrderId(order_id))
    if row.business_id != desk.business_id:
        raise NotFound(order_id=order_id)
    return row


def _place(request: HttpRequest, desk: Desk) -> tuple[datetime, OrderId] | None:
    try:
        row = _own(desk, UUID(request.GET.get("sebelum", "")))
    except (ValueError, NotFound):
        return None
    return row.placed_at, row.order_id


def _shortages(desk: Desk) -> list[Short]:
    """Lines that are short, oldest first, with the order each belongs to."""
    rows: Sequence[Shortage] = shortages_of(actor=desk.actor, business_id=desk.business_id)
    found = []
    for row in rows:
        of = order(actor=desk.actor, order_id=row.order_id)
        if of.state in (ChannelOrderState.CANCELLED, ChannelOrderState.DONE):
            continue
        line = next((one for one in of.lines if one.line_key == row.line_key), None)
        found.append(Short(of, line.title if line else row.sku, row.quantity, row.missing, row.since))
    return found
