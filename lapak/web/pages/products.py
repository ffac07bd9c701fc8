"""`/produk`: the one list of products, their numbers changed in place, their photos."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from PIL import Image

from lapak.catalog import services as catalog
from lapak.catalog.errors import ProductRefused
from lapak.catalog.media import open_photo
from lapak.catalog.selectors import product as one_product
from lapak.catalog.selectors import products_of
from lapak.catalog.types import ProductRow, VariantRow
from lapak.core.clock import now
from lapak.core.errors import Invalid, LapakError, NotFound
from lapak.core.ids import ProductId, VariantId
from lapak.core.money import format_rupiah, parse_rupiah
from lapak.shops.selectors import listings_of, shops_of
from lapak.shops.types import ListingRow
from lapak.web.desk import Desk, for_owner
from lapak.web.faults import words_of
from lapak.web.once import once
from lapak.web.pages.product_forms import ProductForm, VariantRows, first_values

PAGE = 20
LIST_SIDE = 160  # px; shown at 96 and 64
UNDO = "undo"
UNDO_FOR = timedelta(minutes=10)


@dataclass(frozen=True)
class Shown(ProductRow):
    """A product with where it is listed."""

    listed: Sequence[ListingRow] = ()


@require_safe
@for_owner
def product_list(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Newest first, twenty at a time. `cari` searches names and codes."""
    search = request.GET.get("cari", "").strip()[:80]
    before = _id_or_none(request.GET.get("sebelum", ""))
    found = products_of(
        actor=desk.actor, business_id=desk.business_id, search=search,
        before=ProductId(before) if before else None, limit=PAGE + 1,
    )  # fmt: skip
    page = found[:PAGE]
    shops = shops_of(actor=desk.actor, business_id=desk.business_id)
    context = {
        "products": _with_listings(desk, page), "search": search,
        "older": page[-1].product_id if len(found) > PAGE else None,
        "can_publish": any(shop.state == "connected" for shop in shops),
        "undo": _undo(request),
    }  # fmt: skip
    return render(request, "web/products/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_owner
@once
def product_new(request: HttpRequest, desk: Desk) -> HttpResponse:
    """A new product on one screen; photos may come with it."""
    form, rows = _forms(request, None)
    if request.method == "POST" and _valid(form, rows):
        product_id = _save(desk, form, rows, None)
        if product_id:
            wrong = _add_photos(request, desk, product_id)
            messages.success(request, f"{form.cleaned_data['title']} tersimpan.")
            if wrong:
                messages.warning(request, f"Fotonya belum: {wrong}")
            return redirect("product" if wrong else "products", *([product_id] if wrong else []))
    photo_wrong = "Pilih fotonya sekali lagi; peramban tidak menyimpannya." if request.FILES else ""
    return _edit_page(request, form, rows, {"photo_wrong": photo_wrong})


@require_http_methods(["GET", "HEAD", "POST"])
@for_owner
@once
def product_edit(request: HttpRequest, desk: Desk, product_id: UUID) -> HttpResponse:
    """One product, all of it."""
    product = one_product(actor=desk.actor, product_id=ProductId(product_id))
    if product.archived_at:
        raise NotFound(product_id=product_id)
    form, rows = _forms(request, product)
    if request.method == "POST" and _valid(form, rows) and _save(desk, form, rows, product):
        messages.success(request, f"{form.cleaned_data['title']} tersimpan.")
        return redirect(_way_back(request) or "product", *([] if _way_back(request) else [product_id]))
    listed = listings_of(actor=desk.actor, business_id=desk.business_id, product_ids=[product.product_id])
    return _edit_page(request, form, rows, {"product": product, "listed": listed})


@require_POST
@for_owner
@once
def product_archive(request: HttpRequest, desk: Desk, product_id: UUID) -> HttpResponse:
    """Stop selling a product."""
    product = one_product(actor=desk.actor, product_id=ProductId(product_id))
    catalog.archive(actor=desk.actor, product_id=product.product_id)
    messages.success(request, f"{product.title} tidak dijual lagi. Toko yang menampilkannya kami beri tahu.")
    return redirect("products")


@require_POST
@for_owner
@once
def product_photos(request: HttpRequest, desk: Desk, product_id: UUID) -> HttpResponse:
    """`buat`: tambah, hapus or maju."""
    product = one_product(actor=desk.actor, product_id=ProductId(product_id))
    act, digest = request.POST.get("buat", ""), request.POST.get("foto_ini", "")
    if act == "tambah":
        wrong = _add_photos(request, desk, product.product_id)
        if wrong:
            messages.warning(request, wrong)
    elif act == "hapus" and digest in product.photo_digests:
        catalog.remove_photo(actor=desk.actor, product_id=product.product_id, digest=digest)
    elif act == "maju" and digest in product.photo_digests[1:]:
        order = list(product.photo_digests)
        at = order.index(digest)
        order[at - 1], order[at] = order[at], order[at - 1]
        catalog.arrange_photos(actor=desk.actor, product_id=product.product_id, digests=order)
    return redirect("product", product_id)


@require_POST
@for_owner
@once
def numbers(request: HttpRequest, desk: Desk, product_id: UUID) -> HttpResponse:
    """Price and stock in place: what was typed, plus the button pressed (`h+ h- s+ s- simpan urung`)."""
    product = one_product(actor=desk.actor, product_id=ProductId(product_id))
    variant = next((row for row in product.variants if str(row.variant_id) == request.POST.get("variant")), None)
    if variant is None:
        raise NotFound(product_id=product_id)
    wrong = ""
    try:
        if request.POST.get("ubah") == "urung":
            _take_back(request, desk, variant)
        else:
            _change(request, desk, product, variant)
    except LapakError as fault:
        words = words_of(fault)
        wrong = f"{words.happened} {words.do}"
    if request.headers.get("HX-Request"):
        fresh = one_product(actor=desk.actor, product_id=product.product_id)
        context = {"product": _with_listings(desk, [fresh])[0], "wrong": wrong, "opened": True, "undo": _undo(request)}
        return render(request, "web/products/swap.html", {**context, "swap": True})
    if wrong:
        messages.error(request, wrong)
    return redirect(f"{reverse('products')}#p{product_id}")


@require_safe
@cache_control(public=True, max_age=31_536_000, immutable=True)
def photo(_request: HttpRequest, digest: str) -> HttpResponse:
    """The picture under its digest; whoever knows the digest has seen the picture, so no sign-in is asked."""
    return HttpResponse(open_photo(digest), content_type="image/jpeg")


@require_safe
@cache_control(public=True, max_age=31_536_000, immutable=True)
def photo_small(_request: HttpRequest, digest: str) -> HttpResponse:
    """The same for a list, at most 160 px: a screen full of them must fit a dear line."""
    return HttpResponse(_list_photo(digest), content_type="image/webp")


@lru_cache(maxsize=1024)
def _list_photo(digest: str) -> bytes:
    """Made from the catalog's small picture, which is up to 15 KB; this one is a few."""
    with Image.open(io.BytesIO(open_photo(digest, small=True)), formats=("WEBP",)) as small:
        small.thumbnail((LIST_SIDE, LIST_SIDE), Image.Resampling.LANCZOS)
        out = io.BytesIO()
        small.save(out, "WEBP", quality=60, method=4)
        return out.getvalue()


def _with_listings(desk: Desk, products: Sequence[ProductRow]) -> list[Shown]:
    ids = [product.product_id for product in products]
    listings = listings_of(actor=desk.actor, business_id=desk.business_id, product_ids=ids) if ids else []
    return [
        Shown(**vars(product), listed=[row for row in listings if row.product_id == product.product_id])
        for product in products
    ]


def _forms(request: HttpRequest, product: ProductRow | None) -> tuple[ProductForm, Any]:
    values, choices = first_values(product) if product else ({}, [])
    data = request.POST if request.method == "POST" else None
    form = ProductForm(data, initial=values, attributes=tuple(product.attributes) if product else ())
    return form, VariantRows(data, initial=choices, prefix="pilihan")


def _valid(form: ProductForm, rows: Any) -> bool:
    good_rows = rows.is_valid()
    return form.is_valid() and bool(good_rows)


def _save(desk: Desk, form: ProductForm, rows: Any, product: ProductRow | None) -> ProductId | None:
    """None when the catalog refused it; the reasons are on the form then."""
    try:
        return catalog.save_product(
            actor=desk.actor, business_id=desk.business_id, draft=form.draft(rows),
            product_id=product.product_id if product else None,
        )  # fmt: skip
    except ProductRefused as fault:
        form.blame_all(fault, rows)
        return None


def _edit_page(request: HttpRequest, form: ProductForm, rows: Any, more: Mapping[str, object]) -> HttpResponse:
    wrong = form.is_bound and bool(form.errors or rows.total_error_count())
    context = {"form": form, "rows": rows, "rows_wrong": rows.is_bound and rows.total_error_count(),
               "open_more": wrong, **more}  # fmt: skip
    return render(request, "web/products/edit.html", context, status=422 if wrong else 200)


def _add_photos(request: HttpRequest, desk: Desk, product_id: ProductId) -> str:
    """Add what was uploaded, each on its own. Returns what is wrong with those that could not be used."""
    wrong = []
    files: Sequence[UploadedFile[Any]] = request.FILES.getlist("foto")
    for at, file in enumerate(files, 1):
        try:
            catalog.add_photo(actor=desk.actor, product_id=product_id, upload=file.read())
        except Invalid as fault:
            wrong.append(f"{f'foto {at}: ' if len(files) > 1 else ''}{words_of(fault).do}")
    return " ".join(wrong)


def _change(request: HttpRequest, desk: Desk, product: ProductRow, variant: VariantRow) -> None:
    """What was typed counts only where it differs from what was shown: the shown stock may be old by now."""
    act = request.POST.get("ubah", "")
    price = parse_rupiah(request.POST.get("harga", "") or variant.price_idr, field="price_idr")
    stock = _units(request.POST.get("stok", "") or str(variant.on_hand))
    shown_price, shown_stock = request.POST.get("harga_tadi", ""), request.POST.get("stok_tadi", "")
    if act in ("h+", "h-"):
        price += _price_step(price) * (1 if act == "h+" else -1)
    if str(price) != shown_price and price != variant.price_idr:
        catalog.set_price(actor=desk.actor, variant_id=variant.variant_id, price_idr=price)
        _remember(request, product, variant, "Harga", variant.price_idr, price)
    step = {"s+": 1, "s-": -1}.get(act, 0)
    if str(stock) != shown_stock:
        catalog.set_stock(actor=desk.actor, variant_id=variant.variant_id, on_hand=max(stock + step, 0))
        _remember(request, product, variant, "Stok", variant.on_hand, max(stock + step, 0))
    elif step:
        left = catalog.change_stock(actor=desk.actor, variant_id=variant.variant_id, change=step)
        _remember(request, product, variant, "Stok", left - step, left)


def _price_step(price_idr: int) -> int:
    return 500 if price_idr < 50_000 else 1_000


def _units(typed: str) -> int:
    digits = typed.replace(".", "").strip()
    if not digits.isascii() or not digits.isdigit() or len(digits) > 9:
        raise Invalid(field="stock", reason="not_number")
    return int(digits)


def _remember(request: HttpRequest, product: ProductRow, variant: VariantRow, what: str, old: int, new: int) -> None:
    if old != new:
        request.session[UNDO] = {
            "product_id": str(product.product_id), "variant_id": str(variant.variant_id), "what": what,
            "title": " ".join((product.title, *variant.options)), "old": old, "new": new,
            "until": (now() + UNDO_FOR).isoformat(),
        }  # fmt: skip


def _undo(request: HttpRequest) -> dict[str, object] | None:
    """The last change, while it can still be taken back."""
    kept = request.session.get(UNDO)
    left = datetime.fromisoformat(kept["until"]) - now() if kept else timedelta()
    if not kept or left <= timedelta():
        return None
    new = kept["new"]
    shown = format_rupiah(new) if kept["what"] == "Harga" else f"{new:,}".replace(",", ".")
    return {**kept, "now": shown, "minutes": int(left.total_seconds() // 60) + 1}


def _take_back(request: HttpRequest, desk: Desk, variant: VariantRow) -> None:
    """Stock goes back by the difference, so that what was sold meanwhile stays sold."""
    kept = request.session.pop(UNDO, None)
    if not kept or kept["variant_id"] != str(variant.variant_id) or datetime.fromisoformat(kept["until"]) < now():
        return
    if kept["what"] == "Harga":
        catalog.set_price(actor=desk.actor, variant_id=VariantId(variant.variant_id), price_idr=kept["old"])
    else:
        change = kept["old"] - kept["new"]
        catalog.change_stock(actor=desk.actor, variant_id=VariantId(variant.variant_id), change=change)


def _way_back(request: HttpRequest) -> str:
    """A page of ours that sent the owner here to complete a product; nothing else is followed."""
    way = request.GET.get("kembali", "")
    return way if way.startswith("/toko/") and "//" not in way and "\\" not in way else ""


def _id_or_none(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
