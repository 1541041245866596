"""Doors of `web`; each names who may enter."""

from __future__ import annotations

from niangjia.kit.routes import Needs, route
from niangjia.web.views import home

urlpatterns = [
    route("", home.front, name="front", needs=Needs.PUBLIC),
    route("home/", home.home, name="home", needs=Needs.WORKER),
    route("healthz/", home.healthy, name="healthy", needs=Needs.PUBLIC),
]
