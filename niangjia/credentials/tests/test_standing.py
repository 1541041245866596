"""Where somebody stands, what the rules may know of it, and the worker's pages."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from niangjia.credentials import actions
from niangjia.credentials.facts import SKILL, TITLES
from niangjia.credentials.models import Credential
from niangjia.credentials.reads import ladder_of
from niangjia.credentials.tests.conftest import Register
from niangjia.kit import clock
from niangjia.orgs.tests.factories import REGISTRY, make_account, make_actor, make_officer, make_person
from niangjia.people import actions as people
from niangjia.people.models import Person
from niangjia.rules.sources import FactSource, sources

DAY = date(2026, 4, 1)
LATER = date(2026, 10, 1)


def level(register: Register, code: str, number: str, *, checked: bool = True, on: date = DAY, **rest) -> Credential:
    return actions.record_outside_certificate(
        register.worker, achievement=code, number=number, issuer_name="鉴定中心", issued_on=on, occupation="电工",
        actor=register.handler if checked else register.me, **rest,
    )  # fmt: skip


def known(source: FactSource, person: Person, as_of: date = LATER) -> dict[str, Any]:
    with connection.cursor() as cursor:
        asked = f"WITH wanted AS (SELECT %(who)s::bigint AS id) SELECT * FROM ({source.sql}) s"
        cursor.execute(asked, {"who": person.pk, "as_of": as_of})
        rows = cursor.fetchall()
        names = [column.name for column in cursor.description or ()]
    assert len(rows) <= 1
    assert {"person_id", *source.columns} == set(names)
    return dict(zip(names, rows[0], strict=True)) if rows else {}


def states(person: Person) -> list[str]:
    return [rung.state for rung in ladder_of(person.pk).rungs]


def test_without_a_certificate_the_first_accredited_step_is_next(register: Register):
    assert states(register.worker) == ["later", "next"] + ["later"] * 6
    assert ladder_of(register.worker.pk).now is None


def test_the_highest_certificate_decides_whatever_its_number(register: Register):
    level(register, "L3", "S3", on=date(2020, 1, 1))
    level(register, "L5", "S5")
    ladder = ladder_of(register.worker.pk)
    assert states(register.worker) == ["done"] * 3 + ["now", "next"] + ["later"] * 3
    assert ladder.holds is not None
    assert ladder.holds.number == "S3"
    assert ladder.next is not None
    assert ladder.next.code == "L2"


def test_at_the_top_nothing_is_next(register: Register):
    level(register, "CHIEF", "S7")
    assert states(register.worker) == ["done"] * 7 + ["now"]
    assert ladder_of(register.worker.pk).next is None


def test_what_was_revoked_or_has_run_out_does_not_count(register: Register):
    level(register, "L2", "S2", valid_until=date(2026, 5, 1))
    with clock.at(date(2026, 5, 2)):
        assert ladder_of(register.worker.pk).holds is None
    stated = level(register, "L3", "S3", checked=False)
    actions.revoke_credential(stated, reason="录错了", actor=register.me)
    assert ladder_of(register.worker.pk).holds is None


def test_rules_know_the_level_only_when_somebody_else_stands_for_it(register: Register):
    level(register, "L1", "S1", checked=False)
    level(register, "L3", "S3")
    told = known(SKILL, register.worker)
    assert (told["worker_skill_level"], told["worker_skill_since"]) == (3, DAY)


def test_rules_see_the_level_as_of_the_day_they_are_asked_for(register: Register):
    level(register, "L4", "S4", on=date(2024, 1, 1))
    level(register, "L3", "S3", on=DAY)
    assert known(SKILL, register.worker, date(2023, 1, 1)) == {}
    assert known(SKILL, register.worker, date(2026, 3, 31))["worker_skill_level"] == 2
    assert known(SKILL, register.worker, DAY)["worker_skill_level"] == 3


def test_whoever_holds_no_title_is_known_to_hold_none(register: Register):
    assert known(TITLES, register.worker)["worker_titles"] == ""
    with clock.at(DAY):
        register.craftsman()
        register.craftsman()
    assert known(TITLES, register.worker)["worker_titles"] == "|craftsman_county|"
    assert known(TITLES, register.worker, date(2026, 1, 1))["worker_titles"] == ""


def test_certificates_of_a_merged_record_are_the_heirs(register: Register):
    heir = make_person()
    with clock.at(DAY):
        register.craftsman()
    level(register, "L3", "S3")
    Person.objects.filter(pk=register.worker.pk).update(merged_into=heir)
    assert known(TITLES, heir)["worker_titles"] == "|craftsman_county|"
    assert known(SKILL, heir)["worker_skill_level"] == 3
    assert ladder_of(heir.pk).holds is not None


def test_both_sources_are_declared():
    assert {SKILL, TITLES} <= set(sources())


@pytest.fixture
def phone(client, register: Register):
    client.force_login(make_account(register.worker))
    return client


def test_my_page_shows_the_ladder_and_what_i_hold(phone, register: Register, django_assert_max_num_queries):
    register.craftsman()
    level(register, "L3", "S3", checked=False)
    with django_assert_max_num_queries(9):
        shown = phone.get(reverse("credentials")).content.decode()
    assert "区县工匠" in shown
    assert "高级工（三级）" in shown
    assert 'aria-current="step"' in shown


def test_a_certificate_shows_its_code_and_gives_its_file(phone, register: Register):
    issued = register.craftsman()
    shown = phone.get(reverse("credential", args=[issued.pk])).content.decode()
    assert "<svg" in shown
    assert issued.number in shown
    answer = phone.get(reverse("credential_badge", args=[issued.pk]))
    assert answer.content.decode() == issued.signed


def test_nobody_else_sees_my_certificate_not_even_my_union(client, register: Register):
    issued = register.craftsman()
    other = make_person()
    client.force_login(make_account(other))
    for name in ("credential", "credential_badge"):
        assert client.get(reverse(name, args=[issued.pk])).status_code == 404
    assert client.post(reverse("credential_withdraw", args=[issued.pk])).status_code == 404
    client.force_login(make_account(make_officer(register.union, "chair").person))
    assert client.get(reverse("credential", args=[issued.pk])).status_code == 404


def test_recording_on_the_phone_and_taking_it_back(phone, register: Register):
    form = {
        "achievement": "L4", "number": "S4", "issuer_name": "鉴定中心", "issued_on": "2024-05-06", "occupation": "钳工",
    }  # fmt: skip
    assert phone.post(reverse("credential_record"), form).status_code == 302
    stated = Credential.objects.get(number="S4")
    assert stated.standing == Credential.Standing.DECLARED
    twice = phone.post(reverse("credential_record"), form)
    assert twice.status_code == 422
    assert "S4" in twice.content.decode()
    assert phone.get(reverse("credential_withdraw", args=[stated.pk])).status_code == 405
    phone.post(reverse("credential_withdraw", args=[stated.pk]))
    stated.refresh_from_db()
    assert stated.is_revoked


def test_a_form_with_faults_keeps_what_was_typed(phone):
    answer = phone.post(
        reverse("credential_record"), {"achievement": "L4", "issuer_name": "鉴定中心", "issued_on": "昨天"}
    )
    assert answer.status_code == 422
    assert "鉴定中心" in answer.content.decode()


def test_a_number_typed_by_hand_leads_to_its_page(client, register: Register):
    issued = register.craftsman()
    answer = client.get(reverse("verify_any"), {"number": issued.number})
    assert answer["Location"] == reverse("verify", args=[issued.number])
    assert client.get(reverse("verify_any")).status_code == 200
    assert client.get(reverse("verify_any"), {"number": "很 长"}).status_code == 422


def test_a_merge_leaves_signed_certificates_as_signed_and_shows_them_to_the_kept_record(register: Register):
    heir, last = make_person(), make_person()
    with clock.at(DAY):
        made = register.craftsman()
    people.merge_people(heir, register.worker, actor=REGISTRY)
    people.merge_people(last, heir, actor=REGISTRY)
    made.refresh_from_db()
    assert made.person == register.worker
    assert list(Credential.objects.visible_to(make_actor(last))) == [made]
    assert known(TITLES, last)["worker_titles"] == "|craftsman_county|"


def test_a_copy_of_my_data_holds_my_certificates(register: Register):
    made = register.craftsman()
    parts: Any = people.export_my_data(register.worker, actor=register.me)
    [mine] = parts["credentials"]
    assert (mine["number"], mine["signed"]) == (made.number, made.signed)
