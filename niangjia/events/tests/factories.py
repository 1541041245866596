"""Activities and people for tests, made by the real verbs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from niangjia.events import actions
from niangjia.events.actions.announcing import Ahead, Date, Plan, Share
from niangjia.events.models import Activity, Claim, Occurrence, Registration, Team
from niangjia.kit import clock
from niangjia.kit.actor import Actor, Office
from niangjia.orgs.models import Organisation
from niangjia.orgs.reads import actor_for
from niangjia.orgs.tests.factories import make_member, make_officer, make_tree, make_union
from niangjia.people.models import Person

CLOCK = Actor.system("clock")


def organiser(of: Activity | Organisation) -> Actor:
    """A handler of the organising union."""
    return make_officer(of.organisation if isinstance(of, Activity) else of, Office.HANDLER).actor


def make_workers(count: int, union: Organisation | None = None) -> list[Person]:
    union = union or make_union()
    return [make_member(union).person for _ in range(count)]


def make_activity(
    seats: int | None = 3,
    *,
    mode: Activity.Mode = Activity.Mode.FIRST_COME,
    dates: int = 1,
    days_ahead: float = 10,
    shares: Sequence[Share] = (),
    ahead: Sequence[Ahead] = (),
    together: int | None = None,
    organisation: Organisation | None = None,
    announced: bool = True,
    closes_at: datetime | None = None,
    team: tuple[int, int] = (0, 0),
    **more: Any,
) -> Activity:
    """An activity of the county whose registration is open now."""
    organisation = organisation or make_tree().county
    now = clock.now()
    first = now + timedelta(days=days_ahead)
    plan = Plan(
        title="端午香囊课",
        opens_at=now - timedelta(hours=1),
        closes_at=closes_at or now + timedelta(days=min(days_ahead, 5)),
        dates=[
            Date(first + timedelta(days=n), first + timedelta(days=n, hours=2), "职工之家三楼", seats, "", *team)
            for n in range(dates)
        ],
        mode=mode,
        shares=shares,
        ahead=ahead,
        together=together,
        more=more,
    )
    actor = organiser(organisation)
    activity = actions.draft_activity(plan, organisation=organisation, actor=actor)
    return actions.announce_activity(activity, actor=actor) if announced else activity


def dates_of(activity: Activity) -> list[int]:
    return list(Occurrence.objects.filter(activity=activity).values_list("pk", flat=True))


def claim(activity: Activity, person: Person, **wish: Any) -> actions.Answer:
    """What the person gets who asks for the first date, or for what `wish` says."""
    wish.setdefault("wanted", tuple(dates_of(activity)[:1]))
    wanted = actions.Wish(person_id=person.pk, **wish)
    return actions.claim_seats(activity, [wanted], actor=actor_for(person))[0]


def make_team(activity: Activity, people: Sequence[Person], name: str = "") -> Team:
    """A team of these people for the first item; the first is captain, the others joined by the code."""
    item = Occurrence.objects.filter(activity=activity).first()
    assert item is not None
    captain, *others = people
    team = actions.found_team(item, name=name or f"{captain.name}队", actor=actor_for(captain))
    for one in others:
        actions.join_team(team, actor=actor_for(one))
    return team


def held_by(person: Person, activity: Activity) -> list[Registration]:
    return list(Registration.objects.live().filter(person=person, claim__activity=activity))


def claim_of(person: Person, activity: Activity) -> Claim:
    return Claim.objects.get(person=person, activity=activity)
