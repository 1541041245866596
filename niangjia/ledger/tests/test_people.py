"""Accounts of people who are merged, erased, or ask what we hold."""

from __future__ import annotations

from typing import Any

import pytest

from niangjia.kit.refusal import Conflict
from niangjia.ledger import actions
from niangjia.ledger.actions import Limit, LimitReached
from niangjia.ledger.models import Account
from niangjia.ledger.tests.conftest import Books, a_key
from niangjia.orgs.tests.factories import REGISTRY, make_actor
from niangjia.people import actions as people


def test_two_records_that_are_one_person_have_one_limit(books: Books):
    budget = books.budget(10_000)
    kept, gone = books.person(), books.person()
    once = Limit("care-pack:2026", times=1)
    books.reserve(budget, books.purse(gone), 100, person=gone, limit=once)
    people.merge_people(kept, gone, actor=REGISTRY)
    with pytest.raises(LimitReached):
        books.reserve(budget, books.purse(kept), 100, person=kept, limit=once)
    books.reserve(budget, books.purse(kept), 100, person=kept, limit=Limit("care-pack:2026", times=2))


def test_an_amount_counts_together_after_a_merge(books: Books):
    budget = books.budget(10_000)
    kept, gone = books.person(), books.person()
    most = Limit("relief:2026", amount=1000)
    books.reserve(budget, books.purse(gone), 700, person=gone, limit=most)
    people.merge_people(kept, gone, actor=REGISTRY)
    with pytest.raises(LimitReached):
        books.reserve(budget, books.purse(kept), 400, person=kept, limit=most)
    books.reserve(budget, books.purse(kept), 300, person=kept, limit=most)


def test_the_kept_record_sees_what_the_other_was_paid(books: Books):
    kept, gone = books.person(), books.person()
    purse = books.purse(gone)
    actions.pay(books.budget(500), purse, amount=500, key=a_key(), purpose="慰问金", actor=books.keeper)
    people.merge_people(kept, gone, actor=REGISTRY)
    assert list(Account.objects.visible_to(make_actor(kept))) == [purse]
    parts: Any = people.export_my_data(kept, actor=REGISTRY)
    assert [(line["purpose"], line["amount"]) for line in parts["payments"]] == [("慰问金", "¥5")]


def test_nobody_is_erased_while_money_is_set_aside_for_them(books: Books):
    person = books.person()
    promised = books.reserve(books.budget(500), books.purse(person), 300)
    with pytest.raises(Conflict) as refused:
        people.erase(person, actor=REGISTRY)
    assert refused.value.code == "money_on_its_way"
    assert "¥3" in str(refused.value)
    actions.void(promised, actor=books.keeper)
    people.erase(person, actor=REGISTRY)
    person.refresh_from_db()
    assert person.erased_on is not None
