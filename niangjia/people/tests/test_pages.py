"""One's own record on a phone."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from niangjia.people import actions
from niangjia.people.models import Person
from niangjia.people.tests.factories import REGISTRY, an_id_number, make_account, make_person

pytestmark = pytest.mark.django_db
PAGES = ("/me/data/", "/me/data/edit/", "/me/data/identity/", "/me/data/erase/", "/me/second-factor/")


@pytest.fixture
def person() -> Person:
    return make_person("吴春梅", id_number=an_id_number(), residence_code="330624")


@pytest.fixture
def phone(client: Client, person: Person) -> Client:
    client.force_login(make_account(person))
    return client


def test_the_record_shows_masked_numbers_and_places_by_name(
    phone: Client, person: Person, django_assert_max_num_queries: Any
) -> None:
    phone.get("/me/data/")
    with django_assert_max_num_queries(12):
        text = phone.get("/me/data/").content.decode()
    assert person.id_number not in text
    assert person.phone not in text
    assert person.masked_phone in text
    assert "绍兴市新昌县" in text


def test_the_full_numbers_are_shown_on_a_press_and_the_look_is_listed(phone: Client, person: Person) -> None:
    assert phone.get("/me/data/numbers/").status_code == 405
    assert person.id_number in phone.post("/me/data/numbers/").content.decode()
    actions.reveal(person, actor=REGISTRY, purpose="核对补贴名单")
    assert "核对补贴名单" in phone.get("/me/data/").content.decode()


def test_where_i_live_is_mine_to_correct(phone: Client, person: Person) -> None:
    assert phone.post("/me/data/edit/", {"residence_code": "330402", "hukou_code": ""}).status_code == 302
    person.refresh_from_db()
    assert person.residence_code == "330402"
    assert phone.post("/me/data/edit/", {"residence_code": "999999"}).status_code == 422


def test_identity_is_proved_on_one_page(phone: Client, person: Person) -> None:
    wrong = phone.post("/me/data/identity/", {"name": "吴春梅", "id_number": "330624198505200000"})
    assert wrong.status_code == 422
    right = phone.post("/me/data/identity/", {"name": "吴春梅", "id_number": person.id_number})
    assert right.status_code == 302
    person.refresh_from_db()
    assert person.identity_proved_on is not None


def test_my_data_comes_as_a_file(phone: Client, person: Person) -> None:
    answer = phone.post("/me/data/copy/")
    assert "attachment" in answer["Content-Disposition"]
    assert json.loads(answer.content)["person"]["name"] == person.name


def test_a_consent_is_withdrawn_by_its_owner_only(phone: Client, person: Person) -> None:
    mine = actions.give_consent(person, actor=REGISTRY, purpose="p", notice="同意")
    other = actions.give_consent(make_person(), actor=REGISTRY, purpose="p", notice="同意")
    assert phone.post(f"/me/data/consents/{mine.pk}/withdraw/").status_code == 302
    assert phone.post(f"/me/data/consents/{other.pk}/withdraw/").status_code == 404
    mine.refresh_from_db()
    assert mine.withdrawn_at is not None


def test_erasing_is_explained_first_and_ends_at_the_door(phone: Client, person: Person) -> None:
    assert phone.get("/me/data/erase/").status_code == 200
    assert phone.post("/me/data/erase/").url == "/erased/"  # type: ignore[attr-defined]
    assert phone.get("/erased/").status_code == 200
    assert phone.get("/me/data/").status_code == 302


@pytest.mark.parametrize("address", PAGES)
def test_nobody_sees_a_record_without_signing_in(client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/login/?next=")


@pytest.mark.parametrize("address", PAGES)
def test_every_page_reads_in_both_languages(phone: Client, address: str) -> None:
    for language in ("zh-hans", "en"):
        phone.cookies["niangjia_language"] = language
        assert phone.get(address).status_code == 200


def test_workers_are_not_asked_for_a_second_factor(phone: Client, settings: LazySettings) -> None:
    settings.STAFF_TWO_FACTOR = True
    assert phone.get("/me/data/").status_code == 200
