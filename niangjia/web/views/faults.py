"""What people see when a request cannot be read, or we fail: asks no database and no session, so it cannot fail too."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from niangjia.web.context import bare


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django names it
    return HttpResponse(render_to_string("400.html", {"shell": bare(request)}), status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    return HttpResponse(render_to_string("500.html", {"shell": bare(request)}), status=500)
