"""Handing in, from a phone or from paper: the same checks, the same records. A back room of the verbs."""

from __future__ import annotations

from collections.abc import Sequence

from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.happenings import announce
from niangjia.people import actions as people
from niangjia.programmes import answers as answering
from niangjia.programmes import engine, flow, weighing
from niangjia.programmes.happenings import ApplicationsMoved
from niangjia.programmes.models import Application, Revision


def hand_in(applications: Sequence[Application], actor: Actor) -> None:
    """Weigh complete applications of one round and put them at their step. Rows are locked or new, answers typed."""
    definition = applications[0].definition
    told = [
        people.Told(one.person, path, value, over=one.union.path)
        for one in applications
        for path, value in answering.declared_facts(definition, one.answers).items()
    ]
    if told:
        people.declare_facts(told, actor=actor)
    for one in applications:
        one.revision += 1
    for found in weighing.find(applications):
        weighing.require_not_refused(found, definition)
    for one in applications:
        flow.move(one, flow.SUBMIT)
        one.submitted_at = clock.now()
        one.number = one.number or f"NJ{clock.today().year}{one.pk:07d}"
    back_to = applications[0].step or definition.steps[0].key
    engine.open_step(applications, definition.step(back_to))
    handed = ["answers", "state", "revision", "submitted_at", "number", "step"]
    Application.objects.bulk_update(applications, handed, batch_size=500)
    Revision.objects.bulk_create(
        Revision(application=one, number=one.revision, answers=one.answers) for one in applications
    )
    announce(ApplicationsMoved(tuple(one.pk for one in applications), "submitted"))
