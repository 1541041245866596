"""Doors of the desk and of the rounds."""

from __future__ import annotations

from niangjia.kit.routes import Needs, route
from niangjia.programmes.views import batch, desk, rounds

CASE = "desk/cases/<int:application_id>/"
ROUND = "rounds/<int:round_id>/"

urlpatterns = [
    route("desk/", desk.desk, name="desk", needs=Needs.STAFF),
    route("desk/batch/", batch.batch_decide, name="desk_batch", needs=Needs.STAFF),
    route(CASE, desk.case, name="desk_case", needs=Needs.STAFF),
    route(f"{CASE}decide/", desk.decide, name="desk_decide", needs=Needs.STAFF),
    route(f"{CASE}seen/", desk.seen, name="desk_seen", needs=Needs.STAFF),
    route(f"{CASE}sign/", desk.sign, name="desk_sign", needs=Needs.STAFF),
    route(f"{CASE}reveal/", desk.reveal, name="desk_reveal", needs=Needs.STAFF),
    route(f"{CASE}total/", desk.total, name="desk_total", needs=Needs.STAFF),
    route(f"{CASE}files/<int:attachment_id>/", desk.case_file, name="desk_file", needs=Needs.STAFF),
    route("rounds/", rounds.rounds, name="rounds", needs=Needs.OFFICER),
    route(ROUND, rounds.round_, name="round", needs=Needs.OFFICER),
    route(f"{ROUND}people/", rounds.find_people, name="round_people", needs=Needs.OFFICER),
    route(f"{ROUND}close/", rounds.close, name="round_close", needs=Needs.OFFICER),
    route(f"{ROUND}export/", rounds.export, name="round_export", needs=Needs.OFFICER),
    route(f"{ROUND}judges/<slug:step>/", rounds.judges, name="round_judges", needs=Needs.OFFICER),
    route(f"{ROUND}ranking/<slug:step>/", rounds.round_ranking, name="round_ranking", needs=Needs.OFFICER),
    route(f"{ROUND}notice/<slug:step>/", rounds.publish, name="round_notice", needs=Needs.OFFICER),
    route("objections/", rounds.objections, name="objections", needs=Needs.OFFICER),
    route("objections/<int:objection_id>/", rounds.objection, name="objection", needs=Needs.OFFICER),
    route("appeals/", rounds.appeals, name="appeals", needs=Needs.OFFICER),
    route("appeals/<int:appeal_id>/", rounds.appeal_case, name="appeal_case", needs=Needs.OFFICER),
]
