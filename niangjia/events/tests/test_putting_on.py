"""Put on in a minute: from a practice, as a series, or the same once more."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from niangjia.events import actions, practices, series
from niangjia.events.actions.announcing import Share
from niangjia.events.admission.eligibility import conditions_of
from niangjia.events.forms.activity import CONDITIONS
from niangjia.events.models import Activity, Occurrence, Pool, Registration
from niangjia.events.occupancy import miscounts
from niangjia.events.tests.factories import claim, make_activity, make_workers, organiser
from niangjia.events.tests.test_desk import LIST, officer_of, sent
from niangjia.kit import clock, icons
from niangjia.kit.refusal import Invalid
from niangjia.kit.workdays import is_public_holiday

pytestmark = pytest.mark.django_db
NATIONAL_DAY = date(2026, 10, 1)  # a Thursday; the holiday lasts to the 7th


def filled_in(client: Client, key: str) -> dict[str, str | list[str]]:
    """What a browser would send back of the form a practice has filled in."""
    form = client.get(f"{LIST}new/?practice={key}").context["form"]
    sent: dict[str, str | list[str]] = {}
    for field in form:
        value = field.value()
        if isinstance(value, list):
            sent[field.html_name] = value
        elif value is not None and value is not False and value != "":
            shown = f"{value:%Y-%m-%dT%H:%M}" if isinstance(value, datetime) else str(value)
            sent[field.html_name] = shown
    return sent


def test_every_practice_is_read_has_its_icon_and_can_be_announced_with_a_place_alone() -> None:
    client = officer_of()
    for one in practices.practices():
        assert icons.exists(one.icon), one.key
        assert one.proven
        answer = client.post(f"{LIST}new/", {**filled_in(client, one.key), "location": "三楼", "step": "announce"})
        assert answer.status_code == 302, (one.key, answer.content.decode())
    kinds = Activity.objects.filter(state=Activity.State.ANNOUNCED).values_list("practice", flat=True)
    assert sorted(kinds) == sorted(one.key for one in practices.practices())
    page = client.get("/desk/activities/practices/").content.decode()
    assert page.count("本地办过 1 次") == len(practices.practices())


@pytest.mark.parametrize(
    ("change", "line", "word"),
    [
        (("mode: draw", "mode: lottery"), 12, "mode"),
        (("seats: 200", "seets: 200"), 15, "seets"),
        (("    place: 浙江省职工服务中心\n", ""), 9, "place"),
        (("at: \"19:30\"", "at: 19:30"), 13, "at"),
        (("seats: 200", "seats: 20\nkeep: 30"), 1, "keep"),
        (("title: {zh", "title: [zh"), 4, "YAML"),
    ],
)  # fmt: skip
def test_a_fault_in_a_practice_is_told_with_its_line(change: tuple[str, str], line: int, word: str) -> None:
    text = (practices.FOLDER / "01-big-benefit.yaml").read_text("utf-8")
    assert change[0] in text
    with pytest.raises(Invalid) as told:
        practices.load(text.replace(*change), "show.yaml")
    assert f"show.yaml:{line}" in told.value.faults
    assert word in str(told.value)


def test_the_conditions_a_practice_names_can_be_read() -> None:
    for one in practices.practices():
        conditions_of([CONDITIONS[one.audience]])


def test_tuesdays_and_thursdays_leave_the_national_day_out() -> None:
    found = series.days(date(2026, 9, 22), every="week", until=date(2026, 10, 15), weekdays=[1, 3])
    assert [f"{day:%m-%d}" for day in found] == ["09-22", "09-24", "09-29", "10-08", "10-13", "10-15"]
    assert NATIONAL_DAY in series.days(
        date(2026, 9, 22), every="week", until=date(2026, 10, 15), weekdays=[1, 3], skip_holidays=False
    )


def test_monthly_keeps_the_weekday_of_the_month_and_leaves_out_a_month_without_a_fifth() -> None:
    found = series.days(date(2026, 8, 29), every="month", until=date(2026, 12, 31), skip_holidays=False)
    assert found == [date(2026, 8, 29), date(2026, 10, 31)]


@given(
    st.dates(date(2025, 1, 1), date(2026, 6, 30)), st.sampled_from(["week", "fortnight", "month"]),
    st.integers(1, 400), st.sets(st.integers(0, 6)),
)  # fmt: skip
def test_a_series_is_in_order_within_its_days_and_never_on_a_holiday(
    first: date, every: str, days: int, weekdays: set[int]
) -> None:
    until = first + timedelta(days=days)
    found = series.days(first, every=every, until=until, weekdays=weekdays)
    assert found[0] == first
    assert all(one < other for one, other in pairwise(found))
    assert all(first < day <= until and not is_public_holiday(day) for day in found[1:])
    assert len(found) <= series.AT_MOST + 1
    if weekdays and every != "month":
        assert {day.weekday() for day in found[1:]} <= weekdays


def test_a_series_for_any_two_of_its_dates_seats_a_worker_on_two() -> None:
    first = (clock.now() + timedelta(days=9)).astimezone(clock.SHANGHAI)
    until = first.date() + timedelta(days=27)
    status, _page = sent(officer_of(), mode="first_come", every="week", until=f"{until}", most_dates="2", seats="1")
    assert status == 302
    activity = Activity.objects.get()
    dates = list(Occurrence.objects.filter(activity=activity).values_list("pk", flat=True))
    assert len(dates) == 4
    (worker,) = make_workers(1)
    answer = claim(activity, worker, wanted=tuple(reversed(dates)), take=2)
    assert (answer.what, answer.dates) == ("registered", (dates[3], dates[2]))


@pytest.mark.parametrize(
    "wrong", [{"every": "week", "until": ""}, {"every": "week", "until": "2020-01-01"}, {"starts_2": "same"}]
)
def test_a_series_without_an_end_is_told_beside_its_field(wrong: dict[str, str]) -> None:
    first = clock.now().astimezone(clock.SHANGHAI) + timedelta(days=9)
    status, page = sent(officer_of(), **{k: f"{first:%Y-%m-%dT%H:%M}" if v == "same" else v for k, v in wrong.items()})
    assert (status, Activity.objects.count()) == (422, 0)
    assert 'role="alert"' in page


def test_once_more_keeps_everything_and_moves_every_moment_by_as_much() -> None:
    merges = clock.now() + timedelta(days=5)
    share = Share("new_form", "新业态", "worker.new_form", ceiling=4, floor=2, opens_at=clock.now(), merges_at=merges)
    activity = make_activity(seats=6, dates=3, shares=[share], together=15, most_dates=2, cancel_hours=7)
    (worker,) = make_workers(1)
    claim(activity, worker)
    first = Occurrence.objects.filter(activity=activity)[0].starts_at
    again = actions.put_on_again(activity, starts_at=first + timedelta(days=28), actor=organiser(activity))
    assert (again.state, again.title, again.most_dates, again.cancel_hours) == ("draft", activity.title, 2, 7)
    assert again.closes_at == activity.closes_at + timedelta(days=28)
    assert [one.starts_at - timedelta(days=28) for one in again.occurrences.all()] == [
        one.starts_at for one in activity.occurrences.all()
    ]
    copied = Pool.objects.filter(activity=again)
    assert copied.count() == Pool.objects.filter(activity=activity).count() == 7
    assert {pool.merges_at for pool in copied.filter(floor=2)} == {merges + timedelta(days=28)}
    assert (miscounts(again), Registration.objects.filter(occurrence__activity=again).count()) == ([], 0)


def test_once_more_sooner_than_its_window_allows_opens_now() -> None:
    activity = make_activity(days_ahead=30)
    soon = clock.now() + timedelta(days=3)
    again = actions.put_on_again(activity, starts_at=soon, actor=organiser(activity))
    assert again.opens_at <= clock.now() < again.closes_at < soon
    with pytest.raises(Invalid):
        actions.put_on_again(activity, starts_at=clock.now(), actor=organiser(activity))


def test_once_more_keeps_the_minimum_its_day_and_the_outside_value_and_no_day_that_has_passed() -> None:
    now = clock.now()
    activity = make_activity(
        mode=Activity.Mode.DRAW, days_ahead=30, closes_at=now + timedelta(days=20),
        minimum=5, go_by=now + timedelta(days=20), beacon_name="双色球",
    )  # fmt: skip
    later = activity.occurrences.get().starts_at + timedelta(days=28)
    again = actions.put_on_again(activity, starts_at=later, actor=organiser(activity))
    assert (again.minimum, again.go_by, again.beacon_name) == (5, now + timedelta(days=48), "双色球")
    soon = actions.put_on_again(activity, starts_at=now + timedelta(days=3), actor=organiser(activity))
    assert soon.go_by == soon.closes_at > now


def test_the_door_and_whether_absences_are_heeded_stand_on_the_form_and_change_only_in_peoples_favour() -> None:
    client = officer_of()
    assert sent(client, door_minutes="30", grace_minutes="", heeds_absences="on")[0] == 302
    activity = Activity.objects.get()
    assert (activity.door_minutes, activity.grace_minutes, activity.heeds_absences) == (30, 15, True)
    by = organiser(activity)
    freer = actions.edit_activity(activity, changes={"heeds_absences": False, "grace_minutes": 30}, actor=by)
    assert (freer.heeds_absences, freer.grace_minutes) == (False, 30)
    for harder in ({"heeds_absences": True}, {"grace_minutes": 10}):
        with pytest.raises(Invalid):
            actions.edit_activity(activity, changes=harder, actor=by)
    assert 'name="heeds_absences"' in client.get(f"{LIST}{activity.pk}/edit/").content.decode()


def test_the_desk_offers_the_same_weekday_two_weeks_on_and_one_press_drafts_it() -> None:
    activity = make_activity(days_ahead=3)
    client = officer_of(activity)
    offered = client.get(f"{LIST}{activity.pk}/").context["page"].next_like
    first = Occurrence.objects.get().starts_at
    assert offered - first >= timedelta(days=14)
    assert (offered - first).days % 7 == 0
    assert client.post(f"{LIST}{activity.pk}/again/", {"starts_at": f"{offered:%Y-%m-%dT%H:%M}"}).status_code == 302
    assert Activity.objects.filter(state=Activity.State.DRAFT).count() == 1
    assert client.post(f"{LIST}{activity.pk}/again/", {"starts_at": "soon"}).status_code == 422
