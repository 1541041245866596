"""Who may do what in the union tree. Power comes from offices alone and reaches the subtree of the body held."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from niangjia.kit.actor import RUNNERS, Actor, Office
from niangjia.kit.permit import Permit, permit
from niangjia.orgs.models import Appointment, HardshipFile, Membership, Organisation, Transfer
from niangjia.people.models import Household, Person


def _runs(actor: Actor, body: Organisation | None) -> bool:
    return actor.is_system or (body is not None and actor.holds(*RUNNERS, over=body.path))


def _chairs(actor: Actor, body: Organisation | None) -> bool:
    return actor.is_system or (body is not None and actor.holds(Office.CHAIR, over=body.path))


def _is(actor: Actor, person_id: int) -> bool:
    return actor.person_id is not None and actor.person_id == person_id


def _keeper(body: Organisation) -> Organisation | None:
    """The union whose officers look after a body: itself for a union, the host for a partner."""
    return body if body.is_union else body.host


def can_plant(actor: Actor) -> Permit:
    return permit(actor.is_system, _("The tree of divisions is planted when the house is set up."))


def can_found(actor: Actor, parent: Organisation) -> Permit:
    """Founding needs the approval of the union above (Trade Union Law art. 12)."""
    return permit(
        parent.is_union and _runs(actor, parent),
        _("A union is founded with the approval of the union above it: only its officers can record it."),
    )


def can_close(actor: Actor, body: Organisation) -> Permit:
    above = body.parent if body.is_union else body.host
    return permit(_runs(actor, above), _("A body is closed by the union above it."))


def can_move(actor: Actor, body: Organisation, parent: Organisation) -> Permit:
    return permit(
        _runs(actor, body.parent) and _runs(actor, parent),
        _("Moving a union takes an officer whose office reaches both the old and the new place."),
    )


def can_register(actor: Actor, host: Organisation) -> Permit:
    """Bring an enterprise or partner into the house."""
    return permit(
        host.is_union and _runs(actor, host),
        _("Enterprises and partners are recorded by an officer of the union that works with them."),
    )


def can_cover(actor: Actor, union: Organisation) -> Permit:
    return permit(
        union.is_union and _runs(actor, union),
        _("Which employer a union covers is recorded by its own officers or those above."),
    )


def can_appoint(actor: Actor, body: Organisation, office: Office) -> Permit:
    """A chair is confirmed by a chair above; the other offices of a union and its partners are given by a chair."""
    if office is Office.CHAIR and body.is_union:
        above = body.parent
        return permit(_chairs(actor, above), _("A union chair is confirmed by the chair of the union above."))
    return permit(_chairs(actor, _keeper(body)), _("Offices are given by the chair of the union, or one above."))


def is_holder(actor: Actor, appointment: Appointment) -> bool:
    """Whether the actor holds this very office."""
    return _is(actor, appointment.person_id)


def can_relieve(actor: Actor, appointment: Appointment) -> Permit:
    if _is(actor, appointment.person_id):
        return permit(True, "")
    return can_appoint(actor, appointment.organisation, Office(appointment.office))


def can_delegate(actor: Actor, appointment: Appointment) -> Permit:
    return permit(
        _is(actor, appointment.person_id) and appointment.delegated_from_id is None,
        _("Only the holder of an office can lend it, and what is lent cannot be lent on."),
    )


def can_join(actor: Actor, person: Person) -> Permit:
    return permit(
        actor.is_system or _is(actor, person.pk),
        _("Joining is the worker's own application."),
    )


def can_join_batch(actor: Actor, union: Organisation) -> Permit:
    return permit(union.is_union and _runs(actor, union), _("Collective joining is recorded by officers of the union."))


def can_decide_joining(actor: Actor, membership: Membership) -> Permit:
    if _is(actor, membership.person_id):
        return permit(False, _("Nobody decides on their own application; ask a colleague or the union above."))
    return permit(_runs(actor, membership.union), _("Only officers of this union, or one above it, decide on joining."))


def can_request_transfer(actor: Actor, membership: Membership) -> Permit:
    return permit(
        _is(actor, membership.person_id) or _runs(actor, membership.union),
        _("A transfer is asked for by the member, or by an officer of the union they are in."),
    )


def can_accept_transfer(actor: Actor, transfer: Transfer, union: Organisation) -> Permit:
    """The union named in the transfer accepts; out of the pool, any union of the county may take the member."""
    if transfer.target_id is not None:
        return permit(
            union.pk == transfer.target_id and _runs(actor, union),
            _("This member asked for another union; only its officers can accept."),
        )
    return permit(
        union.path.startswith(transfer.pool.path) and _runs(actor, union),
        _("Members in a county's waiting pool are taken by unions of that county."),
    )


def can_return_transfer(actor: Actor, transfer: Transfer) -> Permit:
    return permit(
        _is(actor, transfer.membership.person_id)
        or _runs(actor, transfer.target)
        or _runs(actor, transfer.pool)
        or _runs(actor, transfer.membership.union),
        _("Only the member and the unions concerned can take a transfer back."),
    )


def can_keep_membership(actor: Actor, membership: Membership) -> Permit:
    """Retain and resume."""
    return permit(_runs(actor, membership.union), _("Only officers of this union, or of one above it, can do this."))


def can_leave(actor: Actor, membership: Membership) -> Permit:
    return permit(
        actor.is_system or _is(actor, membership.person_id),
        _("Leaving the union is the member's own free decision."),
    )


def can_open_hardship_file(actor: Actor, union: Organisation, household: Household) -> Permit:
    heads = {place.person_id for place in household.members.all() if place.until is None}
    if actor.person_id in heads:
        return permit(False, _("Nobody files their own household; ask a colleague or the union above."))
    keeps = union.is_union and _runs(actor, union)
    return permit(keeps, _("Hardship files are kept by officers of the household's union."))


def can_close_hardship_file(actor: Actor, file: HardshipFile) -> Permit:
    return permit(_runs(actor, file.union), _("Hardship files are kept by officers of the household's union."))


def can_employ(actor: Actor, person: Person, over: str = "") -> Permit:
    return permit(
        actor.is_system or _is(actor, person.pk) or (bool(over) and actor.holds(*RUNNERS, over=over)),
        _("Employment is recorded by the worker, or by an officer of their union."),
    )
