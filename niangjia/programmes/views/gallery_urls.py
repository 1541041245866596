"""Doors of the gallery and of a union's own programmes."""

from __future__ import annotations

from niangjia.kit.routes import Needs, route
from niangjia.programmes.views import gallery

PRACTICE = "practices/<slug:key>/"

urlpatterns = [
    route("practices/", gallery.practices, name="catalogue", needs=Needs.OFFICER),
    route(PRACTICE, gallery.practice, name="practice", needs=Needs.OFFICER),
    route(f"{PRACTICE}reach/", gallery.practice_reach, name="practice_reach", needs=Needs.OFFICER),
]
