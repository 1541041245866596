"""Who gives what to whom, and what is refused."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import Error, connection, transaction

from niangjia.credentials import actions
from niangjia.credentials.actions import Team
from niangjia.credentials.happenings import CredentialRevoked, CredentialsIssued
from niangjia.credentials.models import Achievement, Credential
from niangjia.credentials.tests.conftest import Register
from niangjia.kit import clock
from niangjia.kit.happenings import listen
from niangjia.kit.refusal import Conflict, Forbidden, Invalid
from niangjia.orgs.tests.factories import (
    REGISTRY,
    make_actor,
    make_employer,
    make_member,
    make_officer,
    make_person,
    make_tree,
    make_union,
)
from niangjia.trail.models import Line

DAY = date(2026, 4, 1)


def test_planting_twice_changes_nothing(register: Register):
    before = Achievement.objects.count()
    assert actions.plant_achievements(actor=REGISTRY) == 0
    assert Achievement.objects.count() == before
    with pytest.raises(Forbidden):
        actions.plant_achievements(actor=register.handler)


def test_the_ladder_has_eight_steps_ranked_against_the_certificate_levels(register: Register):
    rungs = Achievement.objects.filter(kind="skill_level").order_by("rank_order")
    assert [rung.code for rung in rungs] == ["APPRENTICE", "L5", "L4", "L3", "L2", "L1", "SPECIAL", "CHIEF"]
    assert [rung.rank_order for rung in rungs] == list(range(8))


def test_many_receive_in_the_order_given_each_with_a_number_of_their_own(register: Register):
    people = [make_person() for _ in range(5)]
    heard: list[tuple[int, ...]] = []

    def remember(happening: CredentialsIssued) -> None:
        heard.append(happening.credential_ids)

    listen(CredentialsIssued, remember)
    issued = actions.issue_many(
        "craftsman_county", holders=people, issuer=register.county, actor=register.handler,
        evidence=[f"programmes.application:{n}" for n in range(5)],
    )  # fmt: skip
    assert [one.person for one in issued] == people
    assert [one.evidence[-1] for one in issued] == list("01234")
    assert len({one.number for one in issued}) == len({one.status_index for one in issued}) == 5
    assert heard == [tuple(one.pk for one in issued)]
    assert Line.objects.filter(verb="issue_credential").count() == 5


def test_a_title_is_given_on_its_own_level_only(register: Register):
    with pytest.raises(Invalid):
        actions.issue_credential(
            "craftsman_city", holder=register.worker, issuer=register.county, actor=register.handler
        )
    in_firm = make_officer(register.union, "chair").actor
    actions.issue_credential("craftsman_enterprise", holder=register.worker, issuer=register.union, actor=in_firm)


def test_only_officers_over_the_issuer_issue(register: Register):
    tree = make_tree()
    for stranger in (register.me, make_officer(tree.other_county).actor, make_officer(tree.county, "judge").actor):
        with pytest.raises(Forbidden):
            actions.issue_credential("craftsman_county", holder=register.worker, issuer=tree.county, actor=stranger)
    above = make_officer(tree.province).actor
    actions.issue_credential("craftsman_county", holder=register.worker, issuer=tree.county, actor=above)


def test_a_union_never_issues_a_skill_certificate_its_accrediting_body_does(register: Register):
    for actor in (register.handler, REGISTRY):
        with pytest.raises(Forbidden):
            actions.issue_credential("L2", holder=register.worker, issuer=register.county, actor=actor)
    firm = make_employer(register.county).organisation
    personnel = make_officer(firm, "hr").actor
    issued = actions.issue_credential("L3", holder=register.worker, issuer=firm, actor=personnel, occupation="电工")
    assert issued.standing == Credential.Standing.ISSUED
    with pytest.raises(Forbidden):
        actions.issue_credential("craftsman_county", holder=register.worker, issuer=register.county, actor=personnel)


def test_a_teams_honour_goes_to_a_team(register: Register):
    team = Team(register.union, "装配二班")
    issued = actions.issue_credential(
        "worker_pioneer_county", holder=team, issuer=register.county, actor=register.handler
    )
    assert issued.masked_holder == "装配二班"
    with pytest.raises(Invalid):
        actions.issue_credential(
            "worker_pioneer_county", holder=register.worker, issuer=register.county, actor=register.handler
        )


def test_an_unknown_achievement_is_named_in_the_refusal(register: Register):
    with pytest.raises(Invalid, match="best_singer"):
        actions.issue_credential("best_singer", holder=register.worker, issuer=register.county, actor=register.handler)


def test_revoking_needs_a_reason_and_happens_once(register: Register):
    issued, heard = register.craftsman(), []

    def remember(happening: CredentialRevoked) -> None:
        heard.append(happening.credential_id)

    listen(CredentialRevoked, remember)
    with pytest.raises(Invalid):
        actions.revoke_credential(issued, reason=" ", actor=register.handler)
    with pytest.raises(Forbidden):
        actions.revoke_credential(issued, reason="不想要了", actor=register.me)
    with clock.at(DAY):
        revoked = actions.revoke_credential(issued, reason="材料不实", actor=register.handler)
    assert revoked.revoked_on == DAY
    with pytest.raises(Conflict):
        actions.revoke_credential(issued, reason="再来", actor=register.handler)
    assert heard == [issued.pk]


def record(register: Register, actor, person=None, number="S000033060001", **rest) -> Credential:
    return actions.record_outside_certificate(
        person or register.worker, achievement="L4", number=number, issuer_name="绍兴市职业技能鉴定中心",
        issued_on=DAY, occupation="钳工", actor=actor, **rest,
    )  # fmt: skip


def test_what_the_holder_states_waits_for_an_officer_who_saw_the_original(register: Register):
    stated = record(register, register.me)
    assert stated.standing == Credential.Standing.DECLARED
    with pytest.raises(Forbidden):
        actions.check_outside_certificate(stated, actor=register.me)
    with pytest.raises(Forbidden):
        actions.check_outside_certificate(stated, actor=make_officer(make_tree().other_county).actor)
    checked = actions.check_outside_certificate(stated, actor=make_officer(register.union).actor)
    assert checked.standing == Credential.Standing.CHECKED
    with pytest.raises(Conflict):
        actions.check_outside_certificate(stated, actor=register.handler)


def test_an_officer_of_the_holders_union_records_as_checked_and_a_stranger_not_at_all(register: Register):
    assert record(register, register.handler).standing == Credential.Standing.CHECKED
    other = make_person()
    for stranger in (make_actor(other), make_officer(make_tree().other_county).actor):
        with pytest.raises(Forbidden):
            record(register, stranger, number="X1")


def test_an_officer_cannot_check_a_certificate_of_their_own(register: Register):
    officer = make_officer(register.union, "chair")
    make_member(register.union, officer.person)
    stated = record(register, officer.actor, officer.person)
    assert stated.standing == Credential.Standing.DECLARED
    with pytest.raises(Forbidden):
        actions.check_outside_certificate(stated, actor=officer.actor)


def test_one_certificate_has_one_holder_once_it_is_checked(register: Register):
    other = make_person()
    make_member(register.union, other)
    mine, theirs = record(register, register.me), record(register, make_actor(other), other)
    actions.check_outside_certificate(mine, actor=register.handler)
    with pytest.raises(Conflict):
        actions.check_outside_certificate(theirs, actor=register.handler)
    with pytest.raises(Conflict):
        record(register, register.me)


def test_a_form_with_gaps_names_each(register: Register):
    with pytest.raises(Invalid) as refused:
        actions.record_outside_certificate(
            register.worker, achievement="L4", number=" ", issuer_name="", issued_on=date(2999, 1, 1), actor=register.me
        )
    assert set(refused.value.faults) == {"number", "issuer_name", "issued_on"}


def test_the_holder_may_take_back_what_they_stated_until_it_is_checked(register: Register):
    actions.revoke_credential(record(register, register.me), reason="录错了", actor=register.me)
    checked = actions.check_outside_certificate(record(register, register.me, number="S2"), actor=register.handler)
    with pytest.raises(Forbidden):
        actions.revoke_credential(checked, reason="录错了", actor=register.me)


def test_postgresql_keeps_signed_certificates_as_they_are(register: Register):
    issued = register.craftsman()
    for change in ("number = 'NJ-FAKE'", "person_id = NULL", "issued_on = '1999-01-01'", "signed = ''"):
        with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE credentials_credential SET {change} WHERE id = %s", [issued.pk])
    with pytest.raises(Error), transaction.atomic():
        Credential.objects.filter(pk=issued.pk).delete()


@pytest.mark.django_db(transaction=True)
def test_hands_that_issue_at_once_never_share_a_number_or_a_bit(transactional_db: None):
    actions.plant_achievements(actor=REGISTRY)
    county, ready = make_tree().county, threading.Barrier(4)
    people = [[make_person() for _ in range(10)] for _ in range(4)]

    def hand(number: int) -> list[Credential]:
        ready.wait(10)
        try:
            return actions.issue_many("craftsman_county", holders=people[number], issuer=county, actor=REGISTRY)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        issued = [one for batch in pool.map(hand, range(4)) for one in batch]
    assert len({one.status_index for one in issued}) == len({one.number for one in issued}) == 40


def test_a_union_elsewhere_cannot_issue_in_our_name(register: Register):
    elsewhere = make_union(make_tree().other_county)
    with pytest.raises(Forbidden):
        actions.issue_credential(
            "craftsman_enterprise", holder=register.worker, issuer=elsewhere, actor=register.handler
        )
