"""Pasar Contoh's verbs. Its address of a product is our own sku, so creating twice is once by itself."""

from collections.abc import Mapping, Sequence
from urllib.parse import quote

import httpx2

from lapak.channels.example import auth
from lapak.channels.example.mapping import CHANNEL, STATES, fault_for
from lapak.channels.kit.errors import ChannelFault, ListingGone, PushForged
from lapak.channels.kit.http import Http
from lapak.channels.kit.load import manifest
from lapak.channels.kit.protocol import GrantKeeper, OpenPhoto
from lapak.channels.kit.reading import Part, read_json
from lapak.core.clock import now
from lapak.domain.connection import ShopProfile
from lapak.domain.listing import ListingRef, ListingSpec, ListingState, ListingStatus, Problem, StockLine
from lapak.domain.order import OrderHint


class ExampleConnector:
    """One shop on Pasar Contoh."""

    slug = "example"

    def __init__(
        self,
        *,
        settings: Mapping[str, str],
        shop_external_id: str,
        keeper: GrantKeeper,
        open_photo: OpenPhoto,
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        self._http = Http(channel=CHANNEL, host=settings["host"], transport=transport)
        self._shop, self._keeper, self._open_photo = shop_external_id, keeper, open_photo

    def __repr__(self) -> str:
        return f"ExampleConnector({self._shop!r}, {self._http!r})"

    def close(self) -> None:
        self._http.close()

    def profile(self) -> ShopProfile:
        told = self._ask("GET", "", writes=False)
        return ShopProfile(external_id=self._shop, name=told.text("name"))

    def problems(self, spec: ListingSpec) -> Sequence[Problem]:
        limits = manifest("example").limits
        found = []
        if len(spec.title) > limits["title_chars"]:
            found.append(Problem(code="title_high", field="title", limit=str(limits["title_chars"])))
        if not spec.photos:
            found.append(Problem(code="photos_missing", field="photos", limit="1"))
        if len(spec.photos) > limits["photos"]:
            found.append(Problem(code="photos_high", field="photos", limit=str(limits["photos"])))
        return found

    def put(self, spec: ListingSpec, *, known: ListingRef | None = None) -> ListingRef:
        sku = known.external_id if known else spec.sku
        variants = [
            {"sku": one.sku, "options": list(one.options), "price": one.price_idr, "stock": one.stock}
            for one in spec.variants
        ]
        body = {"title": spec.title, "text": spec.description, "shown": spec.listed, "variants": variants}
        told = self._ask("PUT", f"/products/{quote(sku, safe='')}", writes=True, json=body)
        for digest in spec.photos:
            files = {"photo": (f"{digest}.jpg", self._open_photo(digest), "image/jpeg")}
            self._ask("PUT", f"/products/{quote(sku, safe='')}/photos/{digest}", writes=True, files=files)
        return ListingRef(
            external_id=told.needed("sku"), variants={one.sku: "" for one in spec.variants}, url=told.text("url")
        )

    def set_stock(self, ref: ListingRef, lines: Sequence[StockLine]) -> Mapping[str, str]:
        body = {"lines": [{"sku": one.sku, "stock": one.stock, "price": one.price_idr} for one in lines]}
        told = self._ask("POST", f"/products/{quote(ref.external_id, safe='')}/stock", writes=True, json=body)
        return {refusal.needed("sku"): refusal.text("why") for refusal in told.parts("refused")}

    def withdraw(self, ref: ListingRef) -> None:
        try:
            self._ask("POST", f"/products/{quote(ref.external_id, safe='')}/hide", writes=True)
        except ListingGone:
            return

    def look(self, refs: Sequence[ListingRef]) -> Mapping[str, ListingStatus]:
        return {ref.external_id: self._status(ref) for ref in refs}

    def _status(self, ref: ListingRef) -> ListingStatus:
        try:
            told = self._ask("GET", f"/products/{quote(ref.external_id, safe='')}", writes=False)
        except ListingGone:
            return ListingStatus(state=ListingState.GONE, seen_at=now())
        variants = told.parts("variants")
        return ListingStatus(
            state=STATES.get(told.text("state"), ListingState.HIDDEN),
            seen_at=now(),
            reason=told.text("why"),
            stock={one.needed("sku"): one.whole("stock") for one in variants},
            price_idr={one.needed("sku"): one.whole("price") for one in variants},
            url=told.text("url"),
        )

    def _ask(
        self,
        method: str,
        path: str,
        *,
        writes: bool,
        json: Mapping[str, object] | None = None,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
    ) -> Part:
        grant = self._keeper.current()
        path = f"/v1/shops/{self._shop}{path}"
        answer = self._http.send(method, path, writes=writes, headers=auth.headers(grant), json=json, files=files)
        reply = answer.json()
        if code := reply.text("error"):
            raise fault_for(code, reply.text("words").replace(grant.access_token, "…"))
        return reply


class ExampleApplication:
    """Our application on Pasar Contoh, before any shop."""

    slug = "example"

    def __init__(self, *, settings: Mapping[str, str], transport: httpx2.BaseTransport | None = None) -> None:
        self._key = settings["push_key"]
        del transport  # pushes come to us; this application calls nobody

    def __repr__(self) -> str:
        return "ExampleApplication()"

    def close(self) -> None:
        """Nothing is held open."""

    def verify(self, *, headers: Mapping[str, str], body: bytes, url: str) -> None:  # noqa: ARG002 - the body alone counts
        if not auth.push_holds(key=self._key, body=body, signature=headers.get("x-pasar-signature", "")):
            raise PushForged(channel=CHANNEL)

    def hints(self, body: bytes) -> Sequence[OrderHint]:
        push = read_json(body, channel=CHANNEL)
        if push.text("about") != "order":
            return ()
        return (OrderHint(shop_external_id=push.needed("shop"), external_no=push.needed("order")),)

    def shop_of(self, body: bytes) -> str:
        try:
            return read_json(body, channel=CHANNEL).text("shop")
        except ChannelFault:
            return ""
