"""Who runs a place, who books in it, and who looks after its door."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from niangjia.kit.actor import RUNNERS, Actor
from niangjia.kit.permit import Permit, permit
from niangjia.orgs.models import Organisation
from niangjia.places.models import Place
from niangjia.places.models_booking import Booking, SlotWish


def _is(actor: Actor, person_id: int | None) -> bool:
    return actor.person_id is not None and actor.person_id == person_id


def can_add_place(actor: Actor, organisation: Organisation) -> Permit:
    return permit(
        actor.is_system or (organisation.is_union and actor.holds(*RUNNERS, over=organisation.path)),
        _("Places are put on record by the chair or a case handler of the union that runs them."),
    )


def can_run(actor: Actor, place: Place) -> Permit:
    """Change a place, its hours, its resources and the terms of booking."""
    return permit(
        actor.is_system or actor.holds(*RUNNERS, over=place.organisation.path),
        _("Only the chair or a case handler of %(body)s can change this place.") % {"body": place.organisation},
    )


def can_keep_door(actor: Actor, place: Place) -> Permit:
    """Answer at the door: those who run the place, and the union that hosts it. An enterprise never: it would see
    which workers come."""
    host = place.host
    hosts = host is not None and host.is_union and actor.holds_in(host.pk, *RUNNERS)
    return permit(
        bool(can_run(actor, place)) or hosts,
        _("Only those who run this place, or the union that hosts it, can do this."),
    )


def can_report_closed(actor: Actor) -> Permit:
    return permit(actor.person_id is not None, _("Sign in, so that we can tell you what the host answers."))


def can_ask_to_ride(actor: Actor) -> Permit:
    return permit(actor.person_id is not None, _("Sign in, so that you are counted once."))


def can_visit(actor: Actor) -> Permit:
    return permit(actor.person_id is not None, _("Sign in, so that you are counted once."))


def can_book(actor: Actor, place: Place, person_id: int) -> Permit:
    return permit(
        actor.is_system or _is(actor, person_id) or bool(can_run(actor, place)),
        _("You book for yourself; for others an officer of the place does."),
    )


def can_change_booking(actor: Actor, booking: Booking) -> Permit:
    """Cancel it or move it."""
    return permit(
        actor.is_system or _is(actor, booking.person_id) or bool(can_run(actor, booking.resource.place)),
        _("Only who booked, or an officer of the place, can change this booking."),
    )


def can_answer_booking(actor: Actor, booking: Booking) -> Permit:
    """Approve or refuse; nobody approves a booking of their own."""
    if _is(actor, booking.person_id):
        return permit(False, _("Nobody approves a booking of their own; ask a colleague."))
    return can_run(actor, booking.resource.place)


def can_accept(actor: Actor, booking: Booking) -> Permit:
    return permit(actor.is_system or _is(actor, booking.person_id), _("This slot is offered to somebody else."))


def can_check_in(actor: Actor, booking: Booking, *, with_code: bool) -> Permit:
    """Oneself with the code of the door; by name, whoever keeps the door."""
    if with_code and _is(actor, booking.person_id):
        return permit(True, "")
    return can_keep_door(actor, booking.resource.place)


def can_let_go(actor: Actor, wish: SlotWish) -> Permit:
    return permit(actor.is_system or _is(actor, wish.person_id), _("This is somebody else's wish."))


def can_keep_bookings(actor: Actor) -> Permit:
    return permit(actor.is_system, _("The clock does this by itself."))
