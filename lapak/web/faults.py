"""No trace reaches a person: every fault is a page in words, with a button that leads on."""

from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from lapak.channels.kit.errors import ChannelFault
from lapak.core.errors import Acts, Invalid, LapakError, NotFound
from lapak.core.words import Words, words_for
from lapak.web.reasons import reason_words

log = structlog.get_logger(__name__)

Next = Callable[[HttpRequest], HttpResponse]

# Where each button leads that is not home; the words of the button lie with the fault.
WAYS = {
    "account_stopped": "help", "already_closed": "join_business", "code_spent": "sign_in", "consent_lost": "shops",
    "import_running": "import", "nothing_to_publish": "publish_any", "order_moved": "orders",
    "order_not_open": "orders", "seal_broken": "help", "shipment_by_hand": "orders", "shop_not_connected": "shops",
    "shop_taken": "help", "unknown_channel": "shops",
}  # fmt: skip


class FaultPages:
    """Middleware: turns a `LapakError` that a view did not handle into its page, and refuses bodies that are too large.

    Stands before the CSRF check, which would read the whole body to find its token.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Doors for programs have bounds of their own and answer without pages.
        for_people = not request.path.startswith(("/api/", "/hooks/"))
        if for_people and int(request.META.get("CONTENT_LENGTH") or 0) > settings.LAPAK_UPLOAD_MAX_BYTES:
            return too_large(request)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return fault_page(request, exception) if isinstance(exception, LapakError) else None


def fault_page(request: HttpRequest, fault: LapakError) -> HttpResponse:
    """The page for a fault; its status is the fault's own."""
    if fault.acts is Acts.STAFF:
        log.error("fault_shown", code=fault.code, path=request.path, told=str(fault))
    return _page(request, words_of(fault), status=fault.status, way=reverse(way_on(fault)))


def way_on(fault: LapakError) -> str:
    """The name of the page that the button of a fault leads to."""
    return WAYS.get(fault.code) or ("shops" if isinstance(fault, ChannelFault) else "home")


def words_of(fault: LapakError) -> Words:
    """A fault in Indonesian; an `Invalid` says its reason in words instead of its code."""
    if isinstance(fault, Invalid):
        return words_for(fault, reason=reason_words(fault))
    return words_for(fault)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django's own
    """404 for an address that leads nowhere."""
    return _page(request, words_for(NotFound), status=404)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django's own
    """403: signed in, but not for this."""
    words = Words(
        happened="Halaman ini bukan untuk akun Anda.",
        means="Tidak ada yang berubah.",
        do="Masuk dengan akun yang benar, atau kembali ke beranda.",
        button="Ke beranda",
    )
    return _page(request, words, status=403)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django's own
    """400: the request cannot be read, as a form of more fields than any of ours has."""
    words = Words(
        happened="Kiriman dari peramban Anda tidak bisa dibaca.",
        means="Tidak ada yang berubah.",
        do="Kembali, muat ulang halamannya, lalu coba sekali lagi.",
        button="Ke beranda",
    )
    return _page(request, words, status=400)


def too_large(request: HttpRequest) -> HttpResponse:
    """413: the file is larger than we take."""
    most = settings.LAPAK_UPLOAD_MAX_BYTES // (1024 * 1024)
    words = Words(
        happened=f"Berkas ini terlalu besar. Paling besar {most} MB.",
        means="Berkasnya belum kami terima; isian lain di halaman tadi tetap ada bila Anda kembali.",
        do="Pilih foto atau berkas yang lebih kecil.",
        button="Ke beranda",
    )
    return _page(request, words, status=413)


def form_expired(request: HttpRequest, **_told: object) -> HttpResponse:
    """403 for a form without a valid token: it lay open too long, or it is not ours."""
    words = Words(
        happened="Formulir ini sudah terlalu lama terbuka.",
        means="Belum ada yang tersimpan. Isian Anda masih ada bila Anda menekan kembali.",
        do="Kembali ke halaman tadi, muat ulang, lalu kirim sekali lagi.",
        button="Muat ulang",
    )
    return _page(request, words, status=403, way=request.path)


def _page(request: HttpRequest, words: Words, *, status: int, way: str = "/") -> HttpResponse:
    return render(request, "web/fault.html", {"words": words, "way": way, "fault": True}, status=status)
