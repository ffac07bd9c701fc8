"""Items and models as Shopee shows them, read into plain data."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import structlog

from lapak.channels.kit.portions import portions
from lapak.channels.kit.reading import Part
from lapak.channels.shopee.client import ShopClient
from lapak.channels.shopee.mapping import CHANNEL, LISTING_STATES
from lapak.domain.listing import ListingState

A_CALL = 50  # ids a call takes, and models an item may have
log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Model:
    """One variant. options: its values, by tier. price_idr: what the seller set, before any promotion."""

    model_id: int
    sku: str
    options: tuple[str, ...]
    price_idr: int | None
    stock: int | None


@dataclass(frozen=True, kw_only=True)
class Models:
    """An item's variants. tiers: (name, its options in their order)."""

    tiers: tuple[tuple[str, tuple[str, ...]], ...]
    models: tuple[Model, ...]


@dataclass(frozen=True, kw_only=True)
class Item:
    """One item. price_idr and stock are None when it has models; they lie with those then."""

    item_id: int
    sku: str
    title: str
    description: str
    category: str
    weight_kg: Decimal | None
    image_ids: tuple[str, ...]
    attributes: tuple[dict[str, object], ...]
    brand_id: int
    status: str
    has_model: bool
    price_idr: int | None
    stock: int | None

    @property
    def state(self) -> ListingState:
        """A status that is not in the documents is taken as "hidden": nothing is promised of it."""
        return LISTING_STATES.get(self.status, ListingState.HIDDEN)


def read_items(client: ShopClient, item_ids: Sequence[int]) -> dict[int, Item]:
    """Items by id; one that Shopee does not show is left out."""
    found: dict[int, Item] = {}
    for portion in portions(dict.fromkeys(item_ids), most=A_CALL):
        query = {"item_id_list": ",".join(str(item_id) for item_id in portion)}
        reply = client.read("/api/v2/product/get_item_base_info", query)
        for told in reply.part("response").parts("item_list"):
            item = _item(told)
            found[item.item_id] = item
    return found


def read_models(client: ShopClient, item_id: int) -> Models:
    """The variants of an item that has some."""
    told = client.read("/api/v2/product/get_model_list", {"item_id": str(item_id)}).part("response")
    tiers = tuple(
        (tier.text("name"), tuple(option.text("option") for option in tier.parts("option_list")))
        for tier in told.parts("tier_variation")
    )
    return Models(tiers=tiers, models=tuple(_model(model, tiers) for model in told.parts("model")))


def _item(told: Part) -> Item:
    has_model = told.flag("has_model")
    status = told.text("item_status")
    if status not in LISTING_STATES:
        log.warning("channel_drift", channel=CHANNEL, what="item_status", seen=status[:40])
    return Item(
        item_id=told.whole("item_id"),
        sku=told.text("item_sku"),
        title=told.text("item_name"),
        description=told.text("description"),
        category=told.text("category_id"),
        weight_kg=told.decimal("weight"),
        image_ids=tuple(told.part("image").texts("image_id_list")),
        attributes=tuple(_attribute(entry) for entry in told.parts("attribute_list")),
        brand_id=told.part("brand").whole("brand_id", 0),
        status=status,
        has_model=has_model,
        price_idr=None if has_model else _price(told),
        stock=None if has_model else _stock(told),
    )


def _attribute(told: Part) -> dict[str, object]:
    """An attribute as seen, in the form in which it would be sent."""
    return {
        "attribute_id": told.whole("attribute_id"),
        "attribute_value_list": [
            {
                "value_id": value.whole("value_id", 0),
                "original_value_name": value.text("original_value_name"),
                **({"value_unit": value.text("value_unit")} if value.text("value_unit") else {}),
            }
            for value in told.parts("attribute_value_list")
        ],
    }


def _model(told: Part, tiers: Sequence[tuple[str, tuple[str, ...]]]) -> Model:
    index = [int(place) if place.isascii() and place.isdigit() else -1 for place in told.texts("tier_index")]
    return Model(
        model_id=told.whole("model_id"),
        sku=told.text("model_sku"),
        options=tuple(options[at] for (_, options), at in zip(tiers, index, strict=False) if 0 <= at < len(options)),
        price_idr=_price(told),
        stock=_stock(told),
    )


def _price(told: Part) -> int | None:
    prices = told.parts("price_info")
    return prices[0].whole("original_price") if prices and "original_price" in prices[0] else None


def _stock(told: Part) -> int | None:
    """Units a buyer may order: the sum Shopee gives, else the seller's own."""
    stock = told.part("stock_info_v2")
    summary = stock.part("summary_info")
    if "total_available_stock" in summary:
        return summary.whole("total_available_stock")
    own = stock.parts("seller_stock")
    return sum(place.whole("stock", 0) for place in own) if own else None
