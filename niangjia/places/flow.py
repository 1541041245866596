"""The life of a booking, as one table; the diagram in the docs is drawn from it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from niangjia.kit.flows import Move
from niangjia.kit.refusal import Conflict, Sentence
from niangjia.places.models_booking import Booking

State = Booking.State

MOVES = (
    Move("book", (), State.CONFIRMED, "worker"),
    Move("request", (), State.HELD, "worker, where an officer approves"),
    Move("offer", (), State.HELD, "clock, to who waits"),
    Move("approve_booking", (State.HELD,), State.CONFIRMED, "officer"),
    Move("refuse_booking", (State.HELD,), State.REFUSED, "officer"),
    Move("accept_offer", (State.HELD,), State.CONFIRMED, "worker"),
    Move("expire_holds", (State.HELD,), State.EXPIRED, "clock"),
    Move("move_booking", (State.CONFIRMED,), State.CONFIRMED, "worker, officer"),
    Move("cancel_booking", (State.HELD, State.CONFIRMED), State.CANCELLED, "worker, officer"),
    Move("check_in", (State.CONFIRMED,), State.CHECKED_IN, "worker at the door, officer by name"),
    Move("release_no_shows", (State.CONFIRMED,), State.RELEASED, "clock"),
)
BY_VERB = {move.verb: move for move in MOVES}

WHAT_NOW: dict[str, Sentence] = {
    State.HELD: _("It is still waiting for an answer."),
    State.CONFIRMED: _("It stands as booked."),
    State.CHECKED_IN: _("The person is in already."),
    State.RELEASED: _("Nobody came in time, and the slot went to others. Book another one."),
    State.CANCELLED: _("It was cancelled. Book another one."),
    State.REFUSED: _("It was not approved. Book another time."),
    State.EXPIRED: _("It was not answered in time. Book another one."),
}


def advance(booking: Booking, verb: str) -> None:
    """Make the move, or refuse because the booking stands elsewhere."""
    move = BY_VERB[verb]
    if booking.state not in move.before:
        raise Conflict(
            _("This cannot be done now: the booking is “%(state)s”.") % {"state": booking.get_state_display()},
            remedy=WHAT_NOW[booking.state],
        )
    booking.state = move.after
