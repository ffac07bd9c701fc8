"""Questions to the registry. None writes."""

import re
from datetime import datetime

from django.db import connection
from django.db.models import Q, QuerySet

from lapak.core.actor import Actor, Role
from lapak.core.clock import now
from lapak.core.crypto import blind_index
from lapak.core.errors import NotFound, NotYours
from lapak.core.ids import BusinessId
from lapak.reference.selectors import regions_below
from lapak.registry.funnel import funnel, funnels, standing_of
from lapak.registry.identifiers import size_class
from lapak.registry.models import AccountLink, Business, EstablishmentLink, LadderEvent
from lapak.registry.types import (
    COMPUTED,
    AccountRow,
    BusinessFile,
    BusinessRow,
    Evidence,
    Funnel,
    Match,
    RegionFunnel,
    Rung,
    RungRow,
    Size,
)

_CHILD_LENGTH = {0: 2, 2: 5, 5: 8, 8: 13}
"""Characters of a region's code → those of the codes right below it."""
_LIKE = 0.55
"""Similarity of names (shared trigrams, 0 to 1) from which they may be one; pg_trgm's own threshold is 0.3."""


def business_row(*, actor: Actor, business_id: BusinessId) -> BusinessRow:
    """One business. Raises: NotYours, NotFound."""
    return _row(_seen(actor, business_id))


def business_file(*, actor: Actor, business_id: BusinessId) -> BusinessFile:
    """All the registry holds of a business, for its owner's eyes and for export. Raises: NotYours, NotFound."""
    business = _seen(actor, business_id)
    main = EstablishmentLink.objects.filter(business=business, main=True, until=None).select_related("establishment")
    place = main.first()
    accounts = (
        AccountLink.objects.filter(business=business, until=None).select_related("account").order_by("since", "pk")
    )
    return BusinessFile(
        row=_row(business),
        legal_form=business.legal_form,
        trade=business.trade,
        has_npwp=bool(business.npwp_sealed),
        capital_idr=business.capital_idr,
        sales_idr=business.sales_idr,
        size=size_class(capital_idr=business.capital_idr, sales_idr=business.sales_idr),
        address=place.establishment.address if place else "",
        since=business.since,
        closed_on=business.closed_on,
        accounts=tuple(
            AccountRow(
                platform=link.account.platform,
                external_id=link.account.external_id,
                handle=link.account.handle,
                url=link.account.url,
                opened_on=link.account.opened_on,
                verified_how=Evidence.of(link.account.verified_how),
                seen_active_at=link.account.seen_active_at,
            )
            for link in accounts
        ),
    )


def businesses_of(
    *, actor: Actor, region_code: str = "", search: str = "", before: BusinessId | None = None, limit: int = 50
) -> list[BusinessRow]:
    """Businesses the actor may see, the newest first; `before` is the last one of the page before.

    Owners and trainers see their own, officers those of a region inside their scope. search: part of a name, or a whole
    NIB or phone number. Raises: NotYours.
    """
    rows = _visible(actor, region_code)
    if search.strip():
        digits = re.sub(r"\D", "", search)
        wanted = Q(name__icontains=search.strip())
        if len(digits) >= 8:
            wanted |= Q(nib=digits) | Q(phone="+62" + re.sub(r"^(?:62|0)", "", digits))
        rows = rows.filter(wanted)
    if before:
        rows = rows.filter(pk__lt=before)
    return [_row(business) for business in rows.order_by("-pk")[:limit]]


def rungs_of(*, actor: Actor, business_id: BusinessId) -> list[RungRow]:
    """The rungs a business has reached, in order: when first, and the best evidence.

    A state that follows from the sales (sustained, dormant) comes last, dated by the last sale. Raises: NotYours.
    """
    _seen(actor, business_id)
    reached: dict[Rung, RungRow] = {}
    events = LadderEvent.objects.filter(business_id=business_id).order_by("at").values_list("rung", "at", "evidence")
    for step, at, weakness in events:
        rungs = (Rung.FIRST_SALE, Rung.ACTIVE) if step == Rung.ACTIVE.step else (Rung.at(step),)
        for rung in rungs:
            known = reached.get(rung)
            best = min(weakness, known.evidence.weakness) if known else weakness
            reached[rung] = RungRow(rung=rung, at=known.at if known else at, evidence=Evidence.of(best))
    standing = standing_of(business_id, as_of=now())
    if standing and standing.rung in COMPUTED and standing.last_sale_at:
        known = reached[Rung.FIRST_SALE]
        reached[standing.rung] = RungRow(rung=standing.rung, at=standing.last_sale_at, evidence=known.evidence)
    return sorted(reached.values(), key=lambda row: row.rung.step)


def ladder_funnel(*, actor: Actor, region_code: str = "", as_of: datetime | None = None) -> Funnel:
    """The ladder of a region (the nation without a code) on a day, today by default. Raises: NotYours."""
    actor.must_see_region(region_code)
    at = as_of or now()
    found = funnels(region_code=region_code, child_length=0, as_of=at)
    return found.get("") or funnel(region_code=region_code, as_of=at, now={}, ever={})


def funnel_by_region(*, actor: Actor, region_code: str = "", as_of: datetime | None = None) -> list[RegionFunnel]:
    """The ladder of every region right below one, by name, those without a business too; they add up to the parent's.

    A row with an empty code holds the businesses that are not placed below the parent. Villages have nothing below.
    Raises: NotYours.
    """
    actor.must_see_region(region_code)
    child_length = _CHILD_LENGTH.get(len(region_code))
    if child_length is None:
        return []
    at = as_of or now()
    found = funnels(region_code=region_code, child_length=child_length, as_of=at)
    rows = []
    for child in regions_below(region_code):
        counted = found.pop(child.code, None) or funnel(region_code=child.code, as_of=at, now={}, ever={})
        rows.append(RegionFunnel(region_code=child.code, name=child.title, funnel=counted))
    # What is left are codes that are no longer on the list, and businesses without a finer place.
    rows += [RegionFunnel(region_code=code, name=code, funnel=found[code]) for code in sorted(found)]
    return rows


def likely_duplicates(
    *, name: str, phone: str = "", nib: str = "", npwp: str = "", region_code: str = "", limit: int = 5
) -> list[Match]:
    """Businesses that may be the same one, with the fields that agree; the surest first. Nothing is merged.

    nib, npwp, phone: as the checks of `identifiers` return them. A name counts only within one regency. For staff and
    imports: an owner is shown a match only through a door that has proven the phone.
    """
    npwp_index = blind_index(npwp, field="npwp") if npwp else ""
    facts: dict[str, str | int | float] = {
        "name": name,
        "phone": phone,
        "nib": nib,
        "npwp": npwp_index,
        "limit": limit,
        "like": _LIKE,
    }
    by_name = ""
    if region_code:
        facts["regency"] = f"{region_code[:5]}%"
        by_name = (
            "OR (upper(name) %% upper(%(name)s) AND region_code LIKE %(regency)s"
            " AND similarity(upper(name), upper(%(name)s)) >= %(like)s)"
        )
    query = f"""
        SELECT id, name, region_code, same_nib, same_npwp, same_phone, alike FROM (
            SELECT id, name, region_code,
                nib <> '' AND nib = %(nib)s AS same_nib,
                npwp_index <> '' AND npwp_index = %(npwp)s AS same_npwp,
                phone <> '' AND phone = %(phone)s AS same_phone,
                similarity(upper(name), upper(%(name)s)) AS alike
            FROM registry_business
            WHERE (nib <> '' AND nib = %(nib)s) OR (npwp_index <> '' AND npwp_index = %(npwp)s)
                OR (phone <> '' AND phone = %(phone)s) {by_name}
        ) AS candidate
        ORDER BY same_nib DESC, same_npwp DESC, same_phone DESC, alike DESC, id LIMIT %(limit)s
    """  # noqa: S608 - our own text
    with connection.cursor() as cursor:
        cursor.execute(query, facts)
        rows = cursor.fetchall()
    matches = []
    for pk, found, region, same_nib, same_npwp, same_phone, alike in rows:
        agree = {"nib": same_nib, "npwp": same_npwp, "phone": same_phone, "name": alike >= _LIKE}
        why = tuple(field for field, same in agree.items() if same)
        matches.append(Match(business_id=BusinessId(pk), name=found, region_code=region, why=why))
    return matches


def _visible(actor: Actor, region_code: str) -> QuerySet[Business]:
    rows = Business.objects.all()
    if actor.role in (Role.OFFICER, Role.SYSTEM):
        actor.must_see_region(region_code)
    elif actor.role in (Role.OWNER, Role.TRAINER):
        rows = rows.filter(pk__in=actor.businesses)
    else:
        raise NotYours(region_code=region_code)
    if region_code:
        rows = rows.filter(Q(region_code=region_code) | Q(region_code__startswith=f"{region_code}."))
    return rows


def _seen(actor: Actor, business_id: BusinessId) -> Business:
    business = Business.objects.filter(pk=business_id).first()
    if business is None:
        raise NotFound(business_id=business_id)
    actor.must_see(business_id, region_code=business.region_code)
    return business


def _row(business: Business) -> BusinessRow:
    return BusinessRow(
        business_id=BusinessId(business.pk),
        name=business.name,
        region_code=business.region_code,
        kbli_code=business.kbli_code,
        kbli_version=business.kbli_version,
        size_class=Size(business.size_class).name.lower() if business.size_class else "",
        nib=business.nib,
        phone=business.phone,
        status="closed" if business.closed_on else "open",
        registered_at=business.registered_at,
    )
