"""What pages and other packages ask of the books."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.core.paginator import Page, Paginator
from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from niangjia.kit.actor import Actor
from niangjia.kit.refusal import NotFound
from niangjia.ledger.models import Account, Entry, Unit

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an account has been used, in its unit: granted = reserved + paid + left."""

    unit: Unit
    granted: int
    reserved: int
    paid: int
    left: int

    @property
    def used_percent(self) -> int:
        return 100 * (self.reserved + self.paid) // self.granted if self.granted else 0

    @property
    def granted_text(self) -> str:
        return self.unit.spell(self.granted)

    @property
    def reserved_text(self) -> str:
        return self.unit.spell(self.reserved)

    @property
    def paid_text(self) -> str:
        return self.unit.spell(self.paid)

    @property
    def left_text(self) -> str:
        return self.unit.spell(self.left)


def progress(account: Account) -> Progress:
    """Read from the account itself; no sum over its entries, however many there are."""
    return Progress(Unit(account.unit), account.credited, account.reserved, account.debited, account.available)


def balance(account_id: int) -> int:
    """What lies in an account, promised or not."""
    return int(Account.objects.values_list("balance", flat=True).get(pk=account_id))


@dataclass(frozen=True, slots=True)
class Row:
    """One account in the list."""

    account: Account
    progress: Progress


def accounts(actor: Actor, *, page: int = 1) -> Page[Account]:
    """The budgets and stocks this actor may see, those of the highest body first. Two queries."""
    kinds = (Account.Kind.BUDGET, Account.Kind.HOLDING)
    visible = Account.objects.visible_to(actor).filter(kind__in=kinds).select_related("organisation", "person")
    return Paginator(visible, PER_PAGE).get_page(page)


def row(account: Account) -> Row:
    return Row(account, progress(account))


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One side of a transfer as the statement shows it; the person on the other side is masked."""

    on: date
    number: int
    purpose: str
    other_side: str
    came: int
    went: int
    balance: int
    unit: Unit

    @property
    def amount_text(self) -> str:
        return f"+{self.unit.spell(self.came)}" if self.came else f"−{self.unit.spell(self.went)}"

    @property
    def balance_text(self) -> str:
        return self.unit.spell(self.balance)


@dataclass(frozen=True, slots=True)
class Statement:
    """An account with one page of what came and went, the newest first."""

    account: Account
    progress: Progress
    lines: tuple[StatementLine, ...]
    page: Page[Entry]


def account_for(actor: Actor, account_id: int) -> Account:
    """The account, if this actor may see it."""
    visible = Account.objects.visible_to(actor).select_related("organisation", "person")
    account = visible.filter(pk=account_id).first()
    if account is None:
        raise NotFound(_("There is no such account, or it is not yours to see."))
    return account


def statement(actor: Actor, account_id: int, *, page: int = 1) -> Statement:
    """What came and went, page by page. Four queries however long the account is."""
    account = account_for(actor, account_id)
    shown = Paginator(_entries(account), PER_PAGE).get_page(page)
    return Statement(account, progress(account), tuple(_line(account, entry) for entry in shown), shown)


def every_line(account: Account) -> Iterator[StatementLine]:
    """The whole statement, oldest first, for the export."""
    for entry in _entries(account).order_by("pk").iterator(chunk_size=1000):
        yield _line(account, entry)


def _entries(account: Account) -> QuerySet[Entry]:
    sides = ("transfer__debit", "transfer__credit")
    people = [f"{side}__{keeper}" for side in sides for keeper in ("person", "organisation")]
    return Entry.objects.filter(account=account).select_related(*people).order_by("-pk")


def _line(account: Account, entry: Entry) -> StatementLine:
    transfer = entry.transfer
    other = transfer.credit if entry.amount < 0 else transfer.debit
    return StatementLine(
        on=entry.posted_on,
        number=transfer.pk,
        purpose=transfer.purpose,
        other_side=other.title,
        came=max(entry.amount, 0),
        went=max(-entry.amount, 0),
        balance=entry.balance_after,
        unit=Unit(account.unit),
    )


@dataclass(frozen=True, slots=True)
class Proof:
    """Whether the books are right: what all accounts of each unit hold together, and every fault found."""

    totals: dict[str, int]
    faults: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return not self.faults


_FAULTS = {
    "unit {0} does not add up to nothing: {1}": """
        SELECT unit, sum(balance) FROM ledger_account GROUP BY unit HAVING sum(balance) <> 0""",
    "account {0} holds {1}, its entries say {2}": """
        SELECT a.id, a.balance, coalesce(sum(e.amount), 0)
        FROM ledger_account a LEFT JOIN ledger_entry e ON e.account_id = a.id
        GROUP BY a.id HAVING a.balance <> coalesce(sum(e.amount), 0)""",
    "account {0} reserves {1}, its transfers say {2}": """
        SELECT a.id, a.reserved, coalesce(sum(t.amount), 0)
        FROM ledger_account a LEFT JOIN ledger_transfer t ON t.debit_id = a.id AND t.state = 'reserved'
        GROUP BY a.id HAVING a.reserved <> coalesce(sum(t.amount), 0)""",
    "transfer {0} is {1} and has {2} entries": """
        SELECT t.id, t.state, count(e.id) FROM ledger_transfer t LEFT JOIN ledger_entry e ON e.transfer_id = t.id
        GROUP BY t.id
        HAVING count(e.id) <> CASE t.state WHEN 'posted' THEN 2 ELSE 0 END
          OR coalesce(sum(e.amount), 0) <> 0
          OR (t.state = 'posted' AND max(e.amount) <> t.amount)""",
    "entry {0} leaves {1}, the entries up to it say {2}": """
        SELECT id, balance_after, said FROM (
          SELECT id, balance_after, sum(amount) OVER (PARTITION BY account_id ORDER BY id) AS said FROM ledger_entry
        ) e WHERE balance_after <> said""",
    "person {0} has used {1} of window {2}, the transfers say {3}": """
        SELECT u.person_id, u.times || '×/' || u.amount, u."window", count(t.id) || '×/' || coalesce(sum(t.amount), 0)
        FROM ledger_usage u LEFT JOIN ledger_transfer t
          ON t.person_id = u.person_id AND t."window" = u."window" AND t.state <> 'voided'
        GROUP BY u.id HAVING u.times <> count(t.id) OR u.amount <> coalesce(sum(t.amount), 0)""",
}


def prove() -> Proof:
    """Count the books anew from the transfers and compare. Reads everything: for the night, audits and tests."""
    faults = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT unit, sum(balance)::bigint FROM ledger_account GROUP BY unit")
        totals = dict(cursor.fetchall())
        for sentence, query in _FAULTS.items():
            cursor.execute(query)
            faults += [sentence.format(*row) for row in cursor.fetchall()]
    return Proof(totals, tuple(faults))
