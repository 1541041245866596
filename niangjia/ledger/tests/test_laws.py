"""The laws of money, for any story hypothesis can think of."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from niangjia.kit.refusal import Refusal
from niangjia.ledger import actions
from niangjia.ledger.actions import Limit
from niangjia.ledger.models import Account, Transfer
from niangjia.ledger.reads import progress, prove
from niangjia.ledger.tests.conftest import Books, a_key, open_books

QUICK = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
ACCOUNTS = 4
AMOUNT = st.integers(1, 400)
WHERE = st.integers(0, ACCOUNTS - 1)
STEP = st.one_of(
    st.tuples(st.just("fund"), WHERE, AMOUNT),
    st.tuples(st.just("reserve"), WHERE, WHERE, AMOUNT, st.booleans()),
    st.tuples(st.just("pay"), WHERE, WHERE, AMOUNT, st.booleans()),
    st.tuples(st.just("post"), st.integers(0, 9)),
    st.tuples(st.just("void"), st.integers(0, 9)),
)


class Model:
    """The books as a child would keep them: one number per account and one per promise."""

    def __init__(self, books: Books):
        self.books = books
        self.accounts = [books.budget(name=f"账户{n}") for n in range(ACCOUNTS)]
        self.person = books.person()
        self.balances = [0] * ACCOUNTS
        self.promises: dict[int, tuple[int, int, int, str, bool]] = {}
        self.given = 0

    def held(self, where: int) -> int:
        return sum(p[2] for p in self.promises.values() if p[0] == where and p[3] == "reserved")

    def used(self) -> int:
        return sum(1 for p in self.promises.values() if p[4] and p[3] != "voided")

    def fund(self, where: int, amount: int) -> None:
        actions.fund_account(self.accounts[where], amount=amount, key=a_key(), actor=self.books.keeper)
        self.balances[where] += amount
        self.given += amount

    def promise(self, verb: str, giver: int, taker: int, amount: int, limited: bool) -> None:
        limit = Limit("thrice", times=3) if limited else None
        possible = (
            giver != taker and self.balances[giver] - self.held(giver) >= amount and not (limited and self.used() >= 3)
        )
        try:
            made = (actions.reserve if verb == "reserve" else actions.pay)(
                self.accounts[giver], self.accounts[taker], amount=amount, key=a_key(), actor=self.books.keeper,
                person=self.person, limit=limit,
            )  # fmt: skip
        except Refusal:
            assert not possible
            return
        assert possible
        self.promises[made.pk] = (giver, taker, amount, "reserved", limited)
        if verb == "pay":
            self._arrived(made.pk)

    def settle(self, verb: str, which: int) -> None:
        if not self.promises:
            return
        pk = sorted(self.promises)[which % len(self.promises)]
        transfer, state = Transfer.objects.get(pk=pk), self.promises[pk][3]
        wanted = "posted" if verb == "post" else "voided"
        try:
            (actions.post if verb == "post" else actions.void)(transfer, actor=self.books.keeper)
        except Refusal:
            assert state not in ("reserved", wanted)
            return
        assert state in ("reserved", wanted)
        if state == "reserved" and verb == "post":
            self._arrived(pk)
        elif state == "reserved":
            self.promises[pk] = (*self.promises[pk][:3], "voided", self.promises[pk][4])

    def _arrived(self, pk: int) -> None:
        giver, taker, amount, _state, limited = self.promises[pk]
        self.balances[giver] -= amount
        self.balances[taker] += amount
        self.promises[pk] = (giver, taker, amount, "posted", limited)


@QUICK
@given(story=st.lists(STEP, max_size=25))
def test_the_books_agree_with_a_childs_book_whatever_happens(db: None, story: list[tuple[Any, ...]]):
    model = Model(open_books())
    for verb, *rest in story:
        match verb:
            case "fund":
                model.fund(*rest)
            case "reserve" | "pay":
                model.promise(verb, *rest)
            case _:
                model.settle(verb, *rest)
    for where, account in enumerate(model.accounts):
        account.refresh_from_db()
        assert (account.balance, account.reserved) == (model.balances[where], model.held(where))
        assert account.balance >= account.reserved >= 0
        shown = progress(account)
        assert shown.granted == shown.reserved + shown.paid + shown.left
    outside = Account.objects.filter(kind=Account.Kind.OUTSIDE, organisation=model.books.county).first()
    assert -(outside.balance if outside else 0) >= model.given
    proof = prove()
    assert proof.holds, proof.faults
    assert set(proof.totals.values()) <= {0}
