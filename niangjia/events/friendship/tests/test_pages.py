"""Friendship on the pages: joined, verified, chosen, told, ended; and what an officer does not see."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from niangjia.events.friendship.tests.factories import choose, come, make_evening, make_single, profile_of, tell
from niangjia.events.models import Evening, Guest, Pair, Profile
from niangjia.kit import clock
from niangjia.kit.actor import Office
from niangjia.orgs.models import Organisation
from niangjia.orgs.tests.factories import (
    make_account,
    make_employer,
    make_member,
    make_officer,
    make_person,
    make_tree,
    make_union,
)
from niangjia.people.models import Person
from niangjia.people.tests.factories import an_id_number

pytestmark = pytest.mark.django_db


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(make_account(person))
    return client


def officer(body: Organisation) -> Client:
    return signed_in(make_officer(body, Office.HANDLER).person)


def test_a_member_joins_in_is_verified_and_may_leave_again() -> None:
    born = clock.today() - timedelta(days=30 * 365)
    union = make_union(name="城关机械厂工会")
    make_employer(union, "城关机械厂")
    worker = make_person(born=born, id_number=an_id_number(born))
    make_member(union, worker)
    phone, county = signed_in(worker), officer(make_tree().county)
    wanted = {"nickname": "小桥", "words": "爱爬山", "contact": "微信 qiao"}
    assert phone.post("/friendship/profile/", wanted).status_code == 422  # without agreeing nothing is kept
    assert phone.post("/friendship/profile/", wanted | {"agreed": "on"}).status_code == 302
    desk = county.get("/desk/friendship/").content.decode()
    assert worker.masked_name in desk
    for hidden in (worker.name, "城关机械厂", "qiao", worker.phone):
        assert hidden not in desk
    assert "qiao" not in officer(union).get("/desk/friendship/").content.decode()
    verify = f"/desk/friendship/profiles/{profile_of(worker).pk}/"
    assert officer(union).post(verify, {"verified": "yes"}).status_code == 404
    assert county.post(verify, {"verified": "yes"}).status_code == 302
    assert "已审核" in phone.get("/friendship/").content.decode()
    assert phone.post("/friendship/leave/").status_code == 302
    assert not Profile.objects.exists()


def test_guests_choose_and_only_those_who_chose_one_another_read_how_to_meet() -> None:
    first, second = make_single("甲"), make_single("乙")
    evening = come(make_evening(), [first, second])
    at, number = f"/friendship/events/{evening.pk}/", Guest.objects.get(person=second).number
    phone = signed_in(first)
    with clock.at(evening.reveals_at - timedelta(hours=2)):
        assert f'value="{number}"' in phone.get(at).content.decode()
        assert phone.post(at, {"number": [str(number)]}).status_code == 302
        assert "checked" not in phone.get(at).content.decode()  # a sealed sheet is shown to nobody
    choose(evening, second, first)
    tell(evening)
    page = phone.get(at).content.decode()
    assert "微信 乙" in page
    assert signed_in(make_single("丙")).get(at).status_code == 404
    assert phone.post(f"/friendship/pairs/{Pair.objects.get().pk}/end/").status_code == 302
    assert "微信 乙" not in phone.get(at).content.decode()


def test_a_federation_holds_an_event_and_sees_counts_but_no_choices() -> None:
    county = make_tree().county
    desk, now = officer(county), clock.now().astimezone(clock.SHANGHAI)
    form = {
        "organisation": county.pk, "title": "湖畔联谊", "summary": "", "location": "职工之家", "minutes": "180",
        "seats": "40", "mode": "draw", "opens_at": f"{now:%Y-%m-%dT%H:%M}",
        "closes_at": f"{now + timedelta(days=3):%Y-%m-%dT%H:%M}",
        "starts_at": f"{now + timedelta(days=5):%Y-%m-%dT%H:%M}",
        "reveals_at": f"{now + timedelta(days=6):%Y-%m-%dT%H:%M}",
    }  # fmt: skip
    assert desk.post("/desk/friendship/new/", form | {"reveals_at": form["starts_at"]}).status_code == 422
    years_ago = {"opens_at": "2020-01-01T09:00", "closes_at": "2020-01-02T09:00", "starts_at": "2020-01-03T09:00"}
    assert "已经截止" in desk.post("/desk/friendship/new/", form | years_ago).content.decode()
    assert desk.post("/desk/friendship/new/", form).status_code == 302
    evening = Evening.objects.get()
    assert desk.get(f"/desk/friendship/{evening.pk}/").status_code == 200
    assert desk.post(f"/desk/friendship/{evening.pk}/open/").status_code == 409  # nobody has come
    assert officer(make_union()).get("/desk/friendship/new/").status_code == 403
