"""The life of a membership, as one table; the diagram in the docs is drawn from it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from niangjia.kit.flows import Move
from niangjia.kit.refusal import Conflict, Sentence
from niangjia.orgs.models import Membership

State = Membership.State


MOVES = (
    Move("join", (), State.APPLICANT, "worker"),
    Move("join_batch", (), State.MEMBER, "officer"),
    Move("admit", (State.APPLICANT,), State.MEMBER, "officer"),
    Move("decline", (State.APPLICANT,), State.DECLINED, "officer"),
    Move("request_transfer", (State.MEMBER, State.RETAINED), State.TRANSFERRING, "worker, officer"),
    Move("accept_transfer", (State.TRANSFERRING,), State.MOVED, "officer of the new union"),
    Move("return_transfer", (State.TRANSFERRING,), State.MEMBER, "officer, worker"),
    Move("retain", (State.MEMBER,), State.RETAINED, "officer"),
    Move("resume", (State.RETAINED,), State.MEMBER, "officer"),
    Move("leave", (State.APPLICANT, State.MEMBER, State.RETAINED), State.LEFT, "worker"),
)
BY_VERB = {move.verb: move for move in MOVES}

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
    """Make the move, or refuse because the membership stands elsewhere."""
    move = BY_VERB[verb]
    if membership.state not in move.before:
        raise Conflict(
            _("This cannot be done now: the membership is “%(state)s”.") % {"state": membership.get_state_display()},
            remedy=WHAT_NOW[membership.state],
        )
    membership.state = move.after
