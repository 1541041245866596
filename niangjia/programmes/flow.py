"""The life of an application as one table. The diagram in docs/generated is drawn from it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from niangjia.kit.flows import Move
from niangjia.kit.refusal import Conflict
from niangjia.programmes.models import Application

State = Application.State


SUBMIT = Move("submit", (State.DRAFT, State.RETURNED), State.IN_REVIEW, "applicant")
RETURN = Move("return", (State.IN_REVIEW,), State.RETURNED, "body at the step")
REFUSE = Move("refuse", (State.IN_REVIEW,), State.REFUSED, "body at the step")
GRANT = Move("grant", (State.IN_REVIEW,), State.GRANTED, "last step")
WITHDRAW = Move("withdraw", (State.DRAFT, State.IN_REVIEW, State.RETURNED), State.WITHDRAWN, "applicant")
REOPEN = Move("reopen", (State.REFUSED,), State.IN_REVIEW, "body that upheld the appeal")

MOVES = (SUBMIT, RETURN, REFUSE, GRANT, WITHDRAW, REOPEN)


def move(application: Application, made: Move) -> None:
    """Set the next state, or refuse a move the table does not know. Saves nothing."""
    if application.state not in made.before:
        raise Conflict(
            _("Application %(number)s is “%(state)s” now, so this can no longer be done.")
            % {"number": application.number or application.pk, "state": application.get_state_display()},
            remedy=_("Open it again to see how it stands."),
        )
    application.state = made.after
