"""Who may do what to a person's record. `over` is the tree path of the union through which an officer reaches them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from niangjia.kit.actor import RUNNERS, Actor, Role
from niangjia.kit.permit import Permit, permit
from niangjia.people.models import Account, Person


def is_self(actor: Actor, person: Person) -> bool:
    return actor.person_id is not None and actor.person_id == person.pk


def _keeps(actor: Actor, over: str) -> bool:
    return actor.is_system or (bool(over) and actor.holds(*RUNNERS, over=over))


def can_register(actor: Actor) -> Permit:
    return permit(
        actor.is_system or Role.OFFICER in actor.roles,
        _("Only union officers record other people. To record yourself, sign in with your phone."),
    )


def can_sign_up(actor: Actor, account: Account) -> Permit:
    """An account that has proved a phone, or was opened by WeChat or a single sign-on, records its own person once."""
    return permit(
        actor.is_system or (actor.account_id == account.pk and account.person_id is None),
        _("This account already belongs to a person."),
    )


def can_update(actor: Actor, person: Person, over: str = "") -> Permit:
    return permit(
        is_self(actor, person) or _keeps(actor, over),
        _("Only the person, or an officer of their union, can change this record."),
    )


def can_reveal(actor: Actor, person: Person, over: str = "") -> Permit:
    return permit(
        is_self(actor, person) or _keeps(actor, over),
        _("Only the person, or an officer of their union, can see the full number."),
    )


def can_merge(actor: Actor, kept: Person, gone: Person, overs: tuple[str, str] = ("", "")) -> Permit:
    return permit(
        all(_keeps(actor, over) for over in overs) and actor.person_id not in (kept.pk, gone.pk),
        _("Only an officer whose union reaches both records can merge them, and nobody merges their own."),
    )


def can_speak_for(actor: Actor, person: Person) -> Permit:
    """Consent, declared facts, a copy of the data, erasure: the person's own affair."""
    return permit(
        is_self(actor, person) or actor.is_system,
        _("Only the person can do this, for themselves."),
    )


def can_declare(actor: Actor, person: Person, over: str = "") -> Permit:
    return permit(
        is_self(actor, person) or _keeps(actor, over),
        _("Only the person, or an officer of their union on their behalf, can tell us this."),
    )


def can_keep_household(actor: Actor, person: Person, over: str = "") -> Permit:
    return permit(
        is_self(actor, person) or _keeps(actor, over),
        _("Only the person, or an officer of their union, can record their household."),
    )
