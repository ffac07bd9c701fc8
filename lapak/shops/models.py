"""Connections, listings as wanted and as seen, and what the platforms told us, kept raw before it is understood."""

from django.db import models
from django.db.models import F, Q

from lapak.core.ids import uuid7
from lapak.shops.types import ListingPhase, ShopState


class Shop(models.Model):
    """One account of one business on one channel, with our consent to act for it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    business = models.ForeignKey("registry.Business", on_delete=models.PROTECT, related_name="+")
    channel = models.SlugField(max_length=30)
    external_id = models.CharField(max_length=80)
    name = models.CharField(max_length=200, blank=True)
    url = models.URLField(blank=True)
    state = models.CharField(
        max_length=12, choices=[(state.value, state.value) for state in ShopState], default=ShopState.CONNECTED
    )
    grant_sealed = models.TextField(blank=True)
    grant_expires_at = models.DateTimeField(null=True)
    consent_until = models.DateTimeField(null=True)
    connected_at = models.DateTimeField()
    rest_until = models.DateTimeField(null=True)  # the channel asked us to slow down
    polled_until = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)  # the last time the channel answered us
    pushed_at = models.DateTimeField(null=True)
    fault_code = models.CharField(max_length=60, blank=True)
    fault_told = models.JSONField(default=dict, blank=True)
    fault_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "external_id"], name="one_row_per_account")]
        indexes = [models.Index(fields=["business", "channel"], name="shop_of_business")]

    def __str__(self) -> str:
        return f"{self.channel} {self.external_id}"


class Listing(models.Model):
    """One product on one shop: what we want there (`spec`), what we sent, what was seen."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="listings")
    product_id = models.UUIDField()
    sku = models.CharField(max_length=100)
    title = models.CharField(max_length=300)
    spec = models.JSONField()
    spec_digest = models.CharField(max_length=64)
    sent_digest = models.CharField(max_length=64, blank=True)
    external_id = models.CharField(max_length=80, blank=True)
    url = models.URLField(blank=True, max_length=400)
    media = models.JSONField(default=dict, db_default={}, blank=True)  # photo digest → the channel's id: sent once
    phase = models.CharField(
        max_length=12, choices=[(phase.value, phase.value) for phase in ListingPhase], default=ListingPhase.WAITING
    )
    their_words = models.TextField(blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True)  # null: nothing to send
    look_at = models.DateTimeField(null=True)  # when to look at the channel again
    fault_code = models.CharField(max_length=60, blank=True)
    fault_told = models.JSONField(default=dict, blank=True)
    fault_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "product_id"], name="one_listing_per_product")]
        indexes = [
            models.Index(fields=["shop", "due_at"], condition=Q(due_at__isnull=False), name="listing_due"),
            models.Index(fields=["look_at"], condition=Q(look_at__isnull=False), name="listing_to_look_at"),
            models.Index(fields=["product_id"], name="listing_of_product"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.phase})"


class ListingVariant(models.Model):
    """The stock and price of one variant on one shop. The newest wish wins; a difference is work still to do."""

    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="variants")
    variant_id = models.UUIDField()
    sku = models.CharField(max_length=100)
    external_id = models.CharField(max_length=80, blank=True)
    wanted_stock = models.IntegerField()
    wanted_price_idr = models.BigIntegerField()
    wanted_at = models.DateTimeField()
    sent_stock = models.IntegerField(null=True)
    sent_price_idr = models.BigIntegerField(null=True)
    seen_stock = models.IntegerField(null=True)
    seen_price_idr = models.BigIntegerField(null=True)
    their_words = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["listing", "variant_id"], name="one_row_per_listed_variant")]
        indexes = [
            models.Index(fields=["variant_id"], name="listed_variant"),
            models.Index(
                fields=["listing"],
                condition=~Q(sent_stock=F("wanted_stock")) | ~Q(sent_price_idr=F("wanted_price_idr")),
                name="listed_variant_to_send",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sku}: {self.sent_stock} → {self.wanted_stock}"


class CategoryChoice(models.Model):
    """The category of a channel that a business confirmed for one of its own kinds of product."""

    business = models.ForeignKey("registry.Business", on_delete=models.CASCADE, related_name="+")
    channel = models.SlugField(max_length=30)
    hint = models.CharField(max_length=200)  # the owner's own word for the kind, lower case; the title where none
    category_id = models.CharField(max_length=40)
    chosen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business", "channel", "hint"], name="one_choice_per_kind")]

    def __str__(self) -> str:
        return f"{self.hint} → {self.category_id}"


class CategoryTree(models.Model):
    """The categories of a channel as one shop may use them, with the day they were read."""

    shop = models.OneToOneField(Shop, on_delete=models.CASCADE, related_name="category_tree")
    categories = models.JSONField()  # [[external id, [path…]], …]
    read_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.shop}: {len(self.categories)}"


class Push(models.Model):
    """A platform's call to us, byte for byte. The unique digest makes a repeated call one row."""

    channel = models.SlugField(max_length=30)
    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, null=True, related_name="+")
    digest = models.BinaryField(max_length=32)
    body = models.BinaryField()
    received_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    parked_at = models.DateTimeField(null=True)
    fault = models.TextField(blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "digest"], name="a_push_is_kept_once")]
        indexes = [
            models.Index(
                fields=["shop", "id"],
                condition=Q(done_at__isnull=True, parked_at__isnull=True),
                name="push_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.pk}"


class ForgedPushes(models.Model):
    """How many calls with a wrong signature came in a day. Nothing else of them is kept."""

    channel = models.SlugField(max_length=30)
    day = models.DateField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "day"], name="one_counter_a_day")]

    def __str__(self) -> str:
        return f"{self.channel} {self.day}: {self.count}"


class SeenOrder(models.Model):
    """An order as the channel told it at one version. A version seen twice is one row."""

    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="+")
    external_no = models.CharField(max_length=80)
    version = models.CharField(max_length=80)
    facts = models.JSONField()
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shop", "external_no", "version"], name="one_row_per_version_seen")
        ]

    def __str__(self) -> str:
        return f"{self.external_no} {self.version}"


class Errand(models.Model):
    """Something to do for an order on its channel, once: arrange the shipment."""

    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)
    external_no = models.CharField(max_length=80)
    asked_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    fault_code = models.CharField(max_length=60, blank=True)
    fault_told = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "kind", "external_no"], name="one_errand_per_order")]
        indexes = [models.Index(fields=["shop", "due_at"], condition=Q(due_at__isnull=False), name="errand_due")]

    def __str__(self) -> str:
        return f"{self.kind} {self.external_no}"


class Reconciliation(models.Model):
    """One comparison of a shop's orders with ours: the line "all accounted for", or what was missing and found."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField()
    theirs = models.PositiveIntegerField()
    missing = models.PositiveIntegerField()  # told by no push and no poll before
    ran_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["shop", "-ran_at"], name="reconciliation_latest")]

    def __str__(self) -> str:
        return f"{self.shop}: {self.theirs} orders, {self.missing} missing"
