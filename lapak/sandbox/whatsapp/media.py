"""Pictures, sounds and papers: uploaded for sending, or sent by a person and fetched with the token."""

from __future__ import annotations

import hashlib
import hmac
from sqlite3 import Row
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from lapak.sandbox.platform import Core
from lapak.sandbox.whatsapp.door import check_caller, refused
from lapak.sandbox.whatsapp.graph import GraphRefused

MB = 1024 * 1024
LIVES_S = 30 * 86_400
URL_LIVES_S = 300
# Kind of message -> the media types it takes and its size limit in bytes.
KINDS: dict[str, tuple[tuple[str, ...], int]] = {
    "image": (("image/jpeg", "image/png"), 5 * MB),
    "video": (("video/mp4", "video/3gpp"), 16 * MB),
    "audio": (("audio/aac", "audio/mp4", "audio/mpeg", "audio/amr", "audio/ogg"), 16 * MB),
    "document": (
        (
            "application/pdf",
            "text/plain",
            "application/msword",
            "application/vnd.ms-excel",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        100 * MB,
    ),
}


def keep(core: Core, media_type: str, raw: bytes) -> str:
    """Keep a file under a new id. Raises GraphRefused for a type or size WhatsApp does not take."""
    bare = media_type.split(";")[0].strip().lower()
    kind = next((kind for kind, (types, _) in KINDS.items() if bare in types), None)
    if kind is None:
        raise GraphRefused(100, f"Param file must be a file with one of the supported types, not {bare or 'none'}.")
    if not raw or len(raw) > KINDS[kind][1]:
        raise GraphRefused(131053, f"The file is empty or larger than {KINDS[kind][1] // MB} MB.")
    media_id = str(core.store.next_id("whatsapp_media", start=940_001_887_000_001))
    core.store.run(
        "INSERT INTO whatsapp_media VALUES (?, ?, ?, ?, ?)",
        media_id,
        bare,
        hashlib.sha256(raw).hexdigest(),
        core.clock.now(),
        raw,
    )
    return media_id


def find(core: Core, media_id: str) -> Row | None:
    """A file that still lives, or None."""
    return core.store.row(
        "SELECT * FROM whatsapp_media WHERE id = ? AND made_at > ?", media_id, core.clock.now() - LIVES_S
    )


def address(core: Core, base_url: str, row: Row) -> str:
    """Where the bytes are for the next 5 minutes."""
    until = int(core.clock.now() + URL_LIVES_S)
    return f"{base_url}/whatsapp/media-bytes/{row['id']}?until={until}&sign={_sign(core, row['id'], until)}"


def _sign(core: Core, media_id: str, until: int) -> str:
    key = core.settings.whatsapp.app_secret.encode()
    return hmac.new(key, f"{media_id}:{until}".encode(), hashlib.sha256).hexdigest()[:32]


def base_url(request: Request) -> str:
    """Scheme and host this sandbox is reached under."""
    return f"{request.url.scheme}://{request.url.netloc}"


async def upload(core: Core, request: Request) -> Response:
    """POST /{version}/{phone}/media, multipart: file, type, messaging_product."""
    try:
        check_caller(core, request, core.settings.whatsapp.phone_number_id)
        async with request.form() as form:
            file = form.get("file")
            if form.get("messaging_product") != "whatsapp":
                raise GraphRefused(100, "The parameter messaging_product is required and must be whatsapp.")
            if not isinstance(file, UploadFile):
                raise GraphRefused(100, "The parameter file is required.")
            media_id = keep(core, str(form.get("type") or file.content_type or ""), await file.read())
    except GraphRefused as fault:
        return refused(fault)
    return JSONResponse({"id": media_id})


def told(core: Core, request: Request, row: Row) -> dict[str, Any]:
    """What GET /{version}/{media-id} answers."""
    return {
        "messaging_product": "whatsapp",
        "url": address(core, base_url(request), row),
        "mime_type": row["media_type"],
        "sha256": row["sha256"],
        "file_size": len(row["bytes"]),
        "id": row["id"],
    }


async def serve(core: Core, request: Request) -> Response:
    """The bytes, for the bearer of the token and while the address lives. Real ones come from another host."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    us, query = core.settings.whatsapp, request.query_params
    row = find(core, request.path_params["media_id"])
    if scheme != "Bearer" or not hmac.compare_digest(token.encode(), us.token.encode()):
        return Response(status_code=401)
    until = query.get("until", "")
    if row is None or not until.isdecimal() or int(until) < core.clock.now():
        return Response(status_code=404)
    if not hmac.compare_digest(_sign(core, row["id"], int(until)).encode(), query.get("sign", "").encode()):
        return Response(status_code=404)
    return Response(row["bytes"], media_type=row["media_type"])
