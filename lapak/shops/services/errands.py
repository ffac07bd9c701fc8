"""Errands on a channel for an order: asked once, done once, with the platform's refusal told."""

from django.db import transaction

from lapak.channels.kit.protocol import GivesOrders
from lapak.core.clock import now
from lapak.core.errors import Acts, LapakError
from lapak.core.events import backoff, record
from lapak.core.ids import BusinessId, ShopId
from lapak.core.jobs import wake
from lapak.shops import connections
from lapak.shops.faults import OF_THE_SHOP, note_on_shop, plain_facts
from lapak.shops.models import Errand, Shop
from lapak.shops.types import ErrandDone, ErrandRefused

MAX_TRIES = 8
MAKE_READY = "make_ready"


@transaction.atomic
def ask_errand(*, shop_id: ShopId, kind: str, external_no: str) -> None:
    """Ask for something to be done at the channel. Asked twice is once; a refused one is tried anew."""
    from lapak.shops.services.sending import work_shop  # the lane's worker runs errands: each knows the other

    errand, is_new = Errand.objects.select_for_update().get_or_create(
        shop_id=shop_id, kind=kind, external_no=external_no, defaults={"asked_at": now(), "due_at": now()}
    )
    if not is_new and errand.done_at is None and errand.due_at is None:
        errand.due_at, errand.tries, errand.fault_code = now(), 0, ""
        errand.save(update_fields=["due_at", "tries", "fault_code"])
    wake(work_shop, lane=str(shop_id))


def run_errand(errand_id: int) -> bool:
    """Do one errand. Safe to run twice: the connector's verb is. False: the shop must rest."""
    with transaction.atomic():
        errand = Errand.objects.select_for_update().get(pk=errand_id)
        errand.tries += 1
        errand.due_at = now() + backoff(errand.tries)
        errand.save(update_fields=["tries", "due_at"])
    shop_id = ShopId(errand.shop_id)
    try:
        link = connections.connector(shop_id)
        if not isinstance(link, GivesOrders):
            raise TypeError(f"{link.slug} gives no orders")
        tracking_no = link.make_ready(errand.external_no)
    except LapakError as fault:
        _note_fault(errand, fault)
        return not note_on_shop(shop_id, fault)
    with transaction.atomic():
        Errand.objects.filter(pk=errand_id).update(done_at=now(), due_at=None, fault_code="", fault_told={})
        record(
            ErrandDone(
                business_id=_business_of(shop_id), shop_id=shop_id, kind=errand.kind,
                external_no=errand.external_no, tracking_no=tracking_no,
            )
        )  # fmt: skip
    return True


@transaction.atomic
def _note_fault(errand: Errand, fault: LapakError) -> None:
    errand.fault_code, errand.fault_told = fault.code, plain_facts(fault)
    if fault.code in OF_THE_SHOP:
        errand.due_at, errand.tries = now(), 0
    elif fault.acts is Acts.OWNER or errand.tries >= MAX_TRIES:
        errand.due_at = None
        shop_id = ShopId(errand.shop_id)
        record(
            ErrandRefused(
                business_id=_business_of(shop_id), shop_id=shop_id, kind=errand.kind,
                external_no=errand.external_no, code=fault.code,
            )
        )  # fmt: skip
    errand.save(update_fields=["fault_code", "fault_told", "due_at", "tries"])


def _business_of(shop_id: ShopId) -> BusinessId:
    return BusinessId(Shop.objects.values_list("business_id", flat=True).get(pk=shop_id))
