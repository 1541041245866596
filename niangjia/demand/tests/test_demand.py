"""Workers are asked what they need: counted by people, never named, and the union told once when enough ask."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from niangjia.demand import actions, reads
from niangjia.demand.models import Poll, Wish
from niangjia.events.tests.test_desk import written
from niangjia.kit import clock
from niangjia.kit.actor import Actor, Office
from niangjia.kit.refusal import Conflict, Forbidden, Invalid, NotFound
from niangjia.notify.models import Message
from niangjia.orgs.models import Organisation
from niangjia.orgs.reads import actor_for
from niangjia.orgs.tests.factories import make_member, make_officer, make_tree, make_union
from niangjia.people.models import Person
from niangjia.people.tests.factories import make_account
from niangjia.trail.models import Line

pytestmark = pytest.mark.django_db
OPTIONS = ("理发", "免费午餐", "量血压")


@pytest.fixture
def union() -> Organisation:
    return make_union()


@pytest.fixture
def officer(union: Organisation) -> Person:
    return make_officer(union, Office.HANDLER).person


def ask(union: Organisation, officer: Person, **more: object) -> Poll:
    return actions.open_poll(
        union,
        actor=actor_for(officer),
        title="物流节想要什么",
        options=OPTIONS,
        **{"most": 2, **more},  # type: ignore[arg-type]
    )


def worker(union: Organisation) -> Actor:
    return actor_for(make_member(union).person)


def counted(poll: Poll, officer: Person) -> list[int]:
    return [line.people for line in reads.own_poll(actor_for(officer), poll.pk).lines]


def test_the_last_words_stand_and_people_are_not_mixed_with_wishes(union: Organisation, officer: Person) -> None:
    poll, who = ask(union, officer), worker(union)
    hair, lunch, pressure = poll.options.all()
    actions.wish_for(poll, [hair.pk, lunch.pk], actor=who)
    actions.wish_for(poll, [lunch.pk, pressure.pk], actor=who)
    actions.wish_for(poll, [lunch.pk], actor=worker(union))
    assert counted(poll, officer) == [0, 2, 1]
    assert reads.own_poll(actor_for(officer), poll.pk).people == 2
    actions.wish_for(poll, [], actor=who)
    assert counted(poll, officer) == [0, 1, 0]


def test_too_many_ticks_a_strange_option_or_a_closed_poll_write_nothing(union: Organisation, officer: Person) -> None:
    poll, who = ask(union, officer, closes_on=clock.today()), worker(union)
    other = ask(union, officer).options.all()[0]
    with pytest.raises(Invalid) as many:
        actions.wish_for(poll, [one.pk for one in poll.options.all()], actor=who)
    with pytest.raises(NotFound):
        actions.wish_for(poll, [other.pk], actor=who)
    with clock.at(clock.now() + timedelta(days=1)), pytest.raises(Conflict):
        actions.wish_for(poll, [poll.options.all()[0].pk], actor=who)
    actions.close_poll(poll, actor=actor_for(officer))
    with pytest.raises(Conflict):
        actions.wish_for(poll, [], actor=who)
    assert (many.value.code, Wish.objects.count()) == ("too_many", 0)


def test_the_union_is_told_once_when_enough_ask(union: Organisation, officer: Person) -> None:
    poll = ask(union, officer, notice_at=2)
    lunch = poll.options.all()[1]
    people = [worker(union) for _ in range(3)]
    for one in people[:2]:
        assert not poll.options.exclude(reached_at=None).exists()
        actions.wish_for(poll, [lunch.pk], actor=one)
    (reached,) = poll.options.exclude(reached_at=None)
    actions.wish_for(poll, [], actor=people[0])
    actions.wish_for(poll, [lunch.pk], actor=people[2])
    lunch.refresh_from_db()
    assert (reached.pk, lunch.reached_at) == (lunch.pk, reached.reached_at)
    told = Message.objects.filter(kind="demand_reached")
    assert [one.person_id for one in told] == [officer.pk]
    assert "2" in told[0].subject


def test_a_union_of_few_is_not_counted_apart_and_no_name_stands_anywhere(union: Organisation, officer: Person) -> None:
    poll = ask(union, officer)
    lunch = poll.options.all()[1]
    for _ in range(9):
        actions.wish_for(poll, [lunch.pk], actor=worker(union))
    (line,) = reads.own_poll(actor_for(officer), poll.pk).unions
    assert (line.union, line.people) == (union.name, None)
    last = worker(union)
    actions.wish_for(poll, [lunch.pk], actor=last)
    assert [one.people for one in reads.own_poll(actor_for(officer), poll.pk).unions] == [10]
    desk = Client()
    desk.force_login(make_account(officer))
    said = desk.get(f"/desk/needs/{poll.pk}/").content.decode()
    assert last.name not in said
    assert Line.objects.filter(verb="wish_for").count() == 10


def test_another_union_neither_sees_nor_asks(union: Organisation, officer: Person) -> None:
    poll = ask(union, officer)
    beside = make_union()
    stranger = worker(beside)
    assert reads.polls_for(stranger) == []
    with pytest.raises(NotFound):
        reads.poll_for(stranger, poll.pk)
    with pytest.raises(NotFound):
        reads.own_poll(make_officer(beside, Office.HANDLER).actor, poll.pk)
    with pytest.raises(Forbidden):
        actions.close_poll(poll, actor=stranger)
    county = ask(make_tree().county, make_officer(make_tree().county, Office.HANDLER).person)
    assert county in reads.polls_for(stranger)


def test_pages_ask_answer_and_keep_what_was_typed(union: Organisation, officer: Person) -> None:
    desk, hand = Client(), Client()
    desk.force_login(make_account(officer))
    hand.force_login(make_account(make_member(union).person))
    form = {"organisation": str(union.pk), "title": "物流节想要什么", "options": "理发", "most": "2"}
    assert desk.post("/desk/needs/new/", form).status_code == 422
    twice = desk.post("/desk/needs/new/", {**form, "options": "理发\n理发"})
    assert (twice.status_code, "理发" in twice.content.decode()) == (422, True)
    past = {"options": "理发\n午餐\n表演", "closes_on": "2020-01-01"}
    assert desk.post("/desk/needs/new/", {**form, **past}).status_code == 422
    assert desk.post("/desk/needs/new/", {**form, "options": "理发\n\n 午餐 \n表演"}).status_code == 302
    poll = Poll.objects.get()
    address = f"/needs/{poll.pk}/"
    assert poll.title in hand.get("/needs/").content.decode()
    ticks = [str(one.pk) for one in poll.options.all()]
    assert hand.post(address, {"option": ticks}).status_code == 422
    assert hand.post(address, {"option": ["²", "x"]}).status_code == 302
    assert hand.post(address, {"option": ticks[:2]}).status_code == 302
    assert [line.is_mine for line in reads.own_poll(actor_for(officer), poll.pk).lines] == [False] * 3
    assert Wish.objects.count() == 2
    assert desk.post(f"/desk/needs/{poll.pk}/").status_code == 302
    assert hand.post(address, {"option": ticks[:1]}).status_code == 409


def test_what_is_asked_for_is_put_on_from_the_poll_and_those_who_asked_are_told_when_it_is_announced(
    union: Organisation, officer: Person
) -> None:
    poll = ask(union, officer)
    hair, lunch, _ = poll.options.all()
    one, other = worker(union), worker(union)
    actions.wish_for(poll, [hair.pk], actor=one)
    actions.wish_for(poll, [lunch.pk], actor=other)
    desk = Client()
    desk.force_login(make_account(officer))
    assert f"asked={hair.pk}" in desk.get("/desk/activities/practices/").content.decode()
    begun = desk.get(f"/desk/activities/new/?asked={hair.pk}").content.decode()
    assert f'name="asked" value="{hair.pk}"' in begun
    form = written(organisation=str(union.pk), title="理发", asked=str(hair.pk))
    sent = desk.post("/desk/activities/new/", form)
    assert sent.status_code == 302
    assert [told.person_id for told in Message.objects.filter(kind="demand_answered")] == [one.person_id]
    stranger = Client()
    stranger.force_login(make_account(make_officer(make_union(), Office.HANDLER).person))
    assert stranger.get(f"/desk/activities/new/?asked={hair.pk}").status_code == 404
    assert f"asked={hair.pk}" not in stranger.get("/desk/activities/practices/").content.decode()
