"""Words to the owners' phones, each said once, and only to those who agreed to be written to."""

from collections.abc import Mapping

from django.conf import settings

from lapak.accounts.selectors import agrees, owners_of
from lapak.channels.kit.load import manifest
from lapak.core.events import on
from lapak.core.ids import BusinessId
from lapak.messaging.services import ask_to_send
from lapak.messaging.types import NOTICES
from lapak.orders.selectors import order_row
from lapak.orders.types import OrderSold
from lapak.shops.selectors import shop_ref
from lapak.shops.types import ShopSignedOut


@on(OrderSold)
def new_order(event: OrderSold) -> None:
    """An order to be packed."""
    order = order_row(order_id=event.order_id)
    shop = shop_ref(shop_id=order.shop_id)
    _tell(
        event.business_id, "pesanan_baru", f"order:{event.order_id}:sold",
        {"shop": shop.name or manifest(shop.channel).name, "order": order.external_no},
    )  # fmt: skip


@on(ShopSignedOut)
def connection_lost(event: ShopSignedOut) -> None:
    """A consent ended. Told at most once a day for each shop."""
    name = manifest(event.channel).name
    _tell(
        event.business_id, "sambungan_putus", f"shop:{event.shop_id}:out:{event.at:%Y%m%d}",
        {"channel": name, "link": f"{settings.LAPAK_PUBLIC_URL}/toko"},
    )  # fmt: skip


def _tell(business_id: BusinessId, template: str, because: str, words: Mapping[str, str]) -> None:
    for person in owners_of(business_id=business_id):
        if person.phone and agrees(person_id=person.person_id, purpose=NOTICES):
            ask_to_send(
                template=template, to=person.phone, words=words, because=f"{because}:{person.person_id}",
                language=person.language,
            )  # fmt: skip
