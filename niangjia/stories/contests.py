"""Contests of teams: Yuhang's work-break exercise (row 20) and Zhili's fun games (row 79).

A captain founds a team, colleagues join by their own hand, the team is seated whole. At the door the captain answers
for the team; afterwards the organiser writes down how the teams came out and shows it. Who belongs to which street and
who came first is the story's own; how many came is the pages'.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice

from django.db.models import Min, QuerySet

from niangjia.events import actions
from niangjia.events.actions.announcing import Date, Plan
from niangjia.events.models import Activity, Occurrence, Presence, Team, TeamMember
from niangjia.events.models.results import entered
from niangjia.kit import clock
from niangjia.kit.actor import Actor, Office
from niangjia.orgs.models import Kind, Organisation
from niangjia.people.models import Person
from niangjia.stories import cast
from niangjia.stories.people import people as invented
from niangjia.stories.putting_on import everybody_comes, put_on
from niangjia.stories.story import PublishedFigure, Story, Telling, month_and_day


@dataclass(frozen=True, slots=True)
class Contest:
    """One contest: its items, how many teams enter each and of how many, and how many enter each item alone."""

    county: str
    title: str
    location: str
    day: date
    unions: tuple[str, ...]
    team_items: tuple[str, ...]
    teams: int
    size: int
    solo_items: tuple[str, ...] = ()
    alone: int = 0
    has_judges: bool = False  # they give points; else teams are placed by what everybody sees

    @property
    def begins(self) -> datetime:
        return clock.start_of(self.day) + timedelta(hours=9)


EXERCISE = Contest(
    "330110", "余你迎亚运·杭向新征程：余杭区间操比赛", "余杭体育馆", date(2023, 6, 10),
    ("余杭街道联合工会", "仓前街道联合工会", "五常街道联合工会"), ("间操比赛",), teams=33, size=19,
    has_judges=True,
)  # fmt: skip
GAMES = Contest(
    "330502", "2024年织里镇趣味运动会", "织里镇文体中心", date(2024, 4, 20), ("织里镇联合工会", "织里童装产业联合工会"),
    ("车滚滚", "同舟共济", "聚力前行", "移花接木", "趣味投篮", "拔河比赛"), teams=4, size=4,
    solo_items=("百发百中", "趣味跳绳", "飞盘九宫格"), alone=62,
)  # fmt: skip
CONTESTS = (EXERCISE, GAMES)
SMALLEST = 2


def enact(telling: Telling) -> None:
    """Each contest is announced, teams are founded, joined and seated, checked in by their captains, and placed."""
    for nth, contest in enumerate(CONTESTS, 1):
        hold(contest, telling)
        telling.progress("contests", nth, len(CONTESTS))


def hold(contest: Contest, telling: Telling) -> None:
    """From the announcement of one contest to its results."""
    size, alone = max(SMALLEST, telling.of(contest.size)), telling.of(contest.alone) if contest.alone else 0
    needed = len(contest.team_items) * contest.teams * size + len(contest.solo_items) * alone
    with clock.at(contest.begins - timedelta(days=30)):
        body, handler, athletes = _settle(contest, needed)
        activity = _announce(contest, size, body, handler)
    items = list(activity.occurrences.order_by("pk"))
    left = iter(athletes)
    with clock.at(contest.begins - timedelta(days=20)):
        for item in items:
            if item.is_for_teams:
                for number in range(1, contest.teams + 1):
                    enter(item, f"{item.title}{number}队", list(islice(left, size)))
            else:
                _register(activity, item, list(islice(left, alone)), handler)
    for item in items:
        everybody_comes(item, actor=handler)
        if item.is_for_teams:
            tell_results(item, has_judges=contest.has_judges, actor=handler)


def _settle(contest: Contest, needed: int) -> tuple[Organisation, Actor, list[Person]]:
    """The federation that holds it, and athletes of its unions, those of one union together."""
    county = cast.federation(contest.county)
    handler = cast.officer(county, Office.HANDLER, next(invented(contest.county, "contest-officers"))).actor
    unions = [cast.union(county, name, kind=Kind.JOINT_UNION) for name in contest.unions]
    since = contest.day - timedelta(days=90)
    return county, handler, cast.workforce(unions, contest.title, needed, since=since, actor=handler)


def _announce(contest: Contest, size: int, body: Organisation, handler: Actor) -> Activity:
    lasts = timedelta(hours=2)
    teams = [
        Date(contest.begins, contest.begins + lasts, contest.location, title=title, team_least=SMALLEST, team_most=size)
        for title in contest.team_items
    ]
    solo = [Date(contest.begins, contest.begins + lasts, contest.location, title=title) for title in contest.solo_items]
    plan = Plan(
        title=contest.title,
        opens_at=clock.now(),
        closes_at=contest.begins - timedelta(days=7),
        dates=[*teams, *solo],
        mode=Activity.Mode.FIRST_COME,
        more={"summary": "各单位组队参加，队员本人点一下同意。", "most_dates": 1},
    )
    return put_on(plan, body, handler)


def enter(item: Occurrence, name: str, people: Sequence[Person]) -> None:
    """A captain founds the team, the others join by its code, and the captain presses."""
    captain, *others = (cast.pressing(person) for person in people)
    team = actions.found_team(item, name=name, actor=captain)
    for member in others:
        actions.join_team(team, actor=member)
    actions.enter_team(team, actor=captain)


def tell_results(item: Occurrence, *, has_judges: bool, actor: Actor) -> None:
    """When an item is over its teams' places are written down, with points where there are judges, and shown."""
    with clock.at(item.ends_at + timedelta(minutes=30)):
        best_first = entered(item).order_by("-pk")
        reached = [
            actions.Reached(team.pk, place, f"{98 - place / 4:.2f}" if has_judges else "")
            for place, team in enumerate(best_first, 1)
        ]
        actions.record_results(item, reached, actor=actor)
        actions.publish_results(item, actor=actor)


def _register(activity: Activity, item: Occurrence, people: Iterable[Person], handler: Actor) -> None:
    wishes = [actions.Wish(person.pk, (item.pk,), by=cast.pressing(person)) for person in people]
    actions.claim_seats(activity, wishes, actor=handler)


# --- what the pages published, counted -------------------------------------------------------------------------------


def _items(contest: Contest) -> QuerySet[Occurrence]:
    """The items to which somebody came."""
    came = Presence.objects.came().values("occurrence")
    return Occurrence.objects.filter(activity__title=contest.title, pk__in=came)


def teams(contest: Contest) -> int:
    """Teams whose captain was checked in."""
    came = Presence.objects.came().filter(occurrence__in=_items(contest))
    return Team.objects.standing().filter(claim__registrations__presences__in=came).distinct().count()


def athletes(contest: Contest) -> int:
    """Different people of the teams that came, and those who came alone."""
    came = Presence.objects.came().filter(occurrence__in=_items(contest))
    members = TeamMember.objects.joined().filter(team__claim__registrations__presences__in=came)
    return len({*members.values_list("person", flat=True), *came.values_list("person", flat=True)})


def items(contest: Contest, *, for_teams: bool) -> int:
    found = _items(contest)
    return (found.filter(team_most__gt=0) if for_teams else found.filter(team_most=0)).count()


def day(contest: Contest) -> int:
    """The day, as month·100 + day."""
    return month_and_day(_items(contest).aggregate(first=Min("starts_at"))["first"])


STORY = Story(
    key="team-contests",
    title="间操比赛与趣味运动会",
    rows=(20, 79),
    enact=enact,
    figures=(
        PublishedFigure("r20_teams", "teams", 33, "=", lambda: teams(EXERCISE)),
        PublishedFigure("r20_workers", "people", 600, ">", lambda: athletes(EXERCISE)),
        PublishedFigure("r20_day", "June, mdd", 610, "=", lambda: day(EXERCISE)),
        PublishedFigure("r79_athletes", "people", 280, ">", lambda: athletes(GAMES)),
        PublishedFigure("r79_team_items", "items", 6, "=", lambda: items(GAMES, for_teams=True)),
        PublishedFigure("r79_solo_items", "items", 3, "=", lambda: items(GAMES, for_teams=False)),
    ),
)
