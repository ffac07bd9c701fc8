"""Our doors, and one more page for staff that needs nothing of a module."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import path

from lapak.accounts.guards import staff_required
from lapak.config.urls import urlpatterns as doors


@staff_required
def board(request: HttpRequest) -> HttpResponseBase:
    return HttpResponse("board")


urlpatterns = [path("board", board), *doors]
