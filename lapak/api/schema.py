"""What the generated schema leaves out: problem details, the idempotency key, and true media types."""

from collections.abc import Iterator, Mapping
from typing import Any

from lapak.api.once import HEADER, LONGEST_KEY
from lapak.api.problems import MEDIA_TYPE, Problem

TELLS = {
    400: "The request cannot be read.",
    401: "No key or session that counts.",
    403: "The key or the role may not do this.",
    404: "Not there, or not in your scope.",
    409: "It stands otherwise by now, or the first request with this key is still at work.",
    413: "The body is too large.",
    415: "The body is of another type.",
    422: "Something given cannot be used; see `errors`.",
    500: "A defect of ours.",
    502: "The platform answered something we do not understand.",
    503: "Not now; repeat it later.",
    504: "The platform did not answer in time.",
}
ALWAYS = (400, 401, 403, 404, 422, 500, 503)
WITH_BODY = (413, 415)
CHANGES = (409,)
PLATFORM = (502, 504)
SPEAKS_TO_A_PLATFORM = frozenset({"plan", "publish"})


def complete(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with every answer an operation can give."""
    components = schema["components"]
    whole = Problem.model_json_schema(ref_template="#/components/schemas/{model}", mode="serialization")
    components["schemas"].update(whole.pop("$defs"))
    components["schemas"]["Problem"] = whole
    components["responses"] = {
        f"Problem{status}": {"description": words, "content": {MEDIA_TYPE: {"schema": _ref("schemas/Problem")}}}
        for status, words in TELLS.items()
    }
    components["parameters"] = {"IdempotencyKey": _key(required=False), "NeededIdempotencyKey": _key(required=True)}
    for operation in _operations(schema):
        statuses = [*ALWAYS]
        if "requestBody" in operation:
            statuses += WITH_BODY
        marks = operation.pop("x-once", None)
        if marks:
            statuses += CHANGES
            name = "NeededIdempotencyKey" if marks == "required" else "IdempotencyKey"
            operation.setdefault("parameters", []).append(_ref(f"parameters/{name}"))
        if operation["operationId"] in SPEAKS_TO_A_PLATFORM:
            statuses += PLATFORM
        for status in sorted(statuses):
            operation["responses"].setdefault(status, _ref(f"responses/Problem{status}"))
    return schema


def _operations(schema: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for methods in schema["paths"].values():
        yield from methods.values()


def _ref(where: str) -> dict[str, str]:
    return {"$ref": f"#/components/{where}"}


def _key(*, required: bool) -> dict[str, Any]:
    return {
        "name": HEADER,
        "in": "header",
        "required": required,
        "description": "A fresh random text for each request, the same when it is repeated. Kept for 24 hours.",
        "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[!-~]+$"},
        "example": "6f0c2a52-3a0e-4e0a-9f0b-2f6a9d6f8f11",
    }
