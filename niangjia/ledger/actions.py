"""Every write of the ledger: open, fund, reserve, post, void; one by one or thousands in a statement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import models, transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.flows import Move
from niangjia.kit.guard import keeping
from niangjia.kit.happenings import announce
from niangjia.kit.refusal import Conflict, Invalid, Refusal
from niangjia.ledger import flow
from niangjia.ledger.happenings import TransfersPosted, TransfersVoided
from niangjia.ledger.models import Account, Transfer, Unit, Usage
from niangjia.ledger.permissions import can_export, can_keep_accounts, can_open_for_people, can_spend
from niangjia.orgs.models import Organisation
from niangjia.people.models import Person
from niangjia.trail import actions as trail

BATCH = 1000


class Short(Refusal):
    """There is less in the account than is asked of it."""

    code = "short"


class LimitReached(Refusal):
    """One person has had what one person may have."""

    code = "limit_reached"


@dataclass(frozen=True, slots=True)
class Limit:
    """The most one person may have in a window: so often, or so much, or both. `Limit("care-pack:2026", times=2)`."""

    window: str
    times: int | None = None
    amount: int | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """One amount to reserve. `key` names it for ever: the same order twice is one transfer.

    `thing` is what it is for; the ledger keeps its name and number, never a foreign key.
    """

    debit: Account
    credit: Account
    amount: int
    key: str
    purpose: str = ""
    thing: models.Model | None = None
    person: Person | None = None
    limit: Limit | None = None


@transaction.atomic
def open_account(
    *, organisation: Organisation, kind: Account.Kind, unit: Unit, name: str, actor: Actor, programme: str = ""
) -> Account:
    """Open an empty account of a body: a budget, or a stock of goods."""
    can_keep_accounts(actor, organisation).require()
    if kind not in (Account.Kind.BUDGET, Account.Kind.HOLDING):
        raise Invalid(_("Only budgets and stocks are opened by hand."))
    if not name.strip():
        raise Invalid(_("An account needs a name."), faults={"name": _("Give it a name.")})
    account = Account.objects.create(
        organisation=organisation, kind=kind, unit=unit, name=name.strip(), programme=programme
    )
    trail.record(actor, "open_account", account, kind=kind, unit=unit)
    return account


@transaction.atomic
def open_person_accounts(people: Iterable[Person], *, unit: Unit, actor: Actor) -> dict[int, Account]:
    """The accounts in which these people receive, by person id; those that are missing are opened."""
    can_open_for_people(actor).require()
    wanted = {person.pk: person for person in people}
    known = set(Account.objects.filter(person__in=wanted, unit=unit).values_list("person_id", flat=True))
    born = [Account(kind=Account.Kind.PERSON, person=wanted[pk], unit=unit) for pk in sorted(wanted.keys() - known)]
    Account.objects.bulk_create(born, batch_size=BATCH, ignore_conflicts=True)
    accounts = Account.objects.filter(person__in=wanted, unit=unit).select_related("person").order_by("pk")
    by_person = {account.person_id: account for account in accounts if account.person_id is not None}
    opened = [account for pk, account in by_person.items() if pk not in known]
    trail.record_many(actor, "open_person_accounts", opened)
    return by_person


@transaction.atomic
def fund_account(account: Account, *, amount: int, key: str, actor: Actor, purpose: str = "") -> Transfer:
    """Bring units in from outside: a budget is granted, goods are bought."""
    if account.organisation is None:
        raise Invalid(_("Only an account of a body is funded; people receive from a budget."))
    can_keep_accounts(actor, account.organisation).require()
    outside, __ = Account.objects.get_or_create(
        organisation=account.organisation, kind=Account.Kind.OUTSIDE, unit=account.unit,
        defaults={"allow_negative": True},
    )  # fmt: skip
    order = Order(debit=outside, credit=account, amount=amount, key=key, purpose=purpose or str(_("Funding")))
    (transfer,), born = _write([order], flow.State.POSTED)
    if born:
        trail.record(actor, "fund_account", account, amount=amount, transfer=transfer.pk)
    return transfer


@transaction.atomic
def reserve(
    debit: Account, credit: Account, *, amount: int, key: str, actor: Actor, purpose: str = "",
    thing: models.Model | None = None, person: Person | None = None, limit: Limit | None = None,
) -> Transfer:  # fmt: skip
    """Promise an amount, so that nobody else can be promised it. The same key and content again is the same promise."""
    order = Order(debit, credit, amount, key, purpose, thing, person, limit)
    return reserve_many([order], actor=actor)[0]


@transaction.atomic
def reserve_many(orders: Sequence[Order], *, actor: Actor) -> list[Transfer]:
    """Promise many amounts at once, all or none, in the order given."""
    for debit in {order.debit.pk: order.debit for order in orders}.values():
        can_spend(actor, debit).require()
    transfers, born = _write(orders, flow.State.RESERVED)
    trail.record_many(actor, "reserve", born)
    return transfers


@transaction.atomic
def pay(
    debit: Account, credit: Account, *, amount: int, key: str, actor: Actor, purpose: str = "",
    thing: models.Model | None = None, person: Person | None = None, limit: Limit | None = None,
) -> Transfer:  # fmt: skip
    """Move an amount at once, without promising it first: a pack handed out over the counter."""
    can_spend(actor, debit).require()
    order = Order(debit, credit, amount, key, purpose, thing, person, limit)
    (transfer,), born = _write([order], flow.State.POSTED)
    if born:
        trail.record(actor, "pay", transfer)
        announce(TransfersPosted((transfer.pk,)))
    return transfer


@transaction.atomic
def post(transfer: Transfer, *, actor: Actor) -> Transfer:
    """Let a promised amount arrive."""
    return post_many([transfer], actor=actor)[0]


@transaction.atomic
def post_many(transfers: Iterable[Transfer], *, actor: Actor) -> list[Transfer]:
    """Let many promised amounts arrive, all or none; those that have arrived already stay as they are."""
    moved, all_of_them = _move(transfers, flow.POST, actor, posted_on=clock.today())
    trail.record_many(actor, "post", moved)
    if moved:
        announce(TransfersPosted(tuple(transfer.pk for transfer in moved)))
    return all_of_them


@transaction.atomic
def void(transfer: Transfer, *, actor: Actor) -> Transfer:
    """Let go of a promised amount: it can be promised to somebody else."""
    return void_many([transfer], actor=actor)[0]


@transaction.atomic
def void_many(transfers: Iterable[Transfer], *, actor: Actor) -> list[Transfer]:
    """Let go of many promised amounts, all or none; those released already stay as they are."""
    moved, all_of_them = _move(transfers, flow.VOID, actor, voided_on=clock.today())
    trail.record_many(actor, "void", moved)
    if moved:
        announce(TransfersVoided(tuple(transfer.pk for transfer in moved)))
    return all_of_them


@transaction.atomic
def export_statement(account: Account, *, actor: Actor) -> Account:
    """Note who takes the statement out of the house, before they get it."""
    can_export(actor, account).require()
    trail.record(actor, "export_statement", account)
    return account


def _move(
    transfers: Iterable[Transfer], made: Move, actor: Actor, **dated: object
) -> tuple[list[Transfer], list[Transfer]]:
    """Those moved now, and all of them as they stand after."""
    locked = Transfer.objects.lock(*(transfer.pk for transfer in transfers))
    for debit in {transfer.debit_id: transfer.debit for transfer in locked}.values():
        can_spend(actor, debit).require()
    moving = flow.still_to_move(locked, made)
    Transfer.objects.filter(pk__in=[transfer.pk for transfer in moving]).update(state=made.after, **dated)
    for transfer in moving:
        transfer.state = made.after
        for field, value in dated.items():
            setattr(transfer, field, value)
    return moving, locked


def _write(orders: Sequence[Order], state: flow.State) -> tuple[list[Transfer], list[Transfer]]:
    """The transfers of these orders, in their order, and those of them that are new."""
    _check_orders(orders)
    accounts = Account.objects.lock(*{pk for order in orders for pk in (order.debit.pk, order.credit.pk)})
    asked = {order.key: _transfer(order, accounts, state) for order in orders}
    known = Transfer.objects.with_sides().in_bulk(asked, field_name="idempotency_key")
    for key, transfer in known.items():
        _require_same(asked[key], transfer)
    born = [transfer for key, transfer in asked.items() if key not in known]
    _require_enough(born, accounts)
    _require_within_limits([order for order in orders if order.key not in known])
    with keeping(Transfer, Account, Usage):
        Transfer.objects.bulk_create(born, batch_size=BATCH)
    return [known.get(order.key) or asked[order.key] for order in orders], born


def _check_orders(orders: Sequence[Order]) -> None:
    if len({order.key for order in orders}) < len(orders):
        raise Conflict(_("Two of these transfers carry the same key."))
    for order in orders:
        if order.amount <= 0:
            raise Invalid(_("A transfer must move more than nothing."), faults={"amount": _("Enter more than zero.")})
        if order.debit.unit != order.credit.unit:
            raise Invalid(
                _("“%(debit)s” and “%(credit)s” count different things.")
                % {"debit": order.debit, "credit": order.credit}
            )
        if order.debit.pk == order.credit.pk:
            raise Invalid(_("A transfer needs two different accounts."))
        if order.limit is not None and order.person is None:
            raise Invalid(_("A limit per person needs the person it counts."))


def _transfer(order: Order, accounts: dict[int, Account], state: flow.State) -> Transfer:
    return Transfer(
        debit=accounts[order.debit.pk],
        credit=accounts[order.credit.pk],
        amount=order.amount,
        state=state,
        idempotency_key=order.key,
        purpose=order.purpose,
        thing_type=order.thing._meta.label_lower if order.thing is not None else "",
        thing_id=order.thing.pk if order.thing is not None else None,
        person=order.person,
        window=order.limit.window if order.limit is not None else "",
        posted_on=clock.today() if state == flow.State.POSTED else None,
    )


def _require_same(asked: Transfer, known: Transfer) -> None:
    """A key names one content for ever; whoever uses it for another made a mistake that money must not follow.

    A promise that was released stays so: asked for again under its old key, it would seem to stand and not be there.
    """
    if known.state == flow.State.VOIDED:
        raise Conflict(
            _("“%(transfer)s” was promised under this key and released since.") % {"transfer": known},
            remedy=_("Promise it anew under a new key."),
        )
    for field in ("debit_id", "credit_id", "amount", "thing_type", "thing_id", "person_id", "window"):
        if getattr(asked, field) != getattr(known, field):
            raise Conflict(
                _("Under this key a different transfer is booked: %(transfer)s.") % {"transfer": known},
                remedy=_("Look at that transfer first; a new one needs a key of its own."),
            )


def _require_enough(born: Sequence[Transfer], accounts: dict[int, Account]) -> None:
    asked: dict[int, int] = defaultdict(int)
    for transfer in born:
        asked[transfer.debit_id] += transfer.amount
    for pk, amount in sorted(asked.items()):
        account = accounts[pk]
        if not account.allow_negative and account.available < amount:
            raise Short(
                _("“%(account)s” is not enough: %(missing)s are missing (%(left)s left, %(amount)s asked).")
                % {
                    "account": account,
                    "missing": account.spell(amount - account.available),
                    "left": account.spell(account.available),
                    "amount": account.spell(amount),
                },
                remedy=_("Add to it, or grant less."),
            )


def _require_within_limits(orders: Sequence[Order]) -> None:
    """Refuse what goes over a limit, under a lock on each person's count, so that two counters cannot both say yes."""
    limited = [order for order in orders if order.limit is not None and order.person is not None]
    if not limited:
        return
    asked = {(order.person.pk, order.limit.window): order for order in limited if order.person and order.limit}
    if len(asked) < len(limited):
        raise Conflict(_("One person stands twice in this list under the same limit."))
    blank = [Usage(person_id=person, window=window) for person, window in sorted(asked)]
    Usage.objects.bulk_create(blank, batch_size=BATCH, ignore_conflicts=True)
    people, windows = zip(*asked, strict=True)
    counts = Usage.objects.select_for_update(of=("self",)).filter(person__in=people, window__in=set(windows))
    inherited = _had_by_merged(people, windows)
    changed = []
    for count in counts.select_related("person").order_by("person", "window"):
        order = asked.get((count.person_id, count.window))
        if order is None or order.limit is None:
            continue
        _require_room(count, order, order.limit, *inherited.get((count.person_id, count.window), (0, 0)))
        if (count.most_times, count.most_amount) != (order.limit.times, order.limit.amount):
            count.most_times, count.most_amount = order.limit.times, order.limit.amount
            changed.append(count)
    Usage.objects.bulk_update(changed, ["most_times", "most_amount"], batch_size=BATCH)


def _had_by_merged(people: Iterable[int], windows: Iterable[str]) -> dict[tuple[int, str], tuple[int, int]]:
    """How often and how much records had that were merged into these people: one person, one limit."""
    earlier = Usage.objects.filter(person__merged_into__in=people, window__in=set(windows)).order_by()
    sums = earlier.values_list("person__merged_into", "window").annotate(Sum("times"), Sum("amount"))
    return {(heir, window): (times, amount) for heir, window, times, amount in sums if heir is not None}


def _require_room(count: Usage, order: Order, limit: Limit, times_before: int, amount_before: int) -> None:
    times, amount = count.times + times_before, count.amount + amount_before
    remedy = _("It can be asked for again when the next period begins.")
    if limit.times is not None and times + 1 > limit.times:
        raise LimitReached(
            _("%(person)s has already had this %(times)s of %(most)s times.")
            % {"person": count.person.masked_name, "times": times, "most": limit.times},
            remedy=remedy,
        )
    if limit.amount is not None and amount + order.amount > limit.amount:
        raise LimitReached(
            _("%(person)s has already had %(had)s; one person may have %(most)s.")
            % {
                "person": count.person.masked_name,
                "had": order.debit.spell(amount),
                "most": order.debit.spell(limit.amount),
            },
            remedy=remedy,
        )
