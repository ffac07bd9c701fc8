"""The addresses of the API's door."""

from django.urls import path

from lapak.api import door, hooks, metrics

urlpatterns = [
    path("hooks/<slug:channel>", hooks.push),
    path("metrics", metrics.metrics),
    *door.urlpatterns,
]
