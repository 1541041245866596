"""Accounts of units and the transfers between them: two sides to every move, stored balances, nothing ever rewritten.

What leaves an account is its debit, what comes in its credit; `balance` is what lies in it, and `reserved` the part of
it that is promised. The outside (`Account.Kind.OUTSIDE`) is where units come from: it goes below zero by as much as the
house was given, so all accounts of a unit together always hold exactly nothing.
"""

from __future__ import annotations

from typing import ClassVar, Self

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from niangjia.kit import clock
from niangjia.kit.actor import Actor, Office
from niangjia.kit.money import yuan
from niangjia.ledger import triggers
from niangjia.orgs.models import Organisation, within
from niangjia.people.models import Person

MONEY_OFFICES = (Office.CHAIR, Office.HANDLER, Office.FINANCE)
APPEND_ONLY = pgtrigger.Update | pgtrigger.Delete


class Unit(models.TextChoices):
    """What an account counts. Whole numbers only: money in fen."""

    FEN = "fen", _("money")
    PACKS = "packs", _("packs")
    HOURS = "hours", _("hours")
    POINTS = "points", _("points")

    def spell(self, amount: int) -> str:
        """The amount as people read it: `¥1,200`, `3 packs`."""
        match self:
            case Unit.FEN:
                return yuan(amount)
            case Unit.PACKS:
                spelt = ngettext("%(n)s pack", "%(n)s packs", abs(amount))
            case Unit.HOURS:
                spelt = ngettext("%(n)s hour", "%(n)s hours", abs(amount))
            case Unit.POINTS:
                spelt = ngettext("%(n)s point", "%(n)s points", abs(amount))
        return spelt % {"n": f"{amount:,}"}


class AccountQuerySet(models.QuerySet["Account"]):
    def lock(self, *ids: int) -> dict[int, Account]:
        """The accounts by id, locked in the order of their ids like everywhere else in the ledger."""
        locked = self.select_for_update(of=("self",), no_key=True).filter(pk__in=ids)
        return {account.pk: account for account in locked.select_related("organisation", "person").order_by("pk")}

    def held_by(self, person_id: int) -> Self:
        """This person's, and those of records merged into this person's."""
        return self.filter(Q(person=person_id) | Q(person__merged_into=person_id))

    def visible_to(self, actor: Actor) -> Self:
        """Whoever keeps money matters sees the accounts of their subtree; a person sees their own."""
        if actor.is_system:
            return self
        of_subtree = self.filter(within(actor.reach(*MONEY_OFFICES), "organisation__path"))
        return of_subtree if actor.person_id is None else of_subtree | self.held_by(actor.person_id)


class Account(models.Model):
    """A place where units of one kind lie. Only transfers change what it holds, and PostgreSQL itself books them."""

    class Kind(models.TextChoices):
        BUDGET = "budget", _("budget")
        HOLDING = "holding", _("stock")
        OUTSIDE = "outside", _("outside the books")
        PERSON = "person", _("individual")

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="accounts"
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="accounts")
    kind = models.CharField(_("kind of account"), max_length=8, choices=Kind)
    unit = models.CharField(_("unit"), max_length=8, choices=Unit)
    name = models.CharField(_("account name"), max_length=128, blank=True)
    programme = models.CharField(_("programme"), max_length=64, blank=True, db_index=True)
    credited = models.BigIntegerField(default=0, editable=False)
    debited = models.BigIntegerField(default=0, editable=False)
    reserved = models.BigIntegerField(default=0, editable=False)
    balance = models.GeneratedField(
        expression=F("credited") - F("debited"), output_field=models.BigIntegerField(), db_persist=True
    )
    allow_negative = models.BooleanField(default=False)
    opened_on = models.DateField(default=clock.today)

    objects = AccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("ledger account")
        ordering: ClassVar = ["organisation__path", "kind", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="account_is_never_overdrawn",
                condition=Q(allow_negative=True) | Q(credited__gte=F("debited") + F("reserved")),
                violation_error_message=_("There is not enough in this account."),
            ),
            models.CheckConstraint(
                name="account_reserves_nothing_below_zero",
                condition=Q(reserved__gte=0, credited__gte=0, debited__gte=0),
                violation_error_message=_("An account cannot hold a reservation below zero."),
            ),
            models.CheckConstraint(
                name="only_the_outside_goes_below_zero",
                condition=Q(allow_negative=False) | Q(kind="outside"),
                violation_error_message=_("Only the outside may go below zero."),
            ),
            models.CheckConstraint(
                name="account_has_one_keeper",
                condition=Q(kind="person", person__isnull=False, organisation=None)
                | (~Q(kind="person") & Q(person=None, organisation__isnull=False)),
                violation_error_message=_("An account is kept either by a body or by a person."),
            ),
            models.UniqueConstraint(
                name="one_outside_per_body_and_unit",
                fields=["organisation", "unit"],
                condition=Q(kind="outside"),
                violation_error_message=_("This body already has an outside account of this unit."),
            ),
            models.UniqueConstraint(
                name="one_account_per_person_and_unit",
                fields=["person", "unit"],
                condition=Q(kind="person"),
                violation_error_message=_("This person already has an account of this unit."),
            ),
        ]
        triggers: ClassVar = [
            triggers.ACCOUNT_BORN_EMPTY,
            triggers.ACCOUNT_MOVED_BY_TRANSFERS,
            pgtrigger.ReadOnly(
                name="account_stays_what_it_is", fields=["organisation", "person", "kind", "unit", "allow_negative"]
            ),
            pgtrigger.Protect(name="account_is_never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """What people read: the given name; a person's account shows the masked name of its person."""
        if self.person is not None:
            return self.person.masked_name
        return self.name or f"{self.organisation} · {self.get_kind_display()}"

    @property
    def path(self) -> str:
        return self.organisation.path if self.organisation is not None else ""

    @property
    def available(self) -> int:
        """What may still be promised."""
        return self.credited - self.debited - self.reserved

    def spell(self, amount: int) -> str:
        return Unit(self.unit).spell(amount)


class TransferQuerySet(models.QuerySet["Transfer"]):
    def with_sides(self) -> Self:
        return self.select_related("debit__organisation", "debit__person", "credit__organisation", "credit__person")

    def lock(self, *ids: int) -> list[Transfer]:
        return list(self.select_for_update(of=("self",), no_key=True).filter(pk__in=ids).with_sides().order_by("pk"))


class Transfer(models.Model):
    """An amount on its way from one account (`debit`) to another (`credit`): promised, then moved or let go."""

    class State(models.TextChoices):
        RESERVED = "reserved", _("reserved")
        POSTED = "posted", _("paid")
        VOIDED = "voided", _("released")

    debit = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="transfers_out")
    credit = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="transfers_in")
    amount = models.BigIntegerField(_("amount"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.RESERVED)
    idempotency_key = models.CharField(max_length=128, unique=True)
    purpose = models.CharField(_("what it is for"), max_length=200, blank=True)
    thing_type = models.CharField(max_length=64, blank=True)
    thing_id = models.BigIntegerField(null=True, blank=True)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="transfers",
        help_text=_("whose limit this counts against"),
    )  # fmt: skip
    window = models.CharField(max_length=128, blank=True, help_text=_("the limit it counts against, such as pack:2026"))
    made_on = models.DateField(default=clock.today)
    posted_on = models.DateField(null=True, blank=True)
    voided_on = models.DateField(null=True, blank=True)

    objects = TransferQuerySet.as_manager()

    class Meta:
        verbose_name = _("ledger transfer")
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [models.Index(fields=["thing_type", "thing_id"], name="transfer_by_thing")]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="transfer_moves_something",
                condition=Q(amount__gt=0),
                violation_error_message=_("A transfer must move more than nothing."),
            ),
            models.CheckConstraint(
                name="transfer_has_two_sides",
                condition=~Q(debit=F("credit")),
                violation_error_message=_("A transfer needs two different accounts."),
            ),
            models.CheckConstraint(
                name="transfer_is_dated_as_it_stands",
                condition=Q(state="reserved", posted_on=None, voided_on=None)
                | Q(state="posted", posted_on__isnull=False, voided_on=None)
                | Q(state="voided", posted_on=None, voided_on__isnull=False),
                violation_error_message=_("A transfer carries the date of what was done with it, and no other."),
            ),
            models.CheckConstraint(
                name="a_window_counts_a_person",
                condition=Q(window="") | Q(person__isnull=False),
                violation_error_message=_("A limit per person needs the person it counts."),
            ),
        ]
        triggers: ClassVar = [
            triggers.BOOK_NEW,
            triggers.BOOK_MOVE,
            pgtrigger.ReadOnly(name="transfer_stays_what_it_is", exclude=["state", "posted_on", "voided_on"]),
            pgtrigger.Protect(
                name="settled_transfer_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state__in=["posted", "voided"]),
            ),
            pgtrigger.Protect(name="transfer_is_never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return gettext("%(amount)s from %(debit)s to %(credit)s") % {
            "amount": self.debit.spell(self.amount), "debit": self.debit, "credit": self.credit,
        }  # fmt: skip

    @property
    def path(self) -> str:
        return self.debit.path or self.credit.path


class Entry(models.Model):
    """One side of a posted transfer, with the balance it left. Written by PostgreSQL, never changed."""

    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="entries")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="entries")
    amount = models.BigIntegerField(_("amount"))
    balance_after = models.BigIntegerField(_("balance"))
    posted_on = models.DateField(_("date"))

    class Meta:
        verbose_name = _("ledger entry")
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [models.Index(fields=["account", "id"], name="entry_by_account")]
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_entry_per_side", fields=["transfer", "account"]),
        ]
        triggers: ClassVar = [
            triggers.ENTRY_MADE_BY_TRANSFERS,
            pgtrigger.Protect(name="entry_stays", operation=APPEND_ONLY),
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.account.spell(self.amount)}"


class Usage(models.Model):
    """What one person has had within one window (`care-pack:2026`), and the most they may have."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="usages")
    window = models.CharField(max_length=128)
    times = models.BigIntegerField(db_default=0)
    amount = models.BigIntegerField(db_default=0)
    most_times = models.BigIntegerField(null=True, blank=True)
    most_amount = models.BigIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("use of a limit")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_count_per_person_and_window", fields=["person", "window"]),
            models.CheckConstraint(
                name="usage_stays_within_its_times",
                condition=Q(times__gte=0) & (Q(most_times=None) | Q(times__lte=F("most_times"))),
                violation_error_message=_("This person has already had this as often as one person may."),
            ),
            models.CheckConstraint(
                name="usage_stays_within_its_amount",
                condition=Q(amount__gte=0) & (Q(most_amount=None) | Q(amount__lte=F("most_amount"))),
                violation_error_message=_("This person has already had as much of this as one person may."),
            ),
        ]
        triggers: ClassVar = [triggers.USAGE_BORN_EMPTY, triggers.USAGE_COUNTED_BY_TRANSFERS]

    def __str__(self) -> str:
        return f"{self.person}: {self.window}"
