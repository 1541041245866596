"""Doors of `events`; each names who may enter."""

from __future__ import annotations

from niangjia.events.recuperation import urls as recuperation
from niangjia.events.views import deciding, desk, teams, worker
from niangjia.kit.routes import Needs, route

urlpatterns = [
    *recuperation.urlpatterns,
    route("activities/", worker.activities, name="activities", needs=Needs.WORKER),
    route("activities/<int:activity_id>/", worker.activity, name="activity", needs=Needs.WORKER),
    route("activities/<int:activity_id>/claim/", worker.claim, name="claim", needs=Needs.WORKER),
    route("activities/<int:activity_id>/withdraw/", worker.withdraw, name="claim_withdraw", needs=Needs.WORKER),
    route("activities/<int:activity_id>/draw/", worker.draw, name="draw", needs=Needs.PUBLIC),
    route("activities/<int:activity_id>/draw.json", worker.draw_file, name="draw_file", needs=Needs.PUBLIC),
    route("registrations/<int:registration_id>/answer/", worker.answer_offer, name="offer_answer", needs=Needs.WORKER),
    route("registrations/<int:registration_id>/cancel/", worker.cancel, name="registration_cancel", needs=Needs.WORKER),
    route("activities/<int:activity_id>/teams/", teams.found, name="team_found", needs=Needs.WORKER),
    route("teams/join/", teams.join, name="team_join", needs=Needs.WORKER),
    route("teams/<int:team_id>/", teams.team, name="team", needs=Needs.WORKER),
    route("teams/<int:team_id>/invite/", teams.invite, name="team_invite", needs=Needs.WORKER),
    route("teams/<int:team_id>/enter/", teams.enter, name="team_enter", needs=Needs.WORKER),
    route("teams/<int:team_id>/withdraw/", teams.withdraw, name="team_withdraw", needs=Needs.WORKER),
    route("teams/<int:team_id>/dissolve/", teams.dissolve, name="team_dissolve", needs=Needs.WORKER),
    route("team-members/<int:member_id>/leave/", teams.leave, name="team_leave", needs=Needs.WORKER),
    route("team-members/<int:member_id>/captain/", teams.hand_over, name="team_hand_over", needs=Needs.WORKER),
    route("desk/activities/<int:activity_id>/teams/", teams.rosters, name="team_rosters", needs=Needs.OFFICER),
    route("desk/activities/", desk.activities, name="desk_activities", needs=Needs.OFFICER),
    route("desk/activities/practices/", desk.picker, name="activity_practices", needs=Needs.OFFICER),
    route("desk/activities/new/", desk.new, name="activity_new", needs=Needs.OFFICER),
    route("desk/activities/<int:activity_id>/", desk.activity, name="desk_activity", needs=Needs.OFFICER),
    route("desk/activities/<int:activity_id>/again/", desk.again, name="activity_again", needs=Needs.OFFICER),
    route("desk/activities/<int:activity_id>/announce/", desk.announce, name="activity_announce", needs=Needs.OFFICER),
    route("desk/activities/<int:activity_id>/draw/", desk.draw, name="activity_draw", needs=Needs.OFFICER),
    route("desk/activities/<int:activity_id>/call-off/", desk.call_off, name="activity_call_off", needs=Needs.OFFICER),
    route("desk/activities/<int:activity_id>/door.xlsx", desk.door_list, name="door_list", needs=Needs.OFFICER),
    route("desk/activities/<int:activity_id>/asking/", deciding.asking, name="activity_asking", needs=Needs.OFFICER),
    route("desk/seats/<int:pool_id>/", desk.resize, name="pool_resize", needs=Needs.OFFICER),
]
