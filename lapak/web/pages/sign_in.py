"""`/masuk` and `/keluar`: a code to the phone instead of a password."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from lapak.accounts.errors import AccountStopped, CodesPaused, CodeSpent, CodeWrong, TooManyCodes
from lapak.accounts.selectors import demo_code
from lapak.accounts.services import ask_code, enter_code
from lapak.accounts.sessions import sign_in
from lapak.accounts.types import PersonRow
from lapak.core.errors import Invalid, LapakError, NotFound
from lapak.web.faults import words_of
from lapak.web.forms import PageForm
from lapak.web.once import once

ASKED = "kode"


class PhoneForm(PageForm):
    """One field; the service says what is wrong with a number."""

    phone = forms.CharField(
        label="Nomor WhatsApp", max_length=30, help_text="Boleh ditulis 08…, 62…, atau +62…",
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )  # fmt: skip


class CodeForm(PageForm):
    """Six digits; the phone may fill them in by itself."""

    code = forms.CharField(
        label="Kode 6 angka", max_length=20, help_text="Dari pesan WhatsApp terakhir",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "otp"}),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@once
def phone(request: HttpRequest) -> HttpResponse:
    """Ask for the number and send a code. `next`: where the person wanted to go."""
    if request.user.is_authenticated:
        return redirect("home")
    form = PhoneForm(request.POST or None)
    wanted = request.POST.get("next") or request.GET.get("next", "")
    if request.method == "POST" and form.is_valid() and send_code(request, form, next=wanted):
        return redirect("sign_in_code")
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "web/sign_in/phone.html", {"form": form, "next": wanted}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def code(request: HttpRequest) -> HttpResponse:
    """Enter the code. A number nobody has joined with goes on to join, already proven."""
    asked = request.session.get(ASKED)
    if not asked:
        return redirect("sign_in")
    form = CodeForm(request.POST if request.method == "POST" and request.POST.get("buat") != "lagi" else None)
    if request.method == "POST":
        entered, person = try_code(request, form)
        if entered and person is None:
            return redirect("join", 1)
        if person is not None:
            wanted = str(asked.get("next", ""))
            sign_in(request, person_id=person.person_id)
            request.session.pop(ASKED, None)
            fits = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
            return redirect(wanted if fits else "home")
    return code_page(request, form, back="sign_in")


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Sign out on this device."""
    logout(request)
    messages.success(request, "Anda sudah keluar.")
    return redirect("home")


def send_code(request: HttpRequest, form: PageForm, **kept: str) -> bool:
    """Have a code sent and keep its request in the session. False: the form says why not."""
    typed = form.cleaned_data["phone"]
    try:
        asked = ask_code(phone=typed, address=request.META.get("REMOTE_ADDR", ""))
    except Invalid as fault:
        form.blame(fault)
        return False
    except (TooManyCodes, CodesPaused) as fault:
        form.add_error("phone", said(fault))
        return False
    request.session[ASKED] = {"request_id": str(asked.request_id), "phone": typed, **kept}
    return True


def try_code(request: HttpRequest, form: CodeForm) -> tuple[bool, PersonRow | None]:
    """Enter what was typed, or send another code (`buat=lagi`). Returns: is the phone proven, and whose it is."""
    asked = request.session[ASKED]
    if request.POST.get("buat") == "lagi":
        again = PhoneForm({"phone": asked["phone"]})
        if again.is_valid() and send_code(request, again, **{k: v for k, v in asked.items() if k not in PARTS}):
            messages.success(request, "Kode baru sudah dikirim. Pakai yang terakhir.")
        else:
            messages.warning(request, " ".join(text for _, _, text in again.summary()))
        return False, None
    if not form.is_valid():
        return False, None
    try:
        return True, enter_code(request_id=UUID(asked["request_id"]), code=form.cleaned_data["code"])
    except (CodeWrong, CodeSpent, AccountStopped) as fault:
        form.add_error("code", said(fault))
        return False, None


PARTS = ("request_id", "phone")


def code_page(request: HttpRequest, form: CodeForm, *, back: str, **more: Any) -> HttpResponse:
    """The page for the code; in a demonstration it leads to the practice phone and shows the code too."""
    asked = request.session[ASKED]
    context = {"form": form, "phone": asked["phone"], "back": back, **more}
    if settings.LAPAK_DEMO:
        digits = "".join(sign for sign in asked["phone"] if sign.isdigit())
        local = "0" + digits.removeprefix("62") if digits.startswith("62") else digits
        context["practice_phone"] = f"{settings.LAPAK_SANDBOX_URL}/practice/whatsapp/phone?nomor={local}"
        with suppress(NotFound):
            context["practice_code"] = demo_code(request_id=UUID(asked["request_id"]))
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "web/sign_in/code.html", context, status=status)


def said(fault: LapakError) -> str:
    """A fault beside a field: what happened, what it means, what to do."""
    words = words_of(fault)
    return f"{words.happened} {words.means} {words.do}"
