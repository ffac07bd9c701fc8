"""Who gets past the door of a page for staff."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from lapak.accounts.models import Person

P = ParamSpec("P")
StaffView = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def staff_required(view: StaffView[P]) -> StaffView[P]:
    """Let staff in who signed in with a password and have a second factor; send others to do what is missing.

    A person who came in by a code on the phone is an owner here, even if they are staff too. allauth asks for the
    second factor at every sign-in once there is one; without one the page to set it up is the only one that opens.
    """

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        return missing_step(request) or view(request, *args, **kwargs)

    return guarded


def missing_step(request: HttpRequest) -> HttpResponse | None:
    """Where to go first, or None for one who may pass."""
    person = request.user
    if not person.is_authenticated:
        return redirect_to_login(request.get_full_path(), reverse("account_login"))
    if not isinstance(person, Person) or not person.is_staff:
        return redirect("/")
    if not _by_password(request, person):
        logout(request)
        return redirect_to_login(request.get_full_path(), reverse("account_login"))
    if not is_mfa_enabled(person, [Authenticator.Type.TOTP]):
        return redirect("mfa_activate_totp")
    return None


def proven_as_staff(request: HttpRequest) -> bool:
    """Whether the session is of staff who gave password and second factor; for doors that do not send people on."""
    person = request.user
    if not isinstance(person, Person) or not person.is_staff:
        return False
    return _by_password(request, person) and bool(is_mfa_enabled(person, [Authenticator.Type.TOTP]))


def _by_password(request: HttpRequest, person: Person) -> bool:
    return any(proof["method"] == "password" for proof in get_authentication_records(request, person))
