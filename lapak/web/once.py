"""Pressing a button twice does once.

Each form carries a hidden `op`. What it led to is kept in the session, so that the second press, the back button and
a form that the phone sends again when the signal returns all end where the first one ended.
"""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import uuid4

from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

P = ParamSpec("P")
KEPT = 60
SESSION_KEY = "ops"


def fresh_op() -> str:
    """A new id for a form about to be shown."""
    return uuid4().hex


def once(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let a POST run once for each `op`; the same `op` again is sent to where the first led.

    Two presses at the same moment wait for each other (an advisory lock of this connection, outside any
    transaction). An answer that is not a redirect, such as a form to be mended, does not use the `op` up.
    """

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        op = request.headers.get("Idempotency-Key") or request.POST.get("op", "")
        session_key = request.session.session_key
        if request.method != "POST" or not op or not session_key:
            return view(request, *args, **kwargs)
        op = hashlib.sha256(f"{request.path}:{op}".encode()).hexdigest()[:32]
        lock = f"op:{session_key}:{op}"
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [lock])
        try:
            led_to = type(request.session)(session_key).get(SESSION_KEY, {}).get(op)
            if led_to:
                return HttpResponseRedirect(led_to)
            answer = view(request, *args, **kwargs)
            if isinstance(answer, HttpResponseRedirect):
                kept = {**request.session.get(SESSION_KEY, {}), op: answer.url}
                request.session[SESSION_KEY] = dict(list(kept.items())[-KEPT:])
                request.session.save()  # before the lock is let go, so that the one who waits sees it
            return answer
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [lock])

    return guarded
