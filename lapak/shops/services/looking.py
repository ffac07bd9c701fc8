"""Looking back: what a buyer sees on the channel now, for listings in review, just changed, or long unseen."""

from uuid import UUID

from django.db import transaction

from lapak.channels.kit.protocol import TakesListings
from lapak.core.clock import now
from lapak.core.errors import LapakError
from lapak.core.ids import ListingId, ShopId
from lapak.core.jobs import lane_task, wake
from lapak.domain.listing import ListingRef
from lapak.shops import connections
from lapak.shops.faults import note_on_shop
from lapak.shops.models import Listing
from lapak.shops.services.sending import note_seen
from lapak.shops.types import ListingPhase, ShopState

BATCH = 50


@lane_task("shops.look")
def look_back(lane: str) -> bool:
    """Look at the listings of a shop whose turn it is. True when more are waiting."""
    shop_id = ShopId(UUID(lane))
    due = Listing.objects.filter(shop_id=shop_id, look_at__lte=now()).exclude(external_id="")
    rows = list(due.exclude(phase=ListingPhase.SENDING).prefetch_related("variants").order_by("look_at")[:BATCH])
    if not rows:
        return False
    refs = [
        ListingRef(external_id=row.external_id, url=row.url,
                   variants={variant.sku: variant.external_id for variant in row.variants.all()})
        for row in rows
    ]  # fmt: skip
    try:
        link = connections.connector(shop_id)
        if not isinstance(link, TakesListings):
            return False
        seen = link.look(refs)
    except LapakError as fault:
        note_on_shop(shop_id, fault)
        return False
    for row in rows:
        if row.external_id in seen:
            note_seen(ListingId(row.pk), seen[row.external_id])
    return len(rows) == BATCH


def wake_looks() -> int:
    """Wake every shop with a listing to look at. Returns how many."""
    due = Listing.objects.filter(look_at__lte=now(), shop__state=ShopState.CONNECTED).exclude(external_id="")
    shop_ids = list(due.values_list("shop_id", flat=True).distinct())
    for shop_id in shop_ids:
        with transaction.atomic():
            wake(look_back, lane=str(shop_id))
    return len(shop_ids)
