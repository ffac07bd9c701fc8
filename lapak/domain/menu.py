"""A menu that a channel fetches from us, instead of being sent products one by one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from lapak.domain.listing import ListingSpec

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, kw_only=True)
class MenuSection:
    """A heading and its products, in the order in which buyers see them. key: ours, stable, at most 64 characters."""

    key: str
    name: str
    products: tuple[ListingSpec, ...]


@dataclass(frozen=True, kw_only=True)
class Menu:
    """All a shop offers on the channel.

    our_shop_id: how the channel calls the shop on our side. photo_urls: photo digest → public address, for the channel
    fetches pictures too. hours: day of `DAYS` → opening and closing in local time ("08:00", "21:00"); a day that is
    missing is closed.
    """

    shop_external_id: str
    our_shop_id: str
    sections: tuple[MenuSection, ...]
    photo_urls: Mapping[str, str] = field(default_factory=dict)
    hours: Mapping[str, tuple[str, str]] = field(default_factory=dict)


class MenuState(StrEnum):
    """How far the channel is with the menu it last fetched."""

    WAITING = "waiting"
    TAKEN = "taken"
    PARTLY = "partly"  # taken, without what is named
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True)
class MenuOutcome:
    """What became of a menu. refused: our id of an item or section → their words; "" for the menu as a whole."""

    state: MenuState
    seen_at: datetime
    refused: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class MenuNews:
    """The channel tells of a menu without being asked. key: of this report; the same again is nothing new."""

    shop_external_id: str
    key: str
    outcome: MenuOutcome


class CancelReason(StrEnum):
    """Why a seller cannot fulfil an order."""

    SOLD_OUT = "sold_out"
    TOO_BUSY = "too_busy"
    CLOSED = "closed"
    CLOSING = "closing"
