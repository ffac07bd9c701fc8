"""PRODUCT OUT: one product list, shown as well as each channel allows, and kept up to date there."""

from collections.abc import Mapping, Sequence

from lapak.catalog.selectors import anyone_waits, available, publishable
from lapak.catalog.services import cover_shortages
from lapak.catalog.types import ProductForChannel, ProductRevised, StockChanged
from lapak.core.actor import Actor
from lapak.core.errors import NotYours
from lapak.core.events import on
from lapak.core.ids import ProductId, ShopId
from lapak.domain.listing import ListingSpec
from lapak.shops import services as shops
from lapak.shops.errors import NothingToPublish
from lapak.shops.selectors import shop_ref
from lapak.shops.services.publishing import Offer
from lapak.shops.types import PlanItem


def plan(
    *, actor: Actor, shop_id: ShopId, product_ids: Sequence[ProductId],
    choices: Mapping[ProductId, str] | None = None,
) -> list[PlanItem]:  # fmt: skip
    """What publishing these products to a shop would do, with categories to confirm and problems to mend."""
    offers = _offers(shop_id, product_ids)
    return shops.plan_publish(actor=actor, shop_id=shop_id, offers=offers, choices=choices)


def publish(
    *, actor: Actor, shop_id: ShopId, product_ids: Sequence[ProductId], choices: Mapping[ProductId, str] | None = None
) -> list[PlanItem]:
    """Publish what has a category and no problem; each item on its own. Returns the plan as it was carried out.

    Raises: NothingToPublish when every chosen product still has a problem.
    """
    offers = _offers(shop_id, product_ids)
    hints = {offer.spec.product_id: offer.hint for offer in offers}
    items = shops.plan_publish(actor=actor, shop_id=shop_id, offers=offers, choices=choices)
    ready = [
        (Offer(spec=item.spec, hint=hints[item.product_id]), item.category.category_id)
        for item in items
        if item.category and not item.problems
    ]
    if not ready:
        raise NothingToPublish
    shops.publish(actor=actor, shop_id=shop_id, items=ready)
    return items


@on(ProductRevised)
def follow_the_product(event: ProductRevised) -> None:
    """A changed product changes every listing of it; an archived one is hidden from buyers."""
    found = publishable(product_ids=[event.product_id])
    spec = None if not found or found[0].archived else _spec(found[0])
    shops.rewrite_specs(product_id=event.product_id, spec=spec)


@on(StockChanged)
def tell_the_channels(event: StockChanged) -> None:
    """Whatever sold or came in: orders that are short get it first, and every channel shows what is left."""
    for product in publishable(product_ids=[event.product_id]):
        if anyone_waits(business_id=event.business_id):
            for variant in product.variants:
                cover_shortages(variant_id=variant.variant_id)
        units = available(variant_ids=[variant.variant_id for variant in product.variants])
        shops.want_stock(
            wishes={variant.variant_id: (units[variant.variant_id], variant.price_idr) for variant in product.variants}
        )


def _offers(shop_id: ShopId, product_ids: Sequence[ProductId]) -> list[Offer]:
    """The products as they would be offered. Raises NotYours when one is of another business than the shop."""
    business_id = shop_ref(shop_id=shop_id).business_id
    products = publishable(product_ids=product_ids)
    for product in products:
        if product.business_id != business_id:
            raise NotYours(product_id=product.product_id)
    return [Offer(spec=_spec(product), hint=product.category_hint) for product in products]


def _spec(product: ProductForChannel) -> ListingSpec:
    return ListingSpec(
        product_id=product.product_id, sku=product.sku, title=product.title, description=product.description,
        category="", attributes=product.attributes, brand=product.brand, weight_g=product.weight_g,
        photos=product.photos, option_names=product.option_names, variants=product.variants,
    )  # fmt: skip
