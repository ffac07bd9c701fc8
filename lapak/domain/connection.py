"""A connection to a business's account on a channel."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, kw_only=True)
class Grant:
    """What a consent gave us. Secret: sealed before it is stored, shown nowhere.

    refresh_token may be single use. expires_at: of the access token; consent_until: of the consent itself.
    extra: what else a channel needs to speak for this shop, by its own names; as secret as the tokens.
    """

    shop_external_id: str
    access_token: str
    refresh_token: str
    expires_at: datetime
    consent_until: datetime | None = None
    extra: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Grant(shop_external_id={self.shop_external_id!r}, expires_at={self.expires_at:%Y-%m-%dT%H:%MZ})"


@dataclass(frozen=True, kw_only=True)
class ShopProfile:
    """The account as the channel shows it. consent_until: when the owner must have given consent anew."""

    external_id: str
    name: str
    region: str = ""
    state: str = ""
    url: str = ""
    consent_until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class KeyField:
    """One thing an owner copies from the platform's seller pages. name keys its words (`key.<name>`)."""

    name: str
    secret: bool = False
    needed: bool = True


class ConsentWord(StrEnum):
    """What a channel tells of a consent without being asked."""

    GIVEN = "given"
    WITHDRAWN = "withdrawn"
    ENDING = "ending"  # soon, at `until`


@dataclass(frozen=True, kw_only=True)
class ConsentNews:
    """One shop's consent as a push tells it: a hint to look at the connection, as `OrderHint` is for orders."""

    shop_external_id: str
    word: ConsentWord
    until: datetime | None = None
