"""Where platforms call. What came is kept, byte for byte, before the answer goes out; a worker understands it later."""

import re
from collections.abc import Callable, Mapping

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.views.decorators.csrf import csrf_exempt

from lapak.channels.kit.errors import PushForged
from lapak.core.errors import LapakError
from lapak.shops.errors import UnknownChannel
from lapak.shops.services import store_push

log = structlog.get_logger(__name__)

MAX_BYTES = 1024 * 1024  # the largest documented push is some kilobytes
TRY_AGAIN_S = 30
_ADDRESS = re.compile(r"/hooks/([-\w]+)")


class PushesFirst:
    """Middleware, the outermost: a push goes past all that is there for pages, which is a sixth of its cost."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        found = _ADDRESS.fullmatch(request.path_info)
        return push(request, found[1]) if found else self.get_response(request)


@csrf_exempt
def push(request: HttpRequest, channel: str) -> HttpResponse:
    """Keep one push. 204 and nothing else once it is durable: some platforms take a body for a failure.

    401 forged · 404 no such channel · 405 not POST · 411 no length told · 413 too large · 503 call again.
    """
    known = settings.LAPAK_CHANNELS.get(channel)
    if known is None:
        return _answer(404)
    if request.method != "POST":
        return _answer(405, Allow="POST")
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or "Transfer-Encoding" in request.headers:
        return _answer(411)
    if int(length) > MAX_BYTES:
        return _answer(413)
    headers = {name.lower(): value for name, value in request.headers.items()}
    # The signature covers the address registered with the platform, not what a proxy made of it.
    url = known.get("push_url") or f"{settings.LAPAK_PUBLIC_URL}{request.path}"
    try:
        _keep(channel=channel, headers=headers, body=request.body, url=url)
    except PushForged:
        return _answer(401)
    except UnknownChannel:
        return _answer(404)
    except UnreadablePostError:
        return _answer(400)
    except (OperationalError, InterfaceError) as away:
        log.warning("push_not_kept", channel=channel, why=type(away).__name__)
        return _answer(503, **{"Retry-After": str(TRY_AGAIN_S)})
    except LapakError as fault:
        log.error("push_not_kept", channel=channel, code=fault.code)
        return _answer(503, **{"Retry-After": str(TRY_AGAIN_S)})
    return _answer(204)


def _keep(*, channel: str, headers: Mapping[str, str], body: bytes, url: str) -> None:
    """`store_push` over a connection that is not asked first whether it lives: the question is a sixth of the work.

    One that died is replaced, once; a push kept by both tries is one push.
    """
    connection.health_check_done = True  # type: ignore[attr-defined]  # Django's own, missing in the stubs
    try:
        store_push(channel=channel, headers=headers, body=body, url=url)
    except (OperationalError, InterfaceError):
        connection.close()
        store_push(channel=channel, headers=headers, body=body, url=url)


def _answer(status: int, **headers: str) -> HttpResponse:
    answer = HttpResponse(status=status, headers=headers)
    del answer["Content-Type"]
    return answer
