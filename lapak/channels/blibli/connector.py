"""One shop on Blibli: the promises of the kit, each kept by the part that knows how."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import httpx2

from lapak.channels.blibli.catalogue import Catalogue
from lapak.channels.blibli.client import ShopClient
from lapak.channels.blibli.listings import Listings, parcel
from lapak.channels.blibli.orders import Orders
from lapak.channels.blibli.problems import problems_of
from lapak.channels.blibli.products import Products
from lapak.channels.blibli.queue import Queue
from lapak.channels.blibli.shelf import Shelf
from lapak.channels.blibli.shipping import Shipping
from lapak.channels.kit.protocol import GrantKeeper, OpenPhoto
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


class BlibliConnector:
    """Built by `kit.load`."""

    slug = "blibli"

    def __init__(
        self,
        *,
        settings: Mapping[str, str],
        shop_external_id: str,
        keeper: GrantKeeper,
        open_photo: OpenPhoto,
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        self._client = ShopClient(settings=settings, store_code=shop_external_id, keeper=keeper, transport=transport)
        self._catalogue = Catalogue(self._client, pickup_point=settings["pickup_point"])
        self._products = Products(self._client, keep_s=float(settings["detail_keep_s"]))
        self._queue = Queue(self._client, settings=settings)
        self._shelf = Shelf(self._client, self._products, self._queue, product_url=settings["product_url"])
        self._listings = Listings(
            self._client,
            self._catalogue,
            self._products,
            self._queue,
            self._shelf,
            settings=settings,
            open_photo=open_photo,
        )
        self._usual_cm = parcel(settings["package_cm"])
        self._orders = Orders(self._client, settings=settings)
        self._shipping = Shipping(self._client, self._catalogue, self._orders)

    def __repr__(self) -> str:
        return f"BlibliConnector({self._client!r})"

    def close(self) -> None:
        self._client.close()

    def profile(self) -> ShopProfile:
        store = self._catalogue.store()
        return ShopProfile(external_id=self._client.store_code, name=store.name, region="ID", state=store.state)

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
