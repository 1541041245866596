"""Doors of `demand`; each names who may enter."""

from __future__ import annotations

from niangjia.demand import views
from niangjia.kit.routes import Needs, route

urlpatterns = [
    route("needs/", views.polls, name="polls", needs=Needs.WORKER),
    route("needs/<int:poll_id>/", views.poll, name="poll", needs=Needs.WORKER),
    route("desk/needs/", views.desk_polls, name="desk_polls", needs=Needs.OFFICER),
    route("desk/needs/new/", views.desk_new, name="desk_poll_new", needs=Needs.OFFICER),
    route("desk/needs/<int:poll_id>/", views.desk_poll, name="desk_poll", needs=Needs.OFFICER),
]
