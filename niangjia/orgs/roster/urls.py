"""Doors of the rosters; each names who may enter."""

from __future__ import annotations

from django.urls import URLPattern

from niangjia.kit.routes import Needs, route
from niangjia.orgs.roster import views

OFFICER = Needs.OFFICER

urlpatterns: list[URLPattern] = [
    route("rosters/", views.rosters, name="rosters", needs=OFFICER),
    route("rosters/template/", views.template, name="roster_template", needs=OFFICER),
    route("rosters/<int:batch_id>/", views.roster, name="roster", needs=OFFICER),
    route("rosters/<int:batch_id>/work/", views.work, name="roster_work", needs=OFFICER),
    route("rosters/<int:batch_id>/apply/", views.apply, name="roster_apply", needs=OFFICER),
    route("rosters/<int:batch_id>/undo/", views.undo, name="roster_undo", needs=OFFICER),
    route("rosters/<int:batch_id>/refused/", views.refused, name="roster_refused", needs=OFFICER),
]
