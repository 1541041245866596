"""Accounts: opening one, and finding the person behind it."""

from __future__ import annotations

from django.db import transaction

from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.guard import keeping
from niangjia.people import identifiers, limits
from niangjia.people.actions.records import set_name
from niangjia.people.models import Account, Person, PersonQuerySet, SignInTry
from niangjia.people.permissions import can_register, can_sign_up
from niangjia.trail import actions as trail


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


@transaction.atomic
def ask_for_code(*, actor: Actor, phone: str, address: str) -> str:
    """Note that a code is about to be sent to this phone, or refuse because of too many. Gives the plain number."""
    can_register(actor).require()
    number = identifiers.phone(phone)
    who = limits.Asking.of(number, address)
    limits.wait_for(who)
    limits.refuse_locked(who)
    limits.refuse_too_many(who)
    SignInTry.objects.filter(at__lt=clock.now() - limits.KEPT_FOR).delete()
    asked = SignInTry.objects.create(kind=SignInTry.Kind.ASKED, **who.hashes)
    trail.record(actor, "ask_for_code", asked)
    return number


@transaction.atomic
def note_wrong_code(*, actor: Actor, phone: str, address: str) -> int:
    """Count a wrong code against the phone; how many tries are left before it is locked."""
    can_register(actor).require()
    who = limits.Asking.of(phone, address)
    limits.wait_for(who)
    wrong = SignInTry.objects.create(kind=SignInTry.Kind.WRONG, **who.hashes)
    trail.record(actor, "note_wrong_code", wrong)
    return limits.tries_left(who)
