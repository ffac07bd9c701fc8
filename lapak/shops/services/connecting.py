"""Connecting a shop: out to the platform's consent page, and back with a grant."""

import secrets
from collections.abc import Mapping
from urllib.parse import urlencode

from django.db import IntegrityError, transaction

from lapak.channels.kit.load import manifest
from lapak.channels.kit.protocol import AsksConsent
from lapak.core.actor import Actor
from lapak.core.clock import now
from lapak.core.errors import NotFound
from lapak.core.events import record
from lapak.core.ids import BusinessId, ShopId, uuid7
from lapak.domain.connection import Grant
from lapak.shops import connections
from lapak.shops.errors import ConsentLost, ShopTaken, UnknownChannel
from lapak.shops.faults import heal_shop
from lapak.shops.models import Listing, Shop
from lapak.shops.services.sending import wake_shop
from lapak.shops.types import ShopConnected, ShopState


def begin_consent(*, actor: Actor, business_id: BusinessId, channel: str, return_to: str) -> tuple[str, str]:
    """Where to send the owner to consent, and the state to keep in their browser until they come back.

    return_to: our own absolute address; the state is added to it, since not every platform carries one.
    """
    actor.must_run(business_id)
    application = connections.application(channel)
    if not isinstance(application, AsksConsent):
        raise UnknownChannel(channel=channel)
    state = secrets.token_urlsafe(24)
    redirect = f"{return_to}?{urlencode({'state': state})}"
    return application.consent_url(redirect=redirect, state=state), state


def finish_consent(
    *, actor: Actor, business_id: BusinessId, channel: str, answer: Mapping[str, str], expected_state: str
) -> ShopId:
    """Turn the consent page's answer into a connected shop. Coming back to the same shop is a reconnection.

    Raises: ConsentLost when the answer does not belong to the consent begun in this browser; ConsentRefused;
    ShopTaken.
    """
    actor.must_run(business_id)
    if not expected_state or not secrets.compare_digest(answer.get("state", ""), expected_state):
        raise ConsentLost(channel=manifest(channel).name)
    application = connections.application(channel)
    if not isinstance(application, AsksConsent):
        raise UnknownChannel(channel=channel)
    grant = application.exchange(answer)
    shop_id = _keep(business_id=business_id, channel=channel, grant=grant)
    _introduce(shop_id)
    return shop_id


def disconnect(*, actor: Actor, shop_id: ShopId) -> None:
    """Let go of the consent. Listings stay on the channel; what waited is dropped and can be asked for again."""
    with transaction.atomic():
        shop = Shop.objects.select_for_update().filter(pk=shop_id).first()
        if shop is None:
            raise NotFound(shop_id=shop_id)
        actor.must_run(BusinessId(shop.business_id))
        shop.state, shop.grant_sealed, shop.grant_expires_at = ShopState.LEFT, "", None
        shop.save(update_fields=["state", "grant_sealed", "grant_expires_at"])
        Listing.objects.filter(shop=shop).update(due_at=None, look_at=None)
    connections.forget(shop_id)


def _keep(*, business_id: BusinessId, channel: str, grant: Grant) -> ShopId:
    at = now()
    with transaction.atomic():
        shop = Shop.objects.select_for_update().filter(channel=channel, external_id=grant.shop_external_id).first()
        if shop and shop.business_id != business_id and shop.state != ShopState.LEFT:
            raise ShopTaken(channel=manifest(channel).name)
        if shop is None:
            shop = Shop(id=uuid7(), channel=channel, external_id=grant.shop_external_id, connected_at=at)
        shop.business_id = business_id
        shop.grant_sealed = connections.seal_grant(ShopId(shop.pk), grant)
        shop.grant_expires_at, shop.consent_until = grant.expires_at, grant.consent_until
        shop.checked_at = at
        heal_shop(shop)
        try:
            with transaction.atomic():
                shop.save()
        except IntegrityError as raced:
            raise ShopTaken(channel=manifest(channel).name) from raced
    connections.forget(ShopId(shop.pk))
    return ShopId(shop.pk)


def _introduce(shop_id: ShopId) -> None:
    """Ask the channel who this is, then tell everybody and let waiting work go on."""
    profile = connections.connector(shop_id).profile()
    with transaction.atomic():
        shop = Shop.objects.select_for_update().get(pk=shop_id)
        shop.name, shop.url = profile.name[:200], profile.url
        shop.consent_until = profile.consent_until or shop.consent_until
        shop.save(update_fields=["name", "url", "consent_until"])
        record(
            ShopConnected(
                business_id=BusinessId(shop.business_id), shop_id=shop_id, channel=shop.channel,
                external_id=shop.external_id, name=shop.name, url=shop.url,
            )
        )  # fmt: skip
        wake_shop(shop_id)
