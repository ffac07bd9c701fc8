"""Orders of all channels in one ledger, and the owner's two steps."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import Field

from lapak.api.access import access_of
from lapak.api.cursors import moment_and_id, opened, page
from lapak.api.once import once
from lapak.api.v1.shapes import Cursor, Limit, Moment, Out, Page
from lapak.core.ids import BusinessId, OrderId
from lapak.orders import selectors, services

router = Router(tags=["orders"])


class Line(Out):
    """One line. variant_id: of ours, null for a product we did not list."""

    line_key: str
    variant_id: UUID | None
    sku: str
    title: str
    option: str
    quantity: int
    price_idr: int


class Order(Out):
    """An order as its channel tells it, amounts as given. desk: what the owner did here."""

    order_id: UUID
    business_id: UUID
    shop_id: UUID
    channel: str
    external_no: str = Field(description="The channel's own number.")
    state: str = Field(
        description="unpaid, to_ship, arranged, shipped, done, cancel_asked, cancelled or returned.",
        examples=["to_ship"],
    )
    their_state: str = Field(description="The channel's own word for it.")
    desk: str = Field(description="new, accepted, ready_asked, ready or closed.")
    placed_at: Moment
    changed_at: Moment
    ship_by: Moment | None
    accepted_at: Moment | None
    total_idr: int | None = Field(description="Whole rupiah; null while the channel does not say.")
    amounts: dict[str, str] = Field(description="Every amount the channel gave, under its own name.")
    buyer: str = Field(description="As the channel masks it.")
    city: str
    note: str
    tracking_no: str
    fault_code: str = Field(description="Why the last step was refused by the channel; empty if it was not.")
    lines: list[Line]


class OrderPage(Page[Order]):
    """Orders, newest first."""


@router.get("/businesses/{business_id}/orders", response=OrderPage, summary="Orders of a business")
def orders(
    request: HttpRequest, business_id: UUID,
    tab: Annotated[Literal["", "new", "working", "closed"], Query(description="Of one pile of the desk.")] = "",
    cursor: Cursor = None, limit: Limit = 50,
) -> OrderPage:  # fmt: skip
    """By the time they were placed."""
    rows = selectors.orders_of(
        actor=access_of(request).actor, business_id=BusinessId(business_id), tab=tab, limit=limit + 1,
        before=opened(cursor, _place),
    )  # fmt: skip
    shown, more = page(rows, limit, lambda row: f"{row.placed_at.isoformat()} {row.order_id}")
    return OrderPage(items=[Order.model_validate(row) for row in shown], next=more)


@router.get("/orders/{order_id}", response=Order, summary="One order")
def order(request: HttpRequest, order_id: UUID) -> Order:
    """With its lines."""
    return Order.model_validate(selectors.order(actor=access_of(request).actor, order_id=OrderId(order_id)))


@router.post("/orders/{order_id}/accept", response=Order, summary="Accept an order")
@once()
def accept(request: HttpRequest, order_id: UUID) -> tuple[int, Order]:
    """The owner will fulfil it. Twice is once."""
    actor = access_of(request).actor
    services.accept_order(actor=actor, order_id=OrderId(order_id))
    return 200, Order.model_validate(selectors.order(actor=actor, order_id=OrderId(order_id)))


@router.post("/orders/{order_id}/ready", response={202: Order}, summary="Have the shipment arranged")
@once()
def ready(request: HttpRequest, order_id: UUID) -> tuple[int, Order]:
    """The parcel is packed. The channel is asked in the background; `desk` becomes `ready` when it has done it."""
    actor = access_of(request).actor
    services.ask_ready(actor=actor, order_id=OrderId(order_id))
    return 202, Order.model_validate(selectors.order(actor=actor, order_id=OrderId(order_id)))


def _place(key: str) -> tuple[datetime, OrderId]:
    placed_at, order_id = moment_and_id(key)
    return placed_at, OrderId(order_id)
