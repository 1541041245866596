"""Two officers at once: one decides, the other reads a sentence, and nothing is half-done."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from threading import Barrier, Thread

import pytest
from django.db import connection

from niangjia.kit.actor import Office
from niangjia.kit.refusal import Conflict, Refusal
from niangjia.ledger.models import Account
from niangjia.ledger.reads import prove
from niangjia.orgs.reads import actor_for
from niangjia.orgs.tests.factories import make_union
from niangjia.programmes import actions
from niangjia.programmes.models import Application, Decision, Entitlement, StepRun
from niangjia.programmes.reads.rankings import ranking
from niangjia.programmes.tests import factories
from niangjia.programmes.tests.desk_world import TEXT, case, decision, desk_of

pytestmark = pytest.mark.django_db(transaction=True)
State = Application.State


def at_once(*deeds: Callable[[], object]) -> list[object]:
    """Do all of it in the same moment, each in its own thread and connection; what came of each, in order."""
    ready = Barrier(len(deeds))
    outcomes: list[object] = [None] * len(deeds)

    def run(place: int, deed: Callable[[], object]) -> None:
        try:
            ready.wait(timeout=10)
            outcomes[place] = deed()
        except Refusal as refusal:
            outcomes[place] = refusal
        finally:
            connection.close()

    threads = [Thread(target=run, args=(place, deed)) for place, deed in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return outcomes


def test_of_two_officers_one_decides_and_the_other_is_told() -> None:
    of = factories.open_round_of(TEXT, quota=5)
    waiting = case(of)
    run = factories.current(waiting)
    yes, no = (factories.officer(waiting.union, Office.HANDLER, nth=n) for n in range(2))
    outcomes = at_once(
        lambda: actions.decide(run, verdict="approve", actor=yes),
        lambda: actions.decide(run, verdict="refuse", reason="材料不实", actor=no),
    )
    lost = [one for one in outcomes if isinstance(one, Conflict)]
    assert len(lost) == 1
    assert str(waiting.number) in str(lost[0].sentence)
    assert Decision.objects.filter(run=run).count() == 1
    waiting.refresh_from_db()
    won = Decision.objects.get(run=run).verdict
    assert (waiting.state, waiting.step) == {
        "approve": (State.IN_REVIEW, "visit"),
        "refuse": (State.REFUSED, "review"),
    }[won]
    assert StepRun.objects.filter(application=waiting, state="open").count() == (won == "approve")


def test_the_pages_of_two_officers_at_once_tell_the_slower_one_how_it_stands() -> None:
    of = factories.open_round_of(TEXT, quota=5)
    waiting = case(of)
    desks = [desk_of(waiting.union, nth=n) for n in range(2)]
    sent = decision(waiting, "approve")
    answers = at_once(*(partial(desk.post, "desk_decide", waiting.pk, **sent) for desk in desks))
    assert sorted(answer.status_code for answer in answers) == [302, 409]  # type: ignore[attr-defined]
    assert Decision.objects.count() == 1


def test_two_batches_over_the_same_cases_in_opposite_order_do_not_wait_for_each_other_for_ever() -> None:
    of = factories.open_round_of(TEXT, quota=9)
    union = make_union(of.organisation)
    runs = [factories.current(case(of, union=union)).pk for _n in range(3)]
    one, other = (factories.officer(union, Office.HANDLER, nth=n) for n in range(2))
    outcomes = at_once(
        lambda: actions.decide_many([actions.Choice(pk, "approve") for pk in runs], actor=one),
        lambda: actions.decide_many([actions.Choice(pk, "approve") for pk in reversed(runs)], actor=other),
    )
    assert sum(isinstance(outcome, Refusal) for outcome in outcomes) == 1
    assert Decision.objects.count() == 3
    assert Decision.objects.values("person").distinct().count() == 1


def test_a_ranking_confirmed_twice_at_once_promises_each_grant_once() -> None:
    of = factories.open_round_of(TEXT, quota=5)
    cases = [case(of, until="rank", cost=680_000) for _n in range(2)]
    seen = ranking(of, "rank").digest
    officers = [factories.officer(of.organisation, Office.HANDLER, nth=n) for n in range(2)]
    outcomes = at_once(
        *(partial(actions.confirm_ranking, of, "rank", seen=seen, actor=officer) for officer in officers)
    )
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 1
    assert Entitlement.objects.filter(application__in=cases).count() == 2
    assert Account.objects.get(rounds=of).reserved == 600_000
    prove()


def test_an_approval_and_a_withdrawal_at_once_leave_one_of_the_two() -> None:
    of = factories.open_round_of(TEXT, quota=5)
    waiting = case(of)
    run = factories.current(waiting)
    handler, worker = factories.officer(waiting.union, Office.HANDLER), actor_for(waiting.person)
    at_once(
        lambda: actions.decide(run, verdict="approve", actor=handler),
        lambda: actions.withdraw_application(waiting, actor=worker),
    )
    waiting.refresh_from_db()
    open_runs = StepRun.objects.filter(application=waiting, state="open").count()
    assert waiting.state == State.WITHDRAWN
    assert open_runs == 0
