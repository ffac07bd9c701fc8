"""What can be set from outside, with defaults that let a newcomer start without any key."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class ShopeeSettings:
    """The practice partner of Shopee. Durations are in seconds."""

    partner_id: int = 2001887
    partner_key: str = "latihan-partner-key-shopee"
    push_key: str = "latihan-push-key-shopee"
    callback: str = ""
    access_s: int = 14_400
    refresh_s: int = 30 * 86_400
    code_s: int = 600
    consent_s: int = 365 * 86_400


@dataclass(frozen=True, kw_only=True)
class WhatsAppSettings:
    """The practice business number of WhatsApp. Durations are in seconds."""

    phone_number_id: str = "620001887"
    display_number: str = "6281100001887"
    account_id: str = "620009001"
    token: str = "latihan-token-whatsapp"  # noqa: S105  a practice token, printed in the documents
    app_secret: str = "latihan-app-secret"  # noqa: S105  likewise
    callback: str = ""
    delivered_after_s: float = 0.3
    read_after_s: float = 1.0
    messaging_limit: int = 250
    pair_burst: int = 45
    pair_every_s: float = 6.0


@dataclass(frozen=True, kw_only=True)
class GrabSettings:
    """The practice partner of Grab: its keys at Grab, Grab's keys at the partner, the partner's URLs. In seconds."""

    client_id: str = "latihan-grab"
    client_secret: str = "latihan-rahasia-grab"  # noqa: S105  a practice key, printed in the documents
    partner_client_id: str = "latihan-mitra-grab"
    partner_client_secret: str = "latihan-rahasia-mitra-grab"  # noqa: S105  likewise
    partner_scope: str = "mart.partner_api food.partner_api"
    token_url: str = ""
    menu_url: str = ""
    order_url: str = ""
    state_url: str = ""
    menu_result_url: str = ""
    integration_url: str = ""
    access_s: int = 604_799
    menu_lock_s: int = 120
    item_lock_s: int = 10


@dataclass(frozen=True, kw_only=True)
class TokopediaSettings:
    """The practice app of Tokopedia (TikTok Shop). Durations are in seconds.

    Attributes:
        refresh_s: life of a refresh token; the documents' samples differ, about a year in most.
        rotate: whether a refresh gives a new refresh token and kills the old one; the documents do not say.
        zero_stock: whether a stock of 0 is taken; the documents write 1 to 99,999.
        hold_s: how long a paid order is ON_HOLD (about an hour is told of the real platform).
        audit_s: how long a new or changed product is audited; label_s: how long a label is in the making.
    """

    app_key: str = "latihan-app-key-tokopedia"
    app_secret: str = "latihan-app-secret-tokopedia"  # noqa: S105  a practice key, printed in the documents
    service_id: str = "latihan-service-tokopedia"
    redirect: str = ""
    callback: str = ""
    code_s: int = 1800
    access_s: int = 7 * 86_400
    refresh_s: int = 365 * 86_400
    rotate: bool = True
    zero_stock: bool = True
    hold_s: float = 2.0
    audit_s: float = 1.0
    label_s: float = 0.5


@dataclass(frozen=True, kw_only=True)
class FacebookSettings:
    """The practice app, Page and product catalogue of Facebook. Durations are in seconds."""

    app_id: str = "700001887"
    app_secret: str = "latihan-app-secret"  # noqa: S105  a practice secret, printed in the documents
    token: str = "latihan-token-facebook"  # noqa: S105  a system user's token, likewise
    page_token: str = "latihan-token-halaman"  # noqa: S105  likewise
    page_id: str = "104001887"
    page_name: str = "Dapur Latihan"
    business_id: str = "800001887"
    catalog_id: str = "530001887"
    callback: str = ""
    require_proof: bool = False
    batch_s: float = 1.0


@dataclass(frozen=True, kw_only=True)
class InstagramSettings:
    """The practice professional account of Instagram. Durations are in seconds."""

    user_id: str = "17841400001887"
    username: str = "dapur.latihan"
    token: str = "latihan-token-instagram"  # noqa: S105  a practice token, printed in the documents
    callback: str = ""
    posts_a_day: int = 50
    product_tags: bool = False
    ready_s: float = 1.0


@dataclass(frozen=True, kw_only=True)
class BlibliSettings:
    """The practice app of Blibli. Durations are in seconds.

    Attributes:
        queue_s: how long a bulk call waits in the queue; review_s: how long a submitted product is reviewed.
        list_most: how many items the order list gives in all; integrators tell of 100, the documents do not.
        limits: whether calls are counted against the documented numbers.
    """

    client_id: str = "latihan-client-blibli"
    client_key: str = "latihan-client-key-blibli"
    callback: str = ""
    queue_s: float = 1.0
    review_s: float = 1.0
    list_most: int = 100
    limits: bool = True


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything the sandbox needs to start. `push_retry_scale` multiplies the documented waits between tries."""

    folder: Path
    push_retry_scale: float = 1.0
    shopee: ShopeeSettings = field(default_factory=ShopeeSettings)
    whatsapp: WhatsAppSettings = field(default_factory=WhatsAppSettings)
    tokopedia: TokopediaSettings = field(default_factory=TokopediaSettings)
    blibli: BlibliSettings = field(default_factory=BlibliSettings)
    grab: GrabSettings = field(default_factory=GrabSettings)
    facebook: FacebookSettings = field(default_factory=FacebookSettings)
    instagram: InstagramSettings = field(default_factory=InstagramSettings)


def from_environ(folder: Path, environ: Mapping[str, str] = os.environ) -> Settings:
    """Settings from SANDBOX_* variables; what is not set keeps its default. Raises ValueError for a bad number."""

    def text(name: str, default: str) -> str:
        return environ.get(f"SANDBOX_{name}", default)

    shopee, whatsapp, grab = ShopeeSettings(), WhatsAppSettings(), GrabSettings()
    tokopedia, blibli = TokopediaSettings(), BlibliSettings()
    facebook, instagram = FacebookSettings(), InstagramSettings()
    return Settings(
        folder=folder,
        push_retry_scale=float(text("PUSH_RETRY_SCALE", "1.0")),
        shopee=ShopeeSettings(
            partner_id=int(text("SHOPEE_PARTNER_ID", str(shopee.partner_id))),
            partner_key=text("SHOPEE_PARTNER_KEY", shopee.partner_key),
            push_key=text("SHOPEE_PUSH_KEY", shopee.push_key),
            callback=text("SHOPEE_CALLBACK", shopee.callback),
            access_s=int(text("SHOPEE_ACCESS_S", str(shopee.access_s))),
            refresh_s=int(text("SHOPEE_REFRESH_S", str(shopee.refresh_s))),
        ),
        whatsapp=WhatsAppSettings(
            phone_number_id=text("WHATSAPP_PHONE_NUMBER_ID", whatsapp.phone_number_id),
            token=text("WHATSAPP_TOKEN", whatsapp.token),
            app_secret=text("WHATSAPP_APP_SECRET", whatsapp.app_secret),
            callback=text("WHATSAPP_CALLBACK", whatsapp.callback),
            read_after_s=float(text("WHATSAPP_READ_AFTER_S", str(whatsapp.read_after_s))),
            messaging_limit=int(text("WHATSAPP_MESSAGING_LIMIT", str(whatsapp.messaging_limit))),
            pair_burst=int(text("WHATSAPP_PAIR_BURST", str(whatsapp.pair_burst))),
        ),
        tokopedia=TokopediaSettings(
            app_key=text("TOKOPEDIA_APP_KEY", tokopedia.app_key),
            app_secret=text("TOKOPEDIA_APP_SECRET", tokopedia.app_secret),
            service_id=text("TOKOPEDIA_SERVICE_ID", tokopedia.service_id),
            redirect=text("TOKOPEDIA_REDIRECT", tokopedia.redirect),
            callback=text("TOKOPEDIA_CALLBACK", tokopedia.callback),
            access_s=int(text("TOKOPEDIA_ACCESS_S", str(tokopedia.access_s))),
            refresh_s=int(text("TOKOPEDIA_REFRESH_S", str(tokopedia.refresh_s))),
            rotate=bool(int(text("TOKOPEDIA_ROTATE", "1"))),
            zero_stock=bool(int(text("TOKOPEDIA_ZERO_STOCK", "1"))),
            hold_s=float(text("TOKOPEDIA_HOLD_S", str(tokopedia.hold_s))),
            audit_s=float(text("TOKOPEDIA_AUDIT_S", str(tokopedia.audit_s))),
            label_s=float(text("TOKOPEDIA_LABEL_S", str(tokopedia.label_s))),
        ),
        blibli=BlibliSettings(
            client_id=text("BLIBLI_CLIENT_ID", blibli.client_id),
            client_key=text("BLIBLI_CLIENT_KEY", blibli.client_key),
            callback=text("BLIBLI_CALLBACK", blibli.callback),
            queue_s=float(text("BLIBLI_QUEUE_S", str(blibli.queue_s))),
            review_s=float(text("BLIBLI_REVIEW_S", str(blibli.review_s))),
            list_most=int(text("BLIBLI_LIST_MOST", str(blibli.list_most))),
            limits=bool(int(text("BLIBLI_LIMITS", "1"))),
        ),
        facebook=FacebookSettings(
            app_id=text("FACEBOOK_APP_ID", facebook.app_id),
            app_secret=text("FACEBOOK_APP_SECRET", facebook.app_secret),
            token=text("FACEBOOK_TOKEN", facebook.token),
            page_token=text("FACEBOOK_PAGE_TOKEN", facebook.page_token),
            page_id=text("FACEBOOK_PAGE_ID", facebook.page_id),
            catalog_id=text("FACEBOOK_CATALOG_ID", facebook.catalog_id),
            callback=text("FACEBOOK_CALLBACK", facebook.callback),
            require_proof=bool(int(text("FACEBOOK_REQUIRE_PROOF", "0"))),
            batch_s=float(text("FACEBOOK_BATCH_S", str(facebook.batch_s))),
        ),
        instagram=InstagramSettings(
            user_id=text("INSTAGRAM_USER_ID", instagram.user_id),
            token=text("INSTAGRAM_TOKEN", instagram.token),
            callback=text("INSTAGRAM_CALLBACK", instagram.callback),
            posts_a_day=int(text("INSTAGRAM_POSTS_A_DAY", str(instagram.posts_a_day))),
            product_tags=bool(int(text("INSTAGRAM_PRODUCT_TAGS", "0"))),
            ready_s=float(text("INSTAGRAM_READY_S", str(instagram.ready_s))),
        ),
        grab=GrabSettings(
            client_id=text("GRAB_CLIENT_ID", grab.client_id),
            client_secret=text("GRAB_CLIENT_SECRET", grab.client_secret),
            partner_client_id=text("GRAB_PARTNER_CLIENT_ID", grab.partner_client_id),
            partner_client_secret=text("GRAB_PARTNER_CLIENT_SECRET", grab.partner_client_secret),
            partner_scope=text("GRAB_PARTNER_SCOPE", grab.partner_scope),
            token_url=text("GRAB_TOKEN_URL", grab.token_url),
            menu_url=text("GRAB_MENU_URL", grab.menu_url),
            order_url=text("GRAB_ORDER_URL", grab.order_url),
            state_url=text("GRAB_STATE_URL", grab.state_url),
            menu_result_url=text("GRAB_MENU_RESULT_URL", grab.menu_result_url),
            integration_url=text("GRAB_INTEGRATION_URL", grab.integration_url),
            access_s=int(text("GRAB_ACCESS_S", str(grab.access_s))),
            menu_lock_s=int(text("GRAB_MENU_LOCK_S", str(grab.menu_lock_s))),
            item_lock_s=int(text("GRAB_ITEM_LOCK_S", str(grab.item_lock_s))),
        ),
    )
