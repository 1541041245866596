"""Qingshan Lake's commuter line (row 12): workers say from where they would ride, then a bus runs, seats are booked."""

from __future__ import annotations

from datetime import date, timedelta

from niangjia.events import actions as events
from niangjia.events.actions.announcing import Date, Plan
from niangjia.events.models import Activity, Presence
from niangjia.kit import clock
from niangjia.kit.actor import Office
from niangjia.orgs.models import Kind
from niangjia.places import actions as places
from niangjia.places.models import CommuterLine
from niangjia.stories import cast
from niangjia.stories.people import people as invented
from niangjia.stories.putting_on import everybody_comes, put_on
from niangjia.stories.story import PublishedFigure, Story, Telling

COUNTY, NAME = "330112", "青山湖科技城产业工人通勤专线"
ASKED, RUNS = date(2023, 2, 6), date(2023, 3, 6)
STOPS = (("锦城地铁口", 0), ("人才公寓", 9), ("孵化器东门", 21), ("科技城南园", 30))
DEPARTURES, SEATS = (7 * 60 + 10, 7 * 60 + 40), 45
RIDERS = 24


def enact(telling: Telling) -> None:
    """A line is asked about, put on, and its first morning's seats are booked departure by departure."""
    with clock.at(ASKED):
        county = cast.federation(COUNTY)
        handler = cast.officer(county, Office.HANDLER, next(invented(COUNTY, "line-officers"))).actor
        union = cast.union(county, "青山湖园区通勤联合工会", kind=Kind.JOINT_UNION)
        riders = cast.workforce([union], "riders", telling.of(RIDERS), since=ASKED, actor=handler)
        line = places.plan_line(union, actor=handler, name=NAME, operator="临安公交", stops=STOPS)
        stops = list(line.stops.all())
        for nth, rider in enumerate(riders):
            places.ask_to_ride(stops[nth % (len(stops) - 1)], actor=cast.pressing(rider))
    with clock.at(RUNS - timedelta(days=7)):
        line = places.set_timetable(line, actor=handler, departures=DEPARTURES, seats=SEATS, since=RUNS)
        begins = [clock.start_of(RUNS) + timedelta(minutes=minute) for minute in line.departures]
        lasts = timedelta(minutes=STOPS[-1][1])
        plan = Plan(
            title=NAME,
            opens_at=clock.now(),
            closes_at=begins[0] - timedelta(days=1),
            dates=[Date(at, at + lasts, STOPS[0][0], line.seats) for at in begins],
            mode=Activity.Mode.FIRST_COME,
        )
        activity = put_on(plan, union, handler)
        buses = list(activity.occurrences.order_by("starts_at"))
        wishes = [
            events.Wish(rider.pk, (buses[nth % len(buses)].pk,), by=cast.pressing(rider))
            for nth, rider in enumerate(riders)
        ]
        events.claim_seats(activity, wishes, actor=handler)
    for bus in buses:
        everybody_comes(bus, actor=handler)


def lines_that_carried_somebody() -> int:
    """Lines with a timetable for which somebody had asked, and on whose buses somebody sat."""
    carried = Presence.objects.came().values("occurrence__activity__title")
    asked = CommuterLine.objects.filter(runs_from__isnull=False, poll__options__wishes__isnull=False)
    return asked.filter(name__in=carried).distinct().count()


STORY = Story(
    key="commuter-line",
    title="职工通勤专线",
    rows=(12,),
    enact=enact,
    figures=(PublishedFigure("lines", "lines", 1, "=", lines_that_carried_somebody),),
)
