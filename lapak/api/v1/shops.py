"""Shops on the channels, the listings there, and publishing to them."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import Field

from lapak.api.access import access_of
from lapak.api.cursors import opened, page
from lapak.api.once import once
from lapak.api.problems import language_of, words_of_code
from lapak.api.v1.shapes import Cursor, In, Limit, Moment, Out, Page, Word
from lapak.catalog import selectors as catalog
from lapak.core.actor import Actor
from lapak.core.errors import NotFound
from lapak.core.ids import BusinessId, ListingId, ProductId, ShopId
from lapak.shops import selectors, services
from lapak.shops.types import FaultRow, ListingRow, PlanItem, ShopRow
from lapak.workflows import publish_product

router = Router(tags=["shops"])
MOST_AT_ONCE = 100


class Fault(Out):
    """What went wrong last, in words. code never changes."""

    code: str
    happened: str
    todo: str = Field(description="What to do now.")
    at: Moment | None


class Shop(Out):
    """A business's account on a channel. listings: how many in each phase."""

    shop_id: UUID
    business_id: UUID
    channel: str = Field(examples=["shopee"])
    channel_name: str
    external_id: str
    name: str
    url: str
    state: str = Field(description="connected, signed_out (the owner must consent again), blocked or left.")
    connected_at: Moment
    checked_at: Moment | None = Field(description="The last time the channel answered us.")
    pushed_at: Moment | None = Field(description="The last time it told us something by itself.")
    consent_until: Moment | None
    listings: dict[str, int]
    fault: Fault | None


class Shops(Out):
    """The shops of a business."""

    items: list[Shop]


class ListedVariant(Out):
    """wanted: what we want shown. seen: what buyers saw at the last look, null before it. Units and whole rupiah."""

    variant_id: UUID
    sku: str
    external_id: str
    wanted_stock: int
    wanted_price_idr: int
    seen_stock: int | None
    seen_price_idr: int | None


class Listing(Out):
    """One product on one shop. Buyers see it in phase `live` alone."""

    listing_id: UUID
    shop_id: UUID
    product_id: UUID
    channel: str
    title: str
    phase: str = Field(description="waiting, sending, sent, in_review, live, refused, hidden, gone or stuck.")
    url: str
    external_id: str
    their_words: str = Field(description="What the platform said, as it said it.")
    asked_at: Moment
    sent_at: Moment | None
    seen_at: Moment | None
    next_try_at: Moment | None
    variants: list[ListedVariant]
    fault: Fault | None


class ListingPage(Page[Listing]):
    """Listings, the newest first."""


class Choice(In):
    """Products to publish, and categories where another than the suggested one is meant."""

    product_ids: list[UUID] = Field(min_length=1, max_length=MOST_AT_ONCE)
    categories: dict[UUID, Word] = Field(default_factory=dict, description="product id → the channel's category id.")


class Category(Out):
    """A category of the channel. sure: how much the suggestion deserves trust, 1 when it was chosen before."""

    category_id: str
    path: str
    sure: float


class Mend(Out):
    """What the owner must mend before the product can go."""

    code: str
    field: str
    limit: str
    allowed: list[str]
    sku: str


class Change(Out):
    """What a buyer would notice."""

    field: str
    before: str
    after: str


class Planned(Out):
    """What publishing does with one product. act: create, change or leave."""

    product_id: UUID
    title: str
    act: str
    changes: list[Change]
    category: Category | None
    others: list[Category]
    problems: list[Mend]


class Plan(Out):
    """What publishing would do, or did, product by product."""

    items: list[Planned]


@router.get("/businesses/{business_id}/shops", response=Shops, summary="Shops of a business")
def shops(request: HttpRequest, business_id: UUID) -> Shops:
    """With the state of the connection and how the listings stand."""
    rows = selectors.shops_of(actor=access_of(request).actor, business_id=BusinessId(business_id))
    return Shops(items=[_shop(row, language_of(request)) for row in rows])


@router.get("/businesses/{business_id}/listings", response=ListingPage, summary="Listings of a business")
def listings(
    request: HttpRequest, business_id: UUID,
    shop: Annotated[UUID | None, Query(description="Of this shop alone.")] = None,
    cursor: Cursor = None, limit: Limit = 50,
) -> ListingPage:  # fmt: skip
    """As a buyer would see them."""
    before = opened(cursor, UUID)
    rows = selectors.listings_of(
        actor=access_of(request).actor, business_id=BusinessId(business_id), shop_id=ShopId(shop) if shop else None
    )
    # Ids grow with time, and unlike the time of the last wish an id never changes while somebody pages through.
    rows = sorted((row for row in rows if before is None or row.listing_id < before), key=_id_of, reverse=True)
    shown, more = page(rows, limit, lambda row: str(row.listing_id))
    return ListingPage(items=[_listing(row, language_of(request)) for row in shown], next=more)


@router.post("/shops/{shop_id}/plan", response=Plan, summary="See what publishing would do")
@once(apart=True)
def plan(request: HttpRequest, shop_id: UUID, body: Choice) -> tuple[int, Plan]:
    """Reads the channel and writes nothing there: category to confirm, problems to mend, what buyers would notice."""
    actor, choice = access_of(request).actor, _checked(access_of(request).actor, ShopId(shop_id), body)
    items = publish_product.plan(actor=actor, shop_id=ShopId(shop_id), product_ids=list(choice), choices=_given(choice))
    return 200, Plan(items=[_planned(item) for item in items])


@router.post("/shops/{shop_id}/publish", response={202: Plan}, summary="Publish products to a shop")
@once(apart=True)
def publish(request: HttpRequest, shop_id: UUID, body: Choice) -> tuple[int, Plan]:
    """Products with a category and no problem are sent in the background; look at the listings for how they fare."""
    actor, choice = access_of(request).actor, _checked(access_of(request).actor, ShopId(shop_id), body)
    items = publish_product.publish(
        actor=actor, shop_id=ShopId(shop_id), product_ids=list(choice), choices=_given(choice)
    )
    return 202, Plan(items=[_planned(item) for item in items])


@router.post("/listings/{listing_id}/resend", response={202: Listing}, summary="Try a listing again now")
@once()
def resend(request: HttpRequest, listing_id: UUID) -> tuple[int, Listing]:
    """With new tries, whatever stopped it before."""
    actor = access_of(request).actor
    selectors.listing(actor=actor, listing_id=ListingId(listing_id))
    services.resend(actor=actor, listing_id=listing_id)
    return 202, _listing(selectors.listing(actor=actor, listing_id=ListingId(listing_id)), language_of(request))


def _checked(actor: Actor, shop_id: ShopId, body: Choice) -> dict[ProductId, str]:
    """product id → category id, empty for the suggested one. Raises: NotFound, NotYours; also for a product of another
    business, which must not be read by way of one's own shop."""
    business_id = selectors.shop(actor=actor, shop_id=shop_id).business_id
    for product_id in body.product_ids:
        if catalog.product(actor=actor, product_id=ProductId(product_id)).business_id != business_id:
            raise NotFound(product_id=product_id)
    return {ProductId(one): body.categories.get(one, "") for one in body.product_ids}


def _given(choice: Mapping[ProductId, str]) -> dict[ProductId, str]:
    return {product_id: category for product_id, category in choice.items() if category}


def _id_of(row: ListingRow) -> UUID:
    return row.listing_id


def _fault(row: FaultRow | None, language: str) -> Fault | None:
    if row is None:
        return None
    words = words_of_code(row.code, language=language, told=row.told)
    return Fault(code=row.code, happened=words.happened, todo=words.do, at=row.at)


def _shop(row: ShopRow, language: str) -> Shop:
    return Shop.model_validate({**vars(row), "fault": _fault(row.fault, language)})


def _listing(row: ListingRow, language: str) -> Listing:
    return Listing.model_validate({**vars(row), "fault": _fault(row.fault, language)})


def _planned(item: PlanItem) -> Planned:
    return Planned(
        product_id=item.product_id, title=item.title, act=item.act,
        changes=[Change(field=field, before=before, after=after) for field, before, after in item.changes],
        category=Category.model_validate(item.category) if item.category else None,
        others=[Category.model_validate(one) for one in item.others],
        problems=[Mend.model_validate(one) for one in item.problems],
    )  # fmt: skip
