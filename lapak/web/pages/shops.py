"""`/toko`: connecting shops, and how each listing stands as a buyer would see it."""

from collections import Counter
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from lapak.channels.kit.load import channels
from lapak.core.errors import NotFound
from lapak.core.ids import ListingId, ShopId
from lapak.shops import services
from lapak.shops.selectors import last_reconciliation, listing, listings_of, shop, shops_of
from lapak.shops.types import ListingRow
from lapak.web.desk import Desk, for_owner
from lapak.web.once import once
from lapak.web.sayings import BUSY

ORDER = ("refused", "stuck", "gone", "waiting", "sending", "sent", "in_review", "live", "hidden")
CONSENT = "consent"


@require_safe
@for_owner
def shop_list(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Shops with their state, and the channels that can still be connected."""
    rows = shops_of(actor=desk.actor, business_id=desk.business_id)
    taken = {row.channel for row in rows}
    ours = [known for known in channels() if known.slug in settings.LAPAK_CHANNELS]
    more = [known for known in ours if "asks_consent" in known.does and known.slug not in taken]
    return render(request, "web/shops/list.html", {"shops": rows, "more": more})


@require_POST
@for_owner
@once
def shop_connect(request: HttpRequest, desk: Desk, channel: str) -> HttpResponse:
    """To the platform's consent page; what comes back must carry the state kept in this browser."""
    back = settings.LAPAK_PUBLIC_URL + reverse("shop_back", args=[channel])
    url, state = services.begin_consent(actor=desk.actor, business_id=desk.business_id, channel=channel, return_to=back)
    request.session[CONSENT] = {"channel": channel, "state": state}
    return redirect(url)


@require_safe
@for_owner
def shop_back(request: HttpRequest, desk: Desk, channel: str) -> HttpResponse:
    """The platform sent the owner back with its answer."""
    begun = request.session.pop(CONSENT, {})
    shop_id = services.finish_consent(
        actor=desk.actor, business_id=desk.business_id, channel=channel,
        answer={name: str(value) for name, value in request.GET.items()},
        expected_state=begun.get("state", "") if begun.get("channel") == channel else "",
    )  # fmt: skip
    connected = shop(actor=desk.actor, shop_id=shop_id)
    messages.success(request, f"{connected.name or connected.channel_name} tersambung.")
    return redirect("shop", shop_id)


@require_safe
@for_owner
def shop_page(request: HttpRequest, desk: Desk, shop_id: UUID) -> HttpResponse:
    """How each product stands there. `bagian=status` answers only the part that changes by itself."""
    row = shop(actor=desk.actor, shop_id=ShopId(shop_id))
    if row.business_id != desk.business_id:
        raise NotFound(shop_id=shop_id)
    rows = listings_of(actor=desk.actor, business_id=desk.business_id, shop_id=row.shop_id)
    rows.sort(key=lambda one: ORDER.index(one.phase) if one.phase in ORDER else len(ORDER))
    context = {
        "shop": row, "listings": rows, "counts": _counts(rows), "busy": any(one.phase in BUSY for one in rows),
        "checked": last_reconciliation(actor=desk.actor, shop_id=row.shop_id),
    }  # fmt: skip
    part = request.GET.get("bagian") == "status"
    return render(request, "web/shops/status.html" if part else "web/shops/page.html", context)


@require_POST
@for_owner
@once
def shop_leave(request: HttpRequest, desk: Desk, shop_id: UUID) -> HttpResponse:
    """Let go of the consent."""
    row = shop(actor=desk.actor, shop_id=ShopId(shop_id))
    services.disconnect(actor=desk.actor, shop_id=row.shop_id)
    messages.success(request, f"Sambungan ke {row.name or row.channel_name} dilepas. Produk di sana tidak kami ubah.")
    return redirect("shops")


@require_POST
@for_owner
@once
def listing_again(_request: HttpRequest, desk: Desk, listing_id: UUID) -> HttpResponse:
    """Try now, with new tries."""
    row = listing(actor=desk.actor, listing_id=ListingId(listing_id))
    services.resend(actor=desk.actor, listing_id=row.listing_id)
    return redirect("shop", row.shop_id)


@require_POST
@for_owner
@once
def listing_hide(request: HttpRequest, desk: Desk, listing_id: UUID) -> HttpResponse:
    """Hide from buyers (`tampil=0`) or show again (`tampil=1`)."""
    row = listing(actor=desk.actor, listing_id=ListingId(listing_id))
    services.unlist(actor=desk.actor, listing_id=row.listing_id, listed=request.POST.get("tampil") == "1")
    return redirect("shop", row.shop_id)


def _counts(rows: list[ListingRow]) -> dict[str, int]:
    """For the bar: what buyers see, what is looked at, what runs, what needs the owner. They add up to `all`."""
    phases = Counter(row.phase for row in rows)
    return {
        "live": phases["live"],
        "review": phases["in_review"],
        "running": phases["waiting"] + phases["sending"] + phases["sent"],
        "wrong": phases["refused"] + phases["stuck"] + phases["gone"],
        "hidden": phases["hidden"],
        "all": len(rows),
    }
