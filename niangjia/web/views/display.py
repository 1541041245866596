"""How a reader wants pages shown: language, large text, theme; kept in cookies, so it needs no account."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from niangjia.kit.middleware import LANGUAGE_COOKIE
from niangjia.kit.routes import ActorRequest
from niangjia.kit.shell import LARGE_COOKIE, THEME_COOKIE, THEMES

YEAR = 365 * 24 * 3600
CHOICES = {
    "language": (LANGUAGE_COOKIE, tuple(code for code, _name in settings.LANGUAGES)),
    "large": (LARGE_COOKIE, ("0", "1")),
    "theme": (THEME_COOKIE, ("", *THEMES)),
}


@require_POST
def display(request: ActorRequest) -> HttpResponse:
    """Keep what was chosen and go back to the page it was chosen on; anything unknown is left as it is."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/"
    response = redirect(back)
    for key, (cookie, allowed) in CHOICES.items():
        chosen = request.POST.get(key)
        if chosen in allowed:
            response.set_cookie(
                cookie, chosen, max_age=YEAR, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
            )
    return response
