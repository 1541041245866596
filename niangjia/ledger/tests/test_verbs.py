"""Open, fund, reserve, post, void: what each does to the accounts, and what it refuses."""

from __future__ import annotations

from datetime import date

import pytest

from niangjia.kit import clock
from niangjia.kit.happenings import listen
from niangjia.kit.refusal import Conflict, Forbidden, Invalid
from niangjia.ledger import actions
from niangjia.ledger.actions import Limit, LimitReached, Order, Short
from niangjia.ledger.happenings import TransfersPosted
from niangjia.ledger.models import Account, Entry, Transfer, Unit
from niangjia.ledger.reads import balance, progress, prove
from niangjia.ledger.tests.conftest import Books, a_key
from niangjia.orgs.tests.factories import make_officer, make_person, make_tree
from niangjia.trail.models import Line


def standing(account: Account) -> tuple[int, int]:
    account.refresh_from_db()
    return account.balance, account.reserved


def test_funding_brings_units_from_outside_and_the_sum_stays_nothing(books: Books):
    budget = books.budget(500_000)
    assert standing(budget) == (500_000, 0)
    outside = Account.objects.get(organisation=books.county, kind=Account.Kind.OUTSIDE)
    assert outside.balance == -500_000
    assert prove().totals == {"fen": 0}


def test_a_reservation_binds_the_money_and_leaves_it_in_the_budget(books: Books):
    budget, purse = books.budget(500_000), books.purse()
    books.reserve(budget, purse, 300_000)
    assert standing(budget) == (500_000, 300_000)
    assert standing(purse) == (0, 0)
    shown = progress(budget)
    assert (shown.granted, shown.reserved, shown.paid, shown.left) == (500_000, 300_000, 0, 200_000)


def test_posting_moves_what_was_reserved(books: Books):
    budget, purse = books.budget(500_000), books.purse()
    with clock.at(date(2026, 3, 2)):
        transfer = actions.post(books.reserve(budget, purse, 300_000), actor=books.keeper)
    assert (transfer.state, transfer.posted_on) == (Transfer.State.POSTED, date(2026, 3, 2))
    assert standing(budget) == (200_000, 0)
    assert standing(purse) == (300_000, 0)
    assert balance(purse.pk) == 300_000
    legs = Entry.objects.filter(transfer=transfer).order_by("amount")
    assert [(leg.account_id, leg.amount, leg.balance_after) for leg in legs] == [
        (budget.pk, -300_000, 200_000),
        (purse.pk, 300_000, 300_000),
    ]
    assert progress(budget).paid == 300_000


def test_voiding_frees_what_was_reserved(books: Books):
    budget, purse = books.budget(100), books.purse()
    transfer = actions.void(books.reserve(budget, purse, 100), actor=books.keeper)
    assert transfer.state == Transfer.State.VOIDED
    assert standing(budget) == (100, 0)
    books.reserve(budget, purse, 100)


def test_the_refusal_names_the_account_what_is_missing_and_the_remedy(books: Books):
    budget, purse = books.budget(380_000), books.purse()
    with pytest.raises(Short) as refused:
        books.reserve(budget, purse, 500_000)
    assert "光FU行" in str(refused.value)
    assert "¥1,200" in str(refused.value)
    assert refused.value.remedy
    assert standing(budget) == (380_000, 0)


def test_many_are_promised_all_or_none(books: Books):
    budget = books.budget(250)
    purses = [books.purse() for _ in range(3)]
    orders = [Order(budget, purse, 100, a_key()) for purse in purses]
    with pytest.raises(Short):
        actions.reserve_many(orders, actor=books.keeper)
    assert Transfer.objects.filter(debit=budget).count() == 0
    booked = actions.reserve_many(orders[:2], actor=books.keeper)
    assert [transfer.credit_id for transfer in booked] == [purses[0].pk, purses[1].pk]


def test_the_same_key_twice_is_one_transfer(books: Books):
    budget, purse = books.budget(1000), books.purse()
    first = books.reserve(budget, purse, 400, key="application-7")
    again = books.reserve(budget, purse, 400, key="application-7")
    assert again.pk == first.pk
    assert standing(budget) == (1000, 400)
    actions.post(first, actor=books.keeper)
    assert books.reserve(budget, purse, 400, key="application-7").state == Transfer.State.POSTED
    assert Line.objects.filter(verb="reserve", thing_id=first.pk).count() == 1


@pytest.mark.parametrize("change", ["amount", "receiver", "thing"])
def test_the_same_key_with_other_content_is_refused(books: Books, change: str):
    budget, purse = books.budget(1000), books.purse()
    books.reserve(budget, purse, 400, key="application-7")
    with pytest.raises(Conflict):
        books.reserve(
            budget,
            books.purse() if change == "receiver" else purse,
            500 if change == "amount" else 400,
            thing=books.county if change == "thing" else None,
            key="application-7",
        )


def test_a_released_promise_is_not_taken_for_a_standing_one(books: Books):
    budget, purse = books.budget(1000), books.purse()
    actions.void(books.reserve(budget, purse, 400, key="application-7"), actor=books.keeper)
    with pytest.raises(Conflict, match=r"under this key|编号"):
        books.reserve(budget, purse, 400, key="application-7")


def test_posting_and_voiding_twice_do_nothing_twice_and_never_cross(books: Books):
    budget, purse = books.budget(1000), books.purse()
    paid, freed = books.reserve(budget, purse, 400), books.reserve(budget, purse, 400)
    for _ in range(2):
        actions.post(paid, actor=books.keeper)
        actions.void(freed, actor=books.keeper)
    assert standing(budget) == (600, 0)
    with pytest.raises(Conflict):
        actions.void(paid, actor=books.keeper)
    with pytest.raises(Conflict):
        actions.post(freed, actor=books.keeper)
    assert prove().holds


def test_one_person_has_a_thing_as_often_as_the_window_allows(books: Books):
    stock = books.budget(10, unit=Unit.PACKS, kind=Account.Kind.HOLDING, name="驿站服务包")
    person = books.person()
    purse = books.purse(person, unit=Unit.PACKS)
    twice = Limit("care-pack:2026", times=2)
    for _ in range(2):
        actions.pay(stock, purse, amount=1, key=a_key(), person=person, limit=twice, actor=books.keeper)
    with pytest.raises(LimitReached) as refused:
        actions.pay(stock, purse, amount=1, key=a_key(), person=person, limit=twice, actor=books.keeper)
    assert person.name not in str(refused.value)
    next_year = Limit("care-pack:2027", times=2)
    actions.pay(stock, purse, amount=1, key=a_key(), person=person, limit=next_year, actor=books.keeper)
    assert prove().holds


def test_a_released_promise_gives_its_place_in_the_window_back(books: Books):
    budget, person = books.budget(1000), books.person()
    purse, once = books.purse(person), Limit("degree:2026", times=1)
    actions.void(books.reserve(budget, purse, 100, person=person, limit=once), actor=books.keeper)
    books.reserve(budget, purse, 100, person=person, limit=once)
    with pytest.raises(LimitReached):
        books.reserve(budget, purse, 100, person=person, limit=once)


def test_a_window_may_limit_the_amount(books: Books):
    budget, person = books.budget(100_000), books.person()
    purse, most = books.purse(person), Limit("medical:2026", amount=50_000)
    books.reserve(budget, purse, 30_000, person=person, limit=most)
    with pytest.raises(LimitReached, match=r"¥300.*¥500"):
        books.reserve(budget, purse, 30_000, person=person, limit=most)
    books.reserve(budget, purse, 20_000, person=person, limit=most)


@pytest.mark.parametrize("amount", [0, -5])
def test_a_transfer_of_nothing_or_less_is_refused(books: Books, amount: int):
    with pytest.raises(Invalid):
        books.reserve(books.budget(1000), books.purse(), amount)


def test_units_do_not_mix(books: Books):
    with pytest.raises(Invalid):
        books.reserve(books.budget(1000), books.purse(unit=Unit.PACKS), 1)


def test_only_keepers_of_the_subtree_move_money(books: Books):
    budget, purse = books.budget(1000), books.purse()
    tree = make_tree()
    strangers = [make_officer(tree.other_county, "finance").actor, make_officer(tree.county, "judge").actor]
    strangers.append(make_officer(tree.township, "chair").actor)
    for stranger in strangers:
        with pytest.raises(Forbidden):
            actions.reserve(budget, purse, amount=1, key=a_key(), actor=stranger)
        with pytest.raises(Forbidden):
            actions.fund_account(budget, amount=1, key=a_key(), actor=stranger)
    above = make_officer(tree.city, "finance").actor
    transfer = actions.reserve(budget, purse, amount=1, key=a_key(), actor=above)
    with pytest.raises(Forbidden):
        actions.post(transfer, actor=strangers[0])


def test_only_the_person_spends_from_their_own_account(books: Books):
    stock, person = books.budget(50, unit=Unit.POINTS, name="积分"), books.person()
    purse = books.purse(person, unit=Unit.POINTS)
    actions.pay(stock, purse, amount=20, key=a_key(), actor=books.keeper)
    with pytest.raises(Forbidden):
        actions.pay(purse, stock, amount=5, key=a_key(), actor=books.keeper)


def test_accounts_of_people_are_opened_once(books: Books):
    people = [make_person() for _ in range(3)]
    first = actions.open_person_accounts(people[:2], unit=Unit.FEN, actor=books.keeper)
    both = actions.open_person_accounts(people, unit=Unit.FEN, actor=books.keeper)
    assert both[people[0].pk].pk == first[people[0].pk].pk
    assert Line.objects.filter(verb="open_person_accounts").count() == 3


def test_listeners_hear_of_what_arrived_and_only_once(books: Books):
    heard: list[tuple[int, ...]] = []

    def remember(happening: TransfersPosted) -> None:
        heard.append(happening.transfer_ids)

    listen(TransfersPosted, remember)
    transfer = books.reserve(books.budget(1000), books.purse(), 10)
    actions.post(transfer, actor=books.keeper)
    actions.post(transfer, actor=books.keeper)
    assert heard == [(transfer.pk,)]


def test_thousands_are_paid_in_a_few_statements(books: Books, django_assert_max_num_queries):
    budget = books.budget(150 * 100)
    people = [make_person() for _ in range(150)]
    purses = actions.open_person_accounts(people, unit=Unit.FEN, actor=books.keeper)
    orders = [
        Order(budget, purses[person.pk], 100, f"pay-{person.pk}", person=person, limit=Limit("once", times=1))
        for person in people
    ]
    with django_assert_max_num_queries(40):
        booked = actions.reserve_many(orders, actor=books.keeper)
        actions.post_many(booked, actor=books.keeper)
    assert standing(budget) == (0, 0)
    assert Line.objects.filter(verb="post").count() == 150
    assert prove().holds
