"""Questions to the catalog. None of them writes."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from lapak.catalog.media import open_photo as open_photo
from lapak.catalog.media import open_result as open_result
from lapak.catalog.models import ImportRun, Photo, Product, Reservation, StockMove, Variant
from lapak.catalog.sheets.writing import import_template as import_template
from lapak.catalog.types import (
    Condition,
    Hold,
    ImportCounts,
    ImportRunRow,
    MoveRow,
    ProductForChannel,
    ProductRow,
    Shortage,
    StockReason,
    VariantRow,
)
from lapak.core.actor import Actor
from lapak.core.errors import NotFound
from lapak.core.ids import BusinessId, OrderId, ProductId, VariantId
from lapak.domain.listing import VariantSpec


def products_of(
    *, actor: Actor, business_id: BusinessId, search: str = "", before: ProductId | None = None, limit: int = 50
) -> list[ProductRow]:
    """Live products of a business, newest first, from below `before`. Three queries. Raises: NotYours.

    Product lists are for the owner and for those who work with the business; officers see figures, not shelves.
    """
    actor.must_see(business_id)
    rows = Product.objects.filter(business_id=business_id, archived_at=None)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    for word in search.split()[:5]:
        variants = Variant.objects.filter(business_id=business_id, archived_at=None, sku__icontains=word)
        in_variant = Q(pk__in=variants.values("product_id"))
        rows = rows.filter(Q(title__icontains=word) | Q(sku__icontains=word) | in_variant)
    return [_row(product) for product in _whole(rows).order_by("-pk")[:limit]]


def product(*, actor: Actor, product_id: ProductId) -> ProductRow:
    """One product, archived or not. Raises: NotFound, NotYours."""
    found = _whole(Product.objects.filter(pk=product_id)).first()
    if found is None:
        raise NotFound(product_id=product_id)
    actor.must_see(BusinessId(found.business_id))
    return _row(found)


def publishable(product_ids: Iterable[ProductId]) -> list[ProductForChannel]:
    """Products as plain data for the channels, in the order asked for; unknown ids are left out. Three queries."""
    wanted = list(dict.fromkeys(product_ids))
    found = {found.pk: found for found in _whole(Product.objects.filter(pk__in=wanted))}
    return [_for_channel(found[product_id]) for product_id in wanted if product_id in found]


def available(*, variant_ids: Iterable[VariantId]) -> dict[VariantId, int]:
    """Units of each variant that may be sold now: on hand − reserved − buffer, never below 0."""
    rows = Variant.objects.filter(pk__in=list(variant_ids))
    return {VariantId(variant.pk): _available(variant) for variant in rows}


def variants_by_sku(*, business_id: BusinessId, skus: Iterable[str]) -> dict[str, VariantId]:
    """Live variants of a business under their SKU; unknown SKUs are left out."""
    rows = Variant.objects.filter(business_id=business_id, sku__in=list(skus), archived_at=None)
    return {sku: VariantId(pk) for pk, sku in rows.values_list("pk", "sku")}


def shortages_of(*, actor: Actor, business_id: BusinessId) -> list[Shortage]:
    """Open order lines with fewer units held than ordered, oldest first. Raises: NotYours."""
    actor.must_see(business_id)
    short = Reservation.objects.filter(business_id=business_id, state=Hold.SHORT)
    return [_shortage(row) for row in short.order_by("pk")]


def anyone_waits(*, business_id: BusinessId) -> bool:
    """Whether an order of the business still waits for units. For workflows."""
    return Reservation.objects.filter(business_id=business_id, state=Hold.SHORT).exists()


def shortages_of_order(order_id: OrderId) -> tuple[Shortage, ...]:
    """Lines of one order that are short, oldest first."""
    short = Reservation.objects.filter(order_id=order_id, state=Hold.SHORT)
    return tuple(_shortage(row) for row in short.order_by("pk"))


def stock_book(*, actor: Actor, variant_id: VariantId, limit: int = 50) -> list[MoveRow]:
    """The last moves of a variant, newest first. Raises: NotFound, NotYours."""
    variant = Variant.objects.filter(pk=variant_id).first()
    if variant is None:
        raise NotFound(variant_id=variant_id)
    actor.must_see(BusinessId(variant.business_id))
    moves = StockMove.objects.filter(variant_id=variant_id).order_by("-pk")[:limit]
    return [
        MoveRow(
            at=move.at,
            reason=StockReason(move.reason),
            on_hand_change=move.on_hand_change,
            reserved_change=move.reserved_change,
            because=move.because,
        )
        for move in moves
    ]


def import_runs_of(*, actor: Actor, business_id: BusinessId, limit: int = 20) -> list[ImportRunRow]:
    """The last imports of a business and their rehearsals, newest first. Raises: NotYours."""
    actor.must_see(business_id)
    return [_run_row(run) for run in ImportRun.objects.filter(business_id=business_id).order_by("-pk")[:limit]]


def import_run(*, actor: Actor, run_id: UUID) -> ImportRunRow:
    """One import. `open_result(digest)` has its refused rows. Raises: NotFound, NotYours."""
    run = ImportRun.objects.filter(pk=run_id).first()
    if run is None:
        raise NotFound(run_id=run_id)
    actor.must_see(BusinessId(run.business_id))
    return _run_row(run)


def _whole(rows: QuerySet[Product]) -> QuerySet[Product]:
    live = Prefetch("variants", queryset=Variant.objects.filter(archived_at=None), to_attr="live_variants")
    photos = Prefetch("photos", queryset=Photo.objects.all(), to_attr="all_photos")
    return rows.prefetch_related(live, photos)


def _row(found: Product) -> ProductRow:
    variants: list[Variant] = found.live_variants  # type: ignore[attr-defined]  # set by the prefetch in _whole
    photos: list[Photo] = found.all_photos  # type: ignore[attr-defined]  # likewise
    gaps = (("photo", photos), ("description", found.description), ("weight", found.weight_g))
    return ProductRow(
        product_id=ProductId(found.pk),
        business_id=BusinessId(found.business_id),
        sku=found.sku,
        title=found.title,
        description=found.description,
        category_hint=found.category_hint,
        brand=found.brand,
        condition=Condition(found.condition),
        weight_g=found.weight_g,
        option_names=tuple(found.option_names),
        attributes=found.attributes,
        photo_digests=tuple(photo.digest for photo in photos),
        variants=tuple(_variant_row(variant) for variant in variants),
        missing=tuple(name for name, there in gaps if not there),
        revision=found.revision,
        updated_at=found.updated_at,
        archived_at=found.archived_at,
    )


def _variant_row(variant: Variant) -> VariantRow:
    return VariantRow(
        variant_id=VariantId(variant.pk),
        sku=variant.sku,
        options=tuple(variant.options),
        price_idr=variant.price_idr,
        on_hand=variant.on_hand,
        reserved=variant.reserved,
        buffer=variant.buffer,
        available=_available(variant),
    )


def _for_channel(found: Product) -> ProductForChannel:
    row = _row(found)
    return ProductForChannel(
        product_id=row.product_id,
        business_id=row.business_id,
        sku=row.sku,
        title=row.title,
        description=row.description,
        category_hint=row.category_hint,
        brand=row.brand,
        condition=row.condition,
        weight_g=row.weight_g,
        option_names=row.option_names,
        attributes=row.attributes,
        photos=row.photo_digests,
        variants=tuple(
            VariantSpec(
                variant_id=variant.variant_id,
                sku=variant.sku,
                options=variant.options,
                price_idr=variant.price_idr,
                stock=variant.available,
            )
            for variant in row.variants
        ),
        revision=row.revision,
        archived=row.archived_at is not None,
    )


def _available(variant: Variant) -> int:
    return max(0, variant.on_hand - variant.reserved - variant.buffer)


def _shortage(row: Reservation) -> Shortage:
    return Shortage(
        order_id=OrderId(row.order_id),
        line_key=row.line_key,
        sku=row.sku,
        variant_id=VariantId(row.variant_id) if row.variant_id else None,
        quantity=row.quantity,
        held=row.held,
        since=row.created_at,
    )


def _run_row(run: ImportRun) -> ImportRunRow:
    return ImportRunRow(
        run_id=run.pk,
        at=run.at,
        filename=run.filename,
        dry_run=run.dry_run,
        layout=run.layout,
        counts=ImportCounts(**run.counts),
        result_digest=run.result_digest,
    )
