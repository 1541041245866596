"""Commuter lines: asked about before they run, looked up by anybody, and nobody sees who would ride."""

from __future__ import annotations

from django.test import Client

from niangjia.demand import listening
from niangjia.demand.models import Wish
from niangjia.people.happenings import PeopleMerged
from niangjia.places import actions
from niangjia.places.models import CommuterLine
from niangjia.places.reads.lines import line_page
from niangjia.places.tests.conftest import Home
from niangjia.places.tests.test_pages import of, text

STOPS = [("城南公交站", 0), ("人民医院", 12), ("工业园东门", 30)]


def make_line(home: Home) -> CommuterLine:
    return actions.plan_line(home.county, actor=home.keeper, name="工业园通勤专线", stops=STOPS, operator="新昌公交")


def test_workers_say_from_where_they_would_ride_before_a_bus_is_hired(home: Home):
    desk = of(home.keeper)
    sent = {"name": "工业园通勤专线", "operator": "新昌公交", "stops": "城南公交站 0\n人民医院 12\n\n工业园东门 30"}
    assert desk.post(f"/desk/places/lines/add/{home.county.pk}/", {**sent, "stops": "城南"}).status_code == 422
    assert desk.post(f"/desk/places/lines/add/{home.county.pk}/", {**sent, "stops": "城南 0"}).status_code == 422
    desk.post(f"/desk/places/lines/add/{home.county.pk}/", sent)
    line = CommuterLine.objects.get()
    assert line.name in text(Client(), "/lines/")
    first, second, last = line.stops.all()
    worker = home.worker()
    client = of(worker)
    client.post(f"/lines/{line.pk}/ride/", {"stop": str(first.pk)})
    client.post(f"/lines/{line.pk}/ride/", {"stop": str(second.pk)})  # another stop instead, counted once
    of(home.worker()).post(f"/lines/{line.pk}/ride/", {"stop": str(second.pk)})
    page = line_page(home.keeper, line.pk)
    assert [row.wishes for row in page.rows] == [0, 2, 0]
    assert page.riders == 2
    assert home.people[0].name not in text(desk, f"/desk/places/lines/{line.pk}/")
    client.post(f"/lines/{line.pk}/ride/", {"no": "1"})
    assert line_page(worker, line.pk).riders == 1
    assert client.post(f"/lines/{line.pk}/ride/", {"stop": "999999"}).status_code == 404
    assert last.option.wishes.count() == 0


def test_a_timetable_says_at_every_stop_when_the_bus_is_there(home: Home):
    line, desk = make_line(home), of(home.keeper)
    address = f"/desk/places/lines/{line.pk}/"
    assert desk.post(address, {"departures": "early", "seats": "40"}).status_code == 422
    assert desk.post(address, {"departures": "07:10", "seats": ""}).status_code == 422
    desk.post(address, {"departures": "07：40，07:10", "seats": "45"})
    assert [row.times for row in line_page(home.keeper, line.pk).rows] == [
        ("07:10", "07:40"), ("07:22", "07:52"), ("07:40", "08:10"),
    ]  # fmt: skip
    assert "07:22" in text(Client(), f"/lines/{line.pk}/")
    assert "07:10 07:40" in text(desk, address)
    desk.post(address, {"end": "1"})
    assert line.name not in text(Client(), "/lines/")
    assert of(home.worker()).post(f"/lines/{line.pk}/ride/", {"stop": str(line.stops.all()[0].pk)}).status_code == 409


def test_two_records_of_one_person_keep_one_wish_and_the_copy_of_their_data_tells_it(home: Home):
    line, stop = make_line(home), None
    for _person in range(2):
        stop = line.stops.all()[1]
        actions.ask_to_ride(stop, actor=home.worker())
    kept, gone = home.people
    listening.follow_merge(PeopleMerged(kept_id=kept.pk, gone_id=gone.pk))
    assert list(Wish.objects.values_list("person", "option")) == [(kept.pk, stop.option_id if stop else 0)]
