"""Shopee's words to ours: every code and status of theirs that we know, each in one table.

Sources: the reference pages' error lists of 2026-08; "V2.0 Data Definition" (2025-10-13); "Order Management"
(2025-09-24).
"""

import re
from datetime import datetime, timedelta, timezone
from math import ceil

from lapak.channels.kit.errors import (
    ChannelBusy,
    ChannelFault,
    ConsentRefused,
    KeysRefused,
    ListingGone,
    ListingRefused,
    NotUnderstood,
    OrderMoved,
    OutcomeUnknown,
    ShopBlocked,
    SignedOut,
)
from lapak.core.clock import now
from lapak.domain.listing import ListingState
from lapak.domain.order import ChannelOrderState

CHANNEL = "Shopee"

TOKEN_BAD = {"invalid_acceess_token", "invalid_access_token"}
"""The access token is no longer good: renew once, then ask again. Three e's is their spelling."""

MAYBE_DONE = {
    "error_network", "error_data", "error_server", "error_inner", "error_unknown", "error_other", "error_marshal",
}  # fmt: skip
"""Faults inside Shopee: a reading call may be repeated, a writing one may have been done."""

FAULTS: dict[str, type[ChannelFault]] = {
    "error_rate_limit": ChannelBusy,
    "error_limit": ChannelBusy,
    "error_system_busy": ChannelBusy,
    "error_shop_refresh_token": SignedOut,
    "error_merchant_refresh_token": SignedOut,
    "refresh_token_expired": SignedOut,
    "shop_access_expired": SignedOut,
    "merchant_access_expired": SignedOut,
    "shop_no_linked": SignedOut,
    "partner_shop_no_link": SignedOut,
    "invalid_code": ConsentRefused,
    "invalid_shop_id": ConsentRefused,
    "invalid_main_acount_id": ConsentRefused,  # spelt so
    "error_sign": KeysRefused,
    "invalid_partner_id": KeysRefused,
    "source_ip_undeclared": KeysRefused,
    "error_api_permission": KeysRefused,
    "error_partner_key_expired": KeysRefused,
    "error_api_call_restricted": KeysRefused,
    "api_suspended": KeysRefused,
    "error_permission": KeysRefused,
    "shop_banned": ShopBlocked,
    "error_kyc_auth": ShopBlocked,
    "error_seller_under_penalty": ShopBlocked,
    "error_busi_invalid_account_status": ShopBlocked,
    "error_busi_invalid_shop_status": ShopBlocked,
    "error_item_not_found": ListingGone,
    "error_item_not_belong_shop": ListingGone,
    "error_item_or_variation_not_found": ListingGone,
    "error_repeated_mtsku": ListingRefused,
    "package_already_shipped": OrderMoved,
    "order_list_invalid_time": NotUnderstood,
}
"""Code, or the part of it after the last dot → our fault. The rest is decided by what the call was about."""

BY_MODULE: dict[str, type[ChannelFault]] = {
    "product": ListingRefused,
    "media_space": ListingRefused,
    "logistics": OrderMoved,
    "order": OrderMoved,
}
"""What an unlisted refusal of a writing call means, by the module in its path."""

WHOSE_FIELD = {
    "price": "price", "stock": "stock", "wholesale": "price", "desc": "description", "image": "photos",
    "brand": "brand", "categor": "category", "attribute": "attributes", "weight": "weight", "tier": "options",
    "logistic": "shipping", "name": "title",
}  # fmt: skip
"""A word in a code or message → the product's field it speaks of; the first that fits."""

LISTING_STATES = {
    "NORMAL": ListingState.LIVE,
    "REVIEWING": ListingState.IN_REVIEW,
    "BANNED": ListingState.REFUSED,
    "UNLIST": ListingState.HIDDEN,
    "SELLER_DELETE": ListingState.GONE,
    "SHOPEE_DELETE": ListingState.GONE,
}

ORDER_STATES = {
    "UNPAID": ChannelOrderState.UNPAID,
    "PENDING": ChannelOrderState.UNPAID,  # paid, under Shopee's own checks: nothing for the seller to do yet
    "INVOICE_PENDING": ChannelOrderState.TO_SHIP,
    "READY_TO_SHIP": ChannelOrderState.TO_SHIP,
    "RETRY_SHIP": ChannelOrderState.TO_SHIP,
    "PROCESSED": ChannelOrderState.ARRANGED,
    "SHIPPED": ChannelOrderState.SHIPPED,
    "TO_CONFIRM_RECEIVE": ChannelOrderState.SHIPPED,
    "COMPLETED": ChannelOrderState.DONE,
    "IN_CANCEL": ChannelOrderState.CANCEL_ASKED,
    "CANCELLED": ChannelOrderState.CANCELLED,
    "TO_RETURN": ChannelOrderState.RETURNED,
}

ORDER_PUSHES = {3, 4, 15, 29, 30, 47}
"""Push codes that speak of an order: its status, tracking number, label, return, fulfilment, package."""

CONSENT_GIVEN, CONSENT_WITHDRAWN, CONSENT_ENDING = 1, 2, 12


def fault_for(code: str, message: str, *, path: str, writes: bool) -> ChannelFault:
    """The fault for a reply whose `error` is not empty.

    Args:
        message: their words, already free of secrets.
        path: "/api/v2/<module>/<call>". writes: whether the call changes something.
    """
    last = code.rpartition(".")[2].replace(" ", "_")
    told: dict[str, object] = {"channel": CHANNEL, "their_code": code, "theirs": message, "path": path}
    kind = FAULTS.get(code) or FAULTS.get(last)
    if kind is None and last in MAYBE_DONE:
        kind = OutcomeUnknown if writes else ChannelBusy
    if kind is None and last in {"error_auth", "error_param"} and _speaks_of_keys(message):
        kind = KeysRefused
    if kind is None and writes:
        kind = BY_MODULE.get(module_of(path))
    if last == "error_limit":
        told["wait_s"] = _until_the_quota_resets(now())
    if kind is ListingRefused:
        told["field"] = field_of(code, message)
    return (kind or NotUnderstood)(**told)


def token_is_bad(code: str, message: str) -> bool:
    """Whether a refusal is about the access token; two general codes say so only in their words."""
    last = code.rpartition(".")[2]
    return last in TOKEN_BAD or (last in {"error_auth", "error_param"} and "access_token" in message.lower())


def is_unknown_order(code: str) -> bool:
    """Whether a code says that there is no such order; the documents name none, so all that say it are taken."""
    return code.rpartition(".")[2] in ("error_not_found", "order_not_found", "error_order_not_found")


def refresh_is_refused(code: str, message: str) -> bool:
    """Whether the platform confirmed that this refresh token is no longer good; nothing else signs a shop out."""
    last = code.rpartition(".")[2]
    return FAULTS.get(last) is SignedOut or (last == "error_auth" and "refresh_token" in message.lower())


def module_of(path: str) -> str:
    return path.split("/")[3]


def field_of(code: str, message: str) -> str:
    """The product's field a refusal speaks of; empty when nobody can tell."""
    for text in (code.lower(), message.lower()):
        for word, field in WHOSE_FIELD.items():
            if word in text:
                return field
    return ""


def _until_the_quota_resets(at: datetime) -> int:
    """Seconds until 00:00 at UTC+8, when the day's calls are counted anew."""
    there = at.astimezone(timezone(timedelta(hours=8)))
    midnight = there.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return ceil((midnight - there).total_seconds())


def _speaks_of_keys(message: str) -> bool:
    return re.search(r"\b(partner(_id)?|sign|timestamp|permission|app)\b", message.lower()) is not None
