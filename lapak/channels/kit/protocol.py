"""The promises a channel may make. Each is small, and each has a contract suite of its own in `kit.contract`.

A connector object speaks for one shop on one channel (`Connector`); what needs no shop (consent, pushes)
hangs on the channel's application (`Application`). Both are built by `kit.load` from manifest and settings.
Calls block; no database transaction may be open around them. Every fault is a `ChannelFault`.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol, runtime_checkable

from lapak.domain.chat import MessageNews
from lapak.domain.connection import ConsentNews, Grant, KeyField, ShopProfile
from lapak.domain.listing import (
    AttributeRule,
    Category,
    ListingRef,
    ListingSpec,
    ListingStatus,
    Problem,
    StockLine,
)
from lapak.domain.menu import CancelReason, Menu, MenuNews, MenuOutcome
from lapak.domain.order import ChannelOrder, OrderHint

OpenPhoto = Callable[[str], bytes]
"""sha256 digest → the photo's bytes (JPEG)."""


class GrantKeeper(Protocol):
    """Where a connector keeps its tokens. The caller stores them; the connector only asks and renews."""

    def current(self) -> Grant: ...

    def renewing(self, stale: Grant) -> AbstractContextManager["Renewal"]:
        """Hold the one right to refresh this shop's grant, across processes.

        Inside, `Renewal.grant` is the newest stored grant: when it differs from `stale` somebody else
        has refreshed meanwhile and no call is needed; else refresh once and `Renewal.keep(new)`.
        """
        ...


class Renewal(Protocol):
    grant: Grant

    def keep(self, new: Grant) -> None: ...


@runtime_checkable
class Connector(Protocol):
    """One shop on one channel."""

    slug: str

    def profile(self) -> ShopProfile: ...

    def close(self) -> None: ...


@runtime_checkable
class TakesListings(Connector, Protocol):
    """Shows products to buyers."""

    def problems(self, spec: ListingSpec) -> Sequence[Problem]:
        """What the owner should mend before this is sent. May read limits from the channel, never writes."""
        ...

    def put(self, spec: ListingSpec, *, known: ListingRef | None = None) -> ListingRef:
        """Create or change; twice is once. `known` is the ref of an earlier put; without it, looks by sku first."""
        ...

    def set_stock(self, ref: ListingRef, lines: Sequence[StockLine]) -> Mapping[str, str]:
        """Set stock and price of variants; the newest value wins. Returns sku → their words for each refused."""
        ...

    def withdraw(self, ref: ListingRef) -> None:
        """Hide it from buyers. Already hidden or gone is fine."""
        ...

    def look(self, refs: Sequence[ListingRef]) -> Mapping[str, ListingStatus]:
        """external id → what a buyer sees now; one that is not there is `ListingState.GONE`."""
        ...


@runtime_checkable
class HasCategories(Connector, Protocol):
    """Asks for a category, and for attributes by category."""

    def categories(self) -> Sequence[Category]: ...

    def attributes(self, category_id: str) -> Sequence[AttributeRule]: ...


@runtime_checkable
class GivesOrders(Connector, Protocol):
    """Sells: tells of orders when asked."""

    def orders_changed(self, since: datetime, until: datetime) -> Sequence[OrderHint]:
        """Every order changed in the window, however long the window is. Order within is not promised."""
        ...

    def orders(self, external_nos: Sequence[str]) -> Sequence[ChannelOrder]:
        """The orders as they are now. One that does not exist is left out.

        One that cannot be understood is left out of a batch with others (so that it blocks none); asked for alone
        it raises NotUnderstood.
        """
        ...

    def make_ready(self, external_no: str) -> str:
        """Arrange shipment. Twice is once. Returns the tracking number, or empty text when it is not there yet."""
        ...


@runtime_checkable
class SendsMessages(Protocol):
    """Carries words to a person's phone."""

    slug: str

    def send_template(self, *, to: str, template: str, language: str, words: Sequence[str], key: str = "") -> str:
        """Send an approved template to an E.164 number. Returns the platform's message id.

        key: our own id of the message, which the platform repeats in every status it reports; it is what finds a
        message again whose answer was lost, since there is no idempotency key.
        """
        ...

    def close(self) -> None: ...


@runtime_checkable
class Application(Protocol):
    """Our application on a channel, before any shop is known. Close it after use, as every connector."""

    slug: str

    def close(self) -> None: ...


@runtime_checkable
class AsksConsent(Application, Protocol):
    """Shops join by a consent page of the platform."""

    def consent_url(self, *, redirect: str, state: str) -> str: ...

    def exchange(self, answer: Mapping[str, str]) -> Grant:
        """Turn what the consent page sent back (its query) into a grant. Raises ConsentRefused."""
        ...


@runtime_checkable
class TakesKeys(Application, Protocol):
    """Shops join by keys that their owner copies from the platform's seller pages, since it has no consent page."""

    def key_fields(self) -> Sequence[KeyField]:
        """What the owner types, in the order of a form."""
        ...

    def exchange_keys(self, fields: Mapping[str, str]) -> Grant:
        """Try what was typed, and turn it into a grant. Raises ConsentRefused; `told`: `field` when one is to blame."""
        ...


@runtime_checkable
class TellsOfConsent(Application, Protocol):
    """Tells us, by the same pushes, when a shop gave, withdrew or is about to lose its consent."""

    def consent_news(self, body: bytes) -> Sequence[ConsentNews]:
        """Empty for a push about something else. Raises NotUnderstood."""
        ...


@runtime_checkable
class HearsPushes(Application, Protocol):
    """Is called by the platform at an address of ours."""

    def verify(self, *, headers: Mapping[str, str], body: bytes, url: str) -> None:
        """Raises PushForged unless the platform sent these bytes. Header names are lower case. Constant time."""
        ...


@runtime_checkable
class PushesOrders(HearsPushes, Protocol):
    """Tells us of changes by calling our address."""

    def hints(self, body: bytes) -> Sequence[OrderHint]:
        """The orders a push speaks of; empty for a push about something else. Raises NotUnderstood."""
        ...

    def shop_of(self, body: bytes) -> str:
        """External id of the shop a push is for, read cheaply; empty text when it names none. Never raises."""
        ...


@runtime_checkable
class TellsOfMessages(HearsPushes, Protocol):
    """Tells what became of the messages we sent."""

    def greet(self, query: Mapping[str, str]) -> str:
        """What to answer when the platform asks whether this address is ours. Raises PushForged for a stranger."""
        ...

    def message_news(self, body: bytes) -> Sequence[MessageNews]:
        """Every report of a push; empty for a push about something else. Raises NotUnderstood.

        A report that cannot be understood is left out, so that it costs none of the others.
        """
        ...


@runtime_checkable
class TakesMenu(Connector, Protocol):
    """Shows products by fetching a whole menu that we host."""

    def menu_problems(self, menu: Menu) -> Sequence[Problem]:
        """What the owner should mend before this menu is offered."""
        ...

    def menu(self, menu: Menu) -> Mapping[str, object]:
        """The menu in the channel's own words, to answer its call with as JSON."""
        ...

    def announce(self) -> None:
        """Say that the menu has changed. ChannelBusy with `wait_s` when it was told too recently."""
        ...

    def menu_outcome(self) -> MenuOutcome:
        """What became of the menu that was fetched last."""
        ...

    def set_items(self, lines: Sequence[StockLine]) -> Mapping[str, str]:
        """Set stock and price of items without a new menu; the newest wins. sku → their words for each refused."""
        ...


@runtime_checkable
class AsksSeller(Connector, Protocol):
    """Asks the seller to take each order on, and lets the seller refuse."""

    def accept(self, external_no: str) -> None:
        """Twice is once. Raises OrderMoved when it can no longer be accepted."""
        ...

    def reject(self, external_no: str) -> None:
        """Twice is once. Raises OrderMoved when it was accepted already."""
        ...

    def cancel(self, external_no: str, *, reason: CancelReason) -> None:
        """Cancel an order that was accepted. Raises OrderMoved with their words when they do not allow it."""
        ...


@runtime_checkable
class FetchesMenu(HearsPushes, Protocol):
    """Calls us for the menu, under a token that it asks us for first."""

    def issue_token(self, body: bytes) -> Mapping[str, object]:
        """Answer its request for a token. Raises PushForged for who does not know our word."""
        ...

    def shop_asked_for(self, query: Mapping[str, str]) -> str:
        """External id of the shop whose menu is asked for; empty when none is named."""
        ...

    def menu_news(self, body: bytes) -> Sequence[MenuNews]:
        """What a push says of menus; empty for one about something else. Raises NotUnderstood."""
        ...
