"""Questions about shops and listings. Never writes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db.models import Sum
from django.db.models.functions import Coalesce

from lapak.channels.kit.load import channels
from lapak.core.actor import Actor
from lapak.core.clock import now
from lapak.core.errors import NotFound
from lapak.core.ids import BusinessId, ListingId, ProductId, ShopId, VariantId
from lapak.domain.order import ChannelOrder
from lapak.shops.models import ForgedPushes, Listing, ListingVariant, Push, Reconciliation, SeenOrder, Shop
from lapak.shops.orders_seen import order_from_json
from lapak.shops.types import FaultRow, ListingRow, ListingVariantRow, ShopRef, ShopRow, ShopState


def shops_of(*, actor: Actor, business_id: BusinessId) -> list[ShopRow]:
    """The shops of a business with how their listings stand. Raises NotYours."""
    actor.must_see(business_id)
    shops = list(Shop.objects.filter(business_id=business_id).exclude(state=ShopState.LEFT).order_by("connected_at"))
    phases: dict[UUID, Counter[str]] = {shop.pk: Counter() for shop in shops}
    for shop_id, phase in Listing.objects.filter(shop__in=shops).values_list("shop_id", "phase"):
        phases[shop_id][phase] += 1
    return [_shop_row(shop, phases[shop.pk]) for shop in shops]


def shop(*, actor: Actor, shop_id: ShopId) -> ShopRow:
    """One shop. Raises NotFound, NotYours."""
    found = Shop.objects.filter(pk=shop_id).first()
    if found is None:
        raise NotFound(shop_id=shop_id)
    actor.must_see(BusinessId(found.business_id))
    return _shop_row(found, Counter(Listing.objects.filter(shop=found).values_list("phase", flat=True)))


def listings_of(
    *, actor: Actor, business_id: BusinessId, shop_id: ShopId | None = None, product_ids: Sequence[ProductId] = ()
) -> list[ListingRow]:
    """Listings of a business as a buyer would see them, newest wish first; optionally of one shop or some products."""
    actor.must_see(business_id)
    rows = Listing.objects.filter(shop__business_id=business_id).exclude(shop__state=ShopState.LEFT)
    if shop_id:
        rows = rows.filter(shop_id=shop_id)
    if product_ids:
        rows = rows.filter(product_id__in=product_ids)
    return [_listing_row(row) for row in rows.select_related("shop").prefetch_related("variants").order_by("-asked_at")]


def listing(*, actor: Actor, listing_id: ListingId) -> ListingRow:
    """One listing. Raises NotFound, NotYours."""
    found = Listing.objects.select_related("shop").prefetch_related("variants").filter(pk=listing_id).first()
    if found is None:
        raise NotFound(listing_id=listing_id)
    actor.must_see(BusinessId(found.shop.business_id))
    return _listing_row(found)


def last_reconciliation(*, actor: Actor, shop_id: ShopId) -> Mapping[str, object] | None:
    """The last comparison of orders: since, until, theirs, missing, ran_at. None before the first."""
    actor.must_see(BusinessId(Shop.objects.values_list("business_id", flat=True).get(pk=shop_id)))
    return (
        Reconciliation.objects.filter(shop_id=shop_id)
        .order_by("-ran_at")
        .values("since", "until", "theirs", "missing", "ran_at")
        .first()
    )


def order_seen(*, seen_id: int) -> tuple[ShopRef, ChannelOrder]:
    """An order as it was told, with the shop it was told of. For workflows."""
    row = SeenOrder.objects.select_related("shop").get(pk=seen_id)
    return _ref(row.shop), order_from_json(row.facts)


def shop_ref(*, shop_id: ShopId) -> ShopRef:
    """The little a workflow needs of a shop. Raises NotFound."""
    found = Shop.objects.filter(pk=shop_id).first()
    if found is None:
        raise NotFound(shop_id=shop_id)
    return _ref(found)


def variants_listed(*, shop_id: ShopId, external_ids: Sequence[tuple[str, str]]) -> dict[tuple[str, str], VariantId]:
    """(listing's, variant's) external id → our variant; a product without variants is found by its listing alone."""
    rows = ListingVariant.objects.filter(
        listing__shop_id=shop_id, listing__external_id__in={listing_id for listing_id, _ in external_ids}
    ).values_list("listing__external_id", "external_id", "variant_id")
    found: dict[tuple[str, str], VariantId] = {}
    by_listing: dict[str, list[UUID]] = {}
    for listing_external_id, external_id, variant_id in rows:
        found[(listing_external_id, external_id)] = VariantId(variant_id)
        by_listing.setdefault(listing_external_id, []).append(variant_id)
    for listing_external_id, external_id in external_ids:
        only = by_listing.get(listing_external_id, [])
        if (listing_external_id, external_id) not in found and len(only) == 1:
            found[(listing_external_id, external_id)] = VariantId(only[0])
    return found


def parked_pushes(*, limit: int = 100) -> list[Mapping[str, object]]:
    """Pushes nobody could work, newest first; for the operator."""
    rows = Push.objects.filter(parked_at__isnull=False).order_by("-parked_at")
    return list(rows.values("id", "channel", "shop_id", "received_at", "parked_at", "fault")[:limit])


def inbox_standing() -> dict[str, int]:
    """How many pushes wait, how many are parked, and how many forged ones came today; for health and metrics."""
    open_rows = Push.objects.filter(done_at__isnull=True)
    forged = ForgedPushes.objects.filter(day=now().date()).aggregate(count=Coalesce(Sum("count"), 0))
    return {
        "waiting": open_rows.filter(parked_at__isnull=True).count(),
        "parked": open_rows.filter(parked_at__isnull=False).count(),
        "forged_today": forged["count"],
    }


def _ref(row: Shop) -> ShopRef:
    return ShopRef(
        shop_id=ShopId(row.pk), business_id=BusinessId(row.business_id), channel=row.channel,
        external_id=row.external_id, name=row.name,
    )  # fmt: skip


def _shop_row(row: Shop, phases: Mapping[str, int]) -> ShopRow:
    return ShopRow(
        shop_id=ShopId(row.pk), business_id=BusinessId(row.business_id), channel=row.channel,
        channel_name=_names().get(row.channel, row.channel), external_id=row.external_id, name=row.name, url=row.url,
        state=row.state, connected_at=row.connected_at, checked_at=row.checked_at, pushed_at=row.pushed_at,
        consent_until=row.consent_until, listings=dict(phases),
        fault=FaultRow(code=row.fault_code, told=row.fault_told, at=row.fault_at) if row.fault_code else None,
    )  # fmt: skip


def _listing_row(row: Listing) -> ListingRow:
    return ListingRow(
        listing_id=ListingId(row.pk), shop_id=ShopId(row.shop_id), product_id=ProductId(row.product_id),
        channel=row.shop.channel, title=row.title, phase=row.phase, url=row.url, external_id=row.external_id,
        their_words=row.their_words,
        fault=FaultRow(code=row.fault_code, told=row.fault_told, at=row.fault_at) if row.fault_code else None,
        asked_at=row.asked_at, sent_at=row.sent_at, seen_at=row.seen_at, next_try_at=row.due_at,
        variants=tuple(
            ListingVariantRow(
                variant_id=VariantId(variant.variant_id), sku=variant.sku, external_id=variant.external_id,
                wanted_stock=variant.wanted_stock, wanted_price_idr=variant.wanted_price_idr,
                seen_stock=variant.seen_stock, seen_price_idr=variant.seen_price_idr, their_words=variant.their_words,
            )
            for variant in sorted(row.variants.all(), key=lambda variant: variant.pk)
        ),
    )  # fmt: skip


def _names() -> Mapping[str, str]:
    return {manifest.slug: manifest.name for manifest in channels()}
