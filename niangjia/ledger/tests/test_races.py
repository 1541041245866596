"""Many hands at one till: real threads, each with its own connection."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from niangjia.kit.refusal import Refusal
from niangjia.ledger import actions
from niangjia.ledger.actions import Limit, LimitReached, Order, Short
from niangjia.ledger.models import Account, Transfer
from niangjia.ledger.reads import prove
from niangjia.ledger.tests.conftest import Books, a_key, open_books

pytestmark = pytest.mark.django_db(transaction=True)
HANDS = 8


@pytest.fixture
def till(transactional_db: None) -> Books:
    return open_books()


def at_once(verb: Callable[[int], Transfer | list[Transfer]], hands: int = HANDS) -> list[object]:
    """What each hand got, or why not; all begin together."""
    ready = threading.Barrier(hands)

    def hand(number: int) -> object:
        ready.wait(10)
        try:
            return verb(number)
        except Refusal as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(hands) as pool:
        return list(pool.map(hand, range(hands)))


def test_a_budget_for_three_promises_exactly_three(till: Books):
    budget, purses = till.budget(300), [till.purse() for _ in range(HANDS)]
    got = at_once(lambda n: actions.reserve(budget, purses[n], amount=100, key=a_key(), actor=till.keeper))
    assert sum(isinstance(one, Transfer) for one in got) == 3
    assert sum(isinstance(one, Short) for one in got) == HANDS - 3
    budget.refresh_from_db()
    assert (budget.balance, budget.reserved) == (300, 300)
    assert prove().holds


def test_one_key_pressed_by_all_hands_is_one_transfer(till: Books):
    budget, purse = till.budget(10_000), till.purse()
    got = at_once(lambda _n: actions.reserve(budget, purse, amount=100, key="double-tap", actor=till.keeper))
    assert {one.pk for one in got if isinstance(one, Transfer)} == {
        Transfer.objects.get(idempotency_key="double-tap").pk
    }
    assert len(got) == HANDS
    budget.refresh_from_db()
    assert budget.reserved == 100


def test_one_promise_posted_and_released_at_once_goes_one_way(till: Books):
    budget, purse = till.budget(100), till.purse()
    transfer = actions.reserve(budget, purse, amount=100, key=a_key(), actor=till.keeper)
    verbs = (actions.post, actions.void)
    at_once(lambda n: verbs[n % 2](transfer, actor=till.keeper))
    budget.refresh_from_db()
    purse.refresh_from_db()
    assert (budget.reserved, budget.balance + purse.balance) == (0, 100)
    assert prove().holds


def test_crossing_payments_neither_lock_up_nor_lose_a_fen(till: Books):
    left, right = till.budget(5_000, name="左"), till.budget(5_000, name="右")

    def cross(number: int) -> list[Transfer]:
        giver, taker = (left, right) if number % 2 else (right, left)
        there = [Order(giver, taker, 1 + number, a_key()) for _ in range(3)]
        return actions.post_many(actions.reserve_many(there, actor=till.keeper), actor=till.keeper)

    got = at_once(cross)
    assert all(isinstance(one, list) for one in got)
    moved = 3 * sum((1 + n) if n % 2 else -(1 + n) for n in range(HANDS))
    assert Account.objects.get(pk=left.pk).balance == 5_000 - moved
    assert prove().holds


def test_one_person_at_eight_counters_gets_what_one_person_may(till: Books):
    person = till.person()
    purse, stocks = till.purse(person), [till.budget(10, name=f"驿站{n}") for n in range(HANDS)]
    limit = Limit("care-pack:2026", times=2)
    got = at_once(
        lambda n: actions.pay(
            stocks[n], purse, amount=1, key=a_key(), person=person, limit=limit, actor=till.keeper
        )
    )  # fmt: skip
    assert sum(isinstance(one, Transfer) for one in got) == 2
    assert sum(isinstance(one, LimitReached) for one in got) == HANDS - 2
    assert prove().holds
