"""Is it alive, and may traffic be sent to it? For load balancers, the supervisor and people on call."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse

from lapak.api.health import standing
from lapak.config.prepare import database_digest

_DIGEST = database_digest()  # of the code that runs, so computed once, at the start


def live(_request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "live"})


def ready(_request: HttpRequest) -> JsonResponse:
    """The database answers and is at the version of this code, and a worker lives; otherwise 503 and the reason."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT digest FROM lapak_prepared")
            row = cursor.fetchone()
        work = standing() if row == (_DIGEST,) else None
    except DatabaseError:
        return JsonResponse({"status": "not_ready", "reason": "database_unavailable"}, status=503)
    if work is None:
        return JsonResponse({"status": "not_ready", "reason": "not_prepared"}, status=503)
    shown = {"worker_seen_s": work.worker_seen_s, "deliveries": work.deliveries, "pushes": work.pushes}
    if not work.worker_is_alive:
        return JsonResponse({"status": "not_ready", "reason": "worker_silent", **shown}, status=503)
    return JsonResponse({"status": "ready", **shown})
