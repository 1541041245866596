"""Who may open accounts and move what lies in them, each with the sentence why not."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from niangjia.kit.actor import Actor
from niangjia.kit.permit import Permit, no, permit
from niangjia.ledger.models import MONEY_OFFICES, Account
from niangjia.orgs.models import Organisation


def can_keep_accounts(actor: Actor, organisation: Organisation) -> Permit:
    """Open and fund accounts of a body: its chair, case handler or finance officer, or one of a body above it."""
    return permit(
        actor.is_system or actor.holds(*MONEY_OFFICES, over=organisation.path),
        _("Only the chair, a case handler or the finance officer of %(body)s may keep its accounts.")
        % {"body": organisation},
    )


def can_open_for_people(actor: Actor) -> Permit:
    """Open accounts in which persons receive: anybody who may pay from some account."""
    return permit(
        actor.is_system or any(power.is_union and power.office in MONEY_OFFICES for power in actor.powers),
        _("Only union officers who pay may open accounts for people."),
    )


def can_export(actor: Actor, account: Account) -> Permit:
    """Take a statement out of the house: whoever keeps the account."""
    if account.organisation is None:
        return no(_("The account of a person is not handed out."))
    return can_keep_accounts(actor, account.organisation)


def can_spend(actor: Actor, account: Account) -> Permit:
    """Reserve, pay or release out of an account: whoever keeps it."""
    if account.person_id is not None:
        return permit(
            actor.is_system or actor.person_id == account.person_id,
            _("Only the person themself may spend from their account."),
        )
    return permit(
        actor.is_system or actor.holds(*MONEY_OFFICES, over=account.path),
        _("Only the chair, a case handler or the finance officer of %(body)s may pay from “%(account)s”.")
        % {"body": account.organisation, "account": account},
    )
