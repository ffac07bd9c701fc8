"""Verbs of the registry. Each is safe to repeat."""

from contextlib import AbstractContextManager
from datetime import date, datetime

import pghistory
from django.db import transaction

from lapak.core.actor import Actor
from lapak.core.clock import WIB, now
from lapak.core.crypto import blind_index, seal
from lapak.core.errors import NotFound
from lapak.core.events import record
from lapak.core.ids import BusinessId, PersonId
from lapak.reference.types import KBLI_VERSION, REGIONS_VERSION
from lapak.registry.errors import AlreadyClosed
from lapak.registry.funnel import quarter_of
from lapak.registry.identifiers import (
    check_kbli,
    check_name,
    check_nib,
    check_nmid,
    check_npwp,
    check_phone,
    check_region,
    size_class,
)
from lapak.registry.models import (
    AccountLink,
    Business,
    ChannelAccount,
    Establishment,
    EstablishmentLink,
    LadderEvent,
    MerchantLink,
    PaymentMerchant,
)
from lapak.registry.types import (
    COMPUTED,
    BusinessRegistered,
    BusinessRevised,
    Evidence,
    LegalForm,
    Rung,
    RungReached,
    Trade,
)

SALES = frozenset({Rung.ACTIVE})
"""Rungs with one event per cause; of the others only the earliest and the best evidence are kept."""


@transaction.atomic
def register_business(
    *,
    actor_person: PersonId | None,
    name: str,
    region_code: str = "",
    kbli_code: str = "",
    phone: str = "",
    nib: str = "",
    npwp: str = "",
    address: str = "",
    legal_form: LegalForm = LegalForm.PERORANGAN,
    trade: Trade | str = "",
    capital_idr: int | None = None,
    sales_idr: int | None = None,
    since: date | None = None,
    kbli_version: str = KBLI_VERSION,
    evidence: Evidence = Evidence.OWNER_WORD,
) -> BusinessId:
    """Write a new business down, with its main establishment and its first rung.

    actor_person: who registers it; None for a job of ours. What is not known may stay empty, what is given is checked.
    Raises: Invalid, with the field and the reason of `lapak.registry.identifiers`.
    """
    size = size_class(capital_idr=capital_idr, sales_idr=sales_idr)
    at = now()
    business = Business(
        name=check_name(name, limit=200),
        region_code=check_region(region_code) if region_code else "",
        kbli_code=check_kbli(kbli_code, version=kbli_version) if kbli_code else "",
        kbli_version=kbli_version if kbli_code else "",
        phone=check_phone(phone) if phone else "",
        nib=check_nib(nib) if nib else "",
        legal_form=legal_form,
        trade=trade,
        capital_idr=capital_idr,
        sales_idr=sales_idr,
        size_class=size.size,
        size_basis=size.basis or "",
        size_rule=size.rule if size.size else "",
        since=since,
        registered_at=at,
    )
    if npwp:
        _seal_npwp(business, npwp)
    business.save(force_insert=True)
    business_id = BusinessId(business.pk)
    if region_code:
        _settle(business, address=address)
    climb(
        business_id=business_id,
        rung=Rung.REGISTERED,
        at=at,
        evidence=evidence,
        because=str(actor_person or "registration"),
    )
    record(BusinessRegistered(business_id=business_id))
    return business_id


@transaction.atomic
def revise_business(
    *,
    actor: Actor,
    business_id: BusinessId,
    name: str | None = None,
    region_code: str | None = None,
    kbli_code: str | None = None,
    phone: str | None = None,
    nib: str | None = None,
    npwp: str | None = None,
    address: str | None = None,
    capital_idr: int | None = None,
    sales_idr: int | None = None,
) -> None:
    """Change what is given and leave the rest. The old row is kept with who changed it.

    A new region is a new main establishment; the old one keeps its dates. Raises: Invalid, NotYours, AlreadyClosed.
    """
    actor.must_run(business_id)
    with _told(actor, "revise_business"):
        business = _open_business(business_id)
        if name is not None:
            business.name = check_name(name, limit=200)
        if kbli_code is not None:
            business.kbli_code, business.kbli_version = check_kbli(kbli_code), KBLI_VERSION
        if phone is not None:
            business.phone = check_phone(phone)
        if nib is not None:
            business.nib = check_nib(nib) if nib else ""
        if npwp is not None:
            _seal_npwp(business, npwp)
        if capital_idr is not None:
            business.capital_idr = capital_idr
        if sales_idr is not None:
            business.sales_idr = sales_idr
        size = size_class(capital_idr=business.capital_idr, sales_idr=business.sales_idr)
        business.size_class, business.size_basis = size.size, size.basis or ""
        business.size_rule = size.rule if size.size else ""
        moved = region_code is not None and region_code != business.region_code
        if region_code is not None:
            business.region_code = check_region(region_code)
        business.save()
        if moved or address is not None:
            _settle(business, address=address or "")
        record(BusinessRevised(business_id=business_id))


@transaction.atomic
def close_business(*, actor: Actor, business_id: BusinessId, on: date, evidence: Evidence, because: str) -> None:
    """Record that a business has ended. It stays in every count of the past. Raises: NotYours, AlreadyClosed."""
    actor.must_run(business_id)
    with _told(actor, "close_business"):
        business = _open_business(business_id)
        business.closed_on = on
        business.save(update_fields=["closed_on"])
        at = datetime(on.year, on.month, on.day, 12, tzinfo=WIB)
        climb(business_id=business_id, rung=Rung.CLOSED, at=at, evidence=evidence, because=because)


@transaction.atomic(savepoint=False)  # called for each order: a listener fails as a whole anyway
def climb(*, business_id: BusinessId, rung: Rung, at: datetime, evidence: Evidence, because: str) -> bool:
    """Append a step of the ladder. Returns whether it is new; the same cause twice is once.

    because: an order's or shop's id, a file's digest; at most 80 characters. Rung `active` is a sale, one for each
    cause. Of the other rungs a step is kept only while it is earlier or better known than what is there.
    `sustained` and `dormant` follow from the sales and are never written.
    """
    if rung in COMPUTED:
        raise ValueError(f"{rung} follows from the sales")
    there = LadderEvent.objects.filter(business_id=business_id, rung=rung.step)
    first = not there.exists()
    if not first and rung not in SALES and there.filter(at__lte=at, evidence__lte=evidence.weakness).exists():
        return False
    _, is_new = LadderEvent.objects.get_or_create(
        business_id=business_id,
        rung=rung.step,
        because=because,
        defaults={"at": at, "quarter": quarter_of(at), "evidence": evidence.weakness, "recorded_at": now()},
    )
    if is_new and first:
        record(RungReached(business_id=business_id, rung=rung.value))
    return is_new


@transaction.atomic
def note_account(
    *,
    business_id: BusinessId,
    platform: str,
    external_id: str,
    handle: str = "",
    url: str = "",
    opened_on: date | None = None,
    verified_how: Evidence,
    seen_active_at: datetime | None = None,
) -> None:
    """Know an account of a business. Twice is once; the best evidence and the latest sighting stay.

    An account that another business has too is linked to both: couples share one, and which is right is for people.
    """
    account, is_new = ChannelAccount.objects.select_for_update().get_or_create(
        platform=platform,
        external_id=external_id,
        defaults={
            "handle": handle,
            "url": url,
            "opened_on": opened_on,
            "verified_how": verified_how.weakness,
            "seen_active_at": seen_active_at,
        },
    )
    if not is_new:
        account.handle, account.url = handle or account.handle, url or account.url
        account.opened_on = account.opened_on or opened_on
        account.verified_how = min(account.verified_how, verified_how.weakness)
        sightings = [seen for seen in (account.seen_active_at, seen_active_at) if seen]
        account.seen_active_at = max(sightings, default=None)
        account.save()
    AccountLink.objects.get_or_create(
        business_id=business_id, account=account, until=None, defaults={"since": _today()}
    )


@transaction.atomic
def note_merchant(*, business_id: BusinessId, nmid: str) -> None:
    """Know a QRIS merchant number of a business. Twice is once. Raises: Invalid."""
    merchant, _ = PaymentMerchant.objects.get_or_create(nmid=check_nmid(nmid))
    MerchantLink.objects.get_or_create(
        business_id=business_id, merchant=merchant, until=None, defaults={"since": _today()}
    )


def _open_business(business_id: BusinessId) -> Business:
    business = Business.objects.select_for_update().filter(pk=business_id).first()
    if business is None:
        raise NotFound(business_id=business_id)
    if business.closed_on:
        raise AlreadyClosed(name=business.name)
    return business


def _settle(business: Business, *, address: str) -> None:
    """Make the business's region its main establishment from today, and end the one before."""
    today = _today()
    EstablishmentLink.objects.filter(business=business, main=True, until=None).update(until=today)
    place = Establishment.objects.create(
        address=address, region_code=business.region_code, region_version=REGIONS_VERSION
    )
    EstablishmentLink.objects.create(business=business, establishment=place, since=today)


def _seal_npwp(business: Business, npwp: str) -> None:
    number = check_npwp(npwp) if npwp else ""
    business.npwp_sealed = seal(number, bound_to=f"business:{business.pk}:npwp") if number else ""
    business.npwp_index = blind_index(number, field="npwp") if number else ""


def _told(actor: Actor, verb: str) -> AbstractContextManager[object]:
    """Put who and why beside the old rows that the history keeps."""
    context: AbstractContextManager[object] = pghistory.context(
        person=str(actor.person_id or ""), role=actor.role.value, why=actor.why or verb
    )
    return context


def _today() -> date:
    return now().astimezone(WIB).date()
