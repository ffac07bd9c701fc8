"""What anybody may open: help, and what the browser asks for by itself (worker, manifest, the page offline)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from lapak.web.desk import desk_of


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """`/bantuan`: answers to what people ask."""
    desk_of(request)  # an owner keeps the bar
    return render(request, "web/help.html")


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """`/luring`: kept on the phone and shown when there is no signal."""
    return render(request, "web/offline.html")


@require_safe
@cache_control(no_cache=True)
def worker(request: HttpRequest) -> HttpResponse:
    """`/sw.js`: at the root, so that it may serve every page."""
    return render(request, "web/sw.js", content_type="text/javascript; charset=utf-8")


@require_safe
@cache_control(max_age=3600)
def manifest(request: HttpRequest) -> HttpResponse:
    """`/manifest.webmanifest`: name and icons for the phone's home screen."""
    return render(request, "web/manifest.json", content_type="application/manifest+json")
