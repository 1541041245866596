"""Places themselves: hours on odd days, closures, points, what is counted, and what becomes of a person's records."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from niangjia.kit import clock
from niangjia.kit.refusal import Conflict, Forbidden, Invalid
from niangjia.orgs import actions as orgs
from niangjia.orgs.tests.factories import (
    REGISTRY,
    make_actor,
    make_employer,
    make_member,
    make_officer,
    make_person,
    make_tree,
    make_union,
)
from niangjia.people import actions as people
from niangjia.people.happenings import DataCopying, PersonErasing
from niangjia.places import actions, geo, hours, listening
from niangjia.places.actions import Line
from niangjia.places.geo import Point
from niangjia.places.models import ClosedReport, Place, Visit
from niangjia.places.models_booking import Booking, SlotWish
from niangjia.places.quotas import QuotaReached
from niangjia.places.slots import busiest
from niangjia.places.tests.conftest import DAY, MORNING, Home, at

NATIONAL_DAY, MAKE_UP_SATURDAY = date(2026, 10, 1), date(2026, 10, 10)
EIGHT, FIVE = 8 * 60, 17 * 60
IN_CHINA = st.builds(Point, st.floats(18, 50), st.floats(80, 130))


def of_day(home: Home, day: date) -> tuple[tuple[int, int], ...]:
    return hours.spans(home.place, home.place.hours.all(), day)


def set_week(home: Home, *lines: Line, **rest) -> None:
    actions.set_hours(home.place, lines, actor=home.keeper, **rest)


def test_a_public_holiday_has_its_own_hours_or_the_weekdays_or_none(home: Home):
    week = [Line(day, EIGHT, FIVE) for day in range(7)]
    set_week(home, *week)
    assert of_day(home, NATIONAL_DAY) == ((EIGHT, FIVE),)
    set_week(home, *week, Line(7, 10 * 60, 12 * 60))
    assert of_day(home, NATIONAL_DAY) == ((600, 720),)
    set_week(home, *week)
    home.place = actions.change_place(home.place, actor=home.keeper, holidays="closed")
    assert of_day(home, NATIONAL_DAY) == ()
    assert of_day(home, DAY) == ((EIGHT, FIVE),)


def test_a_saturday_that_is_worked_goes_by_the_make_up_line(home: Home):
    set_week(home, *(Line(day, EIGHT, FIVE) for day in range(5)), Line(8, EIGHT, 12 * 60))
    assert of_day(home, MAKE_UP_SATURDAY) == ((EIGHT, 12 * 60),)
    assert of_day(home, MAKE_UP_SATURDAY + timedelta(days=7)) == ()


def test_hours_for_a_season_are_followed_by_those_before(home: Home):
    first, last = DAY + timedelta(days=5), DAY + timedelta(days=9)
    set_week(home, *(Line(day, EIGHT, FIVE) for day in range(7)), since=first, until=last)
    before = ((12 * 60, 20 * 60 + 30),)
    assert of_day(home, first - timedelta(days=1)) == before
    assert of_day(home, first) == of_day(home, last) == ((EIGHT, FIVE),)
    assert of_day(home, last + timedelta(days=1)) == before


def test_the_sign_at_the_door_joins_days_alike(home: Home):
    set_week(home, *(Line(day, EIGHT, FIVE) for day in range(5)), Line(6, EIGHT, 720), Line(6, 780, FIVE))
    said = hours.lines(home.place.hours.all(), DAY)
    assert [(line.days, line.hours) for line in said] == [
        ("星期一 – 星期五", "08:00–17:00"), ("星期日", "08:00–12:00, 13:00–17:00"),
    ]  # fmt: skip


def test_prime_time_is_the_evening_and_the_day_off(home: Home):
    saturday = date(2026, 6, 13)
    assert hours.is_prime(home.place, at(17.5), at(18.5))
    assert not hours.is_prime(home.place, at(16.5), at(17.5))
    assert hours.is_prime(home.place, at(13, saturday), at(14, saturday))
    assert not hours.is_prime(home.place, at(13, MAKE_UP_SATURDAY), at(14, MAKE_UP_SATURDAY))


@given(IN_CHINA)
def test_a_point_copied_from_amap_comes_back_to_where_it_is(point: Point):
    shown = geo.to_gcj02(point)
    assert 50 < geo.distance_m(point, shown) < 1200
    assert geo.distance_m(point, geo.from_gcj02(shown)) < 0.5


def test_the_offset_is_the_published_one():
    """Tiananmen's flagpole: 39.90731, 116.39119 in WGS-84 stands at 39.90871, 116.39743 in GCJ-02."""
    shown = geo.to_gcj02(Point(39.907310, 116.391190))
    assert geo.distance_m(shown, Point(39.908712, 116.397429)) < 5


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 5), st.integers(1, 4)), max_size=8))
def test_the_busiest_moment_is_what_counting_every_minute_finds(lent: list[tuple[int, int, int]]):
    loans = [(MORNING + timedelta(minutes=a), MORNING + timedelta(minutes=a + b), n) for a, b, n in lent]
    by_minute = [sum(n for a, b, n in lent if a <= minute < a + b) for minute in range(26)]
    assert busiest(loans) == max(by_minute)


def test_a_report_outside_the_hours_reads_the_hours(home: Home):
    with pytest.raises(Conflict, match="12:00–20:30"):
        actions.report_closed(home.place, actor=home.worker())


def test_the_union_that_hosts_a_place_keeps_its_door_and_changes_nothing(home: Home):
    host = make_union(home.county)
    keeper = make_officer(host).actor
    place = actions.change_place(home.place, actor=home.keeper, host=host, sharing="public")
    with clock.at(at(13)):
        report = actions.report_closed(place, actor=home.worker())
        actions.answer_closed_report(report, actor=keeper, was_closed=True, answer="停电检修")
        actions.count_visits(place, actor=keeper, times=5)
        with pytest.raises(Forbidden):
            actions.change_place(place, actor=keeper, stars=5)
        with pytest.raises(Conflict):
            actions.answer_closed_report(report, actor=keeper, was_closed=False, answer="再答")


def test_what_cannot_be_is_refused(home: Home):
    with pytest.raises(Conflict):
        actions.change_place(home.place, actor=home.keeper, latitude=None)
    with pytest.raises(Conflict):
        actions.change_place(home.place, actor=home.keeper, sharing="party_site")
    with pytest.raises(Invalid):
        actions.change_place(home.place, actor=home.keeper, colour="red")
    with pytest.raises(Conflict):
        set_week(home, Line(1, FIVE, EIGHT))
    with pytest.raises(Invalid):
        actions.count_visits(home.place, actor=home.keeper, times=3, day=DAY + timedelta(days=1))


def test_a_place_is_given_up_when_nobody_is_expected_any_more(home: Home):
    booking = home.book(home.resource())
    with pytest.raises(Conflict):
        actions.give_up_place(home.place, actor=home.keeper)
    actions.cancel_booking(booking, actor=home.keeper, reason="搬迁")
    actions.give_up_place(home.place, actor=home.keeper)
    assert not Place.objects.standing(DAY).exists()


def test_two_records_of_one_person_become_one_with_what_they_booked(home: Home):
    kept, gone = make_person(), make_member(home.union).person
    home.people.append(gone)
    table = home.resource()
    booking = home.book(table, home.keeper, person=gone)
    with clock.at(at(13)):
        for person in (kept, gone):
            Visit.objects.create(place=home.place, person=person)
    people.merge_people(kept, gone, actor=REGISTRY)
    booking.refresh_from_db()
    assert booking.person == kept
    assert Visit.objects.get().person == kept


def test_nobody_is_erased_while_somebody_expects_them(home: Home):
    person = make_person()
    booking = home.book(home.resource(), home.keeper, person=person)
    with pytest.raises(Conflict):
        listening.hold_back_erasing(PersonErasing(person.pk))
    actions.cancel_booking(booking, actor=home.keeper, reason="本人要求")
    listening.hold_back_erasing(PersonErasing(person.pk))


def test_a_copy_of_ones_data_holds_bookings_wishes_visits_and_reports(home: Home):
    table, worker = home.resource(), home.worker()
    home.book(table, worker)
    other = home.resource("2号台")
    home.book(other)
    actions.wish_for(other, actor=worker, starts=at(18), ends=at(19))
    with clock.at(at(13)):
        actions.visit(home.place, actor=worker)
        actions.report_closed(home.place, actor=worker)
    assert worker.person_id is not None
    parts: dict[str, Any] = {}
    listening.add_to_copy(DataCopying(worker.person_id, parts))
    assert {name: len(part) for name, part in parts.items()} == dict.fromkeys(
        ("bookings", "slot_wishes", "place_visits", "closed_reports"), 1
    )
    assert (Booking.objects.count(), SlotWish.objects.count(), ClosedReport.objects.count()) == (2, 1, 1)


def test_enterprise_quota_counts_colleagues_together(home: Home):
    firm = make_employer(make_tree().county)
    colleagues = [make_member(home.union).person for _n in range(3)]
    for person in colleagues:
        orgs.employ(person, actor=REGISTRY, employer=firm, since=date(2020, 1, 1))
    actions.set_quota(home.place, actor=home.keeper, most=2, period="week", subject="enterprise")
    tables = [home.resource(f"{n}号台") for n in range(1, 4)]
    for table, person in zip(tables[:2], colleagues, strict=False):
        home.book(table, make_actor(person))
    with pytest.raises(QuotaReached):
        home.book(tables[2], make_actor(colleagues[2]))
    home.book(tables[2])  # who works elsewhere, or for nobody, is not counted with them
