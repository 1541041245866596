"""A person's record: made, corrected, merged, copied, erased."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection

from niangjia.kit.actor import Actor
from niangjia.kit.refusal import Conflict, Forbidden, Invalid
from niangjia.people import actions, reads
from niangjia.people.models import Consent, Declaration, HouseholdMember, Person, Relation
from niangjia.people.tests.factories import (
    REGISTRY,
    a_phone,
    an_id_number,
    make_account,
    make_household,
    make_person,
)
from niangjia.trail.models import Line

pytestmark = pytest.mark.django_db


def me(person: Person) -> Actor:
    return Actor(kind="person", name=person.name, person_id=person.pk)


def test_numbers_are_found_by_hash_and_lie_sealed() -> None:
    number, phone = an_id_number(), a_phone()
    person = make_person("王建国", phone, id_number=number)
    assert Person.objects.with_id_number(number).get() == person
    assert Person.objects.with_phone(phone).get() == person
    with connection.cursor() as cursor:
        cursor.execute("SELECT id_number, phone FROM people_person WHERE id = %s", [person.pk])
        stored = "".join(cursor.fetchone())
    assert number not in stored
    assert phone not in stored


def test_the_identity_number_says_birth_and_sex() -> None:
    person = make_person(id_number=an_id_number(date(1990, 7, 1), serial=2))
    assert (person.birth_date, person.sex) == (date(1990, 7, 1), "F")


def test_one_identity_number_is_one_person() -> None:
    number = an_id_number()
    make_person(id_number=number)
    with pytest.raises(Conflict) as refused:
        make_person(id_number=number)
    assert refused.value.code == "one_person_per_identity_number"


@pytest.mark.parametrize(
    ("field", "value"), [("name", "  "), ("phone", "123"), ("id_number", "1"), ("residence_code", "33x")]
)
def test_a_wrong_value_is_refused_by_name(field: str, value: str) -> None:
    given: dict[str, Any] = {"name": "李秀英", field: value}
    with pytest.raises(Invalid) as refused:
        actions.register_person(actor=REGISTRY, **given)
    assert field in refused.value.faults
    assert not Person.objects.exists()


def test_a_worker_records_nobody_else() -> None:
    with pytest.raises(Forbidden):
        actions.register_person(actor=me(make_person()), name="某人")


def test_people_correct_their_own_record_and_nobody_elses() -> None:
    person, other = make_person(), make_person()
    actions.update_person(person, actor=me(person), residence_code="330624")
    with pytest.raises(Forbidden):
        actions.update_person(other, actor=me(person), residence_code="330624")
    assert Line.objects.get(verb="update_person").detail == {"fields": ["residence_code"]}


def test_identity_is_proved_by_name_and_number_and_then_stands() -> None:
    person, number = make_person("张志强"), an_id_number(date(1988, 8, 8))
    proved = actions.verify_identity(person, actor=me(person), name="张志强", id_number=number)
    assert proved.identity_proved_on is not None
    assert proved.birth_date == date(1988, 8, 8)
    with pytest.raises(Conflict):
        actions.update_person(person, actor=me(person), name="张三")


@pytest.mark.parametrize("wrong", ["name", "id_number"])
def test_identity_that_does_not_match_is_not_proved(wrong: str) -> None:
    number = an_id_number()
    person = make_person("张志强", id_number=number)
    given = {"name": "张志强", "id_number": number} | {wrong: "李伟" if wrong == "name" else an_id_number()}
    with pytest.raises(Invalid) as refused:
        actions.verify_identity(person, actor=me(person), **given)
    assert wrong in refused.value.faults


def test_somebody_elses_number_proves_nothing() -> None:
    number = an_id_number()
    make_person("李伟", id_number=number)
    person = make_person("李伟")
    with pytest.raises(Conflict):
        actions.verify_identity(person, actor=me(person), name="李伟", id_number=number)


def test_merging_keeps_both_histories() -> None:
    kept, gone = make_person("王伟", id_number=an_id_number()), make_person("王伟")
    account = make_account(gone)
    actions.declare_fact(kept, actor=REGISTRY, fact="worker.education", value="junior", declared_on=date(2024, 1, 1))
    actions.declare_fact(gone, actor=REGISTRY, fact="worker.education", value="senior", declared_on=date(2025, 1, 1))
    actions.give_consent(gone, actor=me(gone), purpose="p", notice="n")
    actions.merge_people(kept, gone, actor=REGISTRY)
    account.refresh_from_db()
    gone.refresh_from_db()
    assert account.person == kept
    assert gone.merged_into == kept
    assert Declaration.objects.get(person=kept).value == "senior"
    assert Consent.objects.get().person == kept


def test_two_identity_numbers_are_two_people() -> None:
    with pytest.raises(Conflict):
        actions.merge_people(
            make_person(id_number=an_id_number()), make_person(id_number=an_id_number()), actor=REGISTRY
        )


def test_a_record_is_merged_once() -> None:
    kept, gone = make_person(), make_person()
    actions.merge_people(kept, gone, actor=REGISTRY)
    with pytest.raises(Conflict):
        actions.merge_people(gone, kept, actor=REGISTRY)


def test_nobody_merges_records_without_reaching_both() -> None:
    kept, gone = make_person(), make_person()
    with pytest.raises(Forbidden):
        actions.merge_people(kept, gone, actor=me(kept))


def test_consent_is_withdrawn_as_easily_as_given_and_only_by_oneself() -> None:
    person = make_person()
    consent = actions.give_consent(person, actor=me(person), purpose="p", notice="一")
    assert actions.give_consent(person, actor=me(person), purpose="p", notice="一") == consent
    with pytest.raises(Forbidden):
        actions.withdraw_consent(consent, actor=me(make_person()))
    assert actions.withdraw_consent(consent, actor=me(person)).withdrawn_at is not None


def test_a_new_wording_is_a_new_consent() -> None:
    person = make_person()
    actions.give_consent(person, actor=me(person), purpose="p", notice="一")
    actions.give_consent(person, actor=me(person), purpose="p", notice="二")
    assert [consent.withdrawn_at is None for consent in Consent.objects.order_by("pk")] == [False, True]


def test_the_newest_word_counts() -> None:
    person = make_person()
    actions.declare_fact(person, actor=me(person), fact="worker.education", value="junior")
    actions.declare_fact(person, actor=me(person), fact="worker.education", value="senior")
    assert Declaration.objects.get().value == "senior"


def test_a_person_belongs_to_one_household() -> None:
    head, child = make_person(), make_person()
    household = make_household(head, child)
    with pytest.raises(Conflict) as refused:
        make_household(make_person(), child)
    assert refused.value.code == "one_household_at_a_time"
    assert HouseholdMember.objects.filter(household=household, relation=Relation.CHILD).exists()


def test_my_copy_holds_what_we_hold() -> None:
    person = make_person("陈芳", id_number=an_id_number())
    make_household(person, address="羽林街道1号")
    parts: Any = actions.export_my_data(person, actor=me(person))
    assert parts["person"]["identity_number"] == person.id_number
    assert parts["households"][0]["address"] == "羽林街道1号"
    assert "memberships" in parts
    with pytest.raises(Forbidden):
        actions.export_my_data(person, actor=me(make_person()))


def test_whoever_opens_the_numbers_is_seen_by_the_person() -> None:
    person = make_person(id_number=an_id_number())
    shown = actions.reveal(person, actor=REGISTRY, purpose="发放补贴")
    assert shown == {"id_number": person.id_number, "phone": person.phone}
    [look] = reads.looks_at(person.pk)
    assert (look.who, look.purpose) == ("registry", "发放补贴")


def test_no_number_is_opened_without_a_purpose_or_a_permit() -> None:
    person = make_person()
    with pytest.raises(Invalid):
        actions.reveal(person, actor=REGISTRY, purpose="  ")
    with pytest.raises(Forbidden):
        actions.reveal(person, actor=me(make_person()), purpose="好奇")
    assert reads.looks_at(person.pk) == ()


def test_erasing_empties_the_record_and_closes_the_account() -> None:
    person = make_person("周海燕", id_number=an_id_number())
    number, account = person.id_number, make_account(person)
    actions.erase(person, actor=me(person))
    person.refresh_from_db()
    account.refresh_from_db()
    assert (person.name, person.id_number, person.phone, person.birth_date) == ("—", "", "", None)
    assert not account.is_active
    assert not Person.objects.with_id_number(number).exists()
