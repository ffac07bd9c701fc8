"""`/gabung`: from a stranger to an owner in four short screens. What was typed waits in the session."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lapak.accounts.selectors import businesses_owned, proven_phone
from lapak.accounts.services import join
from lapak.accounts.sessions import sign_in
from lapak.core.errors import Invalid, NotFound
from lapak.core.ids import PersonId
from lapak.reference.selectors import kbli, region, search_kbli, search_regions
from lapak.reference.types import KbliRow, RegionRow
from lapak.registry.identifiers import check_kbli, check_name, check_region
from lapak.registry.selectors import likely_duplicates
from lapak.web.consents import BY_KEY
from lapak.web.desk import CHOSEN, signed_in
from lapak.web.forms import PageForm
from lapak.web.once import once
from lapak.web.pages.sign_in import ASKED, CodeForm, code_page, send_code, try_code
from lapak.workflows.start_business import start_business

DRAFT = "gabung"
FOUND = 8
LIVE = {"autocomplete": "off", "hx-trigger": "input changed delay:400ms"}


class AboutYouForm(PageForm):
    """Screen 1."""

    name = forms.CharField(
        label="Nama Anda",
        max_length=150,
        help_text="Sesuai KTP",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = forms.CharField(
        label="Nomor WhatsApp", max_length=30, help_text="Boleh ditulis 08…, 62…, atau +62…",
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )  # fmt: skip


class BusinessForm(PageForm):
    """Screen 2."""

    name = forms.CharField(
        label="Nama usaha", max_length=200, help_text="Seperti di kemasan atau di papan warung",
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )  # fmt: skip
    sells = forms.CharField(
        label="Apa yang dijual?", max_length=80, help_text="Kata sehari-hari saja, misalnya keripik, jilbab, kopi",
        widget=forms.TextInput(attrs=LIVE | {"hx-get": "/gabung/jenis", "hx-target": "#pilihan"}),
    )  # fmt: skip
    kbli_code = forms.CharField(label="Jenis usaha", required=False, max_length=5)


class PlaceForm(PageForm):
    """Screen 3."""

    place = forms.CharField(
        label="Kecamatan, kelurahan, atau desa", max_length=80, help_text="Misalnya Coblong Bandung",
        widget=forms.TextInput(attrs=LIVE | {"hx-get": "/gabung/tempat", "hx-target": "#pilihan"}),
    )  # fmt: skip
    region_code = forms.CharField(label="Tempat", required=False, max_length=13)
    address = forms.CharField(
        label="Alamat (boleh kosong)", required=False, max_length=300, help_text="Jalan, nomor, RT/RW",
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )  # fmt: skip


class AgreeForm(PageForm):
    """Screen 4."""

    agree = forms.BooleanField(
        label="Persetujuan", error_messages={"required": "Tanpa persetujuan ini kami tidak boleh menyimpan data Anda."}
    )
    whatsapp = forms.BooleanField(label="Kabar lewat WhatsApp", required=False)


@require_safe
def start(_request: HttpRequest) -> HttpResponse:
    """`/gabung`."""
    return redirect("join", 1)


@require_safe
def business(_request: HttpRequest) -> HttpResponse:
    """`/usaha-baru`: for one who is signed in and starts a (further) business."""
    return redirect("join", 2)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@once
def step(request: HttpRequest, step: int) -> HttpResponse:
    """`/gabung/1` … `/gabung/4`; whoever comes too early is led back to the first screen that is missing."""
    screens = {1: _about_you, 2: _business, 3: _place, 4: _check}
    if step not in screens:
        raise NotFound(step=step)
    if step > 1 and not request.user.is_authenticated:
        return redirect("join", 1)
    draft = request.session.get(DRAFT, {})
    if step > 2 and not draft.get("kbli_code"):
        return redirect("join", 2)
    if step > 3 and not draft.get("region_code"):
        return redirect("join", 3)
    return screens[step](request)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def code(request: HttpRequest) -> HttpResponse:
    """Screen 1, second half: the code. One who has joined before is simply let in."""
    asked = request.session.get(ASKED)
    if not asked or "name" not in asked:
        return redirect("join", 1)
    form = CodeForm(request.POST if request.method == "POST" and request.POST.get("buat") != "lagi" else None)
    if request.method == "POST":
        entered, person = try_code(request, form)
        if entered:
            person_id = person.person_id if person else _join(asked)
            sign_in(request, person_id=person_id)
            request.session.pop(ASKED, None)
            return redirect("home" if businesses_owned(person_id=person_id) else "join_business")
    return code_page(request, form, back="join_start", joining=True)


@require_safe
def kinds(request: HttpRequest) -> HttpResponse:
    """`/gabung/jenis`: the choices for what is being typed, to swap into screen 2."""
    sells = request.GET.get("sells", "")[:80]
    return render(request, "web/join/kinds.html", {"kinds": _kinds(sells, ""), "searched": bool(sells.strip())})


@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """`/gabung/tempat`: the same for screen 3."""
    typed = request.GET.get("place", "")[:80]
    return render(request, "web/join/places.html", {"places": _places(typed, ""), "searched": bool(typed.strip())})


def _about_you(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("join_business")
    asked = request.session.get(ASKED, {})
    proven = _proven(asked)
    first = {"name": asked.get("name", ""), "phone": proven or asked.get("phone", "")}
    form = AboutYouForm(request.POST if request.method == "POST" else None, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            name = check_name(form.cleaned_data["name"], limit=150)
        except Invalid as fault:
            form.blame(fault)
        else:
            if proven and form.cleaned_data["phone"] == proven:  # came here from signing in, with the code entered
                sign_in(request, person_id=join(phone=proven, name=name))
                request.session.pop(ASKED, None)
                return redirect("join", 2)
            if send_code(request, form, name=name):
                return redirect("join_code")
    return _page(request, "about_you", form)


def _business(request: HttpRequest) -> HttpResponse:
    draft = request.session.get(DRAFT, {})
    form = BusinessForm(request.POST if request.method == "POST" else None, initial=draft)
    chosen, sells = str(form["kbli_code"].value() or ""), str(form["sells"].value() or "")
    kinds = _kinds(sells, chosen)
    if request.method == "POST" and request.POST.get("buat") == "lanjut" and form.is_valid():
        try:
            told = {
                "name": check_name(form.cleaned_data["name"], limit=200),
                "sells": sells,
                "kbli_code": check_kbli(chosen) if chosen else "",
            }
        except Invalid as fault:
            form.blame(fault)
        else:
            if chosen:
                request.session[DRAFT] = {**draft, **told}
                return redirect("join", 3)
            form.add_error("kbli_code", "Pilih yang paling mirip dengan usaha Anda.")
    searching = request.POST.get("buat") == "cari"
    if searching:
        request.session[DRAFT] = {**draft, "name": form["name"].value(), "sells": sells}
        form = BusinessForm(initial=request.POST.dict())
    return _page(request, "business", form, kinds=kinds, searched=searching or bool(sells))


def _place(request: HttpRequest) -> HttpResponse:
    draft = request.session[DRAFT]
    form = PlaceForm(request.POST if request.method == "POST" else None, initial=draft)
    chosen, typed = str(form["region_code"].value() or ""), str(form["place"].value() or "")
    places = _places(typed, chosen)
    if request.method == "POST" and request.POST.get("buat") == "lanjut" and form.is_valid():
        try:
            told = {
                "place": typed,
                "region_code": check_region(chosen) if chosen else "",
                "address": form.cleaned_data["address"],
            }
        except Invalid as fault:
            form.blame(fault)
        else:
            if chosen:
                request.session[DRAFT] = {**draft, **told}
                return redirect("join", 4)
            form.add_error("region_code", "Pilih satu tempat dari daftar.")
    searching = request.POST.get("buat") == "cari"
    if searching:
        request.session[DRAFT] = {**draft, "place": typed, "address": form["address"].value()}
        form = PlaceForm(initial=request.POST.dict())
    return _page(request, "place", form, places=places, searched=searching or bool(typed))


def _check(request: HttpRequest) -> HttpResponse:
    draft = request.session[DRAFT]
    form = AgreeForm(request.POST if request.method == "POST" else None, initial={"whatsapp": True})
    if request.method == "POST" and form.is_valid():
        agreed = ["programme", *(["whatsapp_news"] if form.cleaned_data["whatsapp"] else [])]
        business_id = start_business(
            person_id=signed_in(request), name=draft["name"], kbli_code=draft["kbli_code"],
            region_code=draft["region_code"], address=draft.get("address", ""),
            consents={key: BY_KEY[key].version for key in agreed}, how="web",
        )  # fmt: skip
        del request.session[DRAFT]
        request.session[CHOSEN] = str(business_id)
        return redirect("home")
    phone = getattr(request.user, "phone", "") or ""
    same = [row for row in likely_duplicates(name=draft["name"], phone=phone) if "phone" in row.why]
    return _page(
        request,
        "check",
        form,
        draft=draft,
        kind=kbli(draft["kbli_code"]),
        place=region(draft["region_code"]),
        same=same,
    )


def _join(asked: dict[str, str]) -> PersonId:
    """A new person, under the phone that the code has just proven."""
    return join(phone=proven_phone(request_id=UUID(asked["request_id"])), name=asked["name"])


def _proven(asked: dict[str, str]) -> str:
    """The phone this browser has proven lately, else empty."""
    try:
        return proven_phone(request_id=UUID(asked["request_id"])) if asked.get("request_id") else ""
    except NotFound:
        return ""


def _kinds(sells: str, code: str) -> list[KbliRow]:
    """Kinds of business to choose from; the one chosen before stays among them."""
    found = search_kbli(sells, limit=FOUND) if sells.strip() else []
    try:
        kept = [kbli(code)] if code and code not in {row.code for row in found} else []
    except NotFound:
        kept = []
    return kept + found


def _places(typed: str, code: str) -> list[RegionRow]:
    """Places below a province to choose from; the one chosen before stays among them."""
    found = [row for row in search_regions(typed, limit=FOUND + 4) if row.level > 1][:FOUND] if typed.strip() else []
    try:
        kept = [region(code)] if code and code not in {row.code for row in found} else []
    except NotFound:
        kept = []
    return kept + found


def _page(request: HttpRequest, name: str, form: PageForm, **more: Any) -> HttpResponse:
    status = 422 if form.is_bound and form.errors else 200
    return render(request, f"web/join/{name}.html", {"form": form, **more}, status=status)
