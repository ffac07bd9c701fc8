"""What can be wrong with a request before the trade is asked anything."""

from lapak.core.errors import Acts, Invalid, LapakError


class NotSignedIn(LapakError):
    """No key and no session, or one that does not count any more."""

    code, status, acts = "not_signed_in", 401, Acts.OWNER


class KeyReadsOnly(LapakError):
    """The key may look and not change."""

    code, status, acts = "key_reads_only", 403, Acts.OWNER


class FormTokenMissing(LapakError):
    """A change asked with a browser's session needs the token that only our own pages have."""

    code, status, acts = "form_token_missing", 403, Acts.OWNER


class MethodNotAllowed(LapakError):
    """The address exists, the method does not. `told`: `method`, `allowed`."""

    code, status, acts = "method_not_allowed", 405, Acts.OWNER


class BodyUnreadable(LapakError):
    """The body is not what its type says. `told`: `why`."""

    code, status, acts = "body_unreadable", 400, Acts.OWNER


class BodyTooLarge(LapakError):
    """More bytes than we take. `told`: `limit_mb`."""

    code, status, acts = "body_too_large", 413, Acts.OWNER


class MediaTypeUnknown(LapakError):
    """A body of another type than the operation takes. `told`: `given`, `wanted`."""

    code, status, acts = "media_type_unknown", 415, Acts.OWNER


class RequestInvalid(Invalid):
    """Parameters or body do not fit the schema. `faults`: (field, reason, told) for each."""

    code = "request_invalid"

    def __init__(self, faults: list[tuple[str, str, dict[str, object]]]) -> None:
        self.faults = faults
        field, reason, told = faults[0]
        super().__init__(field=field, reason=reason, **told)


class CursorBroken(LapakError):
    """The cursor is not one that a list of this kind gave out."""

    code, status, acts = "cursor_broken", 400, Acts.OWNER


class OnceKeyMissing(LapakError):
    """A request that makes something came without an `Idempotency-Key`."""

    code, status, acts = "once_key_missing", 400, Acts.OWNER


class OnceKeyBusy(LapakError):
    """The first request with this key is still at work."""

    code, status, acts = "once_key_busy", 409, Acts.CLOCK


class OnceKeyReused(LapakError):
    """The key was used for another request."""

    code, status, acts = "once_key_reused", 422, Acts.OWNER


class ServiceAway(LapakError):
    """The database does not answer. Nothing was done."""

    code, status, acts = "service_away", 503, Acts.CLOCK


class NotForRole(LapakError):
    """The actor's role does not do this. `told`: `role`."""

    code, status, acts = "not_for_role", 403, Acts.OWNER
