"""A request that is repeated is done once: `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header-07).

The answer is kept in the transaction of what the request did, so that a kill leaves both or none. Where the work speaks
to a platform no transaction may be open; then the answer is kept after it, and the verbs are harmless when repeated.
"""

import hashlib
import re
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from functools import wraps
from typing import Concatenate, ParamSpec

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from ninja.operation import Operation
from ninja.utils import contribute_operation_callback
from pydantic import BaseModel

from lapak.api.access import access_of
from lapak.api.errors import OnceKeyBusy, OnceKeyMissing, OnceKeyReused, RequestInvalid
from lapak.api.models import KeptAnswer
from lapak.api.problems import problem
from lapak.core.clock import now
from lapak.core.errors import LapakError

P = ParamSpec("P")
HEADER = "Idempotency-Key"
KEPT = timedelta(hours=24)
LONGEST_KEY = 200
KEY = re.compile(rf"[!-~]{{1,{LONGEST_KEY}}}")

View = Callable[Concatenate[HttpRequest, P], tuple[int, BaseModel]]
Answering = Callable[Concatenate[HttpRequest, P], HttpResponse]


def once(*, required: bool = False, apart: bool = False) -> Callable[[View[P]], Answering[P]]:
    """Do the work of a view once for each key of an actor, and answer a repetition with the first answer, 4xx included.

    required: refuse a request without a key. apart: the work keeps its own transactions, since it waits for a platform.
    Raises: OnceKeyMissing, OnceKeyBusy, OnceKeyReused, RequestInvalid. A fault of ours (5xx) is not kept.
    """

    def decorate(view: View[P]) -> Answering[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            key = request.headers.get(HEADER)
            if key is None:
                if required:
                    raise OnceKeyMissing
                with ExitStack() as stack:
                    if not apart:
                        stack.enter_context(transaction.atomic())
                    return _rendered(*view(request, *args, **kwargs))
            if not KEY.fullmatch(key):
                raise RequestInvalid([(HEADER, "field_form", {})])
            actor = access_of(request).key
            with ExitStack() as stack:
                if not apart:
                    stack.enter_context(transaction.atomic())
                _hold(stack, f"once:{actor}:{key}", for_transaction=not apart)
                digest = _digest(request)
                known = KeptAnswer.objects.filter(actor=actor, key=key).first()
                if known and known.made_at < now() - KEPT:
                    known.delete()
                elif known:
                    return _again(known, digest)
                try:
                    with ExitStack() as work:
                        if not apart:
                            work.enter_context(transaction.atomic())
                        answer = _rendered(*view(request, *args, **kwargs))
                except LapakError as fault:
                    answer = problem(request, fault)
                    if answer.status_code >= 500:
                        raise
                _keep(actor, key, digest, answer)
                return answer

        def mark(operation: Operation) -> None:
            operation.openapi_extra = {"x-once": "required" if required else "optional"}

        contribute_operation_callback(guarded, mark)
        return guarded

    return decorate


def forget_old_answers() -> int:
    """Delete the answers whose time is over. For the timetable, hourly. Returns how many."""
    gone, _ = KeptAnswer.objects.filter(made_at__lt=now() - KEPT).delete()
    return gone


def _hold(stack: ExitStack, name: str, *, for_transaction: bool) -> None:
    """Be the only one at work on a name until the stack is left. Raises: OnceKeyBusy."""
    function = "pg_try_advisory_xact_lock" if for_transaction else "pg_try_advisory_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(hashtextextended(%s, 0))", [name])
        if cursor.fetchone() != (True,):
            raise OnceKeyBusy
    if not for_transaction:
        stack.callback(_let_go, name)


def _let_go(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])


def _keep(actor: str, key: str, digest: str, answer: HttpResponse) -> None:
    KeptAnswer.objects.create(
        actor=actor, key=key, digest=digest, status=answer.status_code, content_type=answer["Content-Type"],
        body=answer.content.decode(), made_at=now(),
    )  # fmt: skip


def _again(known: KeptAnswer, digest: str) -> HttpResponse:
    if known.digest != digest:
        raise OnceKeyReused
    answer = HttpResponse(known.body, status=known.status, content_type=known.content_type)
    answer["Idempotency-Replayed"] = "true"
    return answer


def _rendered(status: int, body: BaseModel) -> HttpResponse:
    return HttpResponse(body.model_dump_json(), status=status, content_type="application/json")


def _digest(request: HttpRequest) -> str:
    """SHA-256 over method, address and body. A multipart body is told by its parts: its boundary differs each time."""
    total = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if request.content_type != "multipart/form-data":
        total.update(request.body)
        return total.hexdigest()
    for name, values in sorted(request.POST.lists()):
        total.update(repr((name, values)).encode())
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            content = hashlib.sha256(file.read()).hexdigest()
            file.seek(0)
            total.update(repr((name, file.name, content)).encode())
    return total.hexdigest()
