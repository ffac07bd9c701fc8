"""Saving products: a draft goes in whole or not at all, and what did not change is not written."""

import re
import unicodedata
from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from django.db import IntegrityError, transaction

from lapak.catalog.checks import SKU_MAX, clean_text, faults_of
from lapak.catalog.errors import Fault, ProductRefused
from lapak.catalog.models import Product, StockMove, Variant
from lapak.catalog.services.stock import count
from lapak.catalog.types import (
    PRICE_MAX_IDR,
    PRICE_MIN_IDR,
    VARIANTS_MAX,
    ProductDraft,
    ProductRevised,
    StockChanged,
    StockReason,
    VariantDraft,
)
from lapak.core.actor import Actor
from lapak.core.clock import now
from lapak.core.errors import Invalid, NotFound
from lapak.core.events import record
from lapak.core.ids import BusinessId, ProductId, VariantId
from lapak.core.money import format_rupiah

_FIELDS = ("title", "description", "category_hint", "brand", "condition", "weight_g")


class Outcome(StrEnum):
    """What saving a draft came to."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, kw_only=True)
class Names:
    """The SKUs of a business in use: of live products, and of live variants, each with the product it belongs to."""

    products: dict[str, UUID]
    variants: dict[str, UUID]

    @classmethod
    def of(cls, business_id: BusinessId) -> "Names":
        """Two queries."""
        products = Product.objects.filter(business_id=business_id, archived_at=None)
        variants = Variant.objects.filter(business_id=business_id, archived_at=None)
        return cls(
            products=dict(products.values_list("sku", "pk")), variants=dict(variants.values_list("sku", "product_id"))
        )

    def learn(self, product: Product, skus: Iterable[str]) -> None:
        """A product was written."""
        self.products[product.sku] = product.pk
        self.variants.update(dict.fromkeys(skus, product.pk))


@dataclass(frozen=True, kw_only=True)
class Saved:
    """The product and what happened. stock_kept: variants whose told number was no news (see `write_product`)."""

    product: Product
    outcome: Outcome
    stock_kept: int = 0


def save_product(
    *, actor: Actor, business_id: BusinessId, draft: ProductDraft, product_id: ProductId | None = None
) -> ProductId:
    """Create a product, or make an existing one look like the draft: variants that it leaves out are archived.

    Variants are matched by SKU, else by their options. Raises: NotYours, NotFound, ProductRefused (all faults).
    """
    actor.must_run(business_id)
    because = str(actor.person_id or actor.why)
    with clash_refused(draft), transaction.atomic():
        existing = None
        if product_id is not None:
            existing = Product.objects.select_for_update().filter(pk=product_id, business_id=business_id).first()
            if existing is None or existing.archived_at:
                raise NotFound(product_id=product_id)
        names = Names.of(business_id)
        saved = write_product(business_id=business_id, draft=draft, existing=existing, because=because, names=names)
    return ProductId(saved.product.pk)


@contextmanager
def clash_refused(draft: ProductDraft) -> Iterator[None]:
    """Around the transaction that writes a product: between our look and our write somebody else may take the SKU.

    Raises: ProductRefused, when one of the partial unique indexes says so.
    """
    try:
        yield
    except IntegrityError as clash:
        if "_per_sku" not in str(clash):
            raise
        raise ProductRefused([Fault(field="sku", reason="sku_taken", told={"value": draft.sku})]) from clash


def write_product(
    *,
    business_id: BusinessId,
    draft: ProductDraft,
    existing: Product | None,
    because: str,
    names: Names,
    from_sheet: bool = False,
) -> Saved:
    """`save_product` for those who checked the actor, hold `existing` and wait for `clash_refused`.

    from_sheet: variants left out stay, an empty cell leaves what is there, and a stock number equal to the last one
    told is no news: the same file again must not undo the sales since. Raises: ProductRefused.
    """
    draft = _cleaned(draft)
    faults = [*faults_of(draft), *_taken(draft, existing, names)]
    if faults:
        raise ProductRefused(faults)
    if existing is None:
        return _create(business_id, draft, because, names)
    return _change(existing, draft, because, names, from_sheet=from_sheet)


@transaction.atomic
def set_price(*, actor: Actor, variant_id: VariantId, price_idr: int) -> None:
    """Change one price. Raises: NotFound, NotYours, Invalid (outside Rp100–Rp1.000.000.000)."""
    variant = Variant.objects.select_related("product").filter(pk=variant_id, archived_at=None).first()
    if variant is None:
        raise NotFound(variant_id=variant_id)
    actor.must_run(BusinessId(variant.business_id))
    if not PRICE_MIN_IDR <= price_idr <= PRICE_MAX_IDR:
        low = price_idr < PRICE_MIN_IDR
        limit = format_rupiah(PRICE_MIN_IDR if low else PRICE_MAX_IDR)
        raise Invalid(field="price_idr", reason="price_too_low" if low else "price_too_high", limit=limit)
    if Variant.objects.filter(pk=variant_id).exclude(price_idr=price_idr).update(price_idr=price_idr):
        revise(Product.objects.select_for_update().get(pk=variant.product_id))


@transaction.atomic
def archive(*, actor: Actor, product_id: ProductId) -> None:
    """Take a product off the list; its SKUs are free again, its history stays. Raises: NotFound, NotYours."""
    product = Product.objects.select_for_update().filter(pk=product_id).first()
    if product is None:
        raise NotFound(product_id=product_id)
    actor.must_run(BusinessId(product.business_id))
    if product.archived_at is None:
        product.archived_at = now()
        product.variants.filter(archived_at=None).update(archived_at=product.archived_at)
        revise(product)


def revise(product: Product) -> None:
    """Write a changed product down with its next revision, and tell. The caller holds its row."""
    product.revision += 1
    product.updated_at = now()
    product.save()
    record(ProductRevised(product_id=ProductId(product.pk), business_id=BusinessId(product.business_id)))


def _taken(draft: ProductDraft, existing: Product | None, names: Names) -> list[Fault]:
    """SKUs of the draft that another live product of the business has."""
    ours = existing.pk if existing else None
    faults = []
    if names.products.get(draft.sku, ours) != ours:
        faults.append(Fault(field="sku", reason="sku_taken", told={"value": draft.sku}))
    for index, wish in enumerate(draft.variants):
        if names.variants.get(wish.sku, ours) != ours:
            faults.append(Fault(field="sku", reason="sku_taken", variant=index, told={"value": wish.sku}))
    return faults


def _create(business_id: BusinessId, draft: ProductDraft, because: str, names: Names) -> Saved:
    at = now()
    sku = draft.sku or _free_sku(_slug(draft.title), names.products)
    product = Product.objects.create(
        business_id=business_id,
        sku=sku,
        option_names=list(draft.option_names),
        attributes=dict(draft.attributes),
        created_at=at,
        updated_at=at,
        **{name: getattr(draft, name) for name in _FIELDS},
    )
    _add_variants(product, list(enumerate(draft.variants)), because, names)
    record(ProductRevised(product_id=ProductId(product.pk), business_id=business_id))
    return Saved(product=product, outcome=Outcome.CREATED)


def _change(product: Product, draft: ProductDraft, because: str, names: Names, *, from_sheet: bool) -> Saved:
    business_id = BusinessId(product.business_id)
    # All variants are taken first, in the order of their ids, as orders take them; then no one can wait in a circle.
    locked = product.variants.select_for_update(no_key=True).filter(archived_at=None).order_by("pk")
    live = sorted(locked, key=lambda variant: variant.position)
    pairs = _match(live, draft.variants)
    wanted = {name: getattr(draft, name) for name in _FIELDS}
    wanted |= {"option_names": list(draft.option_names), "attributes": dict(draft.attributes)}
    if from_sheet:
        wanted |= {name: getattr(product, name) for name in _FIELDS if not wanted[name]}
        wanted["attributes"] = {**product.attributes, **draft.attributes}
    wanted["sku"] = draft.sku or product.sku
    revised = any(getattr(product, name) != value for name, value in wanted.items())
    for name, value in wanted.items():
        setattr(product, name, value)

    left_out = [variant for variant in live if variant.pk not in {old.pk for old, _ in pairs if old}]
    if from_sheet:
        _refuse_misfits(draft, left_out, len(pairs))
    elif left_out:
        Variant.objects.filter(pk__in=[variant.pk for variant in left_out]).update(archived_at=now())
        revised = True
    restocked, kept = False, 0
    after = len(left_out) if from_sheet else 0
    new: list[tuple[int, VariantDraft]] = []
    for position, (variant, wish) in enumerate(pairs):
        if variant is None:
            new.append((after + position, wish))
            continue
        revised |= _change_variant(variant, wish, position if not from_sheet else variant.position)
        if wish.on_hand is not None and from_sheet and wish.on_hand == variant.stock_told:
            kept += wish.on_hand != variant.on_hand
        elif wish.on_hand is not None:
            restocked |= count(variant=variant, on_hand=wish.on_hand, because=because)
        if wish.buffer is not None and wish.buffer != variant.buffer:
            Variant.objects.filter(pk=variant.pk).update(buffer=wish.buffer)
            restocked = True
    if new:
        _add_variants(product, new, because, names)
        revised = True
    if revised:
        revise(product)
    if restocked:
        record(StockChanged(product_id=ProductId(product.pk), business_id=business_id))
    outcome = Outcome.UPDATED if revised or restocked else Outcome.UNCHANGED
    return Saved(product=product, outcome=outcome, stock_kept=kept)


def _change_variant(variant: Variant, wish: VariantDraft, position: int) -> bool:
    """Never touches the numbers of the stock: these change by their own statements only."""
    values = {
        "sku": wish.sku or variant.sku,
        "options": list(wish.options),
        "price_idr": wish.price_idr,
        "position": position,
    }
    if all(getattr(variant, name) == value for name, value in values.items()):
        return False
    Variant.objects.filter(pk=variant.pk).update(**values)
    return True


def _match(live: Sequence[Variant], wishes: Sequence[VariantDraft]) -> list[tuple[Variant | None, VariantDraft]]:
    """Each wish with the variant it means: the one of its SKU, else the one of its options, else none (a new one)."""
    by_sku = {variant.sku: variant for variant in live}
    meant: dict[int, Variant] = {}
    for index, wish in enumerate(wishes):
        if wish.sku in by_sku:
            meant[index] = by_sku[wish.sku]
    taken = {variant.pk for variant in meant.values()}
    by_options = {tuple(variant.options): variant for variant in live if variant.pk not in taken}
    for index, wish in enumerate(wishes):
        if index not in meant and wish.options in by_options:
            meant[index] = by_options.pop(wish.options)
    return [(meant.get(index), wish) for index, wish in enumerate(wishes)]


def _refuse_misfits(draft: ProductDraft, left_out: Sequence[Variant], given: int) -> None:
    """Variants that stay must still fit beside those of the sheet. Raises: ProductRefused."""
    faults = []
    if any(len(variant.options) != len(draft.option_names) for variant in left_out):
        faults.append(Fault(field="option_names", reason="option_names_differ"))
    if len(left_out) + given > VARIANTS_MAX:
        faults.append(Fault(field="variants", reason="too_many_variants", told={"limit": VARIANTS_MAX}))
    staying = {tuple(map(str.casefold, variant.options)) for variant in left_out}
    for index, wish in enumerate(draft.variants):
        if tuple(map(str.casefold, wish.options)) in staying:
            told = {"value": " / ".join(wish.options)}
            faults.append(Fault(field="options", reason="options_twice", variant=index, told=told))
    if faults:
        raise ProductRefused(faults)


def _add_variants(product: Product, wishes: Sequence[tuple[int, VariantDraft]], because: str, names: Names) -> None:
    variants: list[Variant] = []
    wanted = {wish.sku for _, wish in wishes}
    for position, wish in wishes:
        sku = wish.sku
        if not sku:
            stem = "-".join([product.sku, *(_slug(option, 12) for option in wish.options)])[: SKU_MAX - 4]
            sku = _free_sku(stem, {*wanted, *names.variants})
        wanted.add(sku)
        on_hand = wish.on_hand or 0
        variants.append(
            Variant(
                product=product,
                business_id=product.business_id,
                sku=sku,
                options=list(wish.options),
                price_idr=wish.price_idr,
                on_hand=on_hand,
                buffer=wish.buffer or 0,
                stock_told=on_hand,
                position=position,
            )
        )
    Variant.objects.bulk_create(variants)
    names.learn(product, [variant.sku for variant in variants])
    StockMove.objects.bulk_create(
        StockMove(
            variant=variant,
            on_hand_change=variant.on_hand,
            reserved_change=0,
            reason=StockReason.RECEIVED,
            because=because,
            at=product.updated_at,
        )
        for variant in variants
        if variant.on_hand
    )


def _free_sku(stem: str, taken: Container[str]) -> str:
    """The stem, or the stem with the first number that is free."""
    candidate, number = stem, 2
    while candidate in taken:
        candidate, number = f"{stem}-{number}", number + 1
    return candidate


def _slug(text: str, limit: int = 32) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^A-Z0-9]+", "-", plain.upper()).strip("-")[:limit].strip("-")
    return slug or "PRODUK"


def _cleaned(draft: ProductDraft) -> ProductDraft:
    return replace(
        draft,
        sku=clean_text(draft.sku),
        title=" ".join(clean_text(draft.title).split()),
        description=clean_text(draft.description),
        category_hint=clean_text(draft.category_hint),
        brand=clean_text(draft.brand),
        option_names=tuple(clean_text(name) for name in draft.option_names),
        attributes={clean_text(name): clean_text(value) for name, value in draft.attributes.items()},
        variants=tuple(
            replace(wish, sku=clean_text(wish.sku), options=tuple(clean_text(option) for option in wish.options))
            for wish in draft.variants
        ),
    )
