"""Who opts in, who verifies, who runs friendship events. Below a county's federation nobody learns who is looking."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from niangjia.events.models import Evening, Guest
from niangjia.kit.actor import RUNNERS, Actor
from niangjia.kit.permit import Permit, no, permit
from niangjia.orgs.models import Kind, Level, Organisation
from niangjia.people.models import Person

# A union of one firm is too close to the employer to know who of its people is single and looking.
FAR_ENOUGH = (Level.PROVINCE, Level.CITY, Level.COUNTY)


def reaching(actor: Actor) -> tuple[str, ...]:
    """The subtrees in which this actor verifies profiles."""
    return tuple(
        power.path for power in actor.powers if power.is_union and power.office in RUNNERS and power.level in FAR_ENOUGH
    )


def can_opt_in(actor: Actor, person: Person) -> Permit:
    return permit(
        actor.is_system or (actor.person_id is not None and actor.person_id == person.pk),
        _("Only the person can do this, for themselves."),
    )


def can_verify(actor: Actor, path: str) -> Permit:
    """`path`: of the union the person belongs to; empty for none."""
    return permit(
        actor.is_system or any(path.startswith(own) for own in reaching(actor)),
        _("Profiles are verified by the federation of the county or above, never by the union of a firm."),
    )


def can_hold(actor: Actor, organisation: Organisation) -> Permit:
    if organisation.kind != Kind.FEDERATION or organisation.level not in FAR_ENOUGH:
        return no(_("Friendship events are held by the federation of the county or above."))
    return permit(
        actor.is_system or actor.holds(*RUNNERS, over=organisation.path),
        _("Only the chair or a case handler of %(body)s may put on its activities.") % {"body": organisation},
    )


def can_hold_somewhere(actor: Actor) -> Permit:
    return permit(bool(reaching(actor)), _("Friendship events are held by the federation of the county or above."))


def can_run(actor: Actor, evening: Evening) -> Permit:
    return can_hold(actor, evening.activity.organisation)


def can_act_as(actor: Actor, guest: Guest) -> Permit:
    return permit(
        actor.person_id is not None and actor.person_id == guest.person_id,
        _("Only the person can do this, for themselves."),
    )


def can_forget(actor: Actor) -> Permit:
    return permit(actor.is_system, _("What is old is deleted by the clock."))
