"""Product pictures: decoded for real, kept, and served back."""

from __future__ import annotations

import secrets
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from lapak.sandbox.pictures import BadPicture, TooHeavy, look
from lapak.sandbox.platform import Core
from lapak.sandbox.tokopedia.gateway import Call, Refused, api

BAD_FILE, TOO_HEAVY, BAD_SIZE, BAD_KIND, NOT_MULTIPART = 12_038_002, 12_038_005, 12_038_014, 12_038_015, 36_009_023
BYTES_MOST = 10 * 1024 * 1024
# HEIC is documented too; the sandbox cannot open it and refuses it.
FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "BMP": "image/bmp"}
MAIN = "MAIN_IMAGE"
USES = (MAIN, "ATTRIBUTE_IMAGE", "DESCRIPTION_IMAGE", "CERTIFICATION_IMAGE", "SIZE_CHART_IMAGE", "CUSTOMIZATION_IMAGE")
SIDES_PX = (100, 20_000)
MAIN_SIDES_PX = (300, 4000)


def image_url(request: Request, uri: str) -> str:
    """Where a kept picture is served."""
    return f"{request.url.scheme}://{request.url.netloc}/tokopedia/file/{uri}"


@api("POST", "/product/202309/images/upload", cipher=False)
async def upload_image(call: Call) -> dict[str, Any]:
    """Keep one picture, sent as the part `data`."""
    if not call.request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        message = "Invalid request format. The value of the `content-type` header must be `multipart/form-data`."
        raise Refused(NOT_MULTIPART, message, status=400)
    broken = Refused(BAD_FILE, "Invalid upload file. Please ensure you are passing the correct file data.")
    try:
        async with call.request.form(max_files=2) as form:
            part, use = form.get("data"), str(form.get("use_case", MAIN))
            raw = await part.read() if isinstance(part, UploadFile) else None
    except MultiPartException:
        raise broken from None
    if raw is None:
        raise broken
    if use not in USES:
        raise Refused(11_050_001, "invalid param: use_case")
    try:
        media_type, width, height = await run_in_threadpool(look, raw, formats=FORMATS, bytes_most=BYTES_MOST)
    except TooHeavy:
        raise Refused(TOO_HEAVY, "The file size exceeds the maximum allowed size.") from None
    except BadPicture:
        message = (
            f"Failed to process the image. The format or content is not supported. Supported formats: {list(FORMATS)}"
        )
        raise Refused(BAD_KIND, message) from None
    low, high = MAIN_SIDES_PX if use == MAIN else SIDES_PX
    if not (low <= width <= high and low <= height <= high):
        message = "The image dimensions exceed the allowed limits. Allowed dimensions (width x height in pixels):"
        raise Refused(BAD_SIZE, f"{message} {low} x {low} to {high} x {high}")
    uri = f"tos-latihan-i-id/{secrets.token_hex(16)}"
    call.core.store.run(
        "INSERT INTO tokopedia_image VALUES (?, ?, ?, ?, ?, ?)", uri, use, media_type, width, height, raw
    )
    return {"uri": uri, "url": image_url(call.request, uri), "width": width, "height": height, "use_case": use}


async def serve_image(core: Core, request: Request) -> Response:
    """A kept picture, byte for byte."""
    row = core.store.row("SELECT media_type, bytes FROM tokopedia_image WHERE uri = ?", request.path_params["uri"])
    if row is None:
        return PlainTextResponse("Gambar tidak ada.", status_code=404)
    return Response(row["bytes"], media_type=row["media_type"], headers={"Cache-Control": "max-age=86400"})
