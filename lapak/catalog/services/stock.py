"""The stock truth. Method and proof: docs/methods/stock.md.

Each verb runs alone or inside the caller's transaction, and is harmless when repeated. Numbers change by one statement
that looks and writes under the row's own lock; rows are taken in the order of their ids, variants before reservations,
so that two orders with the same goods cannot wait for each other. One order to a transaction keeps that promise.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Q

from lapak.catalog.errors import NotEnoughStock
from lapak.catalog.models import Reservation, StockMove, Variant
from lapak.catalog.selectors import shortages_of_order
from lapak.catalog.types import STOCK_MAX, Hold, Shortage, StockChanged, StockLineWanted, StockReason
from lapak.core.actor import Actor
from lapak.core.clock import now
from lapak.core.errors import Invalid, NotFound
from lapak.core.events import record
from lapak.core.ids import BusinessId, OrderId, ProductId, VariantId

# `was` locks the row and reads its newest numbers; the change is cut to what these allow, so no round trip lies between
# look and write and the CHECK of the table never has to fire. NO KEY UPDATE, because a reservation's foreign key holds
# KEY SHARE on the same row, and two orders must not deadlock over that.
_HOLD = """
WITH was AS (SELECT id, on_hand - reserved AS free FROM catalog_variant WHERE id = %(id)s FOR NO KEY UPDATE)
UPDATE catalog_variant v SET reserved = v.reserved + LEAST(%(units)s, was.free)
FROM was WHERE v.id = was.id RETURNING LEAST(%(units)s, was.free)
"""
_SHIP = """
WITH was AS (SELECT id, on_hand - reserved AS free FROM catalog_variant WHERE id = %(id)s FOR NO KEY UPDATE)
UPDATE catalog_variant v
SET reserved = v.reserved - %(held)s, on_hand = v.on_hand - %(held)s - LEAST(%(missing)s, was.free)
FROM was WHERE v.id = was.id RETURNING LEAST(%(missing)s, was.free)
"""
_COUNT = """
WITH was AS (SELECT id, on_hand, reserved FROM catalog_variant WHERE id = %(id)s FOR NO KEY UPDATE)
UPDATE catalog_variant v
SET on_hand = %(units)s, reserved = LEAST(v.reserved, %(units)s), stock_told = %(units)s
FROM was WHERE v.id = was.id RETURNING was.on_hand, was.reserved
"""
_WRITE_DOWN = """
INSERT INTO catalog_reservation (business_id, order_id, line_key, variant_id, sku, quantity, held, state, created_at)
VALUES (%s, %s, %s, %s, %s, %s, 0, 'short', %s) ON CONFLICT (order_id, line_key) DO NOTHING RETURNING id
"""


@transaction.atomic(savepoint=False)  # called for each order: a listener fails as a whole anyway
def reserve_stock(
    *, business_id: BusinessId, order_id: OrderId, lines: Sequence[StockLineWanted]
) -> tuple[Shortage, ...]:
    """Promise the units of an order. Told twice is promised once.

    The order was accepted on a channel already, so what is not there is written down as short, never hidden and never
    below zero. Returns: every line of the order that is short. Raises: Invalid (a quantity
    below 1 or beyond `STOCK_MAX`).
    """
    for line in lines:
        if not 1 <= line.quantity <= STOCK_MAX:
            reason = "below_one" if line.quantity < 1 else "too_many_units"
            raise Invalid(field="quantity", reason=reason, line_key=line.line_key, limit=STOCK_MAX)
    variants = _variants_of(business_id, lines)
    wanted = [(variants.get(line.variant_id or line.sku), line) for line in lines]
    wanted.sort(key=lambda pair: (pair[0].pk.int if pair[0] else -1, pair[1].line_key))
    moved: list[tuple[Variant, int]] = []
    for variant, line in wanted:
        reservation_id = _write_down(business_id, order_id, line, variant)
        if reservation_id is None or variant is None:
            continue
        held = _one_number(_HOLD, id=variant.pk, units=line.quantity)
        state = Hold.HELD if held == line.quantity else Hold.SHORT
        Reservation.objects.filter(pk=reservation_id).update(held=held, state=state)
        moved.append((variant, held))
    _book([(variant.pk, 0, held, StockReason.RESERVED) for variant, held in moved], because=order_id)
    # An order that got nothing still tells: a number of 0 has to be shown again where somebody has just bought.
    _tell(business_id, (variant.product_id for variant, _ in moved))
    return shortages_of_order(order_id)


@transaction.atomic
def release_stock(*, order_id: OrderId) -> None:
    """Give the units of a cancelled order back, once. An order that is shipped or released stays as it is.

    The units are free again; `cover_shortages` may give them to the oldest order that is short.
    """
    for variant_id, reservation in _close(order_id, Hold.RELEASED):
        Variant.objects.filter(pk=variant_id).update(reserved=F("reserved") - reservation.held)
        _book([(variant_id, 0, -reservation.held, StockReason.RELEASED)], because=order_id)


@transaction.atomic
def ship_stock(*, order_id: OrderId) -> None:
    """Take the units of an order off the shelf, once. On hand and reserved fall together.

    A short line takes what it misses from free units if there are any by now; the rest never was in our books.
    """
    for variant_id, reservation in _close(order_id, Hold.SHIPPED):
        held, missing = reservation.held, reservation.quantity - reservation.held
        found = _one_number(_SHIP, id=variant_id, held=held, missing=missing)
        if found:
            Reservation.objects.filter(pk=reservation.pk).update(held=held + found)
        _book([(variant_id, -held - found, -held, StockReason.SOLD)], because=order_id)


@transaction.atomic
def cover_shortages(*, variant_id: VariantId) -> int:
    """Give free units of a variant to the orders that are short of it, oldest first. Returns: units given.

    A line that came with an unknown SKU is taken up here once a variant of the business has that SKU.
    """
    variant = Variant.objects.select_for_update(no_key=True).filter(pk=variant_id).first()
    if variant is None:
        raise NotFound(variant_id=variant_id)
    unmatched = Q(variant=None, sku=variant.sku) if variant.sku and variant.archived_at is None else Q(pk=None)
    short = Reservation.objects.select_for_update().filter(
        Q(variant=variant) | unmatched, business_id=variant.business_id, state=Hold.SHORT
    )
    given = 0
    for reservation in short.order_by("pk"):
        units = _one_number(_HOLD, id=variant.pk, units=reservation.quantity - reservation.held)
        if units == 0 and reservation.variant_id:
            break
        held = reservation.held + units
        state = Hold.HELD if held == reservation.quantity else Hold.SHORT
        Reservation.objects.filter(pk=reservation.pk).update(variant=variant, held=held, state=state)
        _book([(variant.pk, 0, units, StockReason.COVERED)], because=reservation.order_id)
        given += units
    if given:
        _tell(BusinessId(variant.business_id), [variant.product_id])
    return given


@transaction.atomic
def set_stock(*, actor: Actor, variant_id: VariantId, on_hand: int, because: str = "") -> None:
    """Write down what was counted. Fewer than promised: the newest promises become shortages, shown at once.

    Raises: NotFound, NotYours, Invalid (below 0, or more than `STOCK_MAX`).
    """
    variant = _runnable(actor, variant_id)
    if not 0 <= on_hand <= STOCK_MAX:
        reason = "below_zero" if on_hand < 0 else "too_many_units"
        raise Invalid(field="on_hand", reason=reason, limit=STOCK_MAX)
    if count(variant=variant, on_hand=on_hand, because=because or _who(actor)):
        _tell(BusinessId(variant.business_id), [variant.product_id])


def count(*, variant: Variant, on_hand: int, because: str) -> bool:
    """`set_stock` for those who tell of the change themselves. Returns whether a number changed."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"id": variant.pk, "units": on_hand})
        old_on_hand, old_reserved = cursor.fetchone()
    too_many = max(0, old_reserved - on_hand)
    if old_on_hand == on_hand:
        return False
    _book([(variant.pk, on_hand - old_on_hand, 0, StockReason.COUNTED)], because=because)
    held = Reservation.objects.select_for_update().filter(variant=variant, closed_at=None, held__gt=0)
    for reservation in held.order_by("-pk") if too_many else ():
        cut = min(too_many, reservation.held)
        Reservation.objects.filter(pk=reservation.pk).update(held=reservation.held - cut, state=Hold.SHORT)
        _book([(variant.pk, 0, -cut, StockReason.SHORTENED)], because=reservation.order_id)
        too_many -= cut
        if not too_many:
            break
    return True


@transaction.atomic
def change_stock(
    *, actor: Actor, variant_id: VariantId, change: int, reason: StockReason | None = None, because: str = ""
) -> int:
    """Add units, or take free ones away (`change` below 0): received, returned, written off, sold at the stall.

    reason: RECEIVED for more and WRITTEN_OFF for fewer unless given. Returns: units on hand after it.
    Raises: NotFound, NotYours, NotEnoughStock (only units that no order is promised may leave), Invalid.
    """
    variant = _runnable(actor, variant_id)
    if change == 0:
        return variant.on_hand
    fits = Variant.objects.filter(pk=variant.pk, on_hand__gte=F("reserved") - change, on_hand__lte=STOCK_MAX - change)
    if not fits.update(on_hand=F("on_hand") + change):
        if change > 0:
            raise Invalid(field="change", reason="too_many_units", limit=STOCK_MAX)
        variant.refresh_from_db()
        raise NotEnoughStock(free=variant.on_hand - variant.reserved, wanted=-change)
    why = reason or (StockReason.RECEIVED if change > 0 else StockReason.WRITTEN_OFF)
    _book([(variant.pk, change, 0, why)], because=because or _who(actor))
    _tell(BusinessId(variant.business_id), [variant.product_id])
    variant.refresh_from_db(fields=["on_hand"])
    return variant.on_hand


@transaction.atomic
def set_buffer(*, actor: Actor, variant_id: VariantId, buffer: int) -> None:
    """Keep so many units back from every channel. Raises: NotFound, NotYours, Invalid."""
    variant = _runnable(actor, variant_id)
    if not 0 <= buffer <= STOCK_MAX:
        raise Invalid(field="buffer", reason="below_zero" if buffer < 0 else "too_many_units", limit=STOCK_MAX)
    if Variant.objects.filter(pk=variant.pk).exclude(buffer=buffer).update(buffer=buffer):
        _tell(BusinessId(variant.business_id), [variant.product_id])


def _runnable(actor: Actor, variant_id: VariantId) -> Variant:
    variant = Variant.objects.filter(pk=variant_id).first()
    if variant is None:
        raise NotFound(variant_id=variant_id)
    actor.must_run(BusinessId(variant.business_id))
    return variant


def _variants_of(business_id: BusinessId, lines: Sequence[StockLineWanted]) -> dict[UUID | str, Variant]:
    """Under their id and their SKU. An id counts even when archived: the channel may still sell what we took down."""
    by_id = {line.variant_id for line in lines if line.variant_id}
    by_sku = {line.sku for line in lines if not line.variant_id and line.sku}
    asked = Variant.objects.filter(Q(pk__in=by_id) | Q(sku__in=by_sku, archived_at=None), business_id=business_id)
    found: dict[UUID | str, Variant] = {}
    for variant in asked:
        found[variant.pk] = variant
        if variant.archived_at is None:
            found[variant.sku] = variant
    return found


def _write_down(
    business_id: BusinessId, order_id: OrderId, line: StockLineWanted, variant: Variant | None
) -> int | None:
    """The id of the new reservation, None when this line was written before."""
    sku = variant.sku if variant else line.sku[:100]
    variant_id = variant.pk if variant else None
    with connection.cursor() as cursor:
        cursor.execute(_WRITE_DOWN, [business_id, order_id, line.line_key, variant_id, sku, line.quantity, now()])
        row = cursor.fetchone()
    return int(row[0]) if row else None


def _close(order_id: OrderId, state: Hold) -> list[tuple[UUID, Reservation]]:
    """End the open reservations of an order; returns those with a variant, and its id, in the order of these ids."""
    still_open = Reservation.objects.filter(order_id=order_id, state__in=[Hold.HELD, Hold.SHORT])
    touched = set(still_open.exclude(variant=None).values_list("variant_id", flat=True))
    if touched:
        list(Variant.objects.select_for_update(no_key=True).filter(pk__in=touched).order_by("pk").values_list("pk"))
    closed = list(still_open.select_for_update().order_by("variant_id", "pk"))
    still_open.filter(pk__in=[reservation.pk for reservation in closed]).update(state=state, closed_at=now())
    ours = [(reservation.variant_id, reservation) for reservation in closed if reservation.variant_id]
    if ours:
        products = Variant.objects.filter(pk__in=[variant_id for variant_id, _ in ours])
        _tell(BusinessId(closed[0].business_id), products.values_list("product_id", flat=True))
    return ours


def _one_number(statement: str, **values: UUID | int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row = cursor.fetchone()
    return int(row[0])


def _book(moves: Iterable[tuple[UUID, int, int, StockReason]], *, because: object) -> None:
    """Append (variant, on hand change, reserved change, reason) to the stock book; a move of nothing is no move."""
    StockMove.objects.bulk_create(
        StockMove(
            variant_id=variant_id,
            on_hand_change=on_hand,
            reserved_change=reserved,
            reason=reason,
            because=str(because),
            at=now(),
        )
        for variant_id, on_hand, reserved, reason in moves
        if on_hand or reserved
    )


def _tell(business_id: BusinessId, product_ids: Iterable[UUID]) -> None:
    for product_id in dict.fromkeys(product_ids):
        record(StockChanged(product_id=ProductId(product_id), business_id=business_id))


def _who(actor: Actor) -> str:
    return str(actor.person_id or actor.why)
