"""Our application on Blibli, which sellers join by keys: there is no consent page."""

from collections.abc import Mapping, Sequence

import httpx2

from lapak.channels.blibli.auth import SIGNATURE_KEY, USERNAME, grant_of
from lapak.channels.blibli.client import SellerClient
from lapak.channels.blibli.endpoints import STORE
from lapak.channels.blibli.mapping import CHANNEL
from lapak.channels.kit.errors import ConsentRefused, SignedOut
from lapak.domain.connection import Grant, KeyField

STORE_CODE, SELLER_KEY = "store_code", "api_seller_key"
FIELDS = (
    KeyField(name=STORE_CODE),
    KeyField(name=USERNAME),
    KeyField(name=SELLER_KEY, secret=True),
    KeyField(name=SIGNATURE_KEY, secret=True, needed=False),
)


class BlibliApplication:
    """Built by `kit.load`. Safe to use from several threads."""

    slug = "blibli"

    def __init__(self, *, settings: Mapping[str, str], transport: httpx2.BaseTransport | None = None) -> None:
        self._client = SellerClient(settings=settings, transport=transport)

    def __repr__(self) -> str:
        return f"BlibliApplication({self._client!r})"

    def close(self) -> None:
        self._client.close()

    def key_fields(self) -> Sequence[KeyField]:
        return FIELDS

    def exchange_keys(self, fields: Mapping[str, str]) -> Grant:
        """The keys are tried on the store they are for. Raises: ConsentRefused, and the faults of the line."""
        typed = {field.name: fields.get(field.name, "").strip() for field in FIELDS}
        for field in FIELDS:
            if field.needed and not typed[field.name]:
                raise ConsentRefused(channel=CHANNEL, why="incomplete", field=field.name)
        grant = grant_of(
            store_code=typed[STORE_CODE].upper(),
            username=typed[USERNAME],
            seller_key=typed[SELLER_KEY],
            signature_key=typed[SIGNATURE_KEY],
        )
        try:
            told = self._client.call(grant, STORE).part("content")
        except SignedOut as refused:
            raise ConsentRefused(**refused.told) from None
        if told.text("storeCode", grant.shop_external_id) != grant.shop_external_id:
            raise ConsentRefused(channel=CHANNEL, why="other_store", field=STORE_CODE)
        return grant
