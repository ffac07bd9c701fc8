"""How staff sign in: password and a second factor, accounts made by an operator only. Plugs into django-allauth."""

import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

from lapak.accounts.models import Person
from lapak.core.crypto import open_sealed, seal


class StaffAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Nobody signs up; only staff come in by password."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002  the library's signature
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Person | None:
        """As allauth does it, with its limits and counters, for staff only; an owner's row has no password anyway."""
        person: Person | None = super().authenticate(request, **credentials)
        return person if person is not None and person.is_staff else None

    def is_reauthentication_required(self, *, app: str) -> bool:
        """A password just given is not asked for again: the first sign-in goes on to the second factor."""
        records = get_authentication_records(self.request, self.request.user)
        fresh = any(
            record["method"] == "password" and time.time() - record["at"] < app_settings.REAUTHENTICATION_TIMEOUT
            for record in records
        )
        return not fresh and bool(super().is_reauthentication_required(app=app))

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """No mail leaves this installation."""


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """The second factor's secret is sealed, and stays once it is there; an operator alone can take it away."""

    def get_totp_issuer(self) -> str:
        return "Lapak"

    def encrypt(self, text: str) -> str:
        return seal(text, bound_to="second-factor")

    def decrypt(self, encrypted_text: str) -> str:
        return open_sealed(encrypted_text, bound_to="second-factor")

    def can_delete_authenticator(self, authenticator: object) -> bool:  # noqa: ARG002  the library's signature
        return False
