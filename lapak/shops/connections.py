"""Opening a connector for a shop, and keeping its grant: sealed, and renewed by one process at a time."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from functools import cache

from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string

from lapak.channels.kit import load
from lapak.channels.kit.protocol import Application, Connector
from lapak.core.clock import now
from lapak.core.crypto import open_sealed, seal
from lapak.core.ids import ShopId
from lapak.domain.connection import Grant
from lapak.shops.errors import ShopNotConnected, UnknownChannel
from lapak.shops.models import Shop
from lapak.shops.types import ShopState

KEEP_OPEN_S = 600  # limits and categories read by a connector stay good for a while
_open: dict[ShopId, tuple[float, Connector]] = {}
_lock = threading.Lock()


def channel_settings(slug: str) -> Mapping[str, str]:
    """Hosts, keys and windows of a channel. Raises: UnknownChannel."""
    try:
        found: Mapping[str, str] = settings.LAPAK_CHANNELS[slug]
    except KeyError as missing:
        raise UnknownChannel(channel=slug) from missing
    return found


@cache
def application(slug: str) -> Application:
    """Our application on a channel; one for the life of the process. Raises: UnknownChannel."""
    if not any(known.slug == slug and "application" in known.opens for known in load.channels()):
        raise UnknownChannel(channel=slug)
    return load.application(slug, settings=channel_settings(slug))


def connector(shop_id: ShopId) -> Connector:
    """The connector of a shop, kept open for some minutes. Raises: ShopNotConnected."""
    at = time.monotonic()
    with _lock:
        for stale in [key for key, (until, _) in _open.items() if until < at]:
            _open.pop(stale)[1].close()
        if shop_id in _open:
            return _open[shop_id][1]
    shop = Shop.objects.get(pk=shop_id)
    if not shop.grant_sealed:
        raise ShopNotConnected(channel=shop.channel)
    made = load.connector(
        shop.channel,
        settings=channel_settings(shop.channel),
        shop_external_id=shop.external_id,
        keeper=SealedGrant(shop_id),
        open_photo=_open_photo(),
    )
    with _lock:
        kept = _open.setdefault(shop_id, (at + KEEP_OPEN_S, made))
    return kept[1]


def forget(shop_id: ShopId) -> None:
    """Close what is open for a shop: its grant or its settings changed."""
    with _lock:
        found = _open.pop(shop_id, None)
    if found:
        found[1].close()


def _open_photo() -> Callable[[str], bytes]:
    """Photos are the catalog's; the settings name who opens them, so that no module imports its neighbour."""
    opener: Callable[[str], bytes] = import_string(settings.LAPAK_OPEN_PHOTO)
    return opener


def seal_grant(shop_id: ShopId, grant: Grant) -> str:
    facts = asdict(grant)
    for name in ("expires_at", "consent_until"):
        facts[name] = facts[name].isoformat() if facts[name] else None
    return seal(json.dumps(facts), bound_to=f"shop:{shop_id}:grant")


def _unseal_grant(shop_id: ShopId, sealed: str) -> Grant:
    facts = json.loads(open_sealed(sealed, bound_to=f"shop:{shop_id}:grant"))
    for name in ("expires_at", "consent_until"):
        facts[name] = datetime.fromisoformat(facts[name]) if facts[name] else None
    return Grant(**facts)


class SealedGrant:
    """The `GrantKeeper` of one shop: reads and writes its row, and lets one process at a time renew."""

    def __init__(self, shop_id: ShopId) -> None:
        self._shop_id = shop_id

    def current(self) -> Grant:
        state, sealed = Shop.objects.values_list("state", "grant_sealed").get(pk=self._shop_id)
        if not sealed or state in (ShopState.SIGNED_OUT, ShopState.LEFT):
            raise ShopNotConnected(shop_id=self._shop_id)
        return _unseal_grant(self._shop_id, sealed)

    @contextmanager
    def renewing(self, stale: Grant) -> Iterator["SealedRenewal"]:
        """A session lock, not a transaction: nothing is open in the database while the network is waited for.

        A refresh token is good once. Whoever waited here finds the newer grant and has no call to make.
        """
        newest = self.current()
        if newest != stale:
            yield SealedRenewal(self._shop_id, newest)
            return
        key = f"shop:{self._shop_id}:renew"
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [key])
        try:
            yield SealedRenewal(self._shop_id, self.current())
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [key])


class SealedRenewal:
    def __init__(self, shop_id: ShopId, grant: Grant) -> None:
        self._shop_id = shop_id
        self.grant = grant

    def keep(self, new: Grant) -> None:
        """Store the new pair at once: the old refresh token is dead from the moment the platform answered."""
        self.grant = new
        Shop.objects.filter(pk=self._shop_id).update(
            grant_sealed=seal_grant(self._shop_id, new), grant_expires_at=new.expires_at, checked_at=now()
        )
