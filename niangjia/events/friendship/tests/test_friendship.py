"""Friendship events: who may come, what they learn of one another; a choice not returned is nobody's to know."""

from __future__ import annotations

from datetime import timedelta
from itertools import combinations
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from niangjia.events.friendship import actions, reads, sealing
from niangjia.events.friendship.jobs import move_friendship_on
from niangjia.events.friendship.tests.factories import (
    NOTICE,
    choose,
    come,
    handler_of,
    make_evening,
    make_single,
    profile_of,
    tell,
)
from niangjia.events.models import Evening, Guest, Pair, Presence, Profile, Report
from niangjia.events.tests.factories import claim
from niangjia.kit import clock
from niangjia.kit.actor import Actor, Office
from niangjia.kit.refusal import Conflict, Forbidden, Invalid, NotFound
from niangjia.notify.models import Message
from niangjia.orgs.models import Appointment
from niangjia.orgs.reads import actor_for
from niangjia.orgs.tests.factories import make_member, make_person, make_tree, make_union
from niangjia.people import actions as people
from niangjia.people.models import Consent, Person
from niangjia.trail.models import Line

pytestmark = pytest.mark.django_db
CLOCK = Actor.system("clock")


def test_only_members_with_a_verified_profile_get_a_seat_and_the_others_are_told_why() -> None:
    evening = make_evening()
    outsider = make_member(make_union()).person
    waiting, verified = make_single(verified=False), make_single()
    assert [claim(evening.activity, who).what for who in (outsider, waiting, verified)] == [
        "refused", "refused", "registered",
    ]  # fmt: skip


def test_a_profile_is_verified_by_the_county_and_never_by_the_union_of_the_firm() -> None:
    union = make_union()
    person = make_single(union=union, verified=False)
    with pytest.raises(Forbidden):
        actions.verify_profile(profile_of(person), verified=True, actor=handler_of(union))
    with pytest.raises(Invalid):
        actions.verify_profile(profile_of(person), verified=False, actor=handler_of(make_tree().county))
    assert reads.desk(handler_of(union)).waiting == []
    assert [one.profile.person for one in reads.desk(handler_of(make_tree().county)).waiting] == [person]


def test_a_profile_has_an_age_band_no_birthday_and_is_for_adults() -> None:
    profile = profile_of(make_single())
    assert profile.age_band in ("30–34", "35–39")
    child = make_person(born=clock.today() - timedelta(days=19 * 365))
    with pytest.raises(Conflict):
        actions.opt_in(child, actions.Wanted("小小", "微信", NOTICE), actor=actor_for(child))


def test_taking_the_consent_back_deletes_profile_sheet_and_pairs_at_once() -> None:
    first, second = make_single("甲"), make_single("乙")
    evening = come(make_evening(), [first, second])
    choose(evening, first, second)
    choose(evening, second, first)
    tell(evening)
    assert Pair.objects.count() == 1
    people.withdraw_consent(Consent.objects.get(person=first, purpose="friendship"), actor=actor_for(first))
    assert not Profile.objects.filter(person=first).exists()
    assert not Guest.objects.filter(person=first).exists()
    assert Pair.objects.count() == 0
    assert claim(make_evening().activity, first).what == "refused"


def test_two_who_chose_one_another_are_told_at_the_stated_hour_and_nobody_else_is() -> None:
    first, second, third = (make_single(name) for name in "甲乙丙")
    evening = come(make_evening(), [first, second, third])
    choose(evening, first, second, third)
    choose(evening, second, first)
    with pytest.raises(Conflict):
        actions.tell_mutual(evening, actor=CLOCK)
    tell(evening)
    seen = {
        who.pk: [match.contact for match in reads.evening_page(actor_for(who), evening.pk).matches]
        for who in (first, second, third)
    }
    assert seen == {first.pk: ["微信 乙"], second.pk: ["微信 甲"], third.pk: []}
    told = Message.objects.filter(kind="mutual_told")
    assert {one.person_id for one in told} == {first.pk, second.pk, third.pk}
    assert len({one.body for one in told}) == 1


def test_a_newer_sheet_takes_the_place_of_the_older_and_nobody_can_choose_all() -> None:
    crowd = [make_single(name) for name in "甲乙丙丁戊"]
    evening = come(make_evening(), crowd)
    with pytest.raises(Invalid):
        choose(evening, crowd[0], *crowd[1:])
    choose(evening, crowd[0], crowd[1])
    choose(evening, crowd[0], crowd[2])
    choose(evening, crowd[1], crowd[0])
    tell(evening)
    assert Pair.objects.count() == 0
    with pytest.raises(Conflict):
        choose(evening, crowd[2], crowd[0])


def test_who_did_not_come_has_no_number_and_cannot_choose() -> None:
    here, there, absent = (make_single(name) for name in "甲乙丙")
    evening = make_evening()
    claim(evening.activity, absent)
    come(evening, [here, there])
    assert not Guest.objects.filter(person=absent).exists()
    with pytest.raises(NotFound):
        actions.hand_in_choices(evening, [1], actor=actor_for(absent))


def test_a_report_is_answered_and_who_is_blocked_comes_no_more_and_loses_their_pairs() -> None:
    first, second = make_single("甲"), make_single("乙")
    evening = come(make_evening(), [first, second])
    choose(evening, first, second)
    choose(evening, second, first)
    tell(evening)
    number = Guest.objects.get(person=second).number
    report = actions.report_guest(evening, number, words="并不是单身", actor=actor_for(first))
    assert "单身" not in _raw("events_report")
    actions.answer_report(report, answer="已核实，取消资格。", block=True, actor=handler_of(make_tree().county))
    assert Pair.objects.count() == 0
    assert claim(make_evening().activity, second).what == "refused"
    assert [one.answer for one in reads.evening_page(actor_for(first), evening.pk).answers] == ["已核实，取消资格。"]


def test_who_is_blocked_does_not_come_back_by_leaving_and_joining_again() -> None:
    first, second = make_single("甲"), make_single("乙")
    evening = come(make_evening(), [first, second])
    number = Guest.objects.get(person=second).number
    report = actions.report_guest(evening, number, words="并不是单身", actor=actor_for(first))
    actions.answer_report(report, answer="已核实，取消资格。", block=True, actor=handler_of(make_tree().county))
    actions.opt_out(second, actor=actor_for(second))
    left = profile_of(second)
    assert (left.state, left.nickname, left.words, left.contact, left.age_band) == ("blocked", "", "", "", "")
    assert not Guest.objects.filter(person=second).exists()
    again = actions.Wanted(nickname="丙", contact="微信", notice=NOTICE)
    with pytest.raises(Conflict, match="已核实，取消资格。"):
        actions.opt_in(second, again, actor=actor_for(second))
    assert claim(make_evening().activity, second).what == "refused"


def test_who_was_turned_down_and_mends_their_profile_is_looked_at_again() -> None:
    person = make_single(verified=False)
    county = handler_of(make_tree().county)
    actions.verify_profile(profile_of(person), verified=False, reason="昵称请不要用真名", actor=county)
    actions.opt_in(person, actions.Wanted(nickname="小溪", contact="微信", notice=NOTICE), actor=actor_for(person))
    assert (profile_of(person).state, profile_of(person).reason) == ("waiting", "")
    assert [one.profile.nickname for one in reads.desk(county).waiting] == ["小溪"]


def test_after_its_days_everything_personal_is_deleted_and_the_counts_stay() -> None:
    crowd = [make_single(name) for name in "甲乙丙"]
    evening = come(make_evening(), crowd)
    choose(evening, crowd[0], crowd[1])
    choose(evening, crowd[1], crowd[0])
    with clock.at(evening.reveals_at + timedelta(minutes=1)):
        move_friendship_on(0)
    assert Pair.objects.count() == 1
    actions.report_guest(evening, 1, words="x", actor=actor_for(Guest.objects.get(number=2).person))
    with clock.at(evening.reveals_at + timedelta(days=30)):
        move_friendship_on(0)
        assert (Guest.objects.count(), Pair.objects.count(), Report.objects.count()) == (0, 0, 0)
        found = reads.counted((make_tree().county.path,))
    assert (found.events, found.people, found.pairs) == (1, 3, None)  # one pair points at two people


def test_the_contact_is_sealed_at_rest() -> None:
    make_single("小桥")
    assert "微信" not in _raw("events_profile")


# --- secrecy --------------------------------------------------------------------------------------------------------


def _raw(table: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} ORDER BY id")
        return str(cursor.fetchall())


def _choices(people: int) -> st.SearchStrategy[list[set[int]]]:
    return st.lists(st.sets(st.integers(0, people - 1), max_size=3), min_size=people, max_size=people)


@given(_choices(5))
def test_pairs_are_found_from_the_sheets_without_the_key(chosen: list[set[int]]) -> None:
    key = sealing.new_key()
    sheets = {who: sealing.sheet(key, who, others - {who}, 4) for who, others in enumerate(chosen)}
    mutual = [(a, b) for a, b in combinations(range(5), 2) if b in chosen[a] and a in chosen[b]]
    assert sealing.pairs(sheets) == mutual
    assert all(len(marks) == 4 and marks == sorted(marks) for marks in sheets.values())


@pytest.fixture
def evening_of_four() -> tuple[Evening, list[Person]]:
    crowd = [make_single(name) for name in "甲乙丙丁"]
    return come(make_evening(), crowd), crowd


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chosen=_choices(4))
def test_all_that_can_be_read_depends_on_the_mutual_choices_alone(
    evening_of_four: tuple[Evening, list[Person]], chosen: list[set[int]]
) -> None:
    """Two worlds: what was really chosen, and only the choices that were returned. Nobody can tell them apart."""
    evening, crowd = evening_of_four
    returned = [{other for other in others if who in chosen[other]} - {who} for who, others in enumerate(chosen)]
    assert _read_by_all(evening, crowd, chosen) == _read_by_all(evening, crowd, returned)


def _read_by_all(evening: Evening, crowd: list[Person], chosen: list[set[int]]) -> list[Any]:
    """Every row a reader of the database has, and every page, before and after the reveal; then undone."""
    with transaction.atomic():
        for who, others in enumerate(chosen):
            choose(evening, crowd[who], *(crowd[other] for other in others - {who}))
        before = _readable(evening, crowd)
        tell(evening)
        after = _readable(evening, crowd)
        transaction.set_rollback(True)
    return [before, after]


def _readable(evening: Evening, crowd: list[Person]) -> list[Any]:
    sheets = {one.person_id: one.sheet for one in Guest.objects.filter(evening=evening)}
    assert all(marks == sorted(marks) and len(set(marks)) == len(marks) for marks in sheets.values())
    # Marks are random numbers to whoever has no key: what can be seen of them is which are alike.
    shared = {(a, b): len(set(sheets[a]) & set(sheets[b])) for a, b in combinations(sorted(sheets), 2)}
    told = Line.objects.order_by("pk").values_list("actor_kind", "actor_id", "verb", "thing_type", "thing_id", "detail")
    with clock.at(evening.reveals_at + timedelta(hours=1)):
        pages = [_page(person, evening) for person in crowd]
        desk = reads.run_page(_officer(evening), evening.pk)
    return [
        {who: len(marks) for who, marks in sheets.items()}, shared, list(told), pages,
        (desk.seated, desk.came, desk.pairs),
        list(Pair.objects.values_list("first__person", "second__person")),
        list(Evening.objects.values_list("opened_at", "revealed_at", "guests_counted", "pairs_counted")),
        list(Message.objects.order_by("pk").values_list("person", "kind", "params")),
        list(Presence.objects.order_by("pk").values_list("person", "state")),
    ]  # fmt: skip


def _officer(evening: Evening) -> Actor:
    """Whoever checked the guests in."""
    held = Appointment.objects.filter(organisation=evening.activity.organisation, office=Office.HANDLER)
    return actor_for(held.order_by("pk")[0].person)


def _page(person: Person, evening: Evening) -> Any:
    page = reads.evening_page(actor_for(person), evening.pk)
    return page.own.number, page.others, [(match.card, match.contact) for match in page.matches]


def test_once_told_neither_sheets_nor_key_are_left_for_anybody() -> None:
    first, second = make_single("甲"), make_single("乙")
    evening = come(make_evening(), [first, second])
    choose(evening, first, second)
    assert Guest.objects.get(person=first).sheet != []
    tell(evening)
    evening.refresh_from_db()
    assert evening.key is None
    assert {str(one.sheet) for one in Guest.objects.all()} == {"[]"}
    assert not Line.objects.filter(verb="hand_in_choices").exclude(actor_id=None).exists()
