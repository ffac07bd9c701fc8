"""Tables of the catalog. The numbers of a variant are guarded by the database itself."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q

from lapak.catalog.types import PRICE_MAX_IDR, PRICE_MIN_IDR, STOCK_MAX, WEIGHT_MAX_G, Condition, Hold, StockReason
from lapak.core.ids import uuid7


class Product(models.Model):
    """One thing a business sells. `revision` grows with each change that a channel should hear of."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    business = models.ForeignKey("registry.Business", on_delete=models.PROTECT, related_name="+")
    sku = models.CharField(max_length=100)
    title = models.CharField(max_length=255)
    description = models.TextField(blank=True)
    category_hint = models.CharField(max_length=200, blank=True)
    brand = models.CharField(max_length=100, blank=True)
    condition = models.CharField(max_length=4, choices=[(kind.value, kind.name) for kind in Condition])
    weight_g = models.PositiveIntegerField(default=0)
    option_names = models.JSONField(default=list)
    attributes = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["business", "sku"], condition=Q(archived_at__isnull=True), name="one_live_product_per_sku"
            ),
            models.CheckConstraint(condition=Q(weight_g__lte=WEIGHT_MAX_G), name="product_weight_in_range"),
        ]
        indexes: ClassVar = [models.Index(fields=["business", "-id"], name="products_of_business")]

    def __str__(self) -> str:
        return self.sku


class Variant(models.Model):
    """What a buyer puts in the cart, with its numbers. `stock_told`: the last count a person or a sheet gave us."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="variants")
    business = models.ForeignKey("registry.Business", on_delete=models.PROTECT, related_name="+", db_index=False)
    sku = models.CharField(max_length=100)
    options = models.JSONField(default=list)
    price_idr = models.BigIntegerField()
    on_hand = models.IntegerField(default=0)
    reserved = models.IntegerField(default=0)
    buffer = models.IntegerField(default=0)
    stock_told = models.IntegerField(default=0)
    position = models.PositiveSmallIntegerField(default=0)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["business", "sku"], condition=Q(archived_at__isnull=True), name="one_live_variant_per_sku"
            ),
            models.CheckConstraint(
                condition=Q(price_idr__gte=PRICE_MIN_IDR, price_idr__lte=PRICE_MAX_IDR), name="variant_price_in_range"
            ),
            models.CheckConstraint(
                condition=Q(reserved__gte=0, reserved__lte=F("on_hand"), on_hand__lte=STOCK_MAX),
                name="variant_promises_only_what_is_there",
            ),
            models.CheckConstraint(condition=Q(buffer__gte=0, buffer__lte=STOCK_MAX), name="variant_buffer_in_range"),
        ]

    def __str__(self) -> str:
        return self.sku


class Photo(models.Model):
    """A picture of a product; the bytes lie in the media folder under their digest."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="photos")
    digest = models.CharField(max_length=64, db_index=True)
    source_digest = models.CharField(max_length=64)  # of the upload, so that the same file is known again
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    bytes = models.PositiveIntegerField()
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["product", "digest"], name="one_photo_once_per_product")
        ]

    def __str__(self) -> str:
        return self.digest


class Reservation(models.Model):
    """The units promised to one order line: `held` of `quantity`. The order is a stranger, known by its id."""

    business = models.ForeignKey("registry.Business", on_delete=models.PROTECT, related_name="+", db_index=False)
    order_id = models.UUIDField()
    line_key = models.CharField(max_length=100)
    variant = models.ForeignKey(Variant, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    sku = models.CharField(max_length=100, blank=True)
    quantity = models.PositiveIntegerField()
    held = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=8, choices=[(hold.value, hold.name) for hold in Hold])
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order_id", "line_key"], name="one_reservation_per_order_line"),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, held__lte=F("quantity")), name="reservation_holds_at_most_its_quantity"
            ),
            models.CheckConstraint(
                condition=~Q(state=Hold.HELD) | Q(held=F("quantity")), name="reservation_held_means_all_of_it"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["variant", "id"], condition=Q(closed_at__isnull=True), name="reservations_open"),
            models.Index(fields=["business", "id"], condition=Q(state=Hold.SHORT), name="reservations_short"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.line_key}"


class StockMove(models.Model):
    """The stock book. on_hand and reserved of a variant are at all times the sums of its moves."""

    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="+", db_index=False)
    on_hand_change = models.IntegerField()
    reserved_change = models.IntegerField()
    reason = models.CharField(max_length=12, choices=[(reason.value, reason.name) for reason in StockReason])
    because = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["variant", "-id"], name="moves_of_variant")]
        triggers: ClassVar = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.variant_id} {self.on_hand_change:+} {self.reserved_change:+} {self.reason}"


class ImportRun(models.Model):
    """One sheet that was imported, or rehearsed. The refused rows lie in the media folder under their digest."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    business = models.ForeignKey("registry.Business", on_delete=models.PROTECT, related_name="+", db_index=False)
    filename = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    layout = models.CharField(max_length=10)
    dry_run = models.BooleanField()
    counts = models.JSONField()
    refusals = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    result_digest = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["business", "-id"], name="imports_of_business")]

    def __str__(self) -> str:
        return self.filename
