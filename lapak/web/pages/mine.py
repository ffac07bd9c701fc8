"""`/data-saya`: what we hold of a person and their business, what they agreed to, and taking it back."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from lapak.accounts.selectors import consents_of, person_row
from lapak.accounts.services import give_consent, revise_person, withdraw_consent
from lapak.core.errors import Invalid
from lapak.reference.selectors import kbli, region
from lapak.registry.selectors import business_file, businesses_of, rungs_of
from lapak.web.consents import BY_KEY, PURPOSES
from lapak.web.desk import CHOSEN, Desk, for_owner, signed_in
from lapak.web.forms import PageForm
from lapak.web.once import once


class NameForm(PageForm):
    """How to greet the person."""

    name = forms.CharField(label="Nama Anda", max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}))


@require_http_methods(["GET", "HEAD", "POST"])
@for_owner
@once
def mine(request: HttpRequest, desk: Desk) -> HttpResponse:
    """`buat`: nama, setuju, tarik (with `tujuan`), usaha (with `pilih`)."""
    person = person_row(person_id=signed_in(request))
    act = request.POST.get("buat", "")
    form = NameForm(request.POST if act == "nama" else None, initial={"name": person.name})
    if request.method == "POST" and _done(request, desk, act, form):
        return redirect("mine")
    file = business_file(actor=desk.actor, business_id=desk.business_id)
    alive = {row.purpose: row for row in consents_of(person_id=person.person_id) if row.withdrawn_at is None}
    context: dict[str, Any] = {
        "form": form, "person": person, "file": file,
        "place": region(file.row.region_code) if file.row.region_code else None,
        "kind": kbli(file.row.kbli_code, version=file.row.kbli_version) if file.row.kbli_code else None,
        "rungs": rungs_of(actor=desk.actor, business_id=desk.business_id),
        "consents": [(purpose, alive.get(purpose.key)) for purpose in PURPOSES],
        "businesses": businesses_of(actor=desk.actor),
    }  # fmt: skip
    return render(request, "web/mine.html", context, status=422 if form.is_bound and form.errors else 200)


def _done(request: HttpRequest, desk: Desk, act: str, form: NameForm) -> bool:
    person_id, purpose = signed_in(request), BY_KEY.get(request.POST.get("tujuan", ""))
    if act == "nama":
        if not form.is_valid():
            return False
        try:
            revise_person(person_id=person_id, name=form.cleaned_data["name"])
        except Invalid as fault:
            form.blame(fault)
            return False
        messages.success(request, "Nama tersimpan.")
    elif act == "setuju" and purpose:
        give_consent(person_id=person_id, purpose=purpose.key, text_version=purpose.version, how="web")
        messages.success(request, "Persetujuan tersimpan.")
    elif act == "tarik" and purpose:
        withdraw_consent(person_id=person_id, purpose=purpose.key)
        messages.success(request, "Persetujuan ditarik. Berlaku mulai sekarang.")
    elif act == "usaha" and request.POST.get("pilih") in {str(one) for one in desk.actor.businesses}:
        request.session[CHOSEN] = request.POST["pilih"]
    return True
