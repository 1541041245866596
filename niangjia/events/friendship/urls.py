"""Doors of friendship; each names who may enter."""

from __future__ import annotations

from niangjia.events.friendship import views
from niangjia.kit.routes import Needs, route

urlpatterns = [
    route("friendship/", views.friendship, name="friendship", needs=Needs.WORKER),
    route("friendship/profile/", views.profile, name="friendship_profile", needs=Needs.WORKER),
    route("friendship/leave/", views.leave, name="friendship_leave", needs=Needs.WORKER),
    route("friendship/events/<int:evening_id>/", views.evening, name="evening", needs=Needs.WORKER),
    route("friendship/events/<int:evening_id>/report/", views.report, name="evening_report", needs=Needs.WORKER),
    route("friendship/pairs/<int:pair_id>/end/", views.end, name="pair_end", needs=Needs.WORKER),
    route("desk/friendship/", views.desk, name="desk_friendship", needs=Needs.OFFICER),
    route("desk/friendship/new/", views.new, name="evening_new", needs=Needs.OFFICER),
    route("desk/friendship/<int:evening_id>/", views.desk_evening, name="desk_evening", needs=Needs.OFFICER),
    route("desk/friendship/<int:evening_id>/open/", views.open_choosing, name="evening_open", needs=Needs.OFFICER),
    route("desk/friendship/profiles/<int:profile_id>/", views.verify, name="profile_verify", needs=Needs.OFFICER),
    route("desk/friendship/reports/<int:report_id>/", views.answer, name="report_answer", needs=Needs.OFFICER),
]
