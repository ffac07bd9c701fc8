"""One shop on TikTok Shop and Tokopedia: the promises of the kit, each kept by the part that knows how."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import httpx2

from lapak.channels.kit.errors import SignedOut
from lapak.channels.kit.protocol import GrantKeeper, OpenPhoto
from lapak.channels.tokopedia.catalogue import Catalogue
from lapak.channels.tokopedia.client import ShopClient
from lapak.channels.tokopedia.endpoints import SHOPS
from lapak.channels.tokopedia.listings import Listings, parcel
from lapak.channels.tokopedia.mapping import CHANNEL
from lapak.channels.tokopedia.orders import Orders
from lapak.channels.tokopedia.problems import problems_of
from lapak.channels.tokopedia.shelf import Shelf
from lapak.channels.tokopedia.shipping import Shipping
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


class TokopediaConnector:
    """Built by `kit.load`."""

    slug = "tokopedia"

    def __init__(
        self,
        *,
        settings: Mapping[str, str],
        shop_external_id: str,
        keeper: GrantKeeper,
        open_photo: OpenPhoto,
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        names = [] if settings["platforms"] == "none" else settings["platforms"].split(",")
        platforms = tuple(name.strip() for name in names if name.strip())
        self._client = ShopClient(settings=settings, shop_id=shop_external_id, keeper=keeper, transport=transport)
        self._catalogue = Catalogue(self._client, locale=settings["locale"], platforms=platforms)
        self._shelf = Shelf(
            self._client,
            self._catalogue,
            decides=settings["decides"],
            platforms=platforms,
            product_url=settings["product_url"],
        )
        self._usual_cm = parcel(settings["package_cm"])
        self._listings = Listings(
            self._client,
            self._catalogue,
            self._shelf,
            platforms=platforms,
            usual_cm=self._usual_cm,
            open_photo=open_photo,
        )
        self._orders = Orders(self._client, a_page=settings["orders_a_page"], a_call=settings["orders_a_call"])
        self._shipping = Shipping(self._client, self._orders, ship_by=settings["ship_by"])

    def __repr__(self) -> str:
        return f"TokopediaConnector({self._client!r})"

    def close(self) -> None:
        self._client.close()

    def profile(self) -> ShopProfile:
        """The shop as it shows itself. A consent lasts as long as its refresh token. Raises SignedOut without one."""
        for shop in self._client.call(SHOPS).parts("shops"):
            if shop.text("id") == self._client.shop_id:
                return ShopProfile(
                    external_id=self._client.shop_id,
                    name=shop.text("name"),
                    region=shop.text("region"),
                    consent_until=self._client.grant().consent_until,
                )
        raise SignedOut(channel=CHANNEL)

    def categories(self) -> Sequence[Category]:
        return self._catalogue.categories()

    def attributes(self, category_id: str) -> Sequence[AttributeRule]:
        return [one.rule for one in self._catalogue.attributes(category_id) if not one.of_variants]

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
