"""Several cases at once: each its own verdict and reason; all of them or none."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from niangjia.kit.actor import Office
from niangjia.orgs.models import Organisation
from niangjia.orgs.tests.factories import make_union
from niangjia.programmes import actions
from niangjia.programmes.models import Application, Decision, Round
from niangjia.programmes.tests import factories
from niangjia.programmes.tests.desk_world import TEXT, Desk, case, desk_of

pytestmark = pytest.mark.django_db
State = Application.State


@pytest.fixture
def of() -> Round:
    return factories.open_round_of(TEXT, quota=5)


@pytest.fixture
def union(of: Round) -> Organisation:
    return make_union(of.organisation)


@pytest.fixture
def three(of: Round, union: Organisation) -> list[Application]:
    return [case(of, name, union=union) for name in ("王小芳", "李建国", "张志强")]


@pytest.fixture
def handler(three: list[Application], union: Organisation) -> Desk:
    return desk_of(union)


def runs(cases: list[Application]) -> list[int]:
    return [factories.current(one).pk for one in cases]


def rows(cases: list[Application], *verdicts: str, **more: Any) -> dict[str, Any]:
    """What the batch form sends: a verdict for each, the rest by `reason-0`, `code-1` …"""
    ids = runs(cases)
    sent: dict[str, Any] = {"run": ids}
    for place, (pk, verdict) in enumerate(zip(ids, verdicts, strict=True)):
        sent |= {f"{pk}-verdict": verdict, f"{pk}-seen": cases[place].revision}
        sent |= {f"{pk}-{key}": more.get(f"{key}_{place}", "") for key in ("reason", "code")}
    return sent


def states(cases: list[Application]) -> list[tuple[str, str]]:
    for one in cases:
        one.refresh_from_db()
    return [(one.state, one.step) for one in cases]


def test_each_row_keeps_its_own_verdict_and_reason(three: list[Application], handler: Desk) -> None:
    sent = rows(
        three, "approve", "return", "refuse",
        reason_1="请补拍屋顶照片", reason_2="房屋是租的", code_2="home",
    )  # fmt: skip
    assert handler.post("desk_batch", **sent).status_code == 302
    assert states(three) == [("in_review", "visit"), ("returned", "review"), ("refused", "review")]
    assert three[2].result_reason == "房屋是租的"
    assert Decision.objects.filter(verdict="return").get().reason == "请补拍屋顶照片"


def test_one_decision_is_put_into_every_row_and_each_can_still_be_changed(
    three: list[Application], handler: Desk
) -> None:
    html = handler.get(
        "desk_batch", query={"run": runs(three), "verdict": "refuse", "code": "other", "reason": "名额已满"}
    ).content.decode()
    assert html.count("名额已满") == 4
    assert not Decision.objects.exists()


def test_one_faulty_row_stops_all_and_says_which_with_everything_typed_kept(
    three: list[Application], handler: Desk
) -> None:
    sent = rows(three, "approve", "return", "refuse", reason_2="房屋是租的", code_2="home")
    faulty = handler.post("desk_batch", **sent)
    html = faulty.content.decode()
    assert faulty.status_code == 422
    assert "房屋是租的" in html
    assert f'href="#row-{runs(three)[1]}"' in html
    assert f'href="#row-{runs(three)[0]}"' not in html
    assert not Decision.objects.exists()


def test_a_row_that_somebody_else_decided_meanwhile_stops_all(
    three: list[Application], handler: Desk, union: Organisation
) -> None:
    sent = rows(three, "approve", "approve", "approve")
    colleague = factories.officer(union, Office.HANDLER, nth=1)
    actions.decide(factories.current(three[1]), verdict="approve", actor=colleague)
    late = handler.post("desk_batch", **sent)
    assert late.status_code == 422
    assert 'role="alert"' in late.content.decode()
    assert states(three) == [("in_review", "review"), ("in_review", "visit"), ("in_review", "review")]


def test_a_row_that_was_changed_meanwhile_is_named_and_nothing_is_half_done(
    three: list[Application], handler: Desk
) -> None:
    sent = rows(three, "approve", "approve", "approve")
    sent[f"{runs(three)[1]}-seen"] = three[1].revision - 1
    stale = handler.post("desk_batch", **sent)
    assert stale.status_code == 422
    assert three[1].number in stale.content.decode()
    assert not Decision.objects.exists()


def test_cases_of_different_steps_are_not_decided_together(of: Round, three: list[Application]) -> None:
    chair = desk_of(of.organisation, Office.CHAIR)
    further = case(of, until="visit")
    answer = chair.get("desk_batch", query={"run": [*runs(three), *runs([further])]})
    assert answer.status_code == 422


def test_where_something_is_put_down_for_each_case_there_is_no_batch(of: Round) -> None:
    visited = [case(of, until="visit") for _n in range(2)]
    assert desk_of(of.organisation).get("desk_batch", query={"run": runs(visited)}).status_code == 422


@pytest.mark.parametrize("ticked", [[], ["x"], ["0"], ["9" * 30]])
def test_a_batch_of_nothing_says_so(handler: Desk, ticked: list[str]) -> None:
    assert handler.get("desk_batch", query={"run": ticked}).status_code == 409


def test_money_is_paid_out_together_by_somebody_who_approved_none_of_it(of: Round) -> None:
    paid = [case(of, until="pay", cost=cost) for cost in (680_000, 200_000)]
    payer = desk_of(of.organisation, Office.FINANCE, nth=3)
    html = payer.get("desk_batch", query={"run": runs(paid)}).content.decode()
    assert "¥3,000" in html
    assert "¥1,000" in html
    assert payer.post("desk_batch", **rows(paid, "approve", "approve")).status_code == 302
    assert [state for state, _step in states(paid)] == ["granted", "granted"]


def test_a_stranger_batches_nothing(of: Round, three: list[Application]) -> None:
    other = desk_of(make_union(of.organisation))
    assert other.get("desk_batch", query={"run": runs(three)}).status_code == 409
    assert other.post("desk_batch", **rows(three, "approve", "approve", "approve")).status_code == 409
    assert not Decision.objects.exists()


def test_a_batch_costs_the_same_for_many_rows(
    of: Round, three: list[Application], handler: Desk, union: Organisation, django_assert_max_num_queries
) -> None:
    address = reverse("desk_batch")
    with django_assert_max_num_queries(20) as few:
        handler.client.get(address, {"run": runs(three)[:1]})
    with django_assert_max_num_queries(len(few.captured_queries)):
        handler.client.get(address, {"run": runs(three)})
