"""What officers see of the books, and what nobody else does."""

from __future__ import annotations

import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from niangjia.ledger import actions, reads
from niangjia.ledger.tests.conftest import Books, a_key
from niangjia.orgs.tests.factories import make_account, make_officer, make_person, make_tree
from niangjia.trail.models import Line


@pytest.fixture
def desk(client, books: Books):
    """A signed-in finance officer of the county."""
    officer = make_officer(books.county, "finance")
    client.force_login(make_account(officer.person))
    return client


def test_the_list_shows_granted_promised_paid_and_left(desk, books: Books):
    budget, purse = books.budget(500_000), books.purse()
    books.reserve(budget, purse, 120_000)
    actions.pay(budget, purse, amount=80_000, key=a_key(), actor=books.keeper)
    shown = desk.get(reverse("accounts")).content.decode()
    for figure in ("¥5,000", "¥1,200", "¥800", "¥3,000", "光FU行"):
        assert figure in shown


def test_the_statement_masks_the_person_on_the_other_side(desk, books: Books):
    budget, person = books.budget(500_000), books.person()
    actions.pay(budget, books.purse(person), amount=30_000, key=a_key(), purpose="补助", actor=books.keeper)
    shown = desk.get(reverse("account", args=[budget.pk])).content.decode()
    assert person.masked_name in shown
    assert person.name not in shown
    assert "−¥300" in shown
    assert "¥4,700" in shown


def test_an_account_outside_the_subtree_does_not_exist(client, books: Books):
    budget = books.budget(100)
    for officer in (make_officer(make_tree().other_county, "finance"), make_officer(books.county, "judge")):
        client.force_login(make_account(officer.person))
        assert client.get(reverse("account", args=[budget.pk])).status_code == 404
        assert client.post(reverse("account_statement", args=[budget.pk])).status_code == 404
        assert "光FU行" not in client.get(reverse("accounts")).content.decode()


def test_a_worker_is_turned_away(client, books: Books):
    client.force_login(make_account(make_person()))
    assert client.get(reverse("accounts")).status_code == 403
    client.logout()
    assert client.get(reverse("accounts")).status_code == 302


def test_the_spreadsheet_holds_every_line_no_formula_and_who_took_it(desk, books: Books):
    budget, purse = books.budget(500_000), books.purse()
    actions.pay(budget, purse, amount=12_345, key=a_key(), purpose="=HYPERLINK(1)", actor=books.keeper)
    answer = desk.post(reverse("account_statement", args=[budget.pk]))
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    rows = list(sheet.values)
    assert len(rows) == 2 + 2
    assert [row[4:7] for row in rows[2:]] == [(5000, None, 5000), (None, 123.45, 4876.55)]
    assert sheet.cell(4, 3).data_type == "s"
    line = Line.objects.get(verb="export_statement")
    assert line.actor_name in str(rows[0][0])


def test_the_pages_cost_the_same_however_long_the_books(desk, books: Books, django_assert_max_num_queries):
    budget, purse = books.budget(500_000), books.purse()
    for rows in (3, 12):
        for _ in range(rows):
            actions.pay(budget, purse, amount=10, key=a_key(), actor=books.keeper)
            books.budget(10)
        with django_assert_max_num_queries(8):
            assert desk.get(reverse("account", args=[budget.pk])).status_code == 200
        with django_assert_max_num_queries(8):
            assert desk.get(reverse("accounts")).status_code == 200


def test_a_long_statement_is_turned_page_by_page(books: Books):
    budget, purse = books.budget(500_000), books.purse()
    for _ in range(reads.PER_PAGE + 5):
        actions.pay(budget, purse, amount=10, key=a_key(), actor=books.keeper)
    first, second = (reads.statement(books.keeper, budget.pk, page=page) for page in (1, 2))
    assert (len(first.lines), len(second.lines)) == (reads.PER_PAGE, 6)
    assert first.lines[0].balance == 500_000 - 10 * (reads.PER_PAGE + 5)
    assert second.lines[-1].amount_text == "+¥5,000"
