"""What PostgreSQL refuses to whoever writes past the verbs."""

from __future__ import annotations

import pytest
from django.db import Error, IntegrityError, connection, transaction

from niangjia.ledger import actions
from niangjia.ledger.models import Account, Entry, Transfer, Unit, Usage
from niangjia.ledger.reads import prove
from niangjia.ledger.tests.conftest import Books, a_key


def refused(sql: str, *params: int, by: type[Error] = Error) -> None:
    with pytest.raises(by), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)


def test_nobody_writes_a_balance(books: Books):
    budget = books.budget(1000)
    for column in ("credited", "debited", "reserved"):
        refused(f"UPDATE ledger_account SET {column} = {column} + 1 WHERE id = %s", budget.pk)
    refused("UPDATE ledger_account SET unit = 'packs' WHERE id = %s", budget.pk)
    refused("DELETE FROM ledger_account WHERE id = %s", budget.pk)
    with pytest.raises(Error), transaction.atomic():
        Account.objects.create(organisation=books.county, kind="budget", unit="fen", name="假", credited=5)


def test_entries_and_settled_transfers_stay(books: Books):
    transfer = actions.pay(books.budget(1000), books.purse(), amount=10, key=a_key(), actor=books.keeper)
    entry = Entry.objects.filter(transfer=transfer).first()
    assert entry is not None
    refused("UPDATE ledger_entry SET amount = 5 WHERE id = %s", entry.pk)
    refused("DELETE FROM ledger_entry WHERE id = %s", entry.pk)
    refused(
        "INSERT INTO ledger_entry (transfer_id, account_id, amount, balance_after, posted_on) "
        "SELECT transfer_id, account_id, 5, 5, posted_on FROM ledger_entry WHERE id = %s",
        entry.pk,
    )
    refused("UPDATE ledger_transfer SET amount = 5 WHERE id = %s", transfer.pk)
    refused("UPDATE ledger_transfer SET state = 'reserved', posted_on = NULL WHERE id = %s", transfer.pk)
    refused("DELETE FROM ledger_transfer WHERE id = %s", transfer.pk)


def test_a_transfer_written_by_hand_is_booked_all_the_same_and_cannot_overdraw(books: Books):
    budget, purse = books.budget(1000), books.purse()
    Transfer.objects.create(debit=budget, credit=purse, amount=600, idempotency_key="by-hand")
    budget.refresh_from_db()
    assert budget.reserved == 600
    with pytest.raises(IntegrityError, match="account_is_never_overdrawn"), transaction.atomic():
        Transfer.objects.create(debit=budget, credit=purse, amount=401, idempotency_key="too-much")
    assert prove().holds


def test_a_transfer_between_units_is_refused(books: Books):
    with pytest.raises(IntegrityError, match="transfer moves one unit"), transaction.atomic():
        Transfer.objects.create(
            debit=books.budget(1000), credit=books.purse(unit=Unit.PACKS), amount=1, idempotency_key="mixed"
        )


def test_a_persons_count_is_nobodys_to_write(books: Books):
    person = books.person()
    actions.pay(
        books.budget(10), books.purse(person), amount=1, key=a_key(), person=person,
        limit=actions.Limit("once", times=1), actor=books.keeper,
    )  # fmt: skip
    count = Usage.objects.get(person=person)
    refused("UPDATE ledger_usage SET times = 0 WHERE id = %s", count.pk)
    refused("INSERT INTO ledger_usage (person_id, \"window\", times, amount) VALUES (%s, 'other', 1, 1)", person.pk)


def test_the_proof_finds_a_book_that_was_forged(books: Books):
    budget = books.budget(1000)
    assert prove().holds
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE ledger_account DISABLE TRIGGER USER")
        cursor.execute("UPDATE ledger_account SET credited = credited + 7 WHERE id = %s", [budget.pk])
        cursor.execute("ALTER TABLE ledger_account ENABLE TRIGGER USER")
    faults = "\n".join(prove().faults)
    assert "unit fen does not add up to nothing: 7" in faults
    assert f"account {budget.pk} holds 1007" in faults
