"""From a product to a wish for a shop: plan it, show it, and write it down. Nothing here writes to a channel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from lapak.channels.kit.errors import ChannelFault
from lapak.channels.kit.protocol import HasCategories, TakesListings
from lapak.core.actor import Actor
from lapak.core.clock import now
from lapak.core.errors import NotFound
from lapak.core.ids import BusinessId, ProductId, ShopId, VariantId
from lapak.domain.listing import Category, ListingSpec
from lapak.shops import connections
from lapak.shops.errors import NothingToPublish, ShopNotConnected
from lapak.shops.faults import note_on_shop
from lapak.shops.models import CategoryChoice, CategoryTree, Listing, ListingVariant, Shop
from lapak.shops.services.sending import wake_shop
from lapak.shops.specs import digest_of, spec_from_json, spec_to_json
from lapak.shops.suggest import suggest
from lapak.shops.types import CategoryOption, ListingPhase, PlanItem, ShopState

Change = tuple[str, str, str]  # field, before, after
TREE_IS_GOOD_FOR = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A product offered to a shop: the spec still without a category, and the owner's word for its kind."""

    spec: ListingSpec
    hint: str


def plan_publish(
    *, actor: Actor, shop_id: ShopId, offers: Sequence[Offer], choices: Mapping[ProductId, str] | None = None
) -> list[PlanItem]:
    """What publishing would do with each product, with the category to confirm and the problems to mend first.

    Reads the channel, writes nothing there. Raises: ShopNotConnected, and the channel's own faults.
    """
    shop = _shop_to_run(actor, shop_id)
    link = connections.connector(shop_id)
    if not isinstance(link, TakesListings):
        raise NothingToPublish
    try:
        tree = _tree(shop) if isinstance(link, HasCategories) else []
        known = {row.product_id: row for row in _listings_of(shop_id, [offer.spec.product_id for offer in offers])}
        confirmed = dict(CategoryChoice.objects.filter(
            business_id=shop.business_id, channel=shop.channel).values_list("hint", "category_id"))  # fmt: skip
        return [_plan_one(link, tree, confirmed, known.get(offer.spec.product_id), offer,
                          (choices or {}).get(offer.spec.product_id, "")) for offer in offers]  # fmt: skip
    except ChannelFault as fault:
        note_on_shop(shop_id, fault)
        raise


@transaction.atomic
def publish(*, actor: Actor, shop_id: ShopId, items: Sequence[tuple[Offer, str]]) -> int:
    """Want these products on this shop, each in the category given; twice is once. Returns how many have to be sent.

    The choice of category is kept for the next product of the same kind. Raises: NothingToPublish, ShopNotConnected.
    """
    shop = _shop_to_run(actor, shop_id)
    if not items:
        raise NothingToPublish
    at = now()
    for offer, category_id in items:
        CategoryChoice.objects.update_or_create(
            business_id=shop.business_id, channel=shop.channel, hint=_kind(offer),
            defaults={"category_id": category_id, "chosen_at": at},
        )  # fmt: skip
    waiting = sum(_want(shop, replace(offer.spec, category=category_id)) for offer, category_id in items)
    wake_shop(shop_id)
    return waiting


@transaction.atomic
def rewrite_specs(*, product_id: ProductId, spec: ListingSpec | None) -> None:
    """Bring every listing of a product up to a new spec; each keeps its category. None: hide it from buyers."""
    for listing in Listing.objects.select_related("shop").filter(product_id=product_id):
        old = spec_from_json(listing.spec)
        wanted = replace(old, listed=False) if spec is None else replace(spec, category=old.category, listed=old.listed)
        if _want(listing.shop, wanted):
            wake_shop(ShopId(listing.shop_id))


@transaction.atomic
def unlist(*, actor: Actor, listing_id: UUID, listed: bool = False) -> None:
    """Hide a listing from buyers, or show it again."""
    listing = Listing.objects.select_related("shop").filter(pk=listing_id).first()
    if listing is None:
        raise NotFound(listing_id=listing_id)
    actor.must_run(BusinessId(listing.shop.business_id))
    _want(listing.shop, replace(spec_from_json(listing.spec), listed=listed))
    wake_shop(ShopId(listing.shop_id))


@transaction.atomic(savepoint=False)  # called for each order: a listener fails as a whole anyway
def want_stock(*, wishes: Mapping[VariantId, tuple[int, int]], but_not: ShopId | None = None) -> int:
    """Wish a stock (units) and price (whole rupiah) for variants wherever they are listed; the newest wish wins.

    but_not: a shop that knows already. Returns how many listed variants now differ from what was sent.
    """
    at = now()
    rows = ListingVariant.objects.select_related("listing").filter(variant_id__in=list(wishes))
    changed, shops = [], set()
    for row in rows.select_for_update(of=("self",)).order_by("pk"):
        stock, price_idr = wishes[VariantId(row.variant_id)]
        if (row.wanted_stock, row.wanted_price_idr) == (stock, price_idr):
            continue
        row.wanted_stock, row.wanted_price_idr, row.wanted_at = stock, price_idr, at
        changed.append(row)
        if row.listing.shop_id != but_not:
            shops.add(ShopId(row.listing.shop_id))
    ListingVariant.objects.bulk_update(changed, ["wanted_stock", "wanted_price_idr", "wanted_at"])
    for shop_id in sorted(shops):
        wake_shop(shop_id)
    return len(changed)


def _shop_to_run(actor: Actor, shop_id: ShopId) -> Shop:
    shop = Shop.objects.filter(pk=shop_id).first()
    if shop is None:
        raise NotFound(shop_id=shop_id)
    actor.must_run(BusinessId(shop.business_id))
    if shop.state != ShopState.CONNECTED:
        raise ShopNotConnected(channel=shop.channel)
    return shop


def _listings_of(shop_id: ShopId, product_ids: Sequence[ProductId]) -> list[Listing]:
    found = Listing.objects.filter(shop_id=shop_id, product_id__in=product_ids)
    return list(found.prefetch_related("variants"))


def _kind(offer: Offer) -> str:
    return (offer.hint or offer.spec.title).strip().lower()[:200]


def _tree(shop: Shop) -> list[Category]:
    """The channel's categories for this shop, read again once a day."""
    kept = CategoryTree.objects.filter(shop=shop, read_at__gt=now() - TREE_IS_GOOD_FOR).first()
    if kept is None:
        link = connections.connector(ShopId(shop.pk))
        if not isinstance(link, HasCategories):
            return []
        rows = [[category.external_id, list(category.path)] for category in link.categories()]
        kept, _ = CategoryTree.objects.update_or_create(shop=shop, defaults={"categories": rows, "read_at": now()})
    return [Category(external_id=external_id, path=tuple(path)) for external_id, path in kept.categories]


def _plan_one(
    link: TakesListings, tree: Sequence[Category], confirmed: Mapping[str, str], listing: Listing | None,
    offer: Offer, chosen: str,
) -> PlanItem:  # fmt: skip
    before = spec_from_json(listing.spec) if listing else None
    options = suggest(title=offer.spec.title, hint=offer.hint, categories=tree)
    settled = chosen or (before.category if before else "") or confirmed.get(_kind(offer), "")
    category = next((row for row in options if row.category_id == settled), None) if settled else None
    if settled and category is None:
        path = next((row.path for row in tree if row.external_id == settled), ())
        category = CategoryOption(category_id=settled, path=" › ".join(path), sure=1.0) if path else None
    category = replace(category, sure=1.0) if category and settled else (options[0] if options else None)
    spec = replace(offer.spec, category=category.category_id if category else "")
    changes = _changes(before, spec, listing)
    act = "create" if listing is None or not listing.external_id else ("change" if changes else "leave")
    return PlanItem(
        product_id=spec.product_id, title=spec.title, act=act, changes=changes, category=category,
        others=tuple(row for row in options if category is None or row.category_id != category.category_id),
        problems=tuple(link.problems(spec)), spec=spec,
    )  # fmt: skip


def _changes(
    before: ListingSpec | None, after: ListingSpec, listing: Listing | None
) -> tuple[tuple[str, str, str], ...]:
    """What a buyer would notice: field, before, after."""
    if before is None or listing is None:
        return ()
    found = [
        (name, str(getattr(before, name)), str(getattr(after, name)))
        for name in ("title", "description", "weight_g", "category", "brand")
        if getattr(before, name) != getattr(after, name)
    ]
    if before.photos != after.photos:
        found.append(("photos", str(len(before.photos)), str(len(after.photos))))
    if dict(before.attributes) != dict(after.attributes):
        found.append(("attributes", _plain(before.attributes), _plain(after.attributes)))
    sent = {row.sku: row for row in listing.variants.all()}
    for variant in after.variants:
        known = sent.get(variant.sku)
        if known is None:
            found.append((f"variant {variant.sku}", "", " / ".join(variant.options)))
            continue
        if known.sent_price_idr is not None and known.sent_price_idr != variant.price_idr:
            found.append((f"price {variant.sku}", str(known.sent_price_idr), str(variant.price_idr)))
        if known.sent_stock is not None and known.sent_stock != variant.stock:
            found.append((f"stock {variant.sku}", str(known.sent_stock), str(variant.stock)))
    gone = set(sent) - {variant.sku for variant in after.variants}
    found += [(f"variant {sku}", sku, "") for sku in sorted(gone)]
    return tuple(found)


def _plain(attributes: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {value}" for name, value in sorted(attributes.items()))


def _want(shop: Shop, spec: ListingSpec) -> bool:
    """Write the wish down. Returns whether the channel has to be told."""
    at = now()
    digest = digest_of(spec)
    listing, is_new = Listing.objects.select_for_update().get_or_create(
        shop=shop, product_id=spec.product_id,
        defaults={"sku": spec.sku, "title": spec.title[:300], "spec": spec_to_json(spec), "spec_digest": digest,
                  "asked_at": at, "due_at": at},
    )  # fmt: skip
    known = {row.variant_id: row for row in listing.variants.all()}
    for variant in spec.variants:
        row = known.pop(variant.variant_id, None) or ListingVariant(listing=listing, variant_id=variant.variant_id)
        row.sku, row.wanted_stock, row.wanted_price_idr, row.wanted_at = (
            variant.sku, variant.stock, variant.price_idr, at,
        )  # fmt: skip
        row.save()
    ListingVariant.objects.filter(pk__in=[row.pk for row in known.values()]).delete()
    if is_new:
        return True
    again = listing.phase in (ListingPhase.REFUSED, ListingPhase.GONE, ListingPhase.STUCK, ListingPhase.HIDDEN)
    if digest == listing.sent_digest and not again:
        return False
    Listing.objects.filter(pk=listing.pk).update(
        sku=spec.sku, title=spec.title[:300], spec=spec_to_json(spec), spec_digest=digest, due_at=at, asked_at=at,
        tries=0, phase=ListingPhase.WAITING, fault_code="", fault_told={}, fault_at=None, their_words="",
        sent_digest="" if again else listing.sent_digest,
    )  # fmt: skip
    return True
