"""`/`: what came in today, what needs the owner now, and the next step."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.views.decorators.http import require_safe

from lapak.catalog.selectors import products_of, shortages_of
from lapak.catalog.types import ProductRow
from lapak.orders.selectors import desk_counts, takings
from lapak.registry.selectors import rungs_of
from lapak.registry.types import Rung
from lapak.shops.selectors import listings_of, shops_of
from lapak.shops.types import ListingRow, ShopRow
from lapak.web.desk import Desk, desk_of, for_owner
from lapak.web.sayings import RUNGS, listing_saying

LOW = 3  # units: from here on the owner is told
LOOKED_THROUGH = 100  # newest products that the home page looks through for low stock


@dataclass(frozen=True)
class Need:
    """Something that waits for the owner. kind colours the icon."""

    kind: str
    icon: str
    title: str
    detail: str
    way: str


@dataclass(frozen=True)
class Step:
    """A rung on the owner's path. state: d (done), now, or empty."""

    number: int
    name: str
    state: str


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The owner's day; for a visitor what Lapak is; staff go to their board."""
    if not request.user.is_authenticated:
        return render(request, "web/welcome.html")
    desk = desk_of(request)
    if desk is None:
        return redirect("board" if request.user.is_staff else "join_business")
    return _owner_home(request)


@for_owner
def _owner_home(request: HttpRequest, desk: Desk) -> HttpResponse:
    products = products_of(actor=desk.actor, business_id=desk.business_id, limit=LOOKED_THROUGH)
    shops = shops_of(actor=desk.actor, business_id=desk.business_id)
    listings = listings_of(actor=desk.actor, business_id=desk.business_id)
    reached = {row.rung for row in rungs_of(actor=desk.actor, business_id=desk.business_id)}
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    context = {
        "takings": takings(actor=desk.actor, business_id=desk.business_id, since=midnight),
        "counts": desk_counts(actor=desk.actor, business_id=desk.business_id),
        "needs": [*_shop_needs(shops), *_short_needs(desk), *_listing_needs(listings), *_stock_needs(products)],
        "steps": _steps(reached), "reached": len(reached & RUNGS.keys()), "path": len(RUNGS),
        "next": _next(products, shops, listings, reached), "shops": shops,
    }  # fmt: skip
    return render(request, "web/home.html", context)


@require_safe
@for_owner
def learn(request: HttpRequest, _desk: Desk) -> HttpResponse:
    """`/belajar`: no lessons yet, and the page says so."""
    return render(request, "web/learn.html")


def _shop_needs(shops: Sequence[ShopRow]) -> list[Need]:
    return [
        Need(
            "bad", "link", f"{row.name or row.channel_name} perlu disambung ulang",
            "Stok dan pesanan berhenti diteruskan.", reverse("shop", args=[row.shop_id]),
        )
        for row in shops
        if row.state == "signed_out"
    ]  # fmt: skip


def _short_needs(desk: Desk) -> list[Need]:
    short = shortages_of(actor=desk.actor, business_id=desk.business_id)
    if not short:
        return []
    units = sum(row.missing for row in short)
    title, detail = f"Kurang {units} barang untuk pesanan", "Ada pesanan yang stoknya tidak cukup."
    return [Need("bad", "warning", title, detail, reverse("orders"))]


def _listing_needs(listings: Sequence[ListingRow]) -> list[Need]:
    refused = [row for row in listings if row.phase in ("refused", "gone")]
    return [
        Need(
            "bad", "warning", f"{row.title}: perlu diperbaiki", capfirst(listing_saying(row).words),
            reverse("shop", args=[row.shop_id]),
        )
        for row in refused[:3]
    ]  # fmt: skip


def _stock_needs(products: Sequence[ProductRow]) -> list[Need]:
    needs = []
    for product in products:
        low = [row for row in product.variants if row.available <= LOW]
        if low:
            least = min(row.available for row in low)
            title = f"{product.title} habis" if least == 0 else f"{product.title} tinggal {least}"
            way = f"{reverse('products')}?{urlencode({'cari': product.sku})}"
            needs.append(Need("warn", "box", title, "Tambah stok supaya tetap bisa dibeli.", way))
    return needs[:3]


def _steps(reached: set[Rung]) -> list[Step]:
    """The rung after the highest is the present one; training is never it while there are no lessons to take."""
    rungs = list(RUNGS)
    last = max((at for at, rung in enumerate(rungs) if rung in reached), default=-1)
    now = last + 2 if last + 1 == rungs.index(Rung.TRAINED) else last + 1
    return [
        Step(at + 1, name, "d" if rung in reached else "now" if at == now else "")
        for at, (rung, name) in enumerate(RUNGS.items())
    ]


def _next(
    products: Sequence[ProductRow], shops: Sequence[ShopRow], listings: Sequence[ListingRow], reached: set[Rung]
) -> Need | None:
    """The one thing that brings the business further; None when selling is all there is to do."""
    if not products:
        return Need("", "camera", "Foto produk pertama", "Nama, harga, dan stok sudah cukup.", reverse("product_new"))
    if not shops:
        calm = "Tidak ada yang berubah di toko sampai Anda menekan Kirim."
        return Need("", "link", "Sambungkan toko", calm, reverse("shops"))
    ready = next((row for row in shops if row.state == "connected"), None)
    if ready and not listings:
        way = reverse("publish", args=[ready.shop_id])
        return Need("", "send", "Kirim produk ke toko", "Anda lihat dulu apa yang akan tampil.", way)
    if Rung.LISTED not in reached and ready:
        way = reverse("shop", args=[ready.shop_id])
        return Need("", "clock", "Menunggu produk tayang", "Kami periksa sendiri; lihat di halaman toko.", way)
    return None
