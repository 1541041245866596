"""Friendship events for tests, made by the real verbs."""

from __future__ import annotations

from datetime import date, timedelta

from niangjia.events import actions as events
from niangjia.events.actions.announcing import Date, Plan
from niangjia.events.friendship import actions
from niangjia.events.models import Activity, Evening, Guest, Profile
from niangjia.events.tests.factories import claim
from niangjia.kit import clock
from niangjia.kit.actor import Actor, Office
from niangjia.orgs.models import Organisation
from niangjia.orgs.reads import actor_for
from niangjia.orgs.tests.factories import make_member, make_officer, make_person, make_tree, make_union
from niangjia.people.models import Person
from niangjia.people.tests.factories import an_id_number

NOTICE = "我自愿参加交友联谊，承诺目前单身。"


def handler_of(body: Organisation) -> Actor:
    return make_officer(body, Office.HANDLER).actor


def make_single(nickname: str = "小桥", *, union: Organisation | None = None, verified: bool = True) -> Person:
    """A member who opted in, and was verified by the county."""
    born = date(1995, 4, 1)
    person = make_person(born=born, id_number=an_id_number(born), residence_code="330624")
    make_member(union or make_union(), person)
    wanted = actions.Wanted(nickname=nickname, contact=f"微信 {nickname}", notice=NOTICE, words="爱爬山")
    profile = actions.opt_in(person, wanted, actor=actor_for(person))
    if verified:
        actions.verify_profile(profile, verified=True, actor=handler_of(make_tree().county))
    return person


def make_evening(seats: int = 40, *, days_ahead: int = 5) -> Evening:
    """An event of the county whose registration is open; choices are told a day after it ends."""
    now, county = clock.now(), make_tree().county
    starts = now + timedelta(days=days_ahead)
    plan = Plan(
        title="“浙工缘”湖畔联谊", opens_at=now - timedelta(hours=1), closes_at=starts - timedelta(hours=2),
        dates=[Date(starts, starts + timedelta(hours=3), "县职工之家", seats)], mode=Activity.Mode.FIRST_COME,
    )  # fmt: skip
    return actions.hold_event(
        plan, reveals_at=starts + timedelta(hours=27), organisation=county, actor=handler_of(county)
    )


def come(evening: Evening, people: list[Person]) -> Evening:
    """They register, are checked in at the door, and the choosing is opened."""
    for person in people:
        claim(evening.activity, person)
    occurrence = evening.activity.occurrences.get()
    handler = handler_of(evening.activity.organisation)
    with clock.at(occurrence.starts_at):
        for person in people:
            events.check_in(occurrence.registrations.live().get(person=person), actor=handler)
        return actions.open_choosing(evening, actor=handler)


def choose(evening: Evening, person: Person, *others: Person) -> None:
    """Sealed, an hour after the event."""
    numbers = [Guest.objects.get(evening=evening, person=other).number for other in others]
    with clock.at(evening.reveals_at - timedelta(hours=1)):
        actions.hand_in_choices(evening, numbers, actor=actor_for(person))


def tell(evening: Evening) -> Evening:
    with clock.at(evening.reveals_at):
        return actions.tell_mutual(evening, actor=Actor.system("clock"))


def profile_of(person: Person) -> Profile:
    return Profile.objects.get(person=person)
