"""One shop on Shopee: the promises of the kit, each kept by the part that knows how."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import httpx2

from lapak.channels.kit.protocol import GrantKeeper, OpenPhoto
from lapak.channels.shopee.catalogue import Catalogue
from lapak.channels.shopee.client import ShopClient
from lapak.channels.shopee.listings import Listings, parcel
from lapak.channels.shopee.orders import Orders
from lapak.channels.shopee.problems import problems_of
from lapak.channels.shopee.shelf import Shelf
from lapak.channels.shopee.shipping import Shipping
from lapak.domain.connection import ShopProfile
from lapak.domain.listing import (
    AttributeRule,
    Category,
    ListingRef,
    ListingSpec,
    ListingStatus,
    Problem,
    StockLine,
)
from lapak.domain.order import ChannelOrder, OrderHint


class ShopeeConnector:
    """Built by `kit.load`."""

    slug = "shopee"

    def __init__(
        self,
        *,
        settings: Mapping[str, str],
        shop_external_id: str,
        keeper: GrantKeeper,
        open_photo: OpenPhoto,
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        self._client = ShopClient(settings=settings, shop_id=shop_external_id, keeper=keeper, transport=transport)
        self._catalogue = Catalogue(self._client, language=settings["language"])
        self._shelf = Shelf(self._client, shop_url=settings["shop_url"].rstrip("/"))
        self._listings = Listings(self._client, self._catalogue, self._shelf, settings=settings, open_photo=open_photo)
        self._usual_cm = parcel(settings["package_cm"])
        self._orders = Orders(self._client)
        self._shipping = Shipping(self._client, self._orders, ship_by=settings["ship_by"])
        self._shop_url = settings["shop_url"].rstrip("/")

    def __repr__(self) -> str:
        return f"ShopeeConnector({self._client!r})"

    def close(self) -> None:
        self._client.close()

    def profile(self) -> ShopProfile:
        """The shop as Shopee shows it, with the day its consent ends. This reply lies at the top level."""
        told = self._client.read("/api/v2/shop/get_shop_info")
        return ShopProfile(
            external_id=self._client.shop_id,
            name=told.text("shop_name"),
            region=told.text("region"),
            state=told.text("status"),
            url=f"{self._shop_url}/shop/{self._client.shop_id}",
            consent_until=told.moment("expire_time"),
        )

    def categories(self) -> Sequence[Category]:
        return self._catalogue.categories()

    def attributes(self, category_id: str) -> Sequence[AttributeRule]:
        return [attribute.rule for attribute in self._catalogue.attributes(category_id)]

    def problems(self, spec: ListingSpec) -> Sequence[Problem]:
        return problems_of(spec, self._catalogue, sized=bool(spec.package_cm or self._usual_cm))

    def put(self, spec: ListingSpec, *, known: ListingRef | None = None) -> ListingRef:
        return self._listings.put(spec, known)

    def set_stock(self, ref: ListingRef, lines: Sequence[StockLine]) -> Mapping[str, str]:
        return self._shelf.set_stock(ref, lines)

    def withdraw(self, ref: ListingRef) -> None:
        self._shelf.withdraw(ref)

    def look(self, refs: Sequence[ListingRef]) -> Mapping[str, ListingStatus]:
        return self._shelf.look(refs)

    def orders_changed(self, since: datetime, until: datetime) -> Sequence[OrderHint]:
        return self._orders.changed(since, until)

    def orders(self, external_nos: Sequence[str]) -> Sequence[ChannelOrder]:
        return self._orders.orders(external_nos)

    def make_ready(self, external_no: str) -> str:
        return self._shipping.make_ready(external_no)
