"""Doors of `events`; each names who may enter."""

from __future__ import annotations

from niangjia.events.views import worker
from niangjia.kit.routes import Needs, route

urlpatterns = [
    route("activities/", worker.activities, name="activities", needs=Needs.WORKER),
    route("activities/<int:activity_id>/", worker.activity, name="activity", needs=Needs.WORKER),
    route("activities/<int:activity_id>/claim/", worker.claim, name="claim", needs=Needs.WORKER),
    route("activities/<int:activity_id>/withdraw/", worker.withdraw, name="claim_withdraw", needs=Needs.WORKER),
    route("activities/<int:activity_id>/draw/", worker.draw, name="draw", needs=Needs.PUBLIC),
    route("activities/<int:activity_id>/draw.json", worker.draw_file, name="draw_file", needs=Needs.PUBLIC),
    route("registrations/<int:registration_id>/answer/", worker.answer_offer, name="offer_answer", needs=Needs.WORKER),
    route("registrations/<int:registration_id>/cancel/", worker.cancel, name="registration_cancel", needs=Needs.WORKER),
]
