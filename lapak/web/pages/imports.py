"""`/produk/impor`: a sheet goes in after a rehearsal has shown what it would do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from lapak.catalog.errors import SheetRefused
from lapak.catalog.media import open_result
from lapak.catalog.reasons import reason_text
from lapak.catalog.selectors import import_run, import_runs_of
from lapak.catalog.services import import_products
from lapak.catalog.sheets.writing import import_template
from lapak.catalog.types import ImportResult, RowNote
from lapak.core.errors import NotFound
from lapak.web import uploads
from lapak.web.desk import Desk, for_owner
from lapak.web.faults import words_of
from lapak.web.once import once

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 50
UPLOAD = "import"


@dataclass(frozen=True)
class Line:
    """A row of the sheet with what is to be said of it."""

    row: int
    column: str
    words: str


@require_http_methods(["GET", "HEAD", "POST"])
@for_owner
@once
def import_page(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Upload → rehearsal (`buat=periksa`) → the real run (`buat=masukkan`) with the same file."""
    if request.method != "POST":
        return _first_page(request, desk)
    if request.POST.get("buat") == "masukkan":
        return _take_in(request, desk)
    file: UploadedFile[Any] | None = request.FILES.get("berkas")
    if file is None:
        return _first_page(request, desk, wrong="Pilih berkasnya dulu.")
    content, name = file.read(), (file.name or "produk.xlsx")[-120:]
    try:
        result = import_products(
            actor=desk.actor, business_id=desk.business_id, file=content, filename=name, dry_run=True
        )
    except SheetRefused as fault:
        words = words_of(fault)
        return _first_page(request, desk, wrong=f"{words.happened} {words.do}")
    uploads.forget(request.session.get(UPLOAD, {}).get("token", ""))
    request.session[UPLOAD] = {"token": uploads.keep(content), "name": name}
    return render(request, "web/products/import_preview.html", {"name": name, **_told(result)})


@require_safe
@for_owner
def import_done(request: HttpRequest, desk: Desk, run_id: UUID) -> HttpResponse:
    """What a run came to."""
    return render(request, "web/products/import_done.html", {"run": import_run(actor=desk.actor, run_id=run_id)})


@require_safe
@for_owner
def import_result(_request: HttpRequest, desk: Desk, run_id: UUID) -> HttpResponse:
    """The rows that stayed out, each with its reason: mend and upload this file again."""
    run = import_run(actor=desk.actor, run_id=run_id)
    if not run.result_digest:
        raise NotFound(run_id=run_id)
    return _workbook(open_result(run.result_digest), "perbaiki.xlsx")


@require_safe
@cache_control(max_age=3600)
def template(_request: HttpRequest) -> HttpResponse:
    """The sheet to fill in."""
    return _workbook(import_template("id"), "contoh-produk-lapak.xlsx")


def _first_page(request: HttpRequest, desk: Desk, *, wrong: str = "") -> HttpResponse:
    runs = [run for run in import_runs_of(actor=desk.actor, business_id=desk.business_id) if not run.dry_run]
    context = {"wrong": wrong, "fault": bool(wrong), "runs": runs[:5]}
    return render(request, "web/products/import.html", context, status=422 if wrong else 200)


def _take_in(request: HttpRequest, desk: Desk) -> HttpResponse:
    kept: Mapping[str, str] = request.session.get(UPLOAD, {})
    try:
        content = uploads.bring(kept.get("token", ""))
    except NotFound:
        return _first_page(request, desk, wrong="Berkasnya sudah tidak kami simpan. Pilih sekali lagi.")
    result = import_products(
        actor=desk.actor, business_id=desk.business_id, file=content, filename=kept["name"], dry_run=False
    )
    uploads.forget(kept["token"])
    del request.session[UPLOAD]
    return redirect("import_done", result.run_id)


def _told(result: ImportResult) -> dict[str, object]:
    return {
        "result": result, "refused": [_line(note) for note in result.refusals[:SHOWN]],
        "notes": [_line(note) for note in result.notes[:SHOWN]],
        "refused_more": max(len(result.refusals) - SHOWN, 0), "notes_more": max(len(result.notes) - SHOWN, 0),
    }  # fmt: skip


def _line(note: RowNote) -> Line:
    return Line(note.row, note.column, reason_text(note.reason, told=note.told))


def _workbook(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})
