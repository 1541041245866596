"""Opening what is kept sealed, and taking lists out of the house: each leaves a line that says who and why."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext as _

from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.refusal import Invalid
from niangjia.programmes.exports import round_workbook
from niangjia.programmes.models import Application, Round, StepRun
from niangjia.programmes.permissions import can_reveal, can_run_round
from niangjia.trail import actions as trail

NUMBERS: dict[str, Callable[[Application], str]] = {
    "phone": lambda application: application.person.phone,
    "id_number": lambda application: application.person.id_number,
    "bank_card": lambda application: _answer_of_type(application, "bank_card"),
}


def _answer_of_type(application: Application, kind: str) -> str:
    for key, field in application.definition.fields().items():
        if field.type == kind and application.answers.get(key):
            return str(application.answers[key])
    return ""


@transaction.atomic
def reveal_number(run: StepRun, *, what: str, purpose: str, actor: Actor) -> str:
    """Show one sealed number of an applicant once; they read who opened it and what for (PIPL art. 44)."""
    if what not in NUMBERS:
        raise Invalid(_("Choose which number you need."), faults={"what": _("Needed.")})
    can_reveal(actor, run, what).require()
    purpose = " ".join(purpose.split())[:200]
    if not purpose:
        raise Invalid(
            _("Say what you need the number for."),
            remedy=_("The applicant will see your name and this purpose."),
            faults={"purpose": _("Needed.")},
        )
    trail.record_look(actor, run.application.person, purpose=f"{run.application.number} {purpose}")
    return NUMBERS[what](run.application)


@transaction.atomic
def export_round(of: Round, *, actor: Actor) -> bytes:
    """The applications of a round as a workbook: numbers masked, and on every page who took it out and when."""
    can_run_round(actor, of).require()
    content, rows = round_workbook(of, taken_by=actor.name, at=clock.now())
    trail.record(actor, "export_round", of, rows=rows)
    return content
