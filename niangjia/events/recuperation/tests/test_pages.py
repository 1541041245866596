"""Routes on the pages: listed and approved at the desk, scored on a phone, read by workers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from niangjia.events.models import Activity, Inspector, Route, Trip
from niangjia.events.recuperation.criteria import criteria
from niangjia.events.recuperation.tests.factories import approve, inspect, make_route, make_trip
from niangjia.events.tests.factories import claim, make_workers
from niangjia.kit import clock
from niangjia.kit.actor import Office
from niangjia.orgs.models import Organisation
from niangjia.orgs.tests.factories import make_account, make_officer, make_person, make_tree, make_union
from niangjia.people.models import Person

pytestmark = pytest.mark.django_db
ROUTE = {
    "kind": "recuperation", "title": "会稽山三村线", "stops": "1：上旺村\n2：祝家村\n里庄村", "reach": "within",
    "days": "2", "day_price_fen": "480", "family_price_fen": "900", "capacity": "40", "summary": "",
}  # fmt: skip


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(make_account(person))
    return client


def officer(body: Organisation, office: Office = Office.HANDLER) -> Client:
    return signed_in(make_officer(body, office).person)


def test_from_the_list_to_the_trip_the_whole_way_on_the_pages() -> None:
    city = make_tree().city
    handler, chair, rep = officer(city), officer(city, Office.CHAIR), make_officer(make_union(), Office.CHAIR).person
    handler.post("/desk/routes/new/", {**ROUTE, "organisation": city.pk})
    route = Route.objects.get()
    assert [(stop.day, stop.name) for stop in route.stops.all()] == [(1, "上旺村"), (1, "里庄村"), (2, "祝家村")]
    at = f"/desk/routes/{route.pk}/"
    today = clock.today()
    assert handler.post(f"{at}inspect/", {"visited_on": f"{today}", "people": [rep.pk]}).status_code == 302
    phone, sheet = signed_in(rep), Inspector.objects.get(person=rep)
    assert f"/recuperation/sheets/{sheet.pk}/" in phone.get("/recuperation/").content.decode()
    given = {one["key"]: str(one["most"]) for one in criteria()}
    assert phone.post(f"/recuperation/sheets/{sheet.pk}/", given | {"rest": "99"}).status_code == 422
    assert phone.post(f"/recuperation/sheets/{sheet.pk}/", given | {"remark": "路好走"}).status_code == 302
    assert handler.post(f"/desk/inspections/{sheet.inspection_id}/close/").status_code == 302
    season = {"starts_on": f"{today}", "ends_on": f"{today + timedelta(days=200)}"}
    assert handler.post(f"{at}approve/", season).status_code == 403
    assert chair.post(f"{at}approve/", season).status_code == 302
    now = clock.now().astimezone(clock.SHANGHAI)
    trip = {
        "organisation": city.pk, "starts_on": f"{today + timedelta(days=30)}", "location": "市总门口", "seats": "20",
        "family": "1", "mode": "draw", "opens_at": f"{now:%Y-%m-%dT%H:%M}",
        "closes_at": f"{now + timedelta(days=9):%Y-%m-%dT%H:%M}",
    }  # fmt: skip
    assert handler.post(f"{at}trip/", trip | {"closes_at": trip["opens_at"]}).status_code == 422
    made = handler.post(f"{at}trip/", trip)
    assert made.headers["Location"] == f"/desk/activities/{Trip.objects.get().activity_id}/"
    page = handler.get(at).content.decode()
    assert "路好走" in page
    assert "100.0" in page or "100" in page


def test_what_is_over_a_limit_is_said_on_the_list_with_its_basis_on_the_page() -> None:
    route = inspect(make_route(yuan=700), 90)
    chair = officer(route.organisation, Office.CHAIR)
    assert "超出标准" in chair.get("/desk/routes/").content.decode()
    page = chair.get(f"/desk/routes/{route.pk}/").content.decode()
    assert "¥700" in page
    assert "2020" in page
    season = {"starts_on": f"{clock.today()}", "ends_on": f"{clock.today()}"}
    refused = chair.post(f"/desk/routes/{route.pk}/approve/", season)
    assert refused.status_code == 422
    assert str(clock.today()) in refused.content.decode()  # what was typed is still there


def test_a_worker_sees_routes_their_score_and_what_is_left_of_the_year() -> None:
    with clock.at(clock.start_of(clock.today().replace(month=3, day=2)) + timedelta(hours=9)):
        trip = make_trip(approve(make_route(days=3, yuan=600, family_price_fen=900_00)), family=1)
        make_route(title="没有核准的线路")
        (worker,) = make_workers(1)
        claim(trip.activity, worker)
        page = signed_in(worker).get("/recuperation/").content.decode()
    for said in ("¥1,200", "¥3,000", "¥900", "90.0", f"/activities/{trip.activity_id}/"):
        assert said in page
    assert "没有核准的线路" not in page


def test_a_slip_of_the_pen_is_said_in_the_form_and_writes_nothing() -> None:
    route, now = approve(make_route(capacity=40)), clock.now().astimezone(clock.SHANGHAI)
    body, today = route.organisation, clock.today()
    desk, at = officer(body), f"/desk/routes/{route.pk}/"
    rep = make_officer(make_union(), Office.CHAIR).person
    trip = {
        "organisation": body.pk, "starts_on": f"{today + timedelta(days=30)}", "location": "市总门口", "seats": "20",
        "mode": "draw", "opens_at": f"{now:%Y-%m-%dT%H:%M}", "closes_at": f"{now + timedelta(days=9):%Y-%m-%dT%H:%M}",
    }  # fmt: skip
    new = {**ROUTE, "organisation": body.pk}
    for address, sent, sentence in (
        ("/desk/routes/new/", {**new, "stops": "9：上旺村"}, "2天之内"),
        ("/desk/routes/new/", {**new, "stops": "1：" + "长" * 61}, "最多 60 个字"),
        ("/desk/routes/new/", {**new, "organisation": "999999"}, "请从给出的选项中选一项"),
        (f"{at}inspect/", {"visited_on": "1999-01-01", "people": [rep.pk]}, "一年之内"),
        (f"{at}trip/", {**trip, "starts_on": "2099-01-01"}, "未获核准"),
        (f"{at}trip/", {**trip, "seats": "41"}, "最多接待40人"),
        (f"{at}trip/", {**trip, "opens_at": "2020-01-01T09:00", "closes_at": "2020-01-02T09:00"}, "已经截止"),
    ):
        refused = desk.post(address, sent)
        assert refused.status_code == 422, sent
        assert sentence in refused.content.decode(), sent
        assert "</form>" in refused.content.decode()
    assert Route.objects.get() == route
    assert route.inspections.filter(closed_at=None).count() == 0
    assert not Trip.objects.exists()


def test_without_a_union_nobody_has_an_allowance_and_that_is_said() -> None:
    assert "疗休养面向工会会员" in signed_in(make_person()).get("/recuperation/").content.decode()


def test_a_route_whose_approval_is_withdrawn_is_read_no_more() -> None:
    route = approve(make_route())
    (worker,) = make_workers(1)
    client, chair = signed_in(worker), officer(route.organisation, Office.CHAIR)
    assert route.title in client.get("/recuperation/").content.decode()
    withdrawn = f"/desk/approvals/{route.approvals.get().pk}/withdraw/"
    assert chair.post(withdrawn, {"reason": " "}).status_code == 422
    assert chair.post(withdrawn, {"reason": "山洪毁路"}).status_code == 302
    assert route.title not in client.get("/recuperation/").content.decode()


def test_lists_ask_no_more_when_there_is_more(django_assert_max_num_queries: Any) -> None:
    for title in ("一线", "二线", "三线"):
        make_trip(approve(make_route(title=title)), mode=Activity.Mode.DRAW)
    (worker,) = make_workers(1)
    desk, phone = officer(make_tree().city), signed_in(worker)
    with django_assert_max_num_queries(14):
        desk.get("/desk/routes/")
    with django_assert_max_num_queries(18):
        phone.get("/recuperation/")
