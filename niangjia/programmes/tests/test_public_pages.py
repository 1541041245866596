"""Pages anybody may open: what they show, and what they must not."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from niangjia.credentials import actions as credentials
from niangjia.kit import clock
from niangjia.kit.actor import Office
from niangjia.orgs.tests.factories import make_account, make_member, make_person, make_union
from niangjia.programmes import actions
from niangjia.programmes.models import Application, Notice, Objection, Round
from niangjia.programmes.tests import factories

pytestmark = pytest.mark.django_db
TEXT = (Path(__file__).parent / "worker_pages.yaml").read_text("utf-8")


@pytest.fixture(autouse=True)
def _nobody_tried_before() -> None:
    cache.clear()


@pytest.fixture
def of() -> Round:
    return factories.open_round_of(TEXT, quota=5)


@pytest.fixture
def application(of: Round) -> Application:
    return apply(of, "王小芳")


@pytest.fixture
def notice(of: Round, application: Application) -> Notice:
    return put_up(of, application)


def apply(of: Round, name: str) -> Application:
    person = make_member(make_union(of.organisation), make_person(name)).person
    return factories.apply(of, person, level="college", helped=False, card="4111111111111111")


def put_up(of: Round, *applications: Application) -> Notice:
    for one in applications:
        factories.carry_on(one, until="notice")
    return actions.publish_notice(of, "notice", actor=factories.officer(of.organisation, Office.HANDLER))


def text(response: Any) -> str:
    return str(response.content.decode())


def objection(**more: str) -> dict[str, str]:
    return {"run": "", "name": "李四", "contact": "13900000000", "text": "名单里有人已经毕业"} | more


def test_a_notice_shows_a_masked_name_the_union_and_nothing_more(
    client: Client, notice: Notice, application: Application
) -> None:
    page = text(client.get(reverse("notice", args=[notice.pk])))
    assert "王**" in page
    assert application.union.name in page
    person = application.person
    for secret in ("王小芳", person.phone, person.phone[-4:], "4111", application.number or "", "college", "¥2,000"):
        assert secret not in page, secret


def test_the_list_of_notices_says_how_long_each_is_open(client: Client, notice: Notice) -> None:
    page = text(client.get(reverse("notices")))
    assert notice.title in page
    assert "个工作日" in page
    with clock.at(notice.closes_on + timedelta(days=1)):
        assert "已结束" in text(client.get(reverse("notices")))


def test_no_notice_yet_explains_itself(client: Client) -> None:
    assert "目前没有公示" in text(client.get(reverse("notices")))


def test_anybody_may_object_under_their_name_and_twice_is_once(client: Client, notice: Notice) -> None:
    for _thumb in range(2):
        response = client.post(reverse("notice", args=[notice.pk]), objection())
        assert response["Location"] == reverse("notice", args=[notice.pk])
    made = Objection.objects.get()
    assert (made.run_id, made.name["name"]) == (None, "李四")


def test_an_objection_may_name_its_line(client: Client, notice: Notice) -> None:
    run = notice.runs.get()
    client.post(reverse("notice", args=[notice.pk]), objection(run=str(run.pk)))
    assert Objection.objects.get().run == run


def test_an_objection_without_a_name_keeps_what_was_typed(client: Client, notice: Notice) -> None:
    response = client.post(reverse("notice", args=[notice.pk]), objection(name=""))
    assert response.status_code == 422
    assert "名单里有人已经毕业" in text(response)
    assert not Objection.objects.exists()


def test_a_line_of_another_notice_cannot_be_objected_to(client: Client, notice: Notice, of: Round) -> None:
    other = put_up(of, apply(of, "赵一"))
    response = client.post(reverse("notice", args=[notice.pk]), objection(run=str(other.runs.get().pk)))
    assert response.status_code == 422


def test_a_closed_notice_takes_no_more_objections(client: Client, notice: Notice) -> None:
    with clock.at(notice.closes_on + timedelta(days=1)):
        page = client.get(reverse("notice", args=[notice.pk]))
        assert "<form" not in text(page).split("plain-top")[1].split("</header>")[1]
        assert client.post(reverse("notice", args=[notice.pk]), objection()).status_code == 403
    assert not Objection.objects.exists()


def test_the_public_policy_has_no_person_in_it(client: Client, of: Round) -> None:
    page = text(client.get(reverse("policy", args=[of.pk])))
    for words in ("是工会会员", "工会审核", "最高¥2,000", "公示5个工作日"):
        assert words in page


@pytest.mark.parametrize("name", ["notice", "policy"])
def test_what_does_not_exist_is_said_so(client: Client, name: str) -> None:
    assert client.get(reverse(name, args=[999_999])).status_code == 404


def test_a_result_is_told_to_whoever_knows_its_number_and_phone(client: Client, application: Application) -> None:
    asked = {"number": f" {application.number} ".lower(), "last_four": application.person.phone[-4:]}
    page = text(client.post(reverse("results"), asked))
    assert "办理中" in page
    assert "工会审核" in page
    assert "王小芳" not in page


def test_a_wrong_phone_learns_nothing_and_is_slowed_down(client: Client, application: Application) -> None:
    right = application.person.phone[-4:]
    wrong = {"number": application.number, "last_four": "0000" if right != "0000" else "1111"}
    for _try in range(5):
        response = client.post(reverse("results"), wrong)
        assert (response.status_code, "工会审核" in text(response)) == (422, False)
    assert client.post(reverse("results"), wrong | {"last_four": right}).status_code == 429


def test_a_draft_has_no_result_to_look_up(client: Client, of: Round) -> None:
    assert client.post(reverse("results"), {"number": "NJ20260000001", "last_four": "1234"}).status_code == 422


def test_nobody_is_in_the_showcase_before_a_title_is_awarded(client: Client) -> None:
    assert "还没有展播" in text(client.get(reverse("showcase")))


def awarding_text() -> str:
    """The same programme, but what it grants is a title."""
    head, tail = TEXT.split("steps:\n")
    review = tail.splitlines()[0]
    rest = tail.split("retention_years")[1]
    return (
        f"{head}steps:\n{review}\n"
        "  - {key: award, kind: award, title: {zh: 授予称号, en: Award}, public: {zh: 授予称号, en: Award},"
        " who: {level: launcher}}\n"
        "grant: {kind: title, label: {zh: 区县工匠, en: County craftsman}, unit: titles, achievement: craftsman_county,"
        " payer: {level: launcher}}\n"
        f"retention_years{rest}"
    )


def test_the_showcase_names_only_who_wishes_to_be_named(client: Client) -> None:
    credentials.plant_achievements(actor=factories.CLOCK)
    of = factories.open_round_of(awarding_text(), budget_fen=0)
    application = factories.carry_on(apply(of, "王小芳"))
    page = text(client.get(reverse("showcase")))
    assert "王**" in page
    assert "王小芳" not in page
    holder = Client()
    holder.force_login(make_account(application.person))
    choose = reverse("showcase_choice", args=[application.pk])
    for _thumb in range(2):
        holder.post(choose, {"choice": "show"})
    assert "王小芳" in text(client.get(reverse("showcase")))
    holder.post(choose, {"choice": "hide"})
    assert "王小芳" not in text(client.get(reverse("showcase")))


def test_more_names_do_not_mean_more_queries(client: Client, of: Round, django_assert_max_num_queries: Any) -> None:
    counts = []
    for n in range(2):
        notice = put_up(of, *(apply(of, f"王{m}") for m in range(2 * (n + 1))))
        with django_assert_max_num_queries(12) as captured:
            client.get(reverse("notice", args=[notice.pk]))
        counts.append(len(captured))
    assert counts[0] == counts[1]
