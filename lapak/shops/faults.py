"""What a fault of a channel does to a shop: rest, sign out, block, or just be noted."""

from datetime import timedelta

from django.db import transaction

from lapak.channels.kit.errors import ChannelBusy, ShopBlocked, SignedOut
from lapak.core.clock import now
from lapak.core.errors import LapakError
from lapak.core.events import record
from lapak.core.ids import BusinessId, ShopId
from lapak.shops.errors import ShopNotConnected
from lapak.shops.models import Shop
from lapak.shops.types import ShopSignedOut, ShopState

LONGEST_REST_S = 900
OF_THE_SHOP = frozenset({SignedOut.code, ShopNotConnected.code, ShopBlocked.code})
"""Faults of the whole shop: what was to be done for it waits, and is not at fault itself."""


def plain_facts(fault: LapakError) -> dict[str, object]:
    """The facts of a fault as JSON can hold them."""
    return {
        name: value if isinstance(value, int | float | str | bool | None) else str(value)
        for name, value in fault.told.items()
    }


def note_on_shop(shop_id: ShopId, fault: LapakError) -> bool:
    """Write down what a fault means for the whole shop. Returns whether work for the shop must stop for now.

    A consent that ended is told once: the event goes with the change of state, and only then.
    """
    at = now()
    with transaction.atomic():
        shop = Shop.objects.select_for_update().get(pk=shop_id)
        if isinstance(fault, ChannelBusy):
            wait_s = fault.told.get("wait_s")
            rest_s = min(float(wait_s), LONGEST_REST_S) if isinstance(wait_s, int | float) else 0.0
            if rest_s:
                shop.rest_until = at + timedelta(seconds=rest_s)
                shop.save(update_fields=["rest_until"])
            return True
        if isinstance(fault, SignedOut | ShopNotConnected):
            if shop.state == ShopState.CONNECTED:
                shop.state = ShopState.SIGNED_OUT
                record(
                    ShopSignedOut(
                        business_id=BusinessId(shop.business_id), shop_id=shop_id, channel=shop.channel, at=at
                    )
                )
        elif isinstance(fault, ShopBlocked):
            shop.state = ShopState.BLOCKED
        else:
            return False
        shop.fault_code, shop.fault_told, shop.fault_at = fault.code, plain_facts(fault), at
        shop.save(update_fields=["state", "fault_code", "fault_told", "fault_at"])
        return True


def heal_shop(shop: Shop) -> None:
    """A shop that answers again has no fault."""
    shop.state, shop.fault_code, shop.fault_told, shop.fault_at, shop.rest_until = (
        ShopState.CONNECTED, "", {}, None, None,
    )  # fmt: skip
