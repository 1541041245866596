"""Bookings that come again: told date by date, changed as this, following or all."""

from __future__ import annotations

from datetime import timedelta

import pytest

from niangjia.kit import clock
from niangjia.kit.refusal import Conflict, Invalid
from niangjia.places import actions
from niangjia.places.actions import SomeDatesTaken
from niangjia.places.models_booking import Booking, BookingSeries
from niangjia.places.reads import prove
from niangjia.places.tests.conftest import DAY, MORNING, Home, at

SIX = 18 * 60
WEEKS = [DAY + timedelta(weeks=n) for n in range(4)]


def weekly(home: Home, table, who=None, **rest):
    return actions.book_series(
        table, actor=who or home.worker(), first_day=WEEKS[0], last_day=WEEKS[-1], starts=SIX, minutes=60, **rest
    )


def times(series: BookingSeries) -> list[str]:
    local = [one.starts_at.astimezone(clock.SHANGHAI) for one in series.bookings.live().order_by("starts_at")]
    return [f"{one:%m-%d %H}" for one in local]


def test_four_wednesdays_are_four_bookings_of_one_series(home: Home):
    booked = weekly(home, home.resource())
    assert times(booked.series) == ["06-10 18", "06-17 18", "06-24 18", "07-01 18"]
    assert prove().holds


def test_what_cannot_be_had_is_told_date_by_date_and_nothing_is_booked(home: Home):
    table = home.resource()
    home.book(table, day=WEEKS[1])
    actions.close_for(
        home.place, actor=home.keeper, starts=at(0, WEEKS[2]), ends=at(24, WEEKS[2]), reason="换地板"
    )  # fmt: skip
    with pytest.raises(SomeDatesTaken) as refused:
        weekly(home, table)
    assert [one.day for one in refused.value.missed] == [WEEKS[1], WEEKS[2]]
    assert "换地板" in refused.value.missed[1].sentence
    assert refused.value.possible == 2
    assert not BookingSeries.objects.exists()
    rest = weekly(home, table, rest=True)
    assert times(rest.series) == ["06-10 18", "07-01 18"]


def test_a_series_none_of_whose_dates_is_free_is_not_made(home: Home):
    table = home.resource()
    weekly(home, table)
    with pytest.raises(SomeDatesTaken):
        weekly(home, table, rest=True)
    assert BookingSeries.objects.count() == 1


def test_this_and_following_is_a_new_version_and_the_past_stays(home: Home):
    table, worker = home.resource(), home.worker()
    old = weekly(home, table, worker).series
    changed = actions.change_series(old, actor=worker, starts=SIX + 60, minutes=60, since=WEEKS[2])
    assert times(old) == ["06-10 18", "06-17 18"]
    assert times(changed.series) == ["06-24 19", "07-01 19"]
    assert (changed.series.version, changed.series.replaces) == (2, old)
    assert prove().holds


def test_all_means_all_that_have_not_begun(home: Home):
    table, worker = home.resource(), home.worker()
    old = weekly(home, table, worker).series
    with clock.at(MORNING + timedelta(days=8)):
        changed = actions.change_series(old, actor=worker, starts=SIX - 60, minutes=60)
    assert times(old) == ["06-10 18", "06-17 18"]
    assert times(changed.series) == ["06-24 17", "07-01 17"]


def test_only_this_one_leaves_the_series_as_it_is_and_is_left_alone_by_later_changes(home: Home):
    table, worker = home.resource(), home.worker()
    booked = weekly(home, table, worker)
    actions.move_booking(booked.bookings[1], actor=worker, starts=at(13, WEEKS[1]), ends=at(14, WEEKS[1]))
    actions.change_series(booked.series, actor=worker, starts=SIX + 60, minutes=60)
    moved = Booking.objects.get(pk=booked.bookings[1].pk)
    assert (moved.detached, moved.starts_at) == (True, at(13, WEEKS[1]))


def test_a_date_that_cannot_have_the_new_time_keeps_the_old_one(home: Home):
    table, worker = home.resource(), home.worker()
    home.book(table, hour=19, day=WEEKS[1])
    old = weekly(home, table, worker).series
    with pytest.raises(SomeDatesTaken):
        actions.change_series(old, actor=worker, starts=SIX + 60, minutes=60)
    assert times(old)[1] == "06-17 18"
    changed = actions.change_series(old, actor=worker, starts=SIX + 60, minutes=60, rest=True)
    assert times(changed.series) == ["06-10 19", "06-17 18", "06-24 19", "07-01 19"]
    assert prove().holds


def test_a_series_is_cancelled_from_a_date_on(home: Home):
    table, worker = home.resource(), home.worker()
    series = weekly(home, table, worker).series
    assert len(actions.cancel_series(series, actor=worker, since=WEEKS[2])) == 2
    assert times(series) == ["06-10 18", "06-17 18"]


def test_a_quota_counts_each_date_of_a_series(home: Home):
    table = home.resource()
    actions.set_quota(home.place, actor=home.keeper, most=2, period="month")
    with pytest.raises(SomeDatesTaken) as refused:
        weekly(home, table)
    assert [one.day.day for one in refused.value.missed] == [24]


def test_a_series_is_not_endless(home: Home):
    with pytest.raises(Invalid, match="60"):
        actions.book_series(
            home.resource(), actor=home.keeper, person=make(home), first_day=DAY, last_day=DAY + timedelta(weeks=99),
            starts=SIX, minutes=60,
        )  # fmt: skip
    with pytest.raises(Conflict):
        actions.book_series(
            home.resource("2号台"), actor=home.worker(), first_day=DAY, last_day=DAY - timedelta(days=1), starts=SIX,
            minutes=60,
        )  # fmt: skip


def make(home: Home):
    home.worker()
    return home.people[-1]
