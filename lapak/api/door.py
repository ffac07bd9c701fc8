"""The API itself: its operations behind one door, its faults as problem details, its schema as OpenAPI 3.1."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, QueryDict
from django.http.request import UnreadablePostError
from django.urls import URLPattern, URLResolver, path, re_path
from django.utils.datastructures import MultiValueDict
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.parser import Parser

from lapak.api.access import BearerKey, SignedIn
from lapak.api.errors import (
    BodyTooLarge,
    BodyUnreadable,
    MediaTypeUnknown,
    MethodNotAllowed,
    NotSignedIn,
    RequestInvalid,
    ServiceAway,
)
from lapak.api.problems import problem
from lapak.api.schema import complete
from lapak.api.v1 import businesses, figures, lists, me, orders, products, shops
from lapak.core.errors import LapakError, NotFound

log = structlog.get_logger(__name__)

ABOUT = """
Everything an owner, an officer or a partner does in Lapak, for their programs.

Money is whole rupiah, times are RFC 3339 in UTC. Faults are problem details (RFC 9457) in Indonesian, or in English if
`Accept-Language` says so. Lists go on with `next`. A request that makes something carries an `Idempotency-Key`;
repeated within 24 hours it is answered with its first answer.
"""


class StrictParser(Parser):
    """Takes a body only as what it says it is."""

    def parse_body(self, request: HttpRequest) -> Any:  # the base class names a dict, but JSON may be anything
        if request.content_type != "application/json":
            raise MediaTypeUnknown(given=request.content_type or "–", wanted="application/json")
        return super().parse_body(request)

    def parse_querydict(
        self, data: "MultiValueDict[str, Any]", list_fields: list[str], request: HttpRequest
    ) -> dict[str, Any]:
        # Query and form are QueryDicts; what is left are the files of a multipart body.
        if not isinstance(data, QueryDict) and request.content_type != "multipart/form-data":
            raise MediaTypeUnknown(given=request.content_type or "–", wanted="multipart/form-data")
        return super().parse_querydict(data, list_fields, request)


class Api(NinjaAPI):
    """The operations with a schema that tells the whole truth about their answers."""

    def get_openapi_schema(self, **where: Any) -> Any:
        """OpenAPI 3.1."""
        return complete(super().get_openapi_schema(**where))

    def get_openapi_operation_id(self, operation: Any) -> str:
        """The name of the view: short, unique and stable for generated clients."""
        return str(operation.view_func.__name__)


api = Api(
    title="Lapak", version="1", description=ABOUT.strip(), docs_url=None, openapi_url="/openapi.json",
    auth=[BearerKey(), SignedIn()], parser=StrictParser(), urls_namespace="api",
)  # fmt: skip
for module in (me, businesses, products, shops, orders, figures, lists):
    api.add_router("/v1", module.router)


@api.exception_handler(LapakError)
def _known(request: HttpRequest, fault: LapakError) -> HttpResponse:
    return problem(request, fault)


@api.exception_handler(AuthenticationError)
def _not_signed_in(request: HttpRequest, _: AuthenticationError) -> HttpResponse:
    return problem(request, NotSignedIn())


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, fault: ValidationError) -> HttpResponse:
    return problem(request, RequestInvalid([_field_fault(error) for error in fault.errors]))


@api.exception_handler(HttpError)
def _unreadable(request: HttpRequest, fault: HttpError) -> HttpResponse:
    cause = fault.__cause__
    return problem(request, cause if isinstance(cause, LapakError) else BodyUnreadable())


@api.exception_handler(BadRequest)
@api.exception_handler(SuspiciousOperation)
@api.exception_handler(UnreadablePostError)
def _broken(request: HttpRequest, _: Exception) -> HttpResponse:
    return problem(request, BodyUnreadable())


@api.exception_handler(RequestDataTooBig)
def _too_big(request: HttpRequest, _: RequestDataTooBig) -> HttpResponse:
    return problem(request, BodyTooLarge(limit_mb=settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 2**20))


@api.exception_handler(OperationalError)
@api.exception_handler(InterfaceError)
def _away(request: HttpRequest, fault: Exception) -> HttpResponse:
    log.warning("database_away", path=request.path, why=type(fault).__name__)
    return problem(request, ServiceAway())


@api.exception_handler(Http404)
def _nowhere(request: HttpRequest, _: Http404) -> HttpResponse:
    return problem(request, NotFound())


@api.exception_handler(Exception)
def _bug(request: HttpRequest, bug: Exception) -> HttpResponse:
    # The outermost fence: the trace goes to the log, the caller gets words.
    log.exception("api_bug", path=request.path, bug=type(bug).__name__)
    return problem(request, LapakError())


_REASONS = {
    "missing": "field_missing",
    "extra_forbidden": "field_unknown",
    "literal_error": "field_choice",
    "enum": "field_choice",
}
_BOUNDS = ("ge", "gt", "le", "lt", "min_length", "max_length")


def _field_fault(error: dict[str, Any]) -> tuple[str, str, dict[str, object]]:
    """Field, reason and facts, from what the schema's check says. `loc` is ("body", "body", "variants", 0, …)."""
    where, *inside = error["loc"]
    if where == "body" and len(inside) > 1:
        inside = inside[1:]
    context = error.get("ctx") or {}
    kind = str(error["type"])
    field = ".".join(str(part) for part in inside) or str(where)
    if kind in _REASONS:
        return field, _REASONS[kind], {"limit": context.get("expected", "")}
    limit = next((context[bound] for bound in _BOUNDS if bound in context), None)
    if limit is not None:
        return field, "field_bounds", {"limit": limit}
    return field, "field_type" if kind.endswith(("_type", "_parsing")) else "field_form", {}


def _door(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """What goes for every address of the API: a bound on the body, problems instead of pages, no caches."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdigit() and int(length) > settings.LAPAK_UPLOAD_MAX_BYTES:
            return problem(request, BodyTooLarge(limit_mb=settings.LAPAK_UPLOAD_MAX_BYTES // 2**20))
        try:
            answer = view(request, *args, **kwargs)
        except Http404:  # the root of the API, which is no operation
            answer = _nothing_here(request)
        if isinstance(answer, HttpResponseNotAllowed):
            allowed = answer["Allow"]
            answer = problem(request, MethodNotAllowed(method=request.method, allowed=allowed))
            answer["Allow"] = allowed
        answer.headers.setdefault("Cache-Control", "no-store")
        answer.headers.setdefault("Vary", "Authorization, Cookie, Accept-Language")
        return answer

    return guarded


def _nothing_here(request: HttpRequest) -> HttpResponse:
    return problem(request, NotFound())


def _patterns() -> list[URLPattern | URLResolver]:
    found, _, _ = api.urls
    for pattern in found:
        if isinstance(pattern, URLPattern):
            pattern.callback = _door(pattern.callback)
    nowhere = _door(_nothing_here)
    nowhere.csrf_exempt = True  # type: ignore[attr-defined]  # Django reads this mark from the view
    return [path("api/", (found, "ninja", "api")), re_path(r"^api(?:/|$)", nowhere)]


urlpatterns = _patterns()
