"""Where platforms call. What came is kept, byte for byte, before the answer goes out; a worker understands it later.

Reports of messages we sent are small and final, so they are written to the messages at once.
"""

import re
from collections.abc import Callable, Mapping, Sequence

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.views.decorators.csrf import csrf_exempt

from lapak.channels.kit.errors import NotUnderstood, PushForged
from lapak.channels.kit.protocol import PushesOrders, TellsOfMessages
from lapak.core.errors import LapakError
from lapak.domain.chat import MessageNews
from lapak.messaging.services import note_status
from lapak.messaging.types import Delivered
from lapak.shops.errors import UnknownChannel
from lapak.shops.services import check_push, greet, keep_push

log = structlog.get_logger(__name__)

MAX_BYTES = 2 * 1024 * 1024  # WhatsApp puts up to 1,000 updates into one post; elsewhere it is some kilobytes
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

    GET is the question of some platforms whether this address is ours.
    401 forged · 404 no such channel · 405 not POST · 411 no length told · 413 too large · 503 call again.
    """
    known = settings.LAPAK_CHANNELS.get(channel)
    if known is None:
        return _answer(404)
    if request.method == "GET" and "hub.mode" in request.GET:
        return _greet(channel, request.GET.dict())
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


def _greet(channel: str, query: Mapping[str, str]) -> HttpResponse:
    try:
        return HttpResponse(greet(channel=channel, query=query), content_type="text/plain")
    except PushForged:
        return _answer(403)
    except UnknownChannel:
        return _answer(405, Allow="POST")


def _keep(*, channel: str, headers: Mapping[str, str], body: bytes, url: str) -> None:
    """Take a push in over a connection that is not asked first whether it lives: the question is a sixth of the work.

    One that died is replaced, once; a push kept by both tries is one push.
    """
    connection.health_check_done = True  # type: ignore[attr-defined]  # Django's own, missing in the stubs
    try:
        _take_in(channel=channel, headers=headers, body=body, url=url)
    except (OperationalError, InterfaceError):
        connection.close()
        _take_in(channel=channel, headers=headers, body=body, url=url)


def _take_in(*, channel: str, headers: Mapping[str, str], body: bytes, url: str) -> None:
    """News of our own messages is noted; all else is kept. Who tells of messages and no orders has nothing else."""
    application = check_push(channel=channel, headers=headers, body=body, url=url)
    if isinstance(application, TellsOfMessages):
        try:
            _note(application.message_news(body))
        except NotUnderstood:  # genuine, and no report: sending it again for days would not change it
            log.error("push_not_understood", channel=channel)
    if isinstance(application, PushesOrders):
        keep_push(application=application, body=body)


@transaction.atomic
def _note(news: Sequence[MessageNews]) -> None:
    """All reports of a post with one commit; in the order of their messages, so that two posts never wait crosswise."""
    for one in sorted(news, key=lambda one: one.message_id):
        note_status(key=one.key, external_id=one.message_id, status=Delivered(one.step), fault=one.reason)


def _answer(status: int, **headers: str) -> HttpResponse:
    answer = HttpResponse(status=status, headers=headers)
    del answer["Content-Type"]
    return answer
