"""Publishing in steps: a container, a while of waiting, and then the post."""

from __future__ import annotations

import json
import re
from sqlite3 import Row
from typing import Any

import httpx2
from starlette.concurrency import run_in_threadpool

from lapak.sandbox.instagram import tags
from lapak.sandbox.meta.chat import moment
from lapak.sandbox.meta.graph import Call, GraphRefused, Params, unknown
from lapak.sandbox.pictures import BadPicture, TooHeavy, look
from lapak.sandbox.platform import Core

SLUG = "instagram"
CAPTION_CHARS, HASHTAGS_MOST, MENTIONS_MOST, ALT_CHARS, COLLABORATORS_MOST = 2200, 30, 20, 1000, 3
CHILDREN = (2, 10)
DAY_S, CONTAINERS_A_DAY = 86_400, 400
IMAGE_BYTES, IMAGE_FORMATS = 8 * 1024 * 1024, {"JPEG": "image/jpeg"}
RATIO, WIDTH_PX = (4 / 5, 1.91), (320, 1440)
FETCH_S = 10.0
IMAGE, REELS, STORIES, CAROUSEL = "IMAGE", "REELS", "STORIES", "CAROUSEL"
IN_PROGRESS, FINISHED, ERROR, EXPIRED, PUBLISHED = "IN_PROGRESS", "FINISHED", "ERROR", "EXPIRED", "PUBLISHED"
PAGE, PAGE_MOST = 25, 100


def must_be_ours(call: Call) -> None:
    """Refuse a path that names another account."""
    if call.node not in (call.core.settings.instagram.user_id, "me"):
        raise unknown(call.node)


async def create(call: Call) -> dict[str, Any]:
    """Make a container. A picture is fetched and looked at here and now; a video is taken as it is."""
    must_be_ours(call)
    core, params = call.core, call.params
    if _count(core, "SELECT count(*) AS n FROM instagram_container WHERE at > ?") >= CONTAINERS_A_DAY:
        raise GraphRefused(9, "The account has made too many containers in 24 hours.", subcode=2207042)
    kind = params.one_of("media_type", (IMAGE, REELS, STORIES, CAROUSEL), default=IMAGE)
    child = params.flag("is_carousel_item", default=False)
    spec = _checked(call, kind, child=child)
    if kind == CAROUSEL:
        spec["children"] = _children(core, params)
    else:
        url = spec.get("video_url" if kind == REELS else "image_url") or (
            spec.get("video_url") if kind == STORIES else ""
        )
        if not url:
            raise GraphRefused(100, "Param image_url, or video_url for a reel, is required")
        if not url.startswith(("http://", "https://")) or not url.isascii():
            raise GraphRefused(100, "The media URL must be a public URL in plain ASCII.")
        if "image_url" in spec:
            await _fetch_picture(url)
    refused = core.faults.fire(SLUG, "refuse_item", path="media", account=call.node)
    late = core.faults.fire(SLUG, "review_item", path="media", account=call.node)
    container = str(core.store.next_id("instagram_container", start=17_900_001_887_000_001))
    now = core.clock.now()
    core.store.run(
        "INSERT INTO instagram_container (id, at, ready_at, kind, child, spec, fault) VALUES (?, ?, ?, ?, ?, ?, ?)",
        container,
        now,
        now + (float(late.more["seconds"]) if late else core.settings.instagram.ready_s),
        kind,
        int(child),
        json.dumps(spec),
        str(refused.more["message"]) if refused else "",
    )
    return {"id": container}


def _count(core: Core, sql: str) -> int:
    row = core.store.row(sql, core.clock.now() - DAY_S)
    return int(row["n"]) if row else 0


def _checked(call: Call, kind: str, *, child: bool) -> dict[str, Any]:
    params = call.params
    caption = params.text("caption", default="", most=CAPTION_CHARS)
    if len(re.findall(r"#\w+", caption)) > HASHTAGS_MOST or len(re.findall(r"@\w+", caption)) > MENTIONS_MOST:
        raise GraphRefused(100, f"A caption takes {HASHTAGS_MOST} hashtags and {MENTIONS_MOST} mentions at most.")
    if child and (caption or kind != IMAGE):
        raise GraphRefused(100, "A carousel item is a picture without a caption; reels cannot be children.")
    alt_text = params.text("alt_text", default="", most=ALT_CHARS)
    if alt_text and kind != IMAGE:
        raise GraphRefused(100, "Param alt_text is only for images")
    params.texts("collaborators", low=0, high=COLLABORATORS_MOST)
    urls = {name: params.text(name) for name in ("image_url", "video_url") if name in params}
    if len(urls) > 1:
        raise GraphRefused(100, "Only one of image_url and video_url may be sent")
    sent = params.each("product_tags", low=0, high=tags.MOST)
    tagged = tags.checked(call, kind, sent) if sent else []
    return {"caption": caption, "alt_text": alt_text, "tags": tagged, **urls}


def _children(core: Core, params: Params) -> list[str]:
    sent = params.values.get("children")
    ids = sent.split(",") if isinstance(sent, str) else params.texts("children", high=100)
    if not CHILDREN[0] <= len(ids) <= CHILDREN[1]:
        raise GraphRefused(100, f"A carousel has {CHILDREN[0]} to {CHILDREN[1]} children.")
    for one in ids:
        row = core.store.row("SELECT * FROM instagram_container WHERE id = ?", one)
        if row is None or not row["child"]:
            raise GraphRefused(24, "The requested resource does not exist", subcode=2207008)
        if status_of(core, row) != FINISHED:
            raise GraphRefused(9007, "Media ID is not available", subcode=2207027)
    return ids


async def _fetch_picture(url: str) -> None:
    """Fetch a picture as Meta does and refuse what Instagram does not show."""
    try:
        async with httpx2.AsyncClient(trust_env=False) as client:
            reply = await client.get(url, timeout=FETCH_S)
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError):
        raise GraphRefused(-2, "It takes too long to download the media.", subcode=2207003) from None
    if reply.status_code != 200:
        raise GraphRefused(-2, "It takes too long to download the media.", subcode=2207003)
    try:
        _, width, height = await run_in_threadpool(look, reply.content, formats=IMAGE_FORMATS, bytes_most=IMAGE_BYTES)
    except TooHeavy:
        raise GraphRefused(36000, "The image size is too large.", subcode=2207004) from None
    except BadPicture:
        raise GraphRefused(-1, "Only JPEG images can be published.", subcode=2207032) from None
    # The documents at hand give no code for a wrong shape; these are the ones integrators report.
    if not RATIO[0] <= width / height <= RATIO[1]:
        raise GraphRefused(36003, "The aspect ratio is not supported.", subcode=2207009)
    if not WIDTH_PX[0] <= width <= WIDTH_PX[1]:
        raise GraphRefused(-1, f"The width must lie between {WIDTH_PX[0]} and {WIDTH_PX[1]}.", subcode=2207032)


def status_of(core: Core, row: Row) -> str:
    """How far a container is."""
    if row["published_at"] is not None:
        return PUBLISHED
    if core.clock.now() - row["at"] > DAY_S:
        return EXPIRED
    if core.clock.now() < row["ready_at"]:
        return IN_PROGRESS
    return ERROR if row["fault"] else FINISHED


STATUS_WORDS = {
    IN_PROGRESS: "In Progress: Media is still being processed.",
    FINISHED: "Finished: Media has been uploaded and it is ready to be published.",
    EXPIRED: "Expired: The container was not published within 24 hours.",
    PUBLISHED: "Published: Media has been published.",
}


def container_out(core: Core, row: Row) -> dict[str, Any]:
    """A container with all its readable fields."""
    status = status_of(core, row)
    return {"id": row["id"], "status_code": status, "status": STATUS_WORDS.get(status, f"Error: {row['fault']}")}


async def publish(call: Call) -> dict[str, Any]:
    """Publish a container. Doing it twice makes two posts: nothing here keeps a caller from it."""
    must_be_ours(call)
    core = call.core
    row = core.store.row("SELECT * FROM instagram_container WHERE id = ?", call.params.text("creation_id"))
    if row is None or row["child"]:
        raise GraphRefused(24, "The requested resource does not exist", subcode=2207008)
    status = status_of(core, row)
    if status == EXPIRED:
        raise GraphRefused(-2, "The media has expired.", subcode=2207020)
    if status == IN_PROGRESS:
        raise GraphRefused(9007, "Media ID is not available", subcode=2207027)
    if status == ERROR:
        raise GraphRefused(-1, "The media could not be created.", subcode=2207032)
    if used_today(core) >= core.settings.instagram.posts_a_day:
        raise GraphRefused(9, "Application request limit reached: the daily publishing quota.", subcode=2207042)
    spec = json.loads(row["spec"])
    if spec["tags"] and tags.used_today(core) >= tags.POSTS_A_DAY:
        raise GraphRefused(9, f"Only {tags.POSTS_A_DAY} posts with tags in 24 hours.", subcode=2207042)
    media_id = str(core.store.next_id("instagram_media", start=18_000_001_887_000_001))
    now = core.clock.now()
    with core.store.transaction():
        core.store.run("UPDATE instagram_container SET published_at = ? WHERE id = ?", now, row["id"])
        core.store.run(
            "INSERT INTO instagram_media VALUES (?, ?, ?, ?, ?, ?)",
            media_id,
            row["id"],
            now,
            row["kind"],
            row["spec"],
            json.dumps(spec["tags"]),
        )
    return {"id": media_id}


def used_today(core: Core) -> int:
    """Posts published in the last 24 h; a carousel counts once."""
    return _count(core, "SELECT count(*) AS n FROM instagram_media WHERE at > ?")


async def limit(call: Call) -> dict[str, Any]:
    """How much of the publishing quota is used."""
    must_be_ours(call)
    config = {"quota_total": call.core.settings.instagram.posts_a_day, "quota_duration": DAY_S}
    whole = {"quota_usage": used_today(call.core), "config": config}
    asked = call.params.fields() or {"quota_usage"}
    return {"data": [{name: value for name, value in whole.items() if name in asked}]}


def media_out(core: Core, row: Row) -> dict[str, Any]:
    """A post with all its readable fields."""
    spec = json.loads(row["spec"])
    url = spec.get("image_url") or spec.get("video_url")
    if row["kind"] == CAROUSEL:
        first = core.store.row("SELECT spec FROM instagram_container WHERE id = ?", spec["children"][0])
        url = json.loads(first["spec"]).get("image_url") if first else None
    kinds = {REELS: "VIDEO", CAROUSEL: "CAROUSEL_ALBUM"}
    return {
        "id": row["id"],
        "caption": spec["caption"],
        "media_type": kinds.get(row["kind"], IMAGE),
        "media_product_type": {REELS: "REELS", STORIES: "STORY"}.get(row["kind"], "FEED"),
        "media_url": url,
        "permalink": f"https://www.instagram.com/p/{row['id']}/",
        "timestamp": moment(row["at"]),
        "username": core.settings.instagram.username,
        "product_tags": json.loads(row["tags"]),
    }


async def listed(call: Call) -> dict[str, Any]:
    """The account's posts, newest first."""
    must_be_ours(call)
    most = min(call.params.whole("limit", default=PAGE, low=1), PAGE_MOST)
    rows = call.core.store.rows("SELECT * FROM instagram_media ORDER BY rowid DESC LIMIT ?", most)
    asked = call.params.fields() | {"id"}
    found = [media_out(call.core, row) for row in rows]
    return {"data": [{name: value for name, value in one.items() if name in asked} for one in found]}


def posts_of(core: Core) -> list[dict[str, Any]]:
    """Every post for the practice pages and tests, newest first."""
    rows = core.store.rows("SELECT * FROM instagram_media ORDER BY rowid DESC")
    found = []
    for row in rows:
        whole = media_out(core, row)
        found.append({**whole, "at": row["at"], "text": whole["caption"], "container": row["container"]})
    return found
