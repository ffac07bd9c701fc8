"""One-time codes: six digits to a phone, for one sign-in within five minutes.

Rules after OWASP ASVS 5.0, 6.5 and 6.6. Nothing here depends on whether a person with that phone exists, so nobody
learns from an answer, or from how long it takes, who is registered.
"""

import hmac
import ipaddress
import re
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from lapak.accounts.errors import AccountStopped, CodesPaused, CodeSpent, CodeWrong, TooManyCodes
from lapak.accounts.models import OneTimeCode, Person
from lapak.accounts.selectors import row_of
from lapak.accounts.types import CodeAsked, CodeRequest, CodeToSend, PersonRow
from lapak.core.clock import now
from lapak.core.crypto import blind_index, open_sealed, seal
from lapak.core.errors import LapakError
from lapak.core.events import record
from lapak.registry.identifiers import check_phone

LIVES = timedelta(minutes=5)
MAX_TRIES = 5
WINDOW = timedelta(minutes=10)
PER_PHONE = 3  # within the window; after that each further one waits twice as long, up to the longest wait
LONGEST_WAIT = timedelta(minutes=32)
PER_ADDRESS = 100  # within the window; generous, for a mobile carrier puts whole towns behind one address
KEPT = timedelta(days=2)


@transaction.atomic
def ask_code(*, phone: str, address: str) -> CodeRequest:
    """Make a code for a phone and have it sent. phone: as typed. address: the network address that asks.

    The answer is the same whether or not somebody is registered. Raises: Invalid (reasons of `check_phone`),
    TooManyCodes, CodesPaused.
    """
    number, origin, at = check_phone(phone), _origin(address), now()
    with connection.cursor() as cursor:
        # One at a time for each number, so that asking at once does not get past the count.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"accounts.code:{number}"])
    _must_not_be_too_many(number, origin, at)
    code = f"{secrets.randbelow(1_000_000):06}"
    asked = OneTimeCode(phone=number, address_index=origin, asked_at=at, expires_at=at + LIVES)
    asked.digest = _digest(asked.pk, code)
    asked.sealed = seal(code, bound_to=f"code:{asked.pk}")
    asked.save(force_insert=True)
    record(CodeAsked(code_id=asked.pk))
    return CodeRequest(request_id=asked.pk, expires_at=asked.expires_at)


def enter_code(*, request_id: UUID, code: str) -> PersonRow | None:
    """Prove the phone of a request. Returns its person, or None when nobody with that phone has joined yet.

    A code works once, for the request it was asked with, at most five times tried. A wrong try stays counted whatever
    comes after, so this opens its own transaction and refuses to run inside another.
    Raises: CodeWrong, CodeSpent, AccountStopped.
    """
    typed, at = re.sub(r"[^0-9]", "", code), now()
    fault: LapakError | None = None
    phone = ""
    with transaction.atomic(durable=True):
        asked = OneTimeCode.objects.select_for_update().filter(pk=request_id).first()
        fits = hmac.compare_digest(_digest(request_id, typed), asked.digest if asked else "-" * 64)
        if asked is None or asked.used_at or asked.expires_at <= at or asked.tries >= MAX_TRIES:
            fault = CodeSpent()
        elif not fits:
            asked.tries += 1
            left = MAX_TRIES - asked.tries
            fault = CodeWrong(left=left) if left else CodeSpent()
            asked.save(update_fields=["tries"])
        else:
            asked.used_at, asked.sealed, phone = at, "", asked.phone
            asked.save(update_fields=["used_at", "sealed"])
    if fault:
        raise fault
    person = Person.objects.filter(phone=phone).first()
    if person and not person.is_active:
        raise AccountStopped
    return row_of(person) if person else None


@transaction.atomic
def hand_over_code(*, code_id: UUID) -> CodeToSend | None:
    """Give a code to the message that carries it, and forget it here. None when it was handed over or has expired.

    A demonstration keeps it, so that a page can show it where there are no phones (`demo_code`).
    """
    asked = OneTimeCode.objects.select_for_update().filter(pk=code_id).first()
    if asked is None or not asked.sealed or asked.used_at or asked.expires_at <= now():
        return None
    code = open_sealed(asked.sealed, bound_to=f"code:{asked.pk}")
    if not settings.LAPAK_DEMO:
        asked.sealed = ""
        asked.save(update_fields=["sealed"])
    language = Person.objects.filter(phone=asked.phone).values_list("language", flat=True).first()
    return CodeToSend(phone=asked.phone, code=code, language=language or "id", sent_by=asked.expires_at)


def forget_codes() -> int:
    """Delete codes older than two days; the limits look back no further. Returns how many."""
    count, _ = OneTimeCode.objects.filter(asked_at__lt=now() - KEPT).delete()
    return count


def _must_not_be_too_many(phone: str, origin: str, at: datetime) -> None:
    """Raises: TooManyCodes, CodesPaused."""
    today = OneTimeCode.objects.filter(asked_at__gt=at - timedelta(days=1))
    if today.count() >= settings.LAPAK_CODES_PER_DAY:
        raise CodesPaused
    crowd = OneTimeCode.objects.filter(address_index=origin, asked_at__gt=at - WINDOW).order_by("-asked_at")
    times = list(crowd.values_list("asked_at", flat=True)[:PER_ADDRESS])
    if len(times) == PER_ADDRESS:
        _wait_until(times[-1] + WINDOW, at)
    for_phone = today.filter(phone=phone).order_by("-asked_at")
    last_used = for_phone.exclude(used_at=None).values_list("used_at", flat=True).first()
    if last_used:
        for_phone = for_phone.filter(asked_at__gt=last_used)
    times = list(for_phone.values_list("asked_at", flat=True))
    if len(times) >= PER_PHONE:
        wait = min(timedelta(minutes=2 ** (len(times) - PER_PHONE)), LONGEST_WAIT)
        _wait_until(max(times[0] + wait, times[PER_PHONE - 1] + WINDOW), at)


def _wait_until(moment: datetime, at: datetime) -> None:
    if moment > at:
        wait_s = int((moment - at).total_seconds()) + 1
        raise TooManyCodes(wait_s=wait_s, minutes=-(-wait_s // 60))


def _digest(request_id: UUID, code: str) -> str:
    return blind_index(f"{request_id}:{code}", field="one_time_code")


def _origin(address: str) -> str:
    """A keyed digest of a network address; of IPv6 the network of one subscriber (64 bits)."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return blind_index("unknown", field="address")
    if parsed.version == 6:
        return blind_index(str(ipaddress.ip_network((parsed, 64), strict=False)), field="address")
    return blind_index(str(parsed), field="address")
