"""What an officer sees who changes an activity that runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from niangjia.events.actions.prolonging import along, in_hope, refuse_fixed
from niangjia.events.models import Activity, Mailing, Occurrence, Pool
from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.refusal import NotFound
from niangjia.orgs.models import within


@dataclass(frozen=True, slots=True)
class DatePage:
    """One date with its seats and those of its groups, and how many dates are still to come."""

    occurrence: Occurrence
    pool: Pool
    groups: Sequence[Pool]
    to_come: int


def date_page(actor: Actor, occurrence_id: int) -> DatePage:
    """A date of an activity of the actor's unions; to all others there is none."""
    mine = Occurrence.objects.filter(within(actor.paths, "activity__organisation__path"))
    found = mine.filter(pk=occurrence_id).select_related("activity__organisation").first()
    if found is None:
        raise NotFound
    pools = list(Pool.objects.filter(occurrence=found).select_related("group"))
    return DatePage(
        occurrence=found,
        pool=next(pool for pool in pools if pool.group_id is None),
        groups=[pool for pool in pools if pool.group_id is not None],
        to_come=len(dates_to_come(found.activity)),
    )


def dates_to_come(activity: Activity) -> list[Occurrence]:
    """The dates that can still be changed or written to."""
    planned = Occurrence.objects.filter(activity=activity, state=Occurrence.State.PLANNED)
    return list(planned.filter(starts_at__gt=clock.now()))


def mailings(activity: Activity) -> list[Mailing]:
    """What was written so far, the latest first."""
    return list(Mailing.objects.filter(activity=activity).select_related("occurrence")[:20])


@dataclass(frozen=True, slots=True)
class AddingPage:
    """A series that is to go on: its last date with its seats, and whom new dates concern."""

    last: Occurrence
    seats: int | None
    people: int  # who hold the whole course, and get the new dates
    taken: int  # the seats they hold on each of its dates
    waiting: int
    is_closed: bool  # registration is over: nobody new can ask for the new dates


def adding_page(activity: Activity) -> AddingPage:
    """What an officer sees before dates are added; refused where the dates are no series."""
    dates = list(Occurrence.objects.filter(activity=activity))
    refuse_fixed(activity, dates)
    course = along(activity, dates) if activity.all_dates else {}
    return AddingPage(
        last=dates[-1],
        seats=Pool.objects.get(occurrence=dates[-1], group=None).ceiling,
        people=len(course),
        taken=sum(held[0].seats for held in course.values()),
        waiting=in_hope(activity).count(),
        is_closed=activity.closes_at <= clock.now(),
    )
