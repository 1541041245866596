"""What every story of an activity does: put it on, and note at the end of a date that whoever had a seat came."""

from __future__ import annotations

from niangjia.events import actions
from niangjia.events.actions.announcing import Plan
from niangjia.events.models import Activity, Occurrence
from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.orgs.models import Organisation


def put_on(plan: Plan, body: Organisation, actor: Actor) -> Activity:
    """Write an activity down and announce it."""
    activity = actions.draft_activity(plan, organisation=body, actor=actor)
    return actions.announce_activity(activity, actor=actor)


def everybody_comes(occurrence: Occurrence, *, actor: Actor) -> None:
    """The list of the door is written down when the date is over: all who held a seat were there."""
    with clock.at(occurrence.ends_at):
        seated = occurrence.registrations.live().order_by("pk").values_list("person", flat=True)
        arrivals = [actions.Arrival(pk, occurrence.starts_at) for pk in seated]
        actions.check_in_many(occurrence, arrivals, actor=actor)
