"""Faults as problem details (RFC 9457), in the language of the reader: Indonesian unless English is asked for."""

import json
from collections.abc import Iterator, Mapping

import structlog
from django.http import HttpRequest, HttpResponse
from django.utils.translation.trans_real import parse_accept_lang_header
from pydantic import BaseModel, Field

from lapak.api.errors import NotSignedIn, RequestInvalid
from lapak.catalog.errors import ProductRefused
from lapak.channels.kit.errors import ChannelFault
from lapak.core.errors import Acts, Invalid, LapakError, every_error
from lapak.core.words import LANGUAGES, Words, reason_words, words_for

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"


class FieldProblem(BaseModel):
    """What is wrong with one field."""

    field: str = Field(description="Where: a field of the body (`variants.0.price_idr`), a parameter or a header.")
    reason: str = Field(description="A code that never changes.")
    message: str = Field(description="The reason in words.")


class Problem(BaseModel):
    """A fault: what happened, what it means, what to do, and who acts next."""

    type: str = Field(description="`urn:lapak:error:<code>`; never changes.", examples=["urn:lapak:error:not_found"])
    title: str = Field(description="What happened.")
    status: int
    detail: str = Field(description="What it means and what to do now.")
    code: str = Field(description="The fault's code, which never changes.", examples=["not_found"])
    acts: Acts = Field(description="Who acts next: `clock` repeat later, `owner` the business, `staff` who runs Lapak.")
    errors: list[FieldProblem] = Field(default_factory=list, description="Field by field, where fields are at fault.")


def problem(request: HttpRequest, fault: LapakError) -> HttpResponse:
    """The answer for a fault. Never a trace; the facts of the fault only as far as its words use them."""
    language = language_of(request)
    errors = list(_field_problems(fault, language))
    words = words_for(fault, language=language, **({"reason": errors[0].message} if errors else {}))
    status = _status(fault)
    body = Problem(
        type=f"urn:lapak:error:{fault.code}",
        title=words.happened,
        status=status,
        detail=f"{words.means} {words.do}",
        code=fault.code,
        acts=fault.acts,
        errors=errors,
    )
    if fault.acts is Acts.STAFF:
        log.error("fault_answered", code=fault.code, path=request.path, told=str(fault))
    answer = HttpResponse(json.dumps(body.model_dump(mode="json"), ensure_ascii=False), status=status,
                          content_type=MEDIA_TYPE, headers={"Content-Language": language})  # fmt: skip
    if isinstance(fault, NotSignedIn):
        answer["WWW-Authenticate"] = 'Bearer realm="lapak"'
    if fault.acts is Acts.CLOCK:
        wait_s = fault.told.get("wait_s")
        answer["Retry-After"] = str(max(1, round(wait_s))) if isinstance(wait_s, int | float) else "2"
    return answer


def language_of(request: HttpRequest) -> str:
    """The first language of the reader that we speak; Indonesian if there is none."""
    for wanted, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "").lower()):
        if wanted.partition("-")[0] in LANGUAGES:
            return wanted.partition("-")[0]
    return LANGUAGES[0]


def words_of_code(code: str, *, language: str, told: Mapping[str, object]) -> Words:
    """The words for a fault that was stored; one this version no longer knows is the unexpected one."""
    kind = next((known for known in every_error() if known.code == code), LapakError)
    return words_for(kind(**told), language=language)


def _status(fault: LapakError) -> int:
    """A platform that does not let us in is no fault of the caller's key: 401 and its like would say that it is."""
    if isinstance(fault, ChannelFault) and fault.status in (401, 403, 410):
        return 409
    return fault.status


def _field_problems(fault: LapakError, language: str) -> Iterator[FieldProblem]:
    if isinstance(fault, RequestInvalid):
        found = fault.faults
    elif isinstance(fault, ProductRefused):
        found = [
            (one.field if one.variant is None else f"variants.{one.variant}.{one.field}", one.reason, dict(one.told))
            for one in fault.faults
        ]
    elif isinstance(fault, Invalid):
        told = {name: value for name, value in fault.told.items() if name not in ("field", "reason")}
        found = [(str(fault.told.get("field", "")), str(fault.told.get("reason", "")), told)]
    else:
        return
    for field, reason, told in found:
        yield FieldProblem(field=field, reason=reason, message=reason_words(reason, language=language, **told))
