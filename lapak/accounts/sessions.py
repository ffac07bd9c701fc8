"""Opening a browser's session for a person whose phone was proven."""

from django.contrib.auth import login
from django.http import HttpRequest

from lapak.accounts.models import Person
from lapak.core.ids import PersonId


def sign_in(request: HttpRequest, *, person_id: PersonId) -> None:
    """Sign a person in under a new session key. Only after `enter_code` or `join` said who it is."""
    person = Person.objects.get(pk=person_id, is_active=True)
    login(request, person, backend="django.contrib.auth.backends.ModelBackend")
