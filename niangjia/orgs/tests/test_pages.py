"""The pages: one's own on a phone, the officer's at a desk."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from niangjia.kit import clock
from niangjia.kit.actor import Office
from niangjia.orgs import actions
from niangjia.orgs.models import Appointment, HardshipFile, Kind, Membership, Organisation, Transfer
from niangjia.orgs.tests.factories import (
    REGISTRY,
    Tree,
    make_account,
    make_actor,
    make_employer,
    make_member,
    make_officer,
    make_person,
    make_tree,
    make_union,
)
from niangjia.people.models import Consent, Person
from niangjia.people.tests.factories import an_id_number

pytestmark = pytest.mark.django_db
State = Membership.State


@pytest.fixture
def tree() -> Tree:
    return make_tree()


@pytest.fixture
def union(tree: Tree) -> Organisation:
    return make_union(tree.township, "羽林轴承厂工会")


def as_person(person: Person) -> Client:
    client = Client()
    client.force_login(make_account(person))
    return client


def desk(union: Organisation, office: str = Office.HANDLER) -> Client:
    return as_person(make_officer(union, office).person)


def text(client: Client, address: str, **data: str) -> str:
    answer = client.get(address, data)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_a_courier_joins_in_four_pages_without_an_employer(tree: Tree) -> None:
    couriers = make_union(tree.county, "新昌快递行业工会", kind=Kind.INDUSTRY_JOINT_UNION, trade="courier")
    person = make_person()
    client = as_person(person)
    assert "/join/" in text(client, "/me/")
    assert "/join/place/?trade=courier" in text(client, "/join/")
    text(client, "/join/place/", trade="courier")
    placed = client.get("/join/place/", {"trade": "courier", "county": "330624"})
    assert placed["Location"] == f"/join/{couriers.pk}/"
    assert couriers.name in text(client, placed["Location"])
    assert client.post(placed["Location"]).status_code == 302
    membership = Membership.objects.get(person=person)
    assert (membership.union, membership.state) == (couriers, State.APPLICANT)
    assert couriers.name in Consent.objects.get(person=person).notice
    assert couriers.name in text(client, "/me/")


def test_a_place_without_our_unions_is_said_so(tree: Tree) -> None:
    answer = as_person(make_person()).get("/join/place/", {"county": "330106"})
    assert answer.status_code == 422


def test_the_firms_union_is_found_by_name(union: Organisation) -> None:
    client = as_person(make_person())
    assert union.name in text(client, "/join/search/", county="330624", q="轴承")
    assert union.name not in text(client, "/join/search/", county="330402", q="轴承")


def test_a_member_moves_takes_it_back_and_leaves(tree: Tree, union: Organisation) -> None:
    member, target = make_member(union), make_union(tree.other_county, "南湖服装厂工会")
    client = as_person(member.person)
    assert target.name in text(client, "/transfer/", county="330402", q="服装")
    assert union.name in text(client, f"/transfer/{target.pk}/")
    client.post(f"/transfer/{target.pk}/")
    asked = Transfer.objects.get()
    assert target.name in text(client, "/me/")
    client.post(f"/transfer/back/{asked.pk}/")
    member.refresh_from_db()
    assert member.state == State.MEMBER
    text(client, "/leave/")
    client.post("/leave/", {"reason": ""})
    member.refresh_from_db()
    assert member.state == State.LEFT


def test_the_county_looks_for_a_union_when_none_is_named(tree: Tree, union: Organisation) -> None:
    member = make_member(union)
    as_person(member.person).post(f"/transfer/{tree.other_county.pk}/")
    asked = Transfer.objects.get()
    assert (asked.target, asked.pool) == (None, tree.other_county)


def test_a_member_on_the_move_reads_why_leaving_must_wait(tree: Tree, union: Organisation) -> None:
    member = make_member(union)
    actions.request_transfer(member, actor=make_actor(member.person), county=tree.other_county)
    assert as_person(member.person).post("/leave/").status_code == 422


def test_somebody_elses_transfer_is_not_to_be_found(tree: Tree, union: Organisation) -> None:
    member = make_member(union)
    asked = actions.request_transfer(member, actor=make_actor(member.person), county=tree.other_county)
    assert as_person(make_person()).post(f"/transfer/back/{asked.pk}/").status_code == 404


def test_the_list_shows_the_subtree_and_nobody_else(tree: Tree, union: Organisation) -> None:
    inside, outside = make_member(union, name="里面人"), make_member(make_union(tree.other_county), name="外面人")
    shown = text(desk(tree.county), "/members/")
    assert inside.person.name in shown
    assert outside.person.name not in shown


def test_members_are_found_by_name_pinyin_phone_and_number(union: Organisation) -> None:
    wanted = make_member(union, make_person("单秀英", id_number=an_id_number()))
    make_member(union, name="别的人")
    client = desk(union)
    person = wanted.person
    for words in ("秀英", "shan", person.phone, f"+86 {person.phone[:3]} {person.phone[3:]}", person.id_number):
        shown = text(client, "/members/", q=words)
        assert "单秀英" in shown, words
        assert "别的人" not in shown, words
    assert "单秀英" not in text(client, "/members/", q=person.phone[:7])


def test_the_list_filters_by_state_and_survives_nonsense(union: Organisation) -> None:
    retained = make_member(union, name="退休人")
    actions.retain(retained, actor=REGISTRY, reason="退休")
    make_member(union, name="在职人")
    client = desk(union)
    shown = text(client, "/members/", state="retained")
    assert "退休人" in shown
    assert "在职人" not in shown
    text(client, "/members/", state="x", union="99999999999999999999", page="abc", q="'\"<script>")


def test_twice_the_members_cost_no_more_queries(union: Organisation, django_assert_num_queries: Any) -> None:
    client = desk(union)
    actions.join_batch([make_person() for _ in range(5)], actor=REGISTRY, union=union)
    with CaptureQueriesContext(connection) as few:
        text(client, "/members/")
    actions.join_batch([make_person() for _ in range(5)], actor=REGISTRY, union=union)
    with django_assert_num_queries(len(few)):
        text(client, "/members/")
    assert len(few) <= 8


def test_numbers_are_masked_and_opened_for_a_purpose_the_member_reads(union: Organisation) -> None:
    member = make_member(union, make_person("王秀英", id_number=an_id_number()))
    client, person = desk(union), member.person
    shown = text(client, f"/members/{member.pk}/")
    assert person.id_number not in shown
    assert person.phone not in shown
    assert client.post(f"/members/{member.pk}/numbers/", {"purpose": ""}).status_code == 422
    opened = client.post(f"/members/{member.pk}/numbers/", {"purpose": "发放慰问金"})
    assert person.id_number in opened.content.decode()
    assert "发放慰问金" in text(as_person(person), "/me/data/")


def test_a_judge_sees_the_member_but_opens_no_numbers(union: Organisation) -> None:
    member, client = make_member(union), desk(union, Office.JUDGE)
    text(client, f"/members/{member.pk}/")
    assert client.post(f"/members/{member.pk}/numbers/", {"purpose": "看看"}).status_code == 403


def test_a_member_outside_the_subtree_does_not_exist(tree: Tree, union: Organisation) -> None:
    member = make_member(union)
    client = desk(tree.other_county)
    assert client.get(f"/members/{member.pk}/").status_code == 404
    for verb in ("numbers", "retain", "resume", "hardship"):
        assert client.post(f"/members/{member.pk}/{verb}/", {"reason": "x", "purpose": "x"}).status_code == 404


def test_the_drawer_shows_a_part_and_the_page_the_whole(union: Organisation) -> None:
    member, client = make_member(union), desk(union)
    part = client.get(f"/members/{member.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert member.person.name in part


def test_membership_is_retained_and_resumed_from_the_page(union: Organisation) -> None:
    member, client = make_member(union), desk(union)
    assert client.post(f"/members/{member.pk}/retain/", {"reason": ""}).status_code == 422
    client.post(f"/members/{member.pk}/retain/", {"reason": "退休"})
    member.refresh_from_db()
    assert member.state == State.RETAINED
    client.post(f"/members/{member.pk}/resume/")
    member.refresh_from_db()
    assert member.state == State.MEMBER


def test_a_hardship_file_is_opened_in_yuan_and_closed_with_a_reason(union: Organisation) -> None:
    member, client = make_member(union), desk(union)
    text(client, f"/members/{member.pk}/hardship/")
    client.post(f"/members/{member.pk}/hardship/", {"hardship": "deep", "cause": "大病", "yearly_income_fen": "18,000"})
    file = HardshipFile.objects.get()
    assert file.yearly_income_fen == 1_800_000
    text(client, f"/members/{member.pk}/")
    client.post(f"/members/{member.pk}/hardship/{file.pk}/close/", {"reason": "已脱困"})
    file.refresh_from_db()
    assert file.closed_on is not None


def applications(union: Organisation, count: int) -> list[str]:
    return [str(actions.join(make_person(), actor=REGISTRY, union=union).pk) for _ in range(count)]


def test_many_applications_are_admitted_at_once(union: Organisation) -> None:
    chosen, client = applications(union, 3), desk(union)
    text(client, "/members/requests/")
    assert client.post("/members/requests/", {"chosen": chosen, "answer": "admit"}).status_code == 302
    assert set(Membership.objects.filter(pk__in=chosen).values_list("state", flat=True)) == {State.MEMBER}


def test_declining_many_needs_one_reason(union: Organisation) -> None:
    chosen, client = applications(union, 2), desk(union)
    assert client.post("/members/requests/", {"chosen": chosen, "answer": "decline"}).status_code == 422
    client.post("/members/requests/", {"chosen": chosen, "answer": "decline", "reason": "信息不符"})
    assert set(Membership.objects.filter(pk__in=chosen).values_list("state", flat=True)) == {State.DECLINED}


@pytest.mark.parametrize("chosen", [[], ["x"], ["999999"]])
def test_choosing_nobody_admits_nobody(union: Organisation, chosen: list[str]) -> None:
    applications(union, 1)
    desk(union).post("/members/requests/", {"chosen": chosen, "answer": "admit"})
    assert not Membership.objects.members().exists()


def test_a_member_is_taken_out_of_the_pool(tree: Tree, union: Organisation) -> None:
    member, taker = make_member(union), make_union(tree.other_county)
    asked = actions.request_transfer(member, actor=make_actor(member.person), county=tree.other_county)
    client = desk(taker)
    assert member.person.name in text(client, "/members/transfers/")
    assert taker.name in text(client, f"/members/transfers/{asked.pk}/")
    client.post(f"/members/transfers/{asked.pk}/", {"union": taker.pk})
    assert Membership.objects.main().members().get(person=member.person).union == taker


def test_a_transfer_is_returned_with_a_reason(tree: Tree, union: Organisation) -> None:
    member, target = make_member(union), make_union(tree.other_county)
    asked = actions.request_transfer(member, actor=make_actor(member.person), target=target)
    client = desk(target)
    assert client.post(f"/members/transfers/{asked.pk}/return/", {"reason": ""}).status_code == 422
    client.post(f"/members/transfers/{asked.pk}/return/", {"reason": "不在本厂"})
    member.refresh_from_db()
    assert member.state == State.MEMBER


def test_the_tree_is_browsed_with_counts_of_whole_subtrees(tree: Tree, union: Organisation) -> None:
    for _ in range(3):
        make_member(union)
    client = desk(tree.county)
    assert tree.county.name in text(client, "/unions/")
    answer = client.get(f"/unions/{tree.county.pk}/")
    shown = answer.context["shown"]
    assert shown.members == 3
    assert {branch.body.pk: branch.members for branch in shown.branches}[tree.township.pk] == 3
    assert client.get(f"/unions/{tree.other_county.pk}/").status_code == 404


def test_more_branches_cost_no_more_queries(tree: Tree, django_assert_num_queries: Any) -> None:
    client = desk(tree.county)
    make_member(make_union(tree.county))
    with CaptureQueriesContext(connection) as few:
        text(client, f"/unions/{tree.county.pk}/")
    for _ in range(4):
        make_member(make_union(tree.county))
    with django_assert_num_queries(len(few)):
        text(client, f"/unions/{tree.county.pk}/")


def test_a_union_is_founded_and_told_what_its_committee_lacks(tree: Tree) -> None:
    client = desk(tree.county)
    text(client, f"/unions/{tree.county.pk}/found/")
    assert client.post(f"/unions/{tree.county.pk}/found/", {"kind": "grassroots_union", "name": ""}).status_code == 422
    form = {"kind": "grassroots_union", "name": "新昌茶厂工会", "members": "60", "committee_seats": "4"}
    landed = client.post(f"/unions/{tree.county.pk}/found/", form, follow=True)
    founded = Organisation.objects.get(name="新昌茶厂工会")
    assert landed.redirect_chain[-1][0] == f"/unions/{founded.pk}/"
    assert len(list(landed.context["messages"])) >= 2


def test_an_office_is_given_by_phone_number_and_ended(tree: Tree, union: Organisation) -> None:
    client, person = desk(tree.county, Office.CHAIR), make_person("新主席")
    text(client, f"/unions/{union.pk}/appoint/")
    unknown = client.post(f"/unions/{union.pk}/appoint/", {"phone": "13999999999", "office": "chair"})
    assert unknown.status_code == 422
    client.post(f"/unions/{union.pk}/appoint/", {"phone": person.phone, "office": "chair"})
    held = Appointment.objects.get(person=person)
    assert "新主席" in text(client, f"/unions/{union.pk}/")
    client.post(f"/offices/{held.pk}/end/")
    assert make_actor(person).powers == ()


def test_a_handler_gives_no_offices(union: Organisation) -> None:
    client, person = desk(union), make_person()
    answer = client.post(f"/unions/{union.pk}/appoint/", {"phone": person.phone, "office": "handler"})
    assert answer.status_code == 403


def test_an_office_is_lent_to_a_colleague(union: Organisation) -> None:
    officer, colleague = make_officer(union), make_person()
    held = Appointment.objects.get(person=officer.person)
    client = as_person(officer.person)
    text(client, f"/offices/{held.pk}/lend/")
    past = client.post(f"/offices/{held.pk}/lend/", {"phone": colleague.phone, "until": "2020-01-01"})
    assert past.status_code == 422
    until = clock.today() + timedelta(days=14)
    client.post(f"/offices/{held.pk}/lend/", {"phone": colleague.phone, "until": until.isoformat()})
    assert make_actor(colleague).powers != ()


def test_a_union_moves_and_closes_from_its_page(tree: Tree, union: Organisation) -> None:
    client = desk(tree.county)
    make_member(union)
    text(client, f"/unions/{union.pk}/move/")
    client.post(f"/unions/{union.pk}/move/", {"parent": tree.county.pk})
    union.refresh_from_db()
    assert union.parent == tree.county
    text(client, f"/unions/{union.pk}/close/")
    client.post(f"/unions/{union.pk}/close/", {"reason": "厂子关了", "successor": ""})
    union.refresh_from_db()
    assert union.closed_on is not None
    text(client, f"/unions/{union.pk}/")


def test_an_enterprise_is_brought_in_and_its_workers_covered(union: Organisation) -> None:
    client = desk(union)
    text(client, f"/unions/{union.pk}/bring-in/")
    wrong = {"kind": "enterprise", "name": "轴承厂", "uscc": "123"}
    assert client.post(f"/unions/{union.pk}/bring-in/", wrong).status_code == 422
    client.post(f"/unions/{union.pk}/bring-in/", {"kind": "enterprise", "name": "轴承厂"})
    client.post(f"/unions/{union.pk}/bring-in/", {"kind": "school", "name": "职校"})
    firm = Organisation.objects.get(name="轴承厂")
    client.post(f"/unions/{union.pk}/cover/", {"employer": firm.employer.pk})
    shown = text(client, f"/unions/{union.pk}/")
    assert "轴承厂" in shown
    assert "职校" in shown
    text(client, f"/unions/{firm.pk}/")


WORKER_PAGES = ("/me/", "/join/", "/join/search/", "/join/place/")
OFFICER_PAGES = ("/members/", "/members/requests/", "/members/transfers/", "/unions/")


def test_who_may_knock_where(tree: Tree, union: Organisation) -> None:
    worker = as_person(make_person())
    employer = as_person(make_officer(make_employer(union).organisation, Office.HR).person)
    for address in WORKER_PAGES + OFFICER_PAGES:
        assert Client().get(address).status_code == 302
    for address in OFFICER_PAGES:
        assert worker.get(address).status_code == employer.get(address).status_code == 403
    for address in WORKER_PAGES:
        assert worker.get(address).status_code == 200


def test_every_page_reads_in_both_languages(union: Organisation) -> None:
    client = desk(union)
    for language in ("zh-hans", "en"):
        client.cookies["niangjia_language"] = language
        for address in (*WORKER_PAGES, *OFFICER_PAGES, f"/unions/{union.pk}/", f"/join/{union.pk}/"):
            text(client, address)


def test_officers_set_up_a_second_factor_where_the_federation_asks(union: Organisation, settings: LazySettings) -> None:
    settings.STAFF_TWO_FACTOR = True
    client = desk(union)
    assert client.get("/members/")["Location"] == "/me/second-factor/"
    assert client.get("/me/second-factor/").status_code == 200
