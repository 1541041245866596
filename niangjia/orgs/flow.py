"""The life of a membership, as one table; the diagram in the docs is drawn from it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from niangjia.kit.refusal import Conflict, Sentence
from niangjia.orgs.models import Membership

State = Membership.State


@dataclass(frozen=True, slots=True)
class Step:
    """A verb, the states it leaves, the state it leads to, and who may do it."""

    verb: str
    leaves: tuple[str, ...]
    leads_to: str
    who: str


STEPS = (
    Step("join", (), State.APPLICANT, "worker"),
    Step("join_batch", (), State.MEMBER, "officer"),
    Step("admit", (State.APPLICANT,), State.MEMBER, "officer"),
    Step("decline", (State.APPLICANT,), State.DECLINED, "officer"),
    Step("request_transfer", (State.MEMBER, State.RETAINED), State.TRANSFERRING, "worker, officer"),
    Step("accept_transfer", (State.TRANSFERRING,), State.MOVED, "officer of the new union"),
    Step("return_transfer", (State.TRANSFERRING,), State.MEMBER, "officer, worker"),
    Step("retain", (State.MEMBER,), State.RETAINED, "officer"),
    Step("resume", (State.RETAINED,), State.MEMBER, "officer"),
    Step("leave", (State.APPLICANT, State.MEMBER, State.RETAINED), State.LEFT, "worker"),
)
BY_VERB = {step.verb: step for step in STEPS}

WHAT_NOW: dict[str, Sentence] = {
    State.APPLICANT: _("The application is still waiting for an answer."),
    State.MEMBER: _("The membership is already in good standing."),
    State.TRANSFERRING: _("The membership is waiting for a transfer; settle or take back the transfer first."),
    State.RETAINED: _("The membership is retained; resume it first."),
    State.MOVED: _("The member has moved to another union."),
    State.LEFT: _("The member has left."),
    State.DECLINED: _("The application was declined; a new one can be made."),
}


def advance(membership: Membership, verb: str) -> None:
    """Take the step, or refuse because the membership stands elsewhere."""
    step = BY_VERB[verb]
    if membership.state not in step.leaves:
        raise Conflict(
            _("This cannot be done now: the membership is “%(state)s”.") % {"state": membership.get_state_display()},
            remedy=WHAT_NOW[membership.state],
        )
    membership.state = step.leads_to
