"""The one place where the network meets our listings: what differs from the wish is sent, the most urgent first."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import F, Min, Q

from lapak.channels.kit.protocol import TakesListings
from lapak.core.actor import Actor
from lapak.core.clock import now
from lapak.core.errors import Acts, LapakError, NotFound
from lapak.core.events import backoff, record
from lapak.core.ids import BusinessId, ListingId, ShopId, VariantId
from lapak.core.jobs import lane_task, wake
from lapak.domain.listing import ListingRef, ListingSpec, ListingState, ListingStatus, StockLine
from lapak.shops import connections
from lapak.shops.faults import OF_THE_SHOP, note_on_shop, plain_facts
from lapak.shops.models import Errand, Listing, ListingVariant, Shop
from lapak.shops.services.errands import run_errand
from lapak.shops.specs import digest_of, spec_from_json
from lapak.shops.types import ListingPhase, ListingWentLive, ShopState

log = structlog.get_logger(__name__)

TURN_S = 20.0  # a job works this long for one shop, then lets another have the thread
MAX_TRIES = 8
FIRST_LOOK_S = 5  # we look at once; this is for when we are killed before we could
REVIEW_LOOK_S = 30

PHASE_OF = {
    ListingState.LIVE: ListingPhase.LIVE,
    ListingState.IN_REVIEW: ListingPhase.IN_REVIEW,
    ListingState.REFUSED: ListingPhase.REFUSED,
    ListingState.HIDDEN: ListingPhase.HIDDEN,
    ListingState.GONE: ListingPhase.GONE,
}
_TO_SEND = ~Q(sent_stock=F("wanted_stock")) | ~Q(sent_price_idr=F("wanted_price_idr"))


def wake_shop(shop_id: ShopId) -> None:
    """Have a worker look at what a shop still has to be told. Inside the transaction that wrote it."""
    wake(work_shop, lane=str(shop_id))


@lane_task("shops.send")
def work_shop(lane: str) -> bool:
    """Do what is due for one shop: errands, then stock (lowest first), then listings. True when more is left."""
    shop_id = ShopId(UUID(lane))
    until = time.monotonic() + TURN_S
    while time.monotonic() < until:
        if not _may_work(shop_id):
            return False
        if not _one_thing(shop_id):
            return False
    return True


def _one_thing(shop_id: ShopId) -> bool:
    """Do the most urgent thing. False: nothing is due, or the shop must rest."""
    at = now()
    errand = Errand.objects.filter(shop_id=shop_id, due_at__lte=at).order_by("due_at").first()
    if errand:
        return run_errand(errand.pk)
    stocked = (
        Listing.objects.filter(shop_id=shop_id, due_at__isnull=True)
        .exclude(external_id="")
        .exclude(phase__in=[ListingPhase.GONE, ListingPhase.STUCK])
        .filter(pk__in=ListingVariant.objects.filter(_TO_SEND, listing__shop_id=shop_id).values("listing_id"))
        .annotate(lowest=Min("variants__wanted_stock"))
        .order_by("lowest", "pk")
        .first()
    )
    if stocked:
        return _push_stock(ListingId(stocked.pk))
    due = Listing.objects.filter(shop_id=shop_id, due_at__lte=at).order_by("due_at", "pk").first()
    return push_listing(ListingId(due.pk)) if due else False


def push_listing(listing_id: ListingId) -> bool:
    """Make one listing on one channel what we want it to be. Safe to run twice. False: the shop must rest."""
    claimed = _claim(listing_id)
    if claimed is None:
        return True
    shop_id, spec, known = claimed
    try:
        link = connections.connector(shop_id)
        if not isinstance(link, TakesListings):
            raise TypeError(f"{link.slug} takes no listings")
        if spec.listed:
            ref = link.put(spec, known=known)
        else:
            if known:
                link.withdraw(known)
            ref = known or ListingRef(external_id="")
        _note_sent(listing_id, spec, ref)
        if ref.external_id:
            note_seen(listing_id, link.look([ref])[ref.external_id])
    except LapakError as fault:
        note_fault(listing_id, fault)
        return not note_on_shop(shop_id, fault)
    return True


def _may_work(shop_id: ShopId) -> bool:
    state, rest_until = Shop.objects.values_list("state", "rest_until").get(pk=shop_id)
    return bool(state == ShopState.CONNECTED and (rest_until is None or rest_until <= now()))


@transaction.atomic
def _claim(listing_id: ListingId) -> tuple[ShopId, ListingSpec, ListingRef | None] | None:
    """Copy the wish out under a lock and let go. The try is counted first, so that a kill counts."""
    listing = Listing.objects.select_for_update().get(pk=listing_id)
    at = now()
    if listing.due_at is None or listing.due_at > at:
        return None
    listing.tries += 1
    listing.due_at = at + backoff(listing.tries)
    listing.phase = ListingPhase.SENDING
    listing.save(update_fields=["tries", "due_at", "phase"])
    rows = {row.variant_id: row for row in listing.variants.all()}
    spec = spec_from_json(listing.spec)
    spec = replace(spec, variants=tuple(
        replace(variant, stock=max(rows[variant.variant_id].wanted_stock, 0),
                price_idr=rows[variant.variant_id].wanted_price_idr)
        for variant in spec.variants if variant.variant_id in rows))  # fmt: skip
    known = None
    if listing.external_id:
        known = _ref(listing)
    return ShopId(listing.shop_id), spec, known


def _ref(listing: Listing) -> ListingRef:
    variants = {row.sku: row.external_id for row in listing.variants.all() if row.external_id}
    return ListingRef(external_id=listing.external_id, url=listing.url, variants=variants, media=listing.media)


@transaction.atomic
def _note_sent(listing_id: ListingId, spec: ListingSpec, ref: ListingRef) -> None:
    """The channel took it. A wish that changed meanwhile stays due."""
    listing = Listing.objects.select_for_update().get(pk=listing_id)
    at = now()
    listing.sent_digest, listing.sent_at, listing.tries = digest_of(spec), at, 0
    listing.external_id, listing.url = ref.external_id, ref.url or listing.url
    listing.media = dict(ref.media) or listing.media
    listing.fault_code, listing.fault_told, listing.fault_at, listing.their_words = "", {}, None, ""
    listing.phase = ListingPhase.SENT if spec.listed else ListingPhase.HIDDEN
    listing.due_at = None if listing.spec_digest == listing.sent_digest else at
    listing.look_at = at + timedelta(seconds=FIRST_LOOK_S) if ref.external_id else None
    listing.save()
    sent = {variant.variant_id: variant for variant in spec.variants}
    for row in listing.variants.all():
        variant = sent.get(VariantId(row.variant_id))
        if variant is None:
            continue
        row.external_id = ref.variants.get(variant.sku, row.external_id)
        row.sent_stock, row.sent_price_idr = variant.stock, variant.price_idr
        row.save(update_fields=["external_id", "sent_stock", "sent_price_idr"])


@transaction.atomic
def note_seen(listing_id: ListingId, status: ListingStatus) -> None:
    """What a buyer sees now. Going live is an event, once each time."""
    listing = Listing.objects.select_for_update(of=("self",)).select_related("shop").get(pk=listing_id)
    was_live = listing.phase == ListingPhase.LIVE
    listing.phase = PHASE_OF[status.state]
    listing.seen_at, listing.their_words = status.seen_at, status.reason
    listing.url = status.url or listing.url
    reviewing = listing.phase == ListingPhase.IN_REVIEW
    listing.look_at = status.seen_at + timedelta(seconds=REVIEW_LOOK_S if reviewing else 6 * 3600)
    if listing.phase == ListingPhase.REFUSED:
        listing.fault_code, listing.fault_at = "listing_refused", status.seen_at
        listing.fault_told = {"channel": listing.shop.channel, "title": listing.title, "theirs": status.reason}
    listing.save()
    for row in listing.variants.all():
        if row.sku in status.stock:
            row.seen_stock = status.stock[row.sku]
            row.seen_price_idr = status.price_idr.get(row.sku)
            row.save(update_fields=["seen_stock", "seen_price_idr"])
    Shop.objects.filter(pk=listing.shop_id).update(checked_at=status.seen_at)
    if listing.phase == ListingPhase.LIVE and not was_live:
        record(
            ListingWentLive(
                business_id=BusinessId(listing.shop.business_id), shop_id=ShopId(listing.shop_id),
                listing_id=listing_id, channel=listing.shop.channel,
            )
        )  # fmt: skip


@transaction.atomic
def note_fault(listing_id: ListingId, fault: LapakError) -> None:
    """CLOCK: again later. OWNER: ask, unless it is the shop that must sign in. STAFF: a few tries, then a person."""
    listing = Listing.objects.select_for_update().get(pk=listing_id)
    listing.fault_code, listing.fault_told, listing.fault_at = fault.code, plain_facts(fault), now()
    listing.their_words = str(fault.told.get("theirs", ""))
    if fault.code in OF_THE_SHOP:
        listing.phase, listing.due_at, listing.tries = ListingPhase.WAITING, now(), 0  # waits for the shop, not lost
    elif fault.code == "listing_gone":
        listing.phase, listing.external_id, listing.due_at = ListingPhase.GONE, "", None
    elif fault.acts is Acts.OWNER:
        listing.phase, listing.due_at = ListingPhase.REFUSED, None
    elif listing.tries >= MAX_TRIES and fault.acts is Acts.STAFF:
        listing.phase, listing.due_at = ListingPhase.STUCK, None
        log.error("listing_stuck", listing_id=str(listing_id), code=fault.code)
    else:
        listing.phase = ListingPhase.WAITING
    listing.save()


def _push_stock(listing_id: ListingId) -> bool:
    """Tell one listing's stock and price. False: the shop must rest."""
    listing = Listing.objects.get(pk=listing_id)
    rows = list(listing.variants.filter(_TO_SEND).order_by("wanted_stock", "pk"))
    ref = _ref(listing)
    lines = [
        StockLine(sku=row.sku, external_id=row.external_id, stock=max(row.wanted_stock, 0),
                  price_idr=row.wanted_price_idr)
        for row in rows
    ]  # fmt: skip
    shop_id = ShopId(listing.shop_id)
    try:
        link = connections.connector(shop_id)
        if not isinstance(link, TakesListings):
            raise TypeError(f"{link.slug} takes no listings")
        refused = link.set_stock(ref, lines)
    except LapakError as fault:
        _note_stock_fault(listing_id, fault)
        return not note_on_shop(shop_id, fault)
    _note_stock_sent(rows, refused)
    return True


def _note_stock_sent(rows: Sequence[ListingVariant], refused: Mapping[str, str]) -> None:
    """Mark what was sent, by the values that went out; a wish that changed meanwhile still differs and goes next.

    A refused line is marked sent with the platform's words: sent again unchanged it would be refused again.
    """
    at = now()
    for row in rows:
        ListingVariant.objects.filter(pk=row.pk).update(
            sent_stock=row.wanted_stock, sent_price_idr=row.wanted_price_idr, their_words=refused.get(row.sku, "")
        )
    Shop.objects.filter(listings__pk=rows[0].listing_id).update(checked_at=at)
    Listing.objects.filter(pk=rows[0].listing_id).update(look_at=at)


@transaction.atomic
def _note_stock_fault(listing_id: ListingId, fault: LapakError) -> None:
    """A listing whose stock could not be told is sent whole next time: that path has the backoff and the words."""
    listing = Listing.objects.select_for_update().get(pk=listing_id)
    if listing.due_at is None:
        listing.tries += 1
        listing.due_at = now() + backoff(listing.tries)
        listing.save(update_fields=["tries", "due_at"])
    note_fault(listing_id, fault)


@transaction.atomic
def resend(*, actor: Actor, listing_id: UUID) -> None:
    """The owner's button: try now, with new tries."""
    listing = Listing.objects.select_for_update(of=("self",)).select_related("shop").filter(pk=listing_id).first()
    if listing is None:
        raise NotFound(listing_id=listing_id)
    actor.must_run(BusinessId(listing.shop.business_id))
    listing.tries, listing.due_at, listing.phase = 0, now(), ListingPhase.WAITING
    listing.save(update_fields=["tries", "due_at", "phase"])
    wake_shop(ShopId(listing.shop_id))


def wake_shops() -> int:
    """Wake every connected shop that has something due: retries, ended rests, what a killed worker left."""
    at = now()
    ready = Shop.objects.filter(state=ShopState.CONNECTED).filter(Q(rest_until__isnull=True) | Q(rest_until__lte=at))
    due = ready.filter(
        Q(listings__due_at__lte=at)
        | Q(pk__in=Errand.objects.filter(due_at__lte=at).values("shop_id"))
        | Q(pk__in=ListingVariant.objects.filter(
            _TO_SEND, listing__due_at__isnull=True).exclude(listing__external_id="").exclude(
            listing__phase__in=[ListingPhase.GONE, ListingPhase.STUCK]).values("listing__shop_id"))
    ).distinct()  # fmt: skip
    shop_ids = list(due.values_list("pk", flat=True))
    for shop_id in shop_ids:
        with transaction.atomic():
            wake_shop(ShopId(shop_id))
    return len(shop_ids)
