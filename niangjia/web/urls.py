"""Doors of `web`; each names who may enter."""

from __future__ import annotations

from niangjia.kit.routes import Needs, route
from niangjia.web.views import display, home, styleguide

urlpatterns = [
    route("", home.front, name="front", needs=Needs.PUBLIC),
    route("home/", home.home, name="home", needs=Needs.WORKER),
    route("display/", display.display, name="display", needs=Needs.PUBLIC),
    route("styleguide/", styleguide.styleguide, name="styleguide", needs=Needs.PUBLIC),
    route("healthz/", home.healthy, name="healthy", needs=Needs.PUBLIC),
]
