"""`/toko/<shop>/kirim`: choose products, see what would change, mend, confirm the category, send."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from lapak.catalog.errors import ProductRefused
from lapak.catalog.reasons import reason_text
from lapak.catalog.selectors import product as one_product
from lapak.catalog.selectors import products_of
from lapak.catalog.services import save_product
from lapak.catalog.types import ProductDraft, ProductRow, VariantDraft
from lapak.channels.kit.words import words_for_problem
from lapak.core.errors import NotFound
from lapak.core.ids import ProductId, ShopId
from lapak.domain.listing import Problem
from lapak.shops.errors import NothingToPublish
from lapak.shops.selectors import listings_of, shop, shops_of
from lapak.shops.types import CategoryOption, PlanItem, ShopRow
from lapak.web.desk import Desk, for_owner
from lapak.web.faults import words_of
from lapak.web.once import once
from lapak.workflows.publish_product import plan, publish

AT_ONCE = 50


@dataclass(frozen=True)
class Mend:
    """A problem with its words. field: what can be filled in right here (an attribute's name, or `brand`)."""

    words: str
    field: str
    label: str
    allowed: tuple[str, ...]


@dataclass(frozen=True)
class Preview:
    """One product as the page shows it."""

    item: PlanItem
    product: ProductRow
    options: tuple[CategoryOption, ...]
    mends: tuple[Mend, ...]
    mend_way: str
    wrong: str

    @property
    def ready(self) -> bool:
        return not self.item.problems and self.item.category is not None

    @property
    def here(self) -> list[Mend]:
        return [mend for mend in self.mends if mend.field]

    @property
    def elsewhere(self) -> list[Mend]:
        return [mend for mend in self.mends if not mend.field]


@require_safe
@for_owner
def publish_any(_request: HttpRequest, desk: Desk) -> HttpResponse:
    """`/produk/kirim`: to the shop if there is one, else to the list of shops."""
    ready = [row for row in shops_of(actor=desk.actor, business_id=desk.business_id) if row.state == "connected"]
    return redirect("publish", ready[0].shop_id) if len(ready) == 1 else redirect("shops")


@require_http_methods(["GET", "HEAD", "POST"])
@for_owner
@once
def publish_page(request: HttpRequest, desk: Desk, shop_id: UUID) -> HttpResponse:
    """Without `p` the choice of products; with it the preview; `buat=kirim` sends, `buat=periksa` looks again."""
    row = shop(actor=desk.actor, shop_id=ShopId(shop_id))
    if row.business_id != desk.business_id:
        raise NotFound(shop_id=shop_id)
    if row.state != "connected":
        return redirect("shop", shop_id)
    asked = request.POST if request.method == "POST" else request.GET
    chosen = _chosen(desk, asked.getlist("p"))
    if not chosen:
        return _choose(request, desk, row)
    choices = {product.product_id: asked[key] for product in chosen if asked.get(key := f"k_{product.product_id}")}
    wrong: dict[ProductId, str] = {}
    if request.method == "POST":
        wrong = _fill_in(desk, chosen, request.POST)
        if request.POST.get("buat") == "kirim" and not wrong:
            try:
                return _send(request, desk, row, chosen, choices)
            except NothingToPublish as fault:  # the preview says what is missing; what was filled in is saved
                messages.warning(request, f"{words_of(fault).happened} {words_of(fault).do}")
        chosen = _chosen(desk, asked.getlist("p"))
    items = plan(
        actor=desk.actor, shop_id=row.shop_id, product_ids=[product.product_id for product in chosen], choices=choices
    )
    shown = [_preview(row, item, chosen, wrong.get(item.product_id, "")) for item in items]
    context = {
        "shop": row, "items": shown, "ready": sum(one.ready for one in shown),
        "left_out": len(asked.getlist("p")) - len(chosen),
    }  # fmt: skip
    return render(request, "web/shops/preview.html", context)


def _choose(request: HttpRequest, desk: Desk, row: ShopRow) -> HttpResponse:
    there = {
        one.product_id: one for one in listings_of(actor=desk.actor, business_id=desk.business_id, shop_id=row.shop_id)
    }
    products = products_of(actor=desk.actor, business_id=desk.business_id, limit=AT_ONCE)
    rows = [(product, there.get(product.product_id)) for product in products]
    return render(request, "web/shops/choose.html", {"shop": row, "rows": rows})


def _send(
    request: HttpRequest, desk: Desk, row: ShopRow, chosen: Sequence[ProductRow], choices: Mapping[ProductId, str]
) -> HttpResponse:
    """Only what was ticked is sent; what still has a problem stays, and that is said."""
    ticked = set(request.POST.getlist("ikut"))
    wanted = [product.product_id for product in chosen if str(product.product_id) in ticked]
    items = publish(actor=desk.actor, shop_id=row.shop_id, product_ids=wanted, choices=choices)
    left = [item.title for item in items if item.problems or not item.category]
    messages.success(request, f"{len(items) - len(left)} produk kami kirim ke {row.name or row.channel_name}.")
    if left:
        messages.warning(request, f"Belum dikirim, masih perlu dilengkapi: {', '.join(left)}.")
    return redirect("shop", row.shop_id)


def _chosen(desk: Desk, ids: Sequence[str]) -> list[ProductRow]:
    """The owner's own live products among the ids, in their order."""
    found = []
    for text in list(dict.fromkeys(ids))[:AT_ONCE]:
        try:
            row = one_product(actor=desk.actor, product_id=ProductId(UUID(text)))
        except (ValueError, NotFound):
            continue
        if row.archived_at is None and row.business_id == desk.business_id:
            found.append(row)
    return found


def _fill_in(desk: Desk, chosen: Sequence[ProductRow], typed: Mapping[str, str]) -> dict[ProductId, str]:
    """Save attributes and brands that were filled in on this page. Returns what the catalog would not take."""
    wrong = {}
    for product in chosen:
        start = f"a_{product.product_id}_"
        told = {key.removeprefix(start): value.strip() for key, value in typed.items() if key.startswith(start)}
        brand = told.pop("brand", product.brand)
        attributes = {**product.attributes, **told}
        kept = {name: value for name, value in attributes.items() if value}
        if (kept, brand) == (dict(product.attributes), product.brand):
            continue
        draft = replace(draft_of(product), attributes=kept, brand=brand)
        try:
            save_product(actor=desk.actor, business_id=desk.business_id, draft=draft, product_id=product.product_id)
        except ProductRefused as fault:
            wrong[product.product_id] = " ".join(reason_text(one.reason, told=one.told) for one in fault.faults)
    return wrong


def draft_of(product: ProductRow) -> ProductDraft:
    """A saved product as a draft that changes nothing."""
    return ProductDraft(
        title=product.title, sku=product.sku, description=product.description, category_hint=product.category_hint,
        brand=product.brand, condition=product.condition, weight_g=product.weight_g,
        option_names=product.option_names, attributes=product.attributes,
        variants=tuple(
            VariantDraft(price_idr=row.price_idr, sku=row.sku, options=row.options) for row in product.variants
        ),
    )  # fmt: skip


def _preview(row: ShopRow, item: PlanItem, chosen: Sequence[ProductRow], wrong: str) -> Preview:
    product = next(one for one in chosen if one.product_id == item.product_id)
    options = ((item.category,) if item.category else ()) + item.others
    back = f"{reverse('publish', args=[row.shop_id])}?{urlencode([('p', one.product_id) for one in chosen])}"
    way = f"{reverse('product', args=[item.product_id])}?{urlencode({'kembali': back})}"
    return Preview(
        item,
        product,
        options,
        tuple(_mend(problem, row.channel_name, item.title) for problem in item.problems),
        way,
        wrong,
    )


def _mend(problem: Problem, channel: str, title: str) -> Mend:
    kind, _, name = problem.field.partition(".")
    words = words_for_problem(problem, channel=channel, title=title)
    field = name if kind == "attributes" else "brand" if kind == "brand" else ""
    # Where it can be filled in right here, the field itself says what to do.
    return Mend(words.happened if field else f"{words.happened} {words.do}", field, name or "Merek", problem.allowed)
