"""Businesses, their places, accounts and payment merchants, and the ladder.

The units are kept apart and linked with dates: a stall may change hands, two businesses may share a shop account, a
merchant number outlives a name. Identifiers are typed by people, so none but a platform's own is unique.
"""

from typing import ClassVar

import pghistory
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper

from lapak.core.clock import now
from lapak.core.ids import uuid7
from lapak.registry.types import Evidence, LegalForm, Rung, Size, SizeBasis, Trade

EVIDENCE = [(evidence.weakness, evidence.value) for evidence in Evidence]
RUNGS = [(rung.step, rung.value) for rung in Rung]


# The old row is kept at every change, whoever makes it and by whatever way (database trigger).
@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(), model_name="BusinessPast")
class Business(models.Model):
    """An enterprise. npwp: sealed, found by its blind index. phone: E.164. region_code: of its main establishment."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=200)
    legal_form = models.CharField(max_length=16, choices=LegalForm.choices, default=LegalForm.PERORANGAN)
    nib = models.CharField(max_length=13, blank=True, default="")
    npwp_sealed = models.TextField(blank=True, default="")
    npwp_index = models.CharField(max_length=64, blank=True, default="")
    phone = models.CharField(max_length=16, blank=True, default="")
    kbli_version = models.CharField(max_length=8, blank=True, default="")
    kbli_code = models.CharField(max_length=5, blank=True, default="")
    trade = models.CharField(max_length=8, choices=Trade.choices, blank=True, default="")
    capital_idr = models.BigIntegerField(null=True)
    sales_idr = models.BigIntegerField(null=True)
    size_class = models.PositiveSmallIntegerField(null=True, choices=[(size.value, size.name) for size in Size])
    size_basis = models.CharField(
        max_length=8, blank=True, default="", choices=[(basis.value, basis.value) for basis in SizeBasis]
    )
    size_rule = models.CharField(max_length=40, blank=True, default="")
    region_code = models.CharField(max_length=13, blank=True, default="")
    since = models.DateField(null=True)
    registered_at = models.DateTimeField(default=now)
    closed_on = models.DateField(null=True)

    class Meta:
        indexes: ClassVar = [
            # pattern_ops: a region covers all codes that begin with its own
            models.Index(fields=["region_code"], opclasses=["varchar_pattern_ops"], name="business_region"),
            models.Index(fields=["nib"], condition=~Q(nib=""), name="business_nib"),
            models.Index(fields=["npwp_index"], condition=~Q(npwp_index=""), name="business_npwp"),
            models.Index(fields=["phone"], condition=~Q(phone=""), name="business_phone"),
            GinIndex(OpClass(Upper("name"), name="gin_trgm_ops"), name="business_name"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(capital_idr__gte=0), name="business_capital_not_below_zero"),
            models.CheckConstraint(condition=Q(sales_idr__gte=0), name="business_sales_not_below_zero"),
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(), model_name="EstablishmentPast")
class Establishment(models.Model):
    """A place where a business works: fixed, or mobile (a cart). lat, lon: WGS 84 degrees."""

    class Kind(models.TextChoices):
        FIXED = "fixed"
        MOBILE = "mobile"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=6, choices=Kind.choices, default=Kind.FIXED)
    address = models.CharField(max_length=300, blank=True, default="")
    region_code = models.CharField(max_length=13)
    region_version = models.CharField(max_length=60)
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(lat__isnull=True, lon__isnull=True) | Q(lat__range=(-90, 90), lon__range=(-180, 180)),
                name="establishment_point_whole_or_none",
            )
        ]

    def __str__(self) -> str:
        return f"{self.address} ({self.region_code})"


class ChannelAccount(models.Model):
    """An account on a platform. external_id: the platform's own id of it. verified_how: the best evidence so far."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    platform = models.CharField(max_length=32)
    external_id = models.CharField(max_length=120)
    handle = models.CharField(max_length=120, blank=True, default="")
    url = models.URLField(max_length=300, blank=True, default="")
    opened_on = models.DateField(null=True)
    verified_how = models.PositiveSmallIntegerField(choices=EVIDENCE)
    seen_active_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["platform", "external_id"], name="one_account")]

    def __str__(self) -> str:
        return f"{self.platform} {self.handle or self.external_id}"


class PaymentMerchant(models.Model):
    """A QRIS merchant: NMID, `ID` and 13 digits."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    nmid = models.CharField(max_length=15, unique=True)

    def __str__(self) -> str:
        return self.nmid


class Link(models.Model):
    """A business and something of its own, with dates. until is empty while it lasts."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        abstract = True


class EstablishmentLink(Link):
    """Where a business works. At most one is its main place at a time."""

    establishment = models.ForeignKey(Establishment, on_delete=models.PROTECT, related_name="links")
    main = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["business"], condition=Q(until__isnull=True, main=True), name="one_main_establishment"
            ),
            models.UniqueConstraint(
                fields=["business", "establishment"], condition=Q(until__isnull=True), name="one_link_to_establishment"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.business_id} at {self.establishment_id}"


class AccountLink(Link):
    """Whose account it is."""

    account = models.ForeignKey(ChannelAccount, on_delete=models.PROTECT, related_name="links")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["business", "account"], condition=Q(until__isnull=True), name="one_link_to_account"
            )
        ]

    def __str__(self) -> str:
        return f"{self.business_id} on {self.account_id}"


class MerchantLink(Link):
    """Whose merchant number it is."""

    merchant = models.ForeignKey(PaymentMerchant, on_delete=models.PROTECT, related_name="links")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["business", "merchant"], condition=Q(until__isnull=True), name="one_link_to_merchant"
            )
        ]

    def __str__(self) -> str:
        return f"{self.business_id} paid as {self.merchant_id}"


class LadderEvent(models.Model):
    """A step of a business, with its evidence. Append-only: a trigger refuses every change (see the migration).

    because: what made it true (an order's id, a shop's id, a file's digest); once per business and rung. Rung `active`
    has one row per sale; the other rungs have one, and one more when better evidence or an earlier date comes.
    quarter: of `at` in the calendar of WIB, four a year, counted from the year 0; kept because counting asks it of
    every row (see `funnel.py`).
    """

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+", db_index=False)
    rung = models.PositiveSmallIntegerField(choices=RUNGS)
    at = models.DateTimeField()
    quarter = models.PositiveSmallIntegerField()
    evidence = models.PositiveSmallIntegerField(choices=EVIDENCE)
    because = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["business", "rung", "because"], name="one_step_per_reason"),
        ]
        indexes: ClassVar = [models.Index(fields=["business", "rung", "at"], name="ladder_steps")]

    def __str__(self) -> str:
        return f"{self.business_id} {Rung.at(self.rung)}"
