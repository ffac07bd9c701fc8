"""What the Page publishes: words, links, photos, now or later."""

from __future__ import annotations

import json
from sqlite3 import Row
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from lapak.sandbox.meta.chat import moment
from lapak.sandbox.meta.graph import Call, GraphRefused, unknown
from lapak.sandbox.pictures import BadPicture, look
from lapak.sandbox.platform import Core

MESSAGE_CHARS = 63_206
PHOTO_BYTES = 10 * 1024 * 1024
FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png"}
# A scheduled post lies this far ahead; the bounds are widely told and not confirmed by the documents at hand.
SCHEDULE_S = (600, 30 * 86_400)
PHOTOS_MOST = 10
PAGE, PAGE_MOST = 25, 100


def _must_be_page(call: Call) -> None:
    if call.node not in (call.core.settings.facebook.page_id, "me"):
        raise unknown(call.node)


def settle(core: Core) -> None:
    """Publish what is due."""
    core.store.run("UPDATE facebook_post SET published = 1 WHERE published = 0 AND publish_at <= ?", core.clock.now())


async def feed(call: Call) -> dict[str, Any]:
    """Publish a post. The same words straight after one another are refused (506)."""
    _must_be_page(call)
    params, core = call.params, call.core
    message, link = params.text("message", default="", most=MESSAGE_CHARS), params.text("link", default="")
    photos = [one.text("media_fbid") for one in params.each("attached_media", low=0, high=PHOTOS_MOST)]
    if not message and not link and not photos:
        raise GraphRefused(100, "Param message, link or attached_media is required")
    if link and not link.startswith(("http://", "https://")):
        raise GraphRefused(100, "Param link should represent a valid URL")
    for photo in photos:
        if core.store.row("SELECT 1 FROM facebook_photo WHERE id = ?", photo) is None:
            raise unknown(photo)
    publish_at = _publish_at(call)
    last = core.store.row("SELECT message, link, photos FROM facebook_post ORDER BY rowid DESC LIMIT 1")
    if last is not None and tuple(last) == (message, link, json.dumps(photos)):
        raise GraphRefused(506, "Duplicate status message")
    post_id = _post(core, message, link, photos, publish_at)
    return {"id": post_id}


def _publish_at(call: Call) -> float:
    now = call.core.clock.now()
    if call.params.flag("published", default=True):
        return now
    wanted = call.params.whole("scheduled_publish_time", default=0)
    if not wanted:
        return float("inf")  # a draft
    if not SCHEDULE_S[0] <= wanted - now <= SCHEDULE_S[1]:
        raise GraphRefused(100, "The specified scheduled publish time is invalid.")
    return float(wanted)


def _post(core: Core, message: str, link: str, photos: list[str], publish_at: float) -> str:
    now = core.clock.now()
    number = core.store.next_id("facebook_post", start=122_001_887_000_001)
    post_id = f"{core.settings.facebook.page_id}_{number}"
    core.store.run(
        "INSERT INTO facebook_post VALUES (?, ?, ?, ?, ?, ?, ?)",
        post_id,
        now,
        publish_at,
        int(publish_at <= now),
        message,
        link,
        json.dumps(photos),
    )
    return post_id


async def photos(call: Call) -> dict[str, Any]:
    """Put a photo up: by `url`, which is not fetched here, or as a file. `published` false only stages it."""
    _must_be_page(call)
    core, params = call.core, call.params
    url, caption = params.text("url", default=""), params.text("caption", default="", most=MESSAGE_CHARS)
    file = call.files.get("source")
    raw: bytes | None = None
    if file is not None:
        try:
            look(file.raw, formats=FORMATS, bytes_most=PHOTO_BYTES)
        except BadPicture as fault:
            raise GraphRefused(324, f"Missing or invalid image file: {fault}") from None
        raw = file.raw
    elif not url.startswith(("http://", "https://")):
        raise GraphRefused(324, "Missing or invalid image file")
    photo_id = str(core.store.next_id("facebook_photo", start=122_501_887_000_001))
    with core.store.transaction():
        core.store.run(
            "INSERT INTO facebook_photo VALUES (?, ?, ?, ?, ?)", photo_id, core.clock.now(), url, caption, raw
        )
        if not params.flag("published", default=True):
            return {"id": photo_id}
        return {"id": photo_id, "post_id": _post(core, caption, "", [photo_id], core.clock.now())}


def out(core: Core, row: Row) -> dict[str, Any]:
    """A post with all its readable fields."""
    attached = json.loads(row["photos"])
    return {
        "id": row["id"],
        "message": row["message"],
        "created_time": moment(row["at"]),
        "is_published": bool(row["published"]),
        "permalink_url": f"https://www.facebook.com/{row['id']}",
        "full_picture": picture(core, attached[0]) if attached else None,
        "attached": attached,
    }


def picture(core: Core, photo_id: str) -> str:
    """Where a photo can be seen."""
    row = core.store.row("SELECT url FROM facebook_photo WHERE id = ?", photo_id)
    return (row["url"] if row else "") or f"/facebook/photo/{photo_id}"


async def listed(call: Call) -> dict[str, Any]:
    """What the Page has published, newest first."""
    _must_be_page(call)
    settle(call.core)
    rows = call.core.store.rows(
        "SELECT * FROM facebook_post WHERE published = 1 ORDER BY rowid DESC LIMIT ?",
        min(call.params.whole("limit", default=PAGE, low=1), PAGE_MOST),
    )
    asked = call.params.fields() or {"id", "message", "created_time"}
    found = [out(call.core, row) for row in rows]
    return {"data": [{name: one[name] for name in one if name in asked | {"id"}} for one in found]}


def posts_of(core: Core) -> list[dict[str, Any]]:
    """Every post for the practice pages and tests, newest first."""
    settle(core)
    rows = core.store.rows("SELECT * FROM facebook_post ORDER BY rowid DESC")
    return [out(core, row) | {"at": row["at"], "text": row["message"], "link": row["link"]} for row in rows]


async def serve_photo(core: Core, request: Request) -> Response:
    """An uploaded photo, byte for byte."""
    row = core.store.row("SELECT bytes FROM facebook_photo WHERE id = ?", request.path_params["photo_id"])
    if row is None or row["bytes"] is None:
        return PlainTextResponse("Foto tidak ada.", status_code=404)
    kind = "image/png" if row["bytes"].startswith(b"\x89PNG") else "image/jpeg"
    return Response(row["bytes"], media_type=kind)
