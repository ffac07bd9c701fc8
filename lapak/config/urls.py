"""Which door opens at which address."""

from django.urls import URLPattern, URLResolver, include, path

from lapak.config import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("health", health.ready),
    path("health/live", health.live),
    path("health/ready", health.ready),
    path("", include("lapak.api.urls")),
]
