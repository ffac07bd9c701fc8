"""Product photos: decoded for real, kept, and served back."""

from __future__ import annotations

import secrets
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from lapak.sandbox.pictures import BadPicture, look
from lapak.sandbox.platform import Core
from lapak.sandbox.shopee.gateway import Call, api
from lapak.sandbox.shopee.reading import Refused

FILES_MOST = 9
BYTES_MOST = 10 * 1024 * 1024
FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png"}
REGION = "ID"


def image_url(core_url: str, image_id: str) -> str:
    """Where a kept picture is served."""
    return f"{core_url}/shopee/file/{image_id}"


def base_url(request: Request) -> str:
    """Scheme and host this sandbox is reached under."""
    return f"{request.url.scheme}://{request.url.netloc}"


@api("POST", "media_space/upload_image", public=True)
async def upload_image(call: Call) -> dict[str, Any]:
    """Keep 1 to 9 pictures. A bad one is named in its own entry and does not spoil the others."""
    async with call.request.form(max_files=FILES_MOST + 1) as form:
        files = [part for name in ("image", "image[]") for part in form.getlist(name) if isinstance(part, UploadFile)]
        if form.get("scene", "normal") not in ("normal", "desc"):
            raise Refused("error_param", "Invalid scene.")
        if not 1 <= len(files) <= FILES_MOST:
            raise Refused("error_param", f"Send 1 to {FILES_MOST} files in the part named image.")
        raws = [await part.read() for part in files]
    entries: list[dict[str, Any]] = []
    for n, raw in enumerate(raws):
        try:
            media_type, width, height = await run_in_threadpool(look, raw, formats=FORMATS, bytes_most=BYTES_MOST)
        except BadPicture as fault:
            entries.append({"id": n, "error": "error_image_unavailable", "message": str(fault), "image_info": {}})
            continue
        image_id = f"id-{secrets.token_hex(16)}"
        call.core.store.run("INSERT INTO shopee_image VALUES (?, ?, ?, ?, ?)", image_id, media_type, width, height, raw)
        entries.append(
            {
                "id": n,
                "error": "",
                "message": "",
                "image_info": {
                    "image_id": image_id,
                    "image_url_list": [
                        {"image_url_region": REGION, "image_url": image_url(base_url(call.request), image_id)}
                    ],
                },
            }
        )
    if all(entry["error"] for entry in entries):
        raise Refused(entries[0]["error"], entries[0]["message"])
    return {
        "image_info": next(entry["image_info"] for entry in entries if not entry["error"]),
        "image_info_list": entries,
    }


async def serve_image(core: Core, request: Request) -> Response:
    """A kept picture, byte for byte."""
    row = core.store.row(
        "SELECT media_type, bytes FROM shopee_image WHERE image_id = ?", request.path_params["image_id"]
    )
    if row is None:
        return PlainTextResponse("Gambar tidak ada.", status_code=404)
    return Response(row["bytes"], media_type=row["media_type"], headers={"Cache-Control": "max-age=86400"})
