"""Accounts: opening one, and finding the person behind it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from niangjia.kit import clock, crypto
from niangjia.kit.actor import Actor
from niangjia.kit.guard import keeping
from niangjia.kit.refusal import Refusal
from niangjia.people import identifiers
from niangjia.people.actions.records import set_name
from niangjia.people.models import Account, Person, PersonQuerySet, SignInTry
from niangjia.people.permissions import can_register, can_sign_up
from niangjia.trail import actions as trail

PAUSE = timedelta(seconds=60)
CODES_AN_HOUR = 5
CODES_AN_HOUR_FROM_ONE_ADDRESS = 200  # a whole factory may sign in through one address on joining day
WRONG_TRIES = 5
LOCKED_FOR = timedelta(minutes=15)


class TooOften(Refusal):
    """Too many codes asked for, or too many wrong ones: wait."""

    code = "too_often"
    status = 429


@transaction.atomic
def sign_up(account: Account, *, actor: Actor, name: str) -> Person:
    """Give a new account its person. A name that an imported roster lists under the same phone finds that record."""
    account = Account.objects.select_for_update().get(pk=account.pk)
    can_sign_up(actor, account).require()
    draft = Person()
    set_name(draft, name)
    listed = _unclaimed(account.phone).filter(name=draft.name).first() if account.phone_verified else None
    person = listed or draft
    if listed is None:
        if account.phone_verified:
            person.set_phone(account.phone)
        person.save(force_insert=True)
    account.person = person
    account.save(update_fields=["person"])
    trail.record(actor, "sign_up", person)
    return person


@transaction.atomic
def recognise(account: Account, *, actor: Actor) -> Person | None:
    """Tie an account to the one record that lists its proved phone; nothing when none or several do."""
    account = Account.objects.select_for_update(of=("self",)).select_related("person").get(pk=account.pk)
    if account.person is not None or not account.phone_verified:
        return account.person
    can_sign_up(actor, account).require()
    listed = list(_unclaimed(account.phone)[:2])
    if len(listed) != 1:
        return None
    account.person = listed[0]
    account.save(update_fields=["person"])
    trail.record(actor, "recognise", listed[0])
    return listed[0]


def _unclaimed(phone: str) -> PersonQuerySet:
    return Person.objects.with_phone(phone).filter(account=None, merged_into=None, erased_on=None)


@transaction.atomic
def open_account(*, actor: Actor, phone: str, person: Person | None = None) -> Account:
    """Open an account for a proved phone, or give it back when it is open already."""
    can_register(actor).require()
    number = identifiers.phone(phone)
    known = Account.objects.with_phone(number)
    if known is not None:
        return known
    account = Account(person=person, phone_verified=True)
    account.set_phone(number)
    account.set_unusable_password()
    with keeping(Account):
        account.save()
    trail.record(actor, "open_account", account)
    return account


def _lock_phone(phone_hash: str) -> None:
    """One at a time for one phone, in every process."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [phone_hash])


def _refuse_locked(phone_hash: str, now: datetime) -> None:
    wrong = SignInTry.objects.filter(kind=SignInTry.Kind.WRONG, phone_hash=phone_hash, at__gt=now - LOCKED_FOR)
    tries = list(wrong.order_by("-at").values_list("at", flat=True)[:WRONG_TRIES])
    if len(tries) == WRONG_TRIES:
        opens = timezone.localtime(tries[-1] + LOCKED_FOR, clock.SHANGHAI)
        raise TooOften(
            _("Too many wrong codes for this number."),
            remedy=_("It opens again at %(time)s. Nobody else can use it until then.") % {"time": f"{opens:%H:%M}"},
            code="sign_in_locked",
        )


@transaction.atomic
def ask_for_code(*, actor: Actor, phone: str, address: str) -> str:
    """Note that a code is about to be sent to this phone, or refuse because of too many. Gives the plain number."""
    can_register(actor).require()
    number = identifiers.phone(phone)
    phone_hash = crypto.keyed_hash(number, "person.phone")
    address_hash = crypto.keyed_hash(address, "sign-in.address")
    _lock_phone(phone_hash)
    now = clock.now()
    _refuse_locked(phone_hash, now)
    asked = SignInTry.objects.filter(kind=SignInTry.Kind.ASKED, at__gt=now - timedelta(hours=1))
    mine = list(asked.filter(phone_hash=phone_hash).order_by("-at").values_list("at", flat=True))
    if mine and now - mine[0] < PAUSE:
        seconds = max(1, int((PAUSE - (now - mine[0])).total_seconds()))
        raise TooOften(
            _("A code was sent to this number just now."),
            remedy=_("Wait %(seconds)s seconds before you ask for another.") % {"seconds": seconds},
        )
    from_here = asked.filter(address_hash=address_hash).count()
    if len(mine) >= CODES_AN_HOUR or from_here >= CODES_AN_HOUR_FROM_ONE_ADDRESS:
        raise TooOften(
            _("Too many codes have been asked for in this hour."),
            remedy=_("Try again in an hour, or ask your union to help you."),
        )
    SignInTry.objects.filter(at__lt=now - timedelta(days=1)).delete()
    SignInTry.objects.create(kind=SignInTry.Kind.ASKED, phone_hash=phone_hash, address_hash=address_hash, at=now)
    return number


@transaction.atomic
def note_wrong_code(*, actor: Actor, phone: str, address: str) -> int:
    """Count a wrong code against the phone; how many tries are left before it is locked."""
    can_register(actor).require()
    phone_hash = crypto.keyed_hash(phone, "person.phone")
    _lock_phone(phone_hash)
    now = clock.now()
    SignInTry.objects.create(
        kind=SignInTry.Kind.WRONG, phone_hash=phone_hash, address_hash=crypto.keyed_hash(address, "sign-in.address"),
        at=now,
    )  # fmt: skip
    recent = SignInTry.objects.filter(kind=SignInTry.Kind.WRONG, phone_hash=phone_hash, at__gt=now - LOCKED_FOR).count()
    return max(0, WRONG_TRIES - recent)


@transaction.atomic
def refuse_locked_phone(*, actor: Actor, phone: str) -> None:
    """Refuse a code while the phone is locked, even the right one."""
    can_register(actor).require()
    _refuse_locked(crypto.keyed_hash(phone, "person.phone"), clock.now())
