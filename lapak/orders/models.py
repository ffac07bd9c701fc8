"""Orders and their lines."""

from django.db import models

from lapak.core.ids import uuid7
from lapak.domain.order import ChannelOrderState
from lapak.orders.types import Desk


class Order(models.Model):
    """An order of a channel. One row per shop and number, however often and in whatever order we are told of it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    business = models.ForeignKey("registry.Business", on_delete=models.PROTECT, related_name="+")
    shop_id = models.UUIDField()
    channel = models.SlugField(max_length=30)
    external_no = models.CharField(max_length=80)
    state = models.CharField(max_length=14, choices=[(state.value, state.value) for state in ChannelOrderState])
    their_state = models.CharField(max_length=60, blank=True)
    desk = models.CharField(max_length=12, choices=[(desk.value, desk.value) for desk in Desk], default=Desk.NEW)
    placed_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    written_at = models.DateTimeField()
    ship_by = models.DateTimeField(null=True)
    total_idr = models.BigIntegerField(null=True)
    amounts = models.JSONField(default=dict, blank=True)
    buyer = models.CharField(max_length=120, blank=True)
    city = models.CharField(max_length=120, blank=True)
    note = models.TextField(blank=True)
    tracking_no = models.CharField(max_length=80, blank=True)
    accepted_at = models.DateTimeField(null=True)
    fault_code = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop_id", "external_no"], name="one_row_per_order")]
        indexes = [
            models.Index(fields=["business", "-placed_at", "-id"], name="orders_newest"),
            models.Index(fields=["business", "desk"], name="orders_on_desk"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.external_no} ({self.state})"


class OrderLine(models.Model):
    """One line of an order. variant_id: ours, when the listing is known to us."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    line_key = models.CharField(max_length=120)
    variant_id = models.UUIDField(null=True)
    sku = models.CharField(max_length=100, blank=True)
    title = models.CharField(max_length=300)
    option = models.CharField(max_length=200, blank=True)
    quantity = models.PositiveIntegerField()
    price_idr = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "line_key"], name="one_row_per_line")]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.title}"
