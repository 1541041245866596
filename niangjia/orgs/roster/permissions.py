"""Who may bring a roster in: those who run the union it is for."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from niangjia.kit.actor import RUNNERS, Actor
from niangjia.kit.permit import Permit, no, permit
from niangjia.orgs.models import Organisation
from niangjia.orgs.models_roster import RosterBatch

State = RosterBatch.State


def can_import(actor: Actor, union: Organisation) -> Permit:
    """Read a roster for this union, and see what was read."""
    if not union.is_union or union.closed_on is not None:
        return no(_("This body takes no members, so there is no roster to import."))
    return permit(
        actor.is_system or actor.holds(*RUNNERS, over=union.path),
        _("Rosters are imported by the chair or the handler of the union, or of one above it."),
    )


def can_apply(actor: Actor, batch: RosterBatch) -> Permit:
    if batch.state not in (State.PREVIEWED, State.APPLYING):
        return no(_("Only a roster that has been checked and not yet imported can be imported."))
    return can_import(actor, batch.union)


def can_undo(actor: Actor, batch: RosterBatch) -> Permit:
    if batch.state not in (State.APPLIED, State.UNDOING):
        return no(_("Only an imported roster can be undone."))
    return can_import(actor, batch.union)


def can_forget(actor: Actor) -> Permit:
    return permit(actor.is_system, _("Old rosters are cleared by the clock."))
