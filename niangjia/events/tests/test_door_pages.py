"""The door in pages: cards, codes, names, the screen of a hall, a device without network."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from niangjia.events import actions
from niangjia.events.door import codes as doorcodes
from niangjia.events.door.holders import Holder
from niangjia.events.models import Activity, Occurrence, Presence, Registration
from niangjia.events.reads import people_present, person_times
from niangjia.events.tests.factories import claim, held_by, make_activity, make_workers
from niangjia.kit import clock
from niangjia.kit.actor import Office
from niangjia.orgs.reads import actor_for
from niangjia.orgs.tests.factories import make_account, make_member, make_officer, make_person, make_tree, make_union
from niangjia.people.models import Person
from niangjia.trail.models import Line

pytestmark = pytest.mark.django_db


def of(person: Person) -> Client:
    client = Client()
    client.force_login(make_account(person))
    return client


class World:
    """A date with two seats, one worker who holds one, and the officer at its door."""

    def __init__(self) -> None:
        self.activity: Activity = make_activity(seats=2)
        (self.worker,) = make_workers(1)
        claim(self.activity, self.worker)
        (self.seat,) = held_by(self.worker, self.activity)
        self.date: Occurrence = self.seat.occurrence
        self.officer = of(make_officer(self.activity.organisation, Office.HANDLER).person)
        self.door = f"/desk/doors/{self.date.pk}/"

    @contextmanager
    def begins(self, minutes: int = -5) -> Iterator[None]:
        with clock.at(self.date.starts_at + timedelta(minutes=minutes)):
            yield

    def post(self, end: str, **given: Any) -> Any:
        return self.officer.post(f"{self.door}{end}", given)


@pytest.fixture
def world() -> World:
    return World()


def test_the_workers_card_shows_a_code_that_lets_them_in(world: World) -> None:
    page = of(world.worker).get(f"/card/{world.seat.pk}/").content.decode()
    assert doorcodes.code(Holder(world.seat)) in page
    with world.begins():
        world.post("in/", code=doorcodes.card(Holder(world.seat)))
        assert Presence.objects.get().how == Presence.How.QR
        assert world.post("in/", code=doorcodes.code(Holder(world.seat)).lower()).status_code == 302
    assert Presence.objects.count() == 1


@pytest.mark.parametrize(
    "wrong", ["NJ1.0.{pk}.{code}", "NJ1.{date}.{pk}.AAAAAAAA", "AAAAAAAA", "", "NJ1", "NJ1.{date}"]
)
def test_a_card_that_is_forged_or_for_another_date_lets_nobody_in(world: World, wrong: str) -> None:
    given = wrong.format(pk=world.seat.pk, date=world.date.pk, code=doorcodes.code(Holder(world.seat)))
    with world.begins():
        assert world.post("in/", code=given).status_code == 422
    assert not Presence.objects.exists()


def test_nobody_has_anothers_card_and_a_seat_given_up_has_none(world: World) -> None:
    (other,) = make_workers(1)
    assert of(other).get(f"/card/{world.seat.pk}/").status_code == 404
    actions.cancel_registration(world.seat, actor=actor_for(world.worker))
    assert of(world.worker).get(f"/card/{world.seat.pk}/").status_code == 404


def test_the_door_names_nobody_until_asked_and_then_masked(world: World) -> None:
    assert world.worker.masked_name not in world.officer.get(world.door).content.decode()
    for asked in (world.worker.name, world.worker.phone[-4:]):
        page = world.officer.get(world.door, {"q": asked}).content.decode()
        assert world.worker.masked_name in page
        assert world.worker.phone not in page
    with world.begins():
        world.post("in/", holder=str(world.seat.pk))
        page = world.officer.get(world.door, {"q": world.worker.name}).content.decode()
        presence = Presence.objects.get()
        assert f"/desk/presences/{presence.pk}/left/" in page
        world.officer.post(f"/desk/presences/{presence.pk}/left/")
        assert Presence.objects.get().state == Presence.State.LEFT_EARLY
        world.officer.post(f"/desk/presences/{presence.pk}/undo/")
    assert not Presence.objects.exists()


def test_who_has_no_registration_is_let_in_by_phone_number_or_name_if_a_member(world: World) -> None:
    union = make_union()
    member, namesake = (make_member(union, make_person("欧阳同名")).person for _ in range(2))
    with world.begins():
        for nobody in ("13900000000", "查无此人", "", "张"):
            assert world.post("walk-in/", who=nobody).status_code == 422
        page = world.post("walk-in/", who=member.name).content.decode()
        assert not Presence.objects.exists()
        assert member.phone not in page
        for one in (member, namesake):
            assert f'value="{one.pk}"' in page
        assert world.post("walk-in/", person=str(namesake.pk)).status_code == 302
        assert world.post("walk-in/", who=member.phone).status_code == 409  # both seats are taken
        (stranger,) = make_workers(1, make_union(make_tree().other_county))
        assert world.post("walk-in/", person=str(stranger.pk)).status_code == 404
    presence = Presence.objects.get()
    assert (presence.person_id, presence.walked_in) == (namesake.pk, True)
    assert presence.registration.state == Registration.State.REGISTERED


def test_heads_nobody_knows_are_counted_apart_and_only_where_seats_have_no_limit(world: World) -> None:
    fair = make_activity(seats=None)
    date = fair.occurrences.get()
    door, (known,) = f"/desk/doors/{date.pk}/", make_workers(1)
    claim(fair, known)
    with clock.at(date.starts_at):
        for step in ("1", "10", "-1"):
            assert world.officer.post(f"{door}heads/", {"step": step}).status_code == 302
        for wrong in ("5", "x", "", "-10"):
            assert world.officer.post(f"{door}heads/", {"step": wrong}).status_code == 422
        world.officer.post(f"{door}in/", {"holder": str(held_by(known, fair)[0].pk)})
        assert "未登记人数" not in world.officer.get(world.door).content.decode()
    with world.begins():
        assert world.post("heads/", step="1").status_code == 409
    date.refresh_from_db()
    dates = fair.occurrences.all()
    assert (date.heads, people_present(dates), person_times(dates)) == (10, 1, 1)
    assert Line.objects.filter(verb="count_heads").count() == 3


def test_nobody_is_taken_back_who_was_not_counted(world: World) -> None:
    date = make_activity(seats=None).occurrences.get()
    with clock.at(date.starts_at):
        assert world.officer.post(f"/desk/doors/{date.pk}/heads/", {"step": "-1"}).status_code == 409


def test_an_excuse_is_noted_and_no_shows_are_released_only_after_the_grace(world: World) -> None:
    with world.begins(5):
        assert world.post("release/").status_code == 409
    with world.begins(20):
        assert f"{world.door}release/" in world.officer.get(world.door).content.decode()
        assert world.post("release/").status_code == 302
    assert Registration.objects.get().state == Registration.State.RELEASED
    world.officer.post(f"/desk/registrations/{world.seat.pk}/excuse/", {"reason": "住院"})
    assert Presence.objects.get().state == Presence.State.EXCUSED


def test_the_code_of_the_hall_turns_and_is_good_for_a_minute_at_most(world: World) -> None:
    worker = of(world.worker)
    with world.begins():
        code = doorcodes.hall_code(world.date)
        assert code in world.officer.get(f"{world.door}hall/").content.decode()
        assert worker.post(f"/card/here/{world.date.pk}/", {"code": "WRONG"}).status_code == 422
    with clock.at(world.date.starts_at - timedelta(minutes=5) + timedelta(seconds=61)):
        assert doorcodes.hall_code(world.date) != code
        assert worker.post(f"/card/here/{world.date.pk}/", {"code": code}).status_code == 422
        assert not Presence.objects.exists()
    with clock.at(world.date.starts_at - timedelta(minutes=5) + timedelta(seconds=30)):
        assert worker.post(f"/card/here/{world.date.pk}/", {"code": code.lower()}).status_code == 302
    assert Presence.objects.get().how == Presence.How.HALL_CODE


def test_what_a_device_takes_along_is_masked_and_on_record(world: World) -> None:
    answer = world.officer.post(f"{world.door}along/")
    (line,) = answer.json()["people"]
    assert line == {
        "id": str(world.seat.pk), "name": world.worker.masked_name, "phone": world.worker.masked_phone, "seats": 1,
        "team": "", "along": 0, "code": doorcodes.code(Holder(world.seat)), "in": False,
    }  # fmt: skip
    assert world.worker.phone not in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert Line.objects.filter(verb="take_door_along").count() == 1


def test_what_a_device_brings_back_is_answered_line_by_line_and_noted_once(world: World) -> None:
    (gave_up,) = make_workers(1)
    claim(world.activity, gave_up)
    (given_up,) = held_by(gave_up, world.activity)
    actions.cancel_registration(given_up, actor=actor_for(gave_up))
    came = int((world.date.starts_at - timedelta(minutes=3)).timestamp() * 1000)
    lines = [{"id": pk, "at": came} for pk in (world.seat.pk, given_up.pk, 0)]
    for first in ("in", "already"):
        with world.begins(90):
            answer = world.officer.post(f"{world.door}back/", {"lines": json.dumps(lines)})
        told = answer.json()["lines"]
        assert [one["what"] for one in told] == [first, "refused", "refused"]
        assert told[1]["said"]
    noted = Presence.objects.get()
    assert noted.arrived_at is not None
    assert (noted.how, noted.state) == (Presence.How.OFFLINE, Presence.State.PRESENT)
    assert noted.arrived_at.timestamp() * 1000 == came


@pytest.mark.parametrize("wrong", ["", "7", '[{"id": 1}]', '[{"id": 1, "at": "x"}]', '[{"id": 1, "at": 1e30}]'])
def test_what_cannot_be_read_is_said_and_loses_nothing(world: World, wrong: str) -> None:
    answer = world.officer.post(f"{world.door}back/", {"lines": wrong})
    assert (answer.status_code, bool(answer.json()["said"])) == (422, True)


def test_another_county_has_no_such_door_and_finance_may_look_but_not_let_in(world: World) -> None:
    beside = of(make_officer(make_tree().other_county, Office.HANDLER).person)
    assert beside.get(world.door).status_code == 404
    assert beside.post(f"{world.door}along/").status_code == 404
    finance = of(make_officer(world.activity.organisation, Office.FINANCE).person)
    assert "door-typed" not in finance.get(world.door).content.decode()
    with world.begins():
        assert finance.post(f"{world.door}in/", {"holder": str(world.seat.pk)}).status_code == 403
        assert finance.post(f"{world.door}along/").status_code == 403
        assert finance.get(f"{world.door}hall/").status_code == 403


def test_the_doors_of_these_days_stand_in_one_list(world: World) -> None:
    assert world.activity.title not in world.officer.get("/desk/doors/").content.decode()
    with world.begins(-600):
        assert world.activity.title in world.officer.get("/desk/doors/").content.decode()


def test_the_list_on_paper_is_of_one_date_masked_and_on_record(world: World) -> None:
    elsewhere = make_activity(seats=2)
    (other,) = make_workers(1)
    claim(elsewhere, other)
    answer = world.post("print/")
    page = answer.content.decode()
    assert (answer.status_code, page.count('class="tick"')) == (200, 1)
    assert world.worker.masked_phone in page
    assert world.worker.phone not in page
    assert Line.objects.filter(verb="print_door_list").count() == 1
    assert world.officer.get(f"{world.door}print/").status_code == 405
    beside = of(make_officer(make_tree().other_county, Office.HANDLER).person)
    assert beside.post(f"{world.door}print/").status_code == 404


def test_what_is_wrong_at_the_door_stands_on_the_door_with_what_was_typed(world: World) -> None:
    with world.begins():
        refused = world.post("walk-in/", who="无此人", people="二")
        assert refused.status_code == 422
        page = refused.content.decode()
        assert all(part in page for part in ('value="无此人"', 'value="二"', 'href="#id_people"', "walk-in/"))
        assert 'value="ABCDEFGH"' in world.post("in/", code="ABCDEFGH").content.decode()
