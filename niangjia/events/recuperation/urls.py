"""Doors of the routes; each names who may enter."""

from __future__ import annotations

from niangjia.events.recuperation import views
from niangjia.kit.routes import Needs, route

urlpatterns = [
    route("recuperation/", views.recuperation, name="recuperation", needs=Needs.WORKER),
    route("recuperation/sheets/<int:inspector_id>/", views.sheet, name="inspection_sheet", needs=Needs.WORKER),
    route("desk/routes/", views.routes, name="desk_routes", needs=Needs.OFFICER),
    route("desk/routes/new/", views.new, name="route_new", needs=Needs.OFFICER),
    route("desk/routes/<int:route_id>/", views.route_page, name="desk_route", needs=Needs.OFFICER),
    route("desk/routes/<int:route_id>/inspect/", views.inspect, name="route_inspect", needs=Needs.OFFICER),
    route("desk/routes/<int:route_id>/approve/", views.approve, name="route_approve", needs=Needs.OFFICER),
    route("desk/routes/<int:route_id>/trip/", views.announce, name="route_trip", needs=Needs.OFFICER),
    route("desk/inspections/<int:inspection_id>/close/", views.close, name="inspection_close", needs=Needs.OFFICER),
    route("desk/approvals/<int:approval_id>/withdraw/", views.withdraw, name="approval_withdraw", needs=Needs.OFFICER),
]
