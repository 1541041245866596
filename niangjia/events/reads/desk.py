"""What those who put activities on see: their list, one activity with its seats and people."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, F, Func, Min, OuterRef, Q, QuerySet, Sum

from niangjia.events.door.holders import Holder, holders
from niangjia.events.going import Going, going_of
from niangjia.events.models import Activity, Claim, Draw, Occurrence, Pool, Presence, Registration
from niangjia.events.permissions import can_run_activity
from niangjia.events.security import SecurityPermit, security_permit
from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.permit import Permit
from niangjia.kit.refusal import NotFound
from niangjia.orgs.models import within

AT_MOST = 200  # people shown of each kind; the door list has everybody
ON_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One activity of the list with what was counted for it (seats: none, without limit)."""

    activity: Activity
    first: Any
    taken: int
    seats: int | None
    waiting: int
    entered: int


@dataclass(frozen=True, slots=True)
class DateSeats:
    """The seats of one date: everybody's pool and what is kept in it for groups."""

    occurrence: Occurrence
    pool: Pool
    groups: Sequence[Pool]
    waiting: int
    came: int | None  # none: nobody has been noted at the door yet

    @property
    def is_on(self) -> bool:
        return self.occurrence.state == Occurrence.State.PLANNED and self.occurrence.starts_at > clock.now()


@dataclass(frozen=True, slots=True)
class HeadCount:
    """How many there are at this moment, counted from the rows."""

    registered: int
    offered: int
    waiting: int
    entered: int
    people: int


@dataclass(frozen=True, slots=True)
class DeskPage:
    """One activity for those who run it."""

    activity: Activity
    dates: Sequence[DateSeats]
    count: HeadCount
    run: Permit
    draw: Draw | None
    security: SecurityPermit | None
    going: Going | None

    @property
    def has_teams(self) -> bool:
        return any(one.occurrence.is_for_teams for one in self.dates)

    @property
    def can_list(self) -> bool:
        """Whether a list of single people can be registered for one of the dates to come."""
        return self.is_on and any(one.is_on and not one.occurrence.is_for_teams for one in self.dates)

    @property
    def can_go_on(self) -> bool:
        """Whether dates can be added: neither called off nor a trip, an evening or a contest of items."""
        is_plain = self.activity.kind == Activity.Kind.ORDINARY and self.activity.state != Activity.State.CALLED_OFF
        return is_plain and not any(one.occurrence.title or one.occurrence.is_for_teams for one in self.dates)

    @property
    def is_draft(self) -> bool:
        return self.activity.state == Activity.State.DRAFT

    @property
    def is_on(self) -> bool:
        return self.activity.state == Activity.State.ANNOUNCED

    @property
    def came(self) -> int | None:
        """Attendances over all dates; none before anybody has been noted at the door."""
        noted = [date.came for date in self.dates if date.came is not None]
        return sum(noted) if noted else None

    @property
    def window(self) -> str:
        """before, open or closed."""
        now = clock.now()
        return "before" if now < self.activity.opens_at else "open" if now < self.activity.closes_at else "closed"

    @property
    def next_like(self) -> datetime | None:
        """When the same could be once more: the same weekday and hour, two weeks from now at the earliest."""
        if not self.dates:
            return None
        first, soonest = self.dates[0].occurrence.starts_at, clock.now() + timedelta(days=13)
        weeks = max(1, math.ceil((soonest - first) / timedelta(weeks=1)))
        return (first + timedelta(weeks=weeks)).astimezone(clock.SHANGHAI)

    @property
    def is_to_draw(self) -> bool:
        return self.is_on and self.activity.mode == Activity.Mode.DRAW and self.draw is None and self.window == "closed"


@dataclass(frozen=True, slots=True)
class Roll:
    """Who holds seats, and who stands in line."""

    held: Sequence[Holder]
    waiting: Sequence[Claim]


def run_by(actor: Actor) -> QuerySet[Activity]:
    """What the unions under an officer's offices put on."""
    return Activity.objects.filter(within(actor.paths, "organisation__path")).select_related("organisation")


def _searched(actor: Actor, words: str, which: str) -> QuerySet[Activity]:
    """Those whose title or union has these words, of one kind: draft, to_come, over or called_off; else all."""
    found, to_come = run_by(actor), Exists(Occurrence.objects.filter(activity=OuterRef("pk"), ends_at__gt=clock.now()))
    if words:
        found = found.filter(Q(title__icontains=words) | Q(organisation__name__icontains=words))
    if which in ("draft", "called_off"):
        return found.filter(state=which)
    if which in ("to_come", "over"):
        found = found.filter(state=Activity.State.ANNOUNCED)
        return found.filter(to_come) if which == "to_come" else found.exclude(to_come)
    return found


def activities(actor: Actor, words: str = "", which: str = "", page: str = "1") -> Page[Line]:
    """My unions' activities, what opens last first. Five queries, however many there are."""
    shown: Page[Any] = Paginator(_searched(actor, words, which), ON_A_PAGE).get_page(page)
    shown.object_list = _lines(list(shown.object_list))
    return shown


def _lines(found: list[Activity]) -> list[Line]:
    firsts = dict(
        Occurrence.objects.filter(activity__in=found).order_by().values_list("activity").annotate(Min("starts_at"))
    )
    everybody = Pool.objects.filter(activity__in=found, group=None, occurrence__isnull=False).order_by()
    seats = {
        row["activity"]: row
        for row in everybody.values("activity").annotate(
            held=Sum("taken"), all=Sum("ceiling"), open=Count("pk", filter=Q(ceiling=None))
        )
    }
    claims = {
        row["activity"]: row
        for row in Claim.objects.filter(activity__in=found).order_by().values("activity").annotate(
            waiting=Count("pk", filter=Q(state=Claim.State.ADMITTED, waits=True, short__gt=0)),
            entered=Count("pk", filter=Q(state=Claim.State.ENTERED)),
        )
    }  # fmt: skip
    return [_line(one, firsts.get(one.pk), seats.get(one.pk, {}), claims.get(one.pk, {})) for one in found]


def _line(activity: Activity, first: Any, seats: Mapping[str, Any], claims: Mapping[str, Any]) -> Line:
    limited = seats.get("all") if not seats.get("open") else None
    return Line(activity, first, seats.get("held", 0), limited, claims.get("waiting", 0), claims.get("entered", 0))


def activity_for(actor: Actor, activity_id: int) -> Activity:
    """An activity of the actor's unions; to all others there is no such desk."""
    found = run_by(actor).filter(pk=activity_id).first()
    if found is None:
        raise NotFound
    return found


def activity_run_by(actor: Actor, activity_id: int) -> Activity:
    """The same for pages that name people: for those who put it on."""
    found = activity_for(actor, activity_id)
    can_run_activity(actor, found).require()
    return found


def pool_for(actor: Actor, pool_id: int) -> Pool:
    """Seats of an activity of the actor's unions."""
    own = Pool.objects.filter(within(actor.paths, "activity__organisation__path")).select_related("activity")
    found = own.filter(pk=pool_id).first()
    if found is None:
        raise NotFound
    return found


def desk_page(actor: Actor, activity_id: int) -> DeskPage:
    """One activity with the seats of its dates and how many people there are."""
    activity = activity_for(actor, activity_id)
    pools = list(Pool.objects.filter(activity=activity, occurrence__isnull=False).select_related("group", "occurrence"))
    waiting, came = _in_line_by_date(activity), _came_by_date(activity)
    dates = [
        DateSeats(
            pool.occurrence,
            pool,
            [one for one in pools if one.group_id is not None and one.occurrence_id == pool.occurrence_id],
            waiting.get(pool.occurrence_id or 0, 0),
            came.get(pool.occurrence_id or 0),
        )
        for pool in pools
        if pool.group_id is None and pool.occurrence is not None
    ]
    return DeskPage(
        activity=activity,
        dates=sorted(dates, key=lambda one: one.occurrence.starts_at),
        count=_counted(activity),
        run=can_run_activity(actor, activity),
        draw=Draw.objects.filter(activity=activity).first(),
        security=security_permit(
            (one.occurrence.starts_at, activity.expected if one.pool.ceiling is None else one.pool.ceiling)
            for one in dates
            if one.is_on
        ),
        going=going_of(activity),
    )


def _in_line_by_date(activity: Activity) -> dict[int, int]:
    """How many wait for each date: of those who wait, the dates they want and do not hold."""
    line = Claim.objects.filter(activity=activity).waiting()
    wanted = line.annotate(date=Func(F("wanted"), function="unnest")).order_by().values_list("date")
    found: dict[int, int] = dict(wanted.annotate(Count("pk")))
    held = Registration.objects.live().filter(claim__in=line.order_by()).order_by().values_list("occurrence")
    for date, people in held.annotate(Count("pk")):
        found[date] = found.get(date, 0) - people
    return found


def _came_by_date(activity: Activity) -> dict[int, int]:
    came = Presence.objects.came().filter(occurrence__activity=activity).order_by()
    return dict(came.values_list("occurrence").annotate(Sum("people")))


def _counted(activity: Activity) -> HeadCount:
    live = Registration.objects.live().filter(occurrence__activity=activity).aggregate(
        registered=Sum("seats", filter=Q(state=Registration.State.REGISTERED), default=0),
        offered=Sum("seats", filter=Q(state=Registration.State.OFFERED), default=0),
        people=Count("person", distinct=True),
    )  # fmt: skip
    claims = Claim.objects.filter(activity=activity).aggregate(
        waiting=Count("pk", filter=Q(state=Claim.State.ADMITTED, waits=True, short__gt=0)),
        entered=Count("pk", filter=Q(state=Claim.State.ENTERED)),
    )
    return HeadCount(**live, **claims)


def roll(page: DeskPage) -> Roll | None:
    """The people of an activity by date, and the line in its order; so many as a page can show.

    For those who run it: another office of the same union (judge, finance) has no business with the names.
    """
    if not page.run.allowed:
        return None
    activity = page.activity
    shown = list(held(activity).values_list("pk", flat=True)[:AT_MOST])
    return Roll(holders(held(activity).filter(pk__in=shown))[:AT_MOST], list(_in_line(activity)[:AT_MOST]))


def held(activity: Activity) -> QuerySet[Registration]:
    """Who holds seats, date by date."""
    live = Registration.objects.live().filter(occurrence__activity=activity)
    return live.select_related("person", "occurrence").order_by("occurrence__starts_at", "made_at", "pk")


def _in_line(activity: Activity) -> QuerySet[Claim]:
    waiting = Claim.objects.filter(activity=activity).waiting()
    return waiting.select_related("person", "team").order_by("tier", "rank")


def put_on(actor: Actor) -> dict[str, int]:
    """How often the actor's unions have put on each practice."""
    announced = run_by(actor).exclude(practice="").exclude(state=Activity.State.DRAFT)
    return dict(announced.order_by().values_list("practice").annotate(Count("pk")))
