"""Doors of the worker's and the public pages."""

from __future__ import annotations

from niangjia.kit.routes import Needs, route
from niangjia.programmes.views import applying, asking, public, tracking, worker

urlpatterns = [
    route("services/", worker.services, name="services", needs=Needs.WORKER),
    route("services/<int:round_id>/", worker.offer, name="offer", needs=Needs.WORKER),
    route("services/<int:round_id>/answer/", worker.answer_question, name="answer_question", needs=Needs.WORKER),
    route("questions/<str:fact>/", asking.question, name="question", needs=Needs.WORKER),
    route("apply/<int:round_id>/start/", applying.apply, name="apply", needs=Needs.WORKER),
    route("applications/", tracking.applications, name="applications", needs=Needs.WORKER),
    route("applications/<int:application_id>/", tracking.application, name="application", needs=Needs.WORKER),
    route("applications/<int:application_id>/edit/", applying.begin_editing, name="begin_editing", needs=Needs.WORKER),
    route(
        "applications/<int:application_id>/edit/check/",
        applying.check_application,
        name="check_application",
        needs=Needs.WORKER,
    ),
    route(
        "applications/<int:application_id>/edit/<slug:page>/",
        applying.edit_application,
        name="edit_application",
        needs=Needs.WORKER,
    ),
    route(
        "applications/<int:application_id>/files/<int:attachment_id>/",
        applying.application_file,
        name="application_file",
        needs=Needs.WORKER,
    ),
    route("applications/<int:application_id>/agreement/", tracking.agreement, name="agreement", needs=Needs.WORKER),
    route("applications/<int:application_id>/appeal/", tracking.appeal, name="appeal", needs=Needs.WORKER),
    route("applications/<int:application_id>/withdraw/", tracking.withdraw, name="withdraw", needs=Needs.WORKER),
    route(
        "applications/<int:application_id>/showcase/",
        tracking.showcase_choice,
        name="showcase_choice",
        needs=Needs.WORKER,
    ),
    route("notices/", public.notices, name="notices", needs=Needs.PUBLIC),
    route("notices/<int:notice_id>/", public.notice, name="notice", needs=Needs.PUBLIC),
    route("showcase/", public.showcase, name="showcase", needs=Needs.PUBLIC),
    route("policies/<int:round_id>/", public.policy, name="policy", needs=Needs.PUBLIC),
    route("results/", public.results, name="results", needs=Needs.PUBLIC),
]
