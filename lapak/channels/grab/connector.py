"""One store on GrabFood."""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime

import httpx2
import structlog

from lapak.channels.grab import menu as menus
from lapak.channels.grab.client import GrabClient
from lapak.channels.grab.mapping import CANCEL_CODES, CHANNEL, SYNC_STATES, TAKEN_ON, to_minor
from lapak.channels.grab.orders import days, order_of
from lapak.channels.kit.errors import NotUnderstood, OrderMoved
from lapak.channels.kit.load import manifest
from lapak.channels.kit.protocol import GrantKeeper, OpenPhoto
from lapak.channels.kit.reading import Part
from lapak.core.clock import now
from lapak.domain.connection import ShopProfile
from lapak.domain.listing import Problem, StockLine
from lapak.domain.menu import CancelReason, Menu, MenuOutcome
from lapak.domain.order import ChannelOrder, OrderHint

log = structlog.get_logger(__name__)

MOST_PAGES = 500  # of one day's orders; a list that never ends is a fault of theirs
READY = 1
_TREE = ("serviceHours", "categories", "items", "modifierGroups", "modifiers")


class GrabConnector:
    """Built by `kit.load`. The token is the project's; the grant only says in which units this store counts money."""

    slug = "grab"

    def __init__(
        self,
        *,
        settings: Mapping[str, str],
        shop_external_id: str,
        keeper: GrantKeeper,
        open_photo: OpenPhoto,
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        del open_photo  # Grab fetches pictures from their public addresses
        self._store, self._keeper = shop_external_id, keeper
        self._usual_exponent, self._first_page = settings["exponent"], int(settings["first_page"])
        self._client = GrabClient(settings=settings, transport=transport)
        self._limits = manifest("grab").limits

    def __repr__(self) -> str:
        return f"GrabConnector({self._store!r}, {self._client!r})"

    def close(self) -> None:
        self._client.close()

    def profile(self) -> ShopProfile:
        """Grab tells no name; the owner's own name for the shop stands."""
        told = self._client.read(f"/partner/v1/merchants/{self._store}/store/status")
        state = "open" if told.flag("isOpen") else told.text("closeReason")
        return ShopProfile(external_id=self._store, name=self._store, region="ID", state=state)

    def menu_problems(self, menu: Menu) -> Sequence[Problem]:
        return list(menus.problems(menu))

    def menu(self, menu: Menu) -> Mapping[str, object]:
        return menus.to_json(menu, exponent=self._exponent())

    def announce(self) -> None:
        self._client.write("POST", "/partner/v1/merchant/menu/notification", {"merchantID": self._store})

    def menu_outcome(self) -> MenuOutcome:
        told = self._client.read("/partner/v1/merchant/menu/trace", [("merchantID", self._store)])
        word = told.needed("code")
        if word not in SYNC_STATES:
            log.warning("channel_drift", channel=CHANNEL, what="menu_state", seen=word[:40])
            raise told.strange("code")
        refused = {"": "; ".join(errors)} if (errors := told.texts("errors")) else {}
        for section in told.parts("sections"):
            refused.update(_refused_below(section, levels=len(_TREE) + 1))
        return MenuOutcome(state=SYNC_STATES[word], seen_at=now(), refused=refused)

    def set_items(self, lines: Sequence[StockLine]) -> Mapping[str, str]:
        """Absolute numbers: Grab lowers its own at each sale. A stock of 0 needs the word for it as well."""
        refused: dict[str, str] = {}
        most = self._limits["batch"]
        for start in range(0, len(lines), most):
            refused.update(self._batch(lines[start : start + most]))
        return refused

    def _batch(self, lines: Sequence[StockLine]) -> Mapping[str, str]:
        exponent = self._exponent()
        entities = [
            {
                "id": line.sku,
                "price": to_minor(line.price_idr, exponent=exponent),
                "availableStatus": menus.availability(line.stock),
                "maxStock": min(max(line.stock, 0), self._limits["stock"]),
            }
            for line in lines
        ]
        body = {"merchantID": self._store, "field": "ITEM", "menuEntities": entities}
        told = self._client.write("PUT", "/partner/v1/batch/menu", body).json()
        ours = {line.sku for line in lines}
        found = {error.needed("entityID"): error.text("errMsg") or "?" for error in told.parts("errors")}
        refused = {sku: words for sku, words in found.items() if sku in ours}
        match told.text("status"):
            case "success":
                return refused
            case "partial success" if refused:
                return refused
            case "fail":
                return {sku: refused.get(sku, "?") for sku in ours}
        raise told.strange("status")

    def orders_changed(self, since: datetime, until: datetime) -> Sequence[OrderHint]:
        """Grab lists by a store's date alone, so this reads whole days."""
        found: dict[str, OrderHint] = {}
        for day in days(since, until):
            query = [("merchantID", self._store), ("date", day.isoformat())]
            for page in range(self._first_page, self._first_page + MOST_PAGES):
                told = self._client.read("/partner/v1/orders", [*query, ("page", str(page))])
                for order in told.parts("orders"):
                    number = order.needed("orderID")
                    found[number] = OrderHint(
                        shop_external_id=self._store, external_no=number, their_state=order.text("orderState")
                    )
                if not told.flag("more"):
                    break
            else:
                raise NotUnderstood(channel=CHANNEL, field="more")
        return list(found.values())

    def orders(self, external_nos: Sequence[str]) -> Sequence[ChannelOrder]:
        most = self._limits["orders_a_call"]
        parts: dict[str, Part] = {}
        for start in range(0, len(external_nos), most):
            asked = external_nos[start : start + most]
            query = [("merchantID", self._store), *(("orderIDs", number) for number in asked)]
            told = self._client.read("/partner/v1/orders", query).parts("orders")
            parts.update((part.text("orderID"), part) for part in told)
        found = []
        for number in [number for number in dict.fromkeys(external_nos) if number in parts]:
            try:
                found.append(order_of(parts[number]))
            except NotUnderstood as fault:
                if len(external_nos) == 1:
                    raise
                log.warning("channel_drift", channel=CHANNEL, what="order", field=str(fault.told.get("field")))
        return found

    def make_ready(self, external_no: str) -> str:
        """Say that the food is ready. Grab sends the driver and gives no tracking number."""
        try:
            self._client.write("POST", "/partner/v1/orders/mark", {"orderID": external_no, "markStatus": READY})
        except OrderMoved as moved:
            if "already" not in str(moved.told.get("theirs", "")).lower():
                raise
        return ""

    def accept(self, external_no: str) -> None:
        self._answer(external_no, "Accepted", reached=TAKEN_ON)

    def reject(self, external_no: str) -> None:
        self._answer(external_no, "Rejected", reached={"CANCELLED"})

    def cancel(self, external_no: str, *, reason: CancelReason) -> None:
        body = {"orderID": external_no, "merchantID": self._store, "cancelCode": int(CANCEL_CODES[reason])}
        try:
            self._client.write("PUT", "/partner/v1/order/cancel", body)
        except OrderMoved:
            if self._state(external_no) != "CANCELLED":
                raise

    def _answer(self, external_no: str, word: str, *, reached: set[str]) -> None:
        """Accept or reject; what is there already needs no second answer."""
        try:
            self._client.write("POST", "/partner/v1/order/prepare", {"orderID": external_no, "toState": word})
        except OrderMoved:
            if self._state(external_no) not in reached:
                raise

    def _state(self, external_no: str) -> str:
        query = [("merchantID", self._store), ("orderIDs", external_no)]
        told = self._client.read("/partner/v1/orders", query).parts("orders")
        return next((order.text("orderState") for order in told if order.text("orderID") == external_no), "")

    def _exponent(self) -> int:
        """Of the rupiah here: Grab's models say 2, some Indonesian stores count in 0."""
        text = self._keeper.current().extra.get("exponent") or self._usual_exponent
        exponent = float(text) if text.isascii() and text.isdigit() else math.nan
        if exponent not in (0, 1, 2, 3, 4):
            raise NotUnderstood(channel=CHANNEL, field="exponent")
        return int(exponent)


def _refused_below(part: Part, *, levels: int) -> dict[str, str]:
    """Ids of a tree of the trace whose errors are not empty. levels: no deeper, whatever is nested."""
    found = {}
    if errors := part.texts("errors"):
        found[part.text("id")] = "; ".join(errors)
    for branch in _TREE if levels else ():
        twigs = [part.part(branch)] if branch == "serviceHours" else part.parts(branch)
        for twig in twigs:
            found.update(_refused_below(twig, levels=levels - 1))
    return found
