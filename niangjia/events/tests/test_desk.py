"""The officer's way: put on in a minute, watch it fill, change the seats, draw, call off, take the door list out."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from niangjia.events.models import Activity, Group, Occurrence, Pool, Registration
from niangjia.events.security import security_permit
from niangjia.events.tests.factories import claim, held_by, make_activity, make_workers
from niangjia.kit import clock
from niangjia.kit.actor import Office
from niangjia.orgs.tests.factories import make_account, make_officer, make_tree
from niangjia.trail.models import Line

pytestmark = pytest.mark.django_db
LIST = "/desk/activities/"


def officer_of(activity: Activity | None = None, office: Office = Office.HANDLER) -> Client:
    client = Client()
    county = activity.organisation if activity is not None else make_tree().county
    client.force_login(make_account(make_officer(county, office).person))
    return client


def written(**changed: str) -> dict[str, str]:
    """The form as a hurried officer sends it: what stands in it beforehand, and the few things only they know."""
    first = clock.now().astimezone(clock.SHANGHAI) + timedelta(days=9)
    return {
        "organisation": str(make_tree().county.pk), "title": "端午香囊课", "summary": "", "location": "职工之家三楼",
        "starts_1": f"{first:%Y-%m-%dT%H:%M}", "starts_2": "", "starts_3": "", "minutes": "120", "seats": "30",
        "mode": "draw", "opens_at": f"{clock.now().astimezone(clock.SHANGHAI):%Y-%m-%dT%H:%M}", "closes_at": "",
        "most_seats": "1", "most_dates": "1", "cancel_hours": "24", "team_least": "", "team_most": "",
        "audience": "members", "keep": "", "keep_until": "", "step": "announce",
    } | changed  # fmt: skip


def sent(client: Client, **changed: str) -> tuple[int, str]:
    answer = client.post(f"{LIST}new/", written(**changed))
    return answer.status_code, answer.content.decode()


def test_title_place_time_and_seats_are_enough_to_announce_a_draw() -> None:
    status, _page = sent(officer_of())
    assert status == 302
    made = Activity.objects.get()
    assert (made.state, made.mode, len(made.commitment)) == ("announced", "draw", 64)
    assert made.closes_at == Occurrence.objects.get().starts_at - timedelta(days=1)
    assert Pool.objects.get().ceiling == 30


def test_a_worker_of_the_union_finds_what_was_announced_and_enters() -> None:
    (worker,) = make_workers(1)
    sent(officer_of())
    assert claim(Activity.objects.get(), worker).what == "entered"


def test_who_may_bring_family_is_asked_for_how_many_and_nobody_else() -> None:
    (worker,) = make_workers(1)
    client = Client()
    client.force_login(make_account(worker))
    alone, family = (make_activity(seats=5, most_seats=most) for most in (1, 3))
    assert 'name="seats"' not in client.get(f"/activities/{alone.pk}/").content.decode()
    assert 'name="seats" type="number" inputmode="numeric" min="1" max="3"' in (
        client.get(f"/activities/{family.pk}/").content.decode()
    )


def test_looking_at_it_first_keeps_nothing_and_changing_loses_nothing() -> None:
    client = officer_of()
    status, page = sent(client, step="preview")
    assert (status, Activity.objects.count()) == (200, 0)
    assert "端午香囊课" in page
    status, page = sent(client, step="change")
    assert 'value="职工之家三楼"' in page


def test_seats_are_kept_for_new_form_workers_until_a_day_before() -> None:
    sent(officer_of(), keep="10")
    (own,) = Pool.objects.filter(group=Group.objects.get())
    assert (own.floor, own.merges_at) == (10, Occurrence.objects.get().starts_at - timedelta(days=1))
    assert Pool.objects.get(group=None).held_back == 10


@pytest.mark.parametrize(
    "wrong",
    [{"title": ""}, {"starts_1": "2020-01-01T10:00"}, {"keep": "31"}, {"closes_at": "2020-01-01T10:00"},
     {"closes_at": "2099-01-01T10:00"}, {"starts_1": "soon"}, {"organisation": "0"}, {"mode": "raffle"}],
)  # fmt: skip
def test_what_cannot_be_is_told_beside_its_field(wrong: dict[str, str]) -> None:
    status, page = sent(officer_of(), **wrong)
    assert (status, Activity.objects.count()) == (422, 0)
    assert 'role="alert"' in page


def test_a_thousand_on_one_date_need_a_permit_and_it_is_said_before_announcing() -> None:
    _status, page = sent(officer_of(), step="preview", seats="1000")
    assert "505" in page
    assert "505" not in sent(officer_of(), step="preview", seats="999")[1]


def test_the_permit_is_asked_for_twenty_days_before_of_the_city_from_five_thousand() -> None:
    day = clock.now() + timedelta(days=30)
    small, county, city = (security_permit([(day, seats)]) for seats in (999, 4999, 5000))
    assert small is None
    assert county is not None
    assert city is not None
    assert (county.is_city, city.is_city, county.is_late) == (False, True, False)
    assert county.apply_by == (day - timedelta(days=20)).astimezone(clock.SHANGHAI).date()
    assert security_permit([(day, 600), (day + timedelta(days=1), 600)]) is None
    late = security_permit([(clock.now() + timedelta(days=19), 1000)])
    assert late is not None
    assert late.is_late


def test_the_list_and_the_page_count_seats_and_line_and_hide_names() -> None:
    activity = make_activity(seats=1)
    first, second = make_workers(2)
    claim(activity, first)
    claim(activity, second)
    client = officer_of(activity)
    assert "1 / 1" in client.get(LIST).content.decode()
    page = client.get(f"{LIST}{activity.pk}/").content.decode()
    assert first.masked_name in page
    assert first.phone not in page
    part = client.get(f"{LIST}{activity.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert 'hx-trigger="every 5s"' in part
    assert "<html" not in part


def test_more_seats_go_to_the_line_and_fewer_than_taken_are_refused() -> None:
    activity = make_activity(seats=1)
    first, second = make_workers(2)
    claim(activity, first)
    claim(activity, second)
    client, pool = officer_of(activity), Pool.objects.get(activity=activity)
    assert client.post(f"/desk/seats/{pool.pk}/", {"ceiling": "2"}).status_code == 302
    assert held_by(second, activity)
    assert client.post(f"/desk/seats/{pool.pk}/", {"ceiling": "1"}).status_code == 409
    assert client.post(f"/desk/seats/{pool.pk}/", {"ceiling": "many"}).status_code == 422


def test_lots_are_drawn_by_hand_once_registration_has_closed() -> None:
    activity = make_activity(mode=Activity.Mode.DRAW, seats=1)
    for worker in make_workers(2):
        claim(activity, worker)
    client = officer_of(activity)
    assert client.post(f"{LIST}{activity.pk}/draw/").status_code == 409
    with clock.at(activity.closes_at + timedelta(minutes=1)):
        assert f"{LIST}{activity.pk}/draw/" in client.get(f"{LIST}{activity.pk}/").content.decode()
        assert client.post(f"{LIST}{activity.pk}/draw/").status_code == 302
    assert Registration.objects.live().count() == 1


def test_calling_off_needs_a_reason_and_frees_every_seat() -> None:
    activity = make_activity()
    (worker,) = make_workers(1)
    claim(activity, worker)
    client = officer_of(activity)
    assert client.post(f"{LIST}{activity.pk}/call-off/", {"reason": " "}).status_code == 422
    assert client.post(f"{LIST}{activity.pk}/call-off/", {"reason": "台风预警"}).status_code == 302
    assert held_by(worker, activity) == []


def test_the_door_list_is_masked_and_its_taking_is_on_record() -> None:
    activity = make_activity()
    (worker,) = make_workers(1)
    claim(activity, worker)
    answer = officer_of(activity).post(f"{LIST}{activity.pk}/door.xlsx")
    sheet = load_workbook(BytesIO(answer.content)).active
    assert sheet is not None
    cells = [value for row in sheet.iter_rows(values_only=True) for value in row]
    assert worker.masked_phone in cells
    assert worker.phone not in cells
    assert Line.objects.filter(verb="take_door_list").count() == 1


def test_another_county_has_no_such_desk_and_finance_may_look_but_not_act() -> None:
    activity = make_activity()
    beside = Client()
    beside.force_login(make_account(make_officer(make_tree().other_county, Office.HANDLER).person))
    assert beside.get(f"{LIST}{activity.pk}/").status_code == 404
    assert beside.post(f"{LIST}{activity.pk}/door.xlsx").status_code == 404
    finance = officer_of(activity, Office.FINANCE)
    assert finance.get(f"{LIST}{activity.pk}/").status_code == 200
    assert finance.get(f"{LIST}new/").status_code == 403
    assert finance.post(f"{LIST}{activity.pk}/call-off/", {"reason": "x"}).status_code == 403


def test_the_list_asks_no_more_when_there_is_more(django_assert_max_num_queries: Any) -> None:
    for _n in range(4):
        activity = make_activity()
    client = officer_of(activity)
    client.get(LIST)
    with django_assert_max_num_queries(18):
        client.get(LIST)
