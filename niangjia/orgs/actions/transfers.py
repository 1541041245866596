"""Moving a membership to another union. Until somebody accepts, the old union keeps it: nobody is lost."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from niangjia.kit import clock, workdays
from niangjia.kit.actor import Actor
from niangjia.kit.guard import keeping
from niangjia.kit.happenings import announce
from niangjia.kit.refusal import Conflict, Invalid
from niangjia.orgs.flow import advance
from niangjia.orgs.happenings import TransferAsked, TransferSettled
from niangjia.orgs.models import Level, Membership, Organisation, Transfer
from niangjia.orgs.permissions import can_accept_transfer, can_request_transfer, can_return_transfer
from niangjia.trail import actions as trail

WORKDAYS_TO_ANSWER = 15
State = Membership.State


def pool_of(union: Organisation) -> Organisation:
    """The county federation whose waiting pool serves a union; the highest body when it stands above the counties."""
    above = Organisation.objects.above(union.path)
    return above.filter(level=Level.COUNTY).first() or above[0]


@transaction.atomic
def request_transfer(
    membership: Membership, *, actor: Actor, target: Organisation | None = None, county: Organisation | None = None,
    reason: str = "",
) -> Transfer:  # fmt: skip
    """Ask to move: to a union that is named, or into the waiting pool of a county. Answered in 15 working days."""
    [membership] = Membership.objects.lock(membership.pk)
    can_request_transfer(actor, membership).require()
    wanted = target or county
    if wanted is None or not wanted.is_union or wanted.closed_on is not None:
        sentence = _("Choose the union to move to, or the county whose unions should look for a place.")
        raise Invalid(sentence, remedy=_("Go back and choose from the list."), faults={"target": sentence})
    if target is not None and target.pk == membership.union_id:
        sentence = _("You are already a member of this union.")
        raise Invalid(sentence, remedy=_("Choose another union."), faults={"target": sentence})
    was_retained = membership.state == State.RETAINED
    advance(membership, "request_transfer")
    membership.save(update_fields=["state"])
    today = clock.today()
    with keeping(Transfer):
        transfer = Transfer.objects.create(
            membership=membership, target=target, pool=pool_of(wanted), asked_on=today, was_retained=was_retained,
            due_on=workdays.after_workdays(today, WORKDAYS_TO_ANSWER), reason=" ".join(reason.split())[:200],
        )  # fmt: skip
    trail.record(actor, "request_transfer", transfer, target=target and target.pk)
    announce(TransferAsked(transfer.pk))
    return transfer


def _locked(transfer: Transfer) -> Transfer:
    """The transfer with its membership, both locked, the membership first as everywhere."""
    Membership.objects.lock(transfer.membership_id)
    rows = Transfer.objects.select_for_update(of=("self",))
    return rows.select_related("membership__union", "membership__person", "target", "pool").get(pk=transfer.pk)


def _waiting(transfer: Transfer) -> None:
    if transfer.state != Transfer.State.WAITING:
        raise Conflict(
            _("This transfer has been settled already: %(state)s.") % {"state": transfer.get_state_display()},
            remedy=_("Somebody was quicker. Reload the list."),
        )


@transaction.atomic
def accept_transfer(transfer: Transfer, *, actor: Actor, union: Organisation) -> Membership:
    """Take the member in: as the union that was asked, or out of the county's waiting pool."""
    transfer = _locked(transfer)
    union = Organisation.objects.select_related("parent").get(pk=union.pk)
    can_accept_transfer(actor, transfer, union).require()
    _waiting(transfer)
    if union.closed_on is not None:
        raise Conflict(_("This union is closed."), remedy=_("Choose a union that is open."))
    old, today = transfer.membership, clock.today()
    advance(old, "accept_transfer")
    old.until, old.reason = today, union.name
    old.save()
    with keeping(Membership):
        new = Membership.objects.create(
            person=old.person, union=union, state=State.MEMBER, route=Membership.Route.TRANSFER,
            applied_on=transfer.asked_on, joined_on=old.joined_on or old.since, since=today,
        )  # fmt: skip
    transfer.state, transfer.settled_on = Transfer.State.ACCEPTED, today
    transfer.save(update_fields=["state", "settled_on"])
    trail.record(actor, "accept_transfer", transfer, union=union.pk)
    announce(TransferSettled(transfer.pk))
    return new


@transaction.atomic
def return_transfer(transfer: Transfer, *, actor: Actor, reason: str) -> Transfer:
    """Send the member back to the old union, which has kept them all along."""
    transfer = _locked(transfer)
    can_return_transfer(actor, transfer).require()
    reason = " ".join(reason.split())[:200]
    if not reason:
        sentence = _("Give a reason; the worker will read it.")
        raise Invalid(sentence, remedy=_("One plain sentence is enough."), faults={"reason": sentence})
    _waiting(transfer)
    membership = transfer.membership
    advance(membership, "return_transfer")
    if transfer.was_retained:
        membership.state = State.RETAINED
    membership.save(update_fields=["state"])
    transfer.state, transfer.settled_on, transfer.reason = Transfer.State.RETURNED, clock.today(), reason
    transfer.save(update_fields=["state", "settled_on", "reason"])
    trail.record(actor, "return_transfer", transfer)
    announce(TransferSettled(transfer.pk))
    return transfer
