"""States in a neighbour's words: a sentence, an icon, and how much it wants the reader's attention."""

from collections.abc import Sequence
from dataclasses import dataclass

from lapak.catalog.types import VariantRow
from lapak.core.errors import Acts, LapakError, every_error
from lapak.core.money import format_rupiah
from lapak.core.words import Words, words_for
from lapak.domain.order import ChannelOrderState
from lapak.orders.types import OrderRow
from lapak.registry.types import Evidence, Rung
from lapak.shops.types import FaultRow, ListingRow, ShopRow
from lapak.web.moments import ago, moment_text

BUSY = frozenset({"waiting", "sending", "sent", "in_review"})
"""Phases of a listing that move on by themselves: while one of them stands, the page looks again."""
RUNGS = {
    Rung.REGISTERED: "Terdaftar", Rung.TRAINED: "Dilatih", Rung.CONNECTED: "Terhubung", Rung.LISTED: "Tayang",
    Rung.FIRST_SALE: "Penjualan pertama", Rung.ACTIVE: "Aktif", Rung.SUSTAINED: "Bertahan",
}  # fmt: skip
EXITED = {Rung.DORMANT: "Tidur", Rung.CLOSED: "Tutup"}
EVIDENCE = {
    Evidence.CHANNEL_API: "dilihat di tokonya", Evidence.EXPORTED_FILE: "dari berkas toko",
    Evidence.QRIS: "dari QRIS", Evidence.CHAT: "dari obrolan", Evidence.OWNER_WORD: "menurut Anda",
    Evidence.TRAINER_NOTE: "catatan pendamping",
}  # fmt: skip
MISSING = {"photo": "foto", "description": "cerita produk", "weight": "berat"}


@dataclass(frozen=True)
class Saying:
    """kind: ok, info, warn, bad or empty; it colours the icon. The sentence says it all without the colour."""

    kind: str
    icon: str
    words: str
    short: str = ""


def known_fault(code: str) -> type[LapakError]:
    """The class of a stored fault; one that this version no longer knows is the unexpected one."""
    return next((kind for kind in every_error() if kind.code == code), LapakError)


def fault_words(fault: FaultRow, **more: object) -> Words:
    """A stored fault in Indonesian."""
    told = {name: fact for name, fact in {**fault.told, **more}.items() if name != "language"}
    return words_for(known_fault(fault.code)(**told))


def listing_saying(listing: ListingRow) -> Saying:
    """A listing as a buyer would see it."""
    fault = listing.fault
    if fault and listing.phase in BUSY and known_fault(fault.code).acts is Acts.CLOCK:
        again = f", kami coba lagi {moment_text(listing.next_try_at)}" if listing.next_try_at else ""
        return Saying("info", "clock", f"tertunda{again}. {fault_words(fault).happened}", "Tertunda")
    if listing.phase == "refused":
        why = listing.their_words or (fault_words(fault, title=listing.title).happened if fault else "")
        return Saying("bad", "cross", f"ditolak. {why}".strip(), "Ditolak")
    if listing.phase == "live":
        seen = f", kami lihat {ago(listing.seen_at)}" if listing.seen_at else ""
        return Saying("ok", "check", f"tayang{seen}", "Tayang")
    return {
        "waiting": Saying("info", "clock", "menunggu giliran dikirim", "Menunggu"),
        "sending": Saying("info", "send", "sedang dikirim", "Dikirim"),
        "sent": Saying("info", "clock", "sudah diterima, kami periksa apakah sudah tampil", "Diterima"),
        "in_review": Saying("info", "clock", "sedang ditinjau toko; pembeli belum melihatnya", "Ditinjau"),
        "hidden": Saying("", "minus", "disembunyikan dari pembeli", "Disembunyikan"),
        "gone": Saying("warn", "warning", "sudah tidak ada di toko, mungkin dihapus di sana", "Hilang"),
        "stuck": Saying("bad", "warning", "belum berhasil dikirim setelah beberapa kali; tim kami memeriksa", "Macet"),
    }.get(listing.phase, Saying("", "minus", "belum diketahui", "–"))


def shop_saying(shop: ShopRow) -> Saying:
    """A connection: whether stock and orders flow, and when we last knew."""
    if shop.state == "signed_out":
        return Saying("bad", "warning", "Sambungan terputus. Stok dan pesanan berhenti diteruskan.", "Terputus")
    if shop.state == "blocked":
        return Saying("bad", "warning", "Toko ini sedang dibekukan. Alasannya ada di aplikasi tokonya.", "Dibekukan")
    checked = f"diperiksa {ago(shop.checked_at)}" if shop.checked_at else "belum sempat diperiksa"
    return Saying("ok", "check", f"Tersambung, {checked}.", "Tersambung")


ORDER_STATES = {
    ChannelOrderState.UNPAID: Saying("", "clock", "Belum dibayar pembeli. Belum perlu disiapkan.", "Belum dibayar"),
    ChannelOrderState.CANCEL_ASKED: Saying("warn", "warning", "Pembeli minta batal. Jawab di tokonya.", "Minta batal"),
    ChannelOrderState.ARRANGED: Saying("ok", "truck", "Siap dikirim. Serahkan ke kurir.", "Siap dikirim"),
    ChannelOrderState.SHIPPED: Saying("info", "truck", "Dalam perjalanan ke pembeli.", "Dikirim"),
    ChannelOrderState.DONE: Saying("ok", "check", "Selesai, diterima pembeli.", "Selesai"),
    ChannelOrderState.CANCELLED: Saying("", "cross", "Dibatalkan. Stoknya sudah kembali.", "Batal"),
    ChannelOrderState.RETURNED: Saying("warn", "undo", "Dikembalikan pembeli.", "Dikembalikan"),
}  # fmt: skip


def order_saying(order: OrderRow) -> Saying:
    """Where an order stands: on the owner's desk, or with the channel."""
    if order.state != ChannelOrderState.TO_SHIP:
        return ORDER_STATES[ChannelOrderState(order.state)]
    if order.desk == "accepted":
        if order.fault_code:
            return Saying("bad", "warning", words_for(known_fault(order.fault_code)).happened, "Perlu Anda")
        return Saying("warn", "box", "Sudah diterima. Kemas, lalu tekan siap dikirim.", "Dikemas")
    if order.desk == "ready_asked":
        return Saying("info", "clock", "Toko sedang kami minta mengatur pengiriman.", "Diatur")
    if order.desk == "ready":
        return Saying("ok", "truck", "Siap dikirim. Serahkan ke kurir.", "Siap dikirim")
    return Saying("warn", "receipt", "Menunggu jawaban Anda.", "Baru")


def missing_words(missing: Sequence[str]) -> str:
    """`foto dan berat`."""
    words = [MISSING.get(name, name) for name in missing]
    return " dan ".join(filter(None, [", ".join(words[:-1]), words[-1]])) if words else ""


def price_range(variants: Sequence[VariantRow]) -> str:
    """`Rp15.000` or `Rp15.000–Rp18.000`."""
    prices = sorted({variant.price_idr for variant in variants})
    return "–".join(format_rupiah(price) for price in (prices if len(prices) < 2 else (prices[0], prices[-1])))


FIELDS = {
    "title": "Nama produk", "description": "Cerita produk", "weight_g": "Berat", "category": "Kategori",
    "brand": "Merek", "photos": "Foto", "attributes": "Keterangan", "price": "Harga", "price_idr": "Harga",
    "stock": "Stok", "variant": "Pilihan", "sku": "Kode", "variants": "Pilihan", "option_names": "Pilihan",
}  # fmt: skip


def field_label(field: str) -> str:
    """A field of a listing as the owner calls it; `price KRP-01` is the price of one choice."""
    name, _, which = field.partition(" ")
    return " ".join(filter(None, [FIELDS.get(name, name), which]))
