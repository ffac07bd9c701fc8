"""Which door opens at which address."""

from django.urls import URLPattern, URLResolver, include, path

from lapak.config import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("health", health.ready),
    path("health/live", health.live),
    path("health/ready", health.ready),
    path("", include("lapak.api.urls")),
    path("", include("lapak.web.urls")),
]
handler400 = "lapak.web.faults.bad_request"
handler403 = "lapak.web.faults.forbidden"
handler404 = "lapak.web.faults.not_found"
