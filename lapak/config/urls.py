"""Which door opens at which address."""

from django.urls import URLPattern, URLResolver, path

from lapak.config import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/live", health.live),
    path("health/ready", health.ready),
]
