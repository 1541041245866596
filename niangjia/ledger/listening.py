"""What the ledger does when people are erased or take a copy of their data.

Nothing moves when two records are merged: what was booked stays booked as it was, the kept record sees the accounts of
the other (`Account.visible_to`), and what both had counts together against a limit per person (`actions`).
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from niangjia.kit.refusal import Conflict
from niangjia.ledger.models import Account, Entry, Transfer
from niangjia.people.happenings import DataCopying, PersonErasing


def hold_back_erasing(erasing: PersonErasing) -> None:
    """Refuse while something is reserved for this person."""
    waiting = Transfer.objects.filter(credit__person=erasing.person_id, state=Transfer.State.RESERVED)
    if (promised := waiting.select_related("debit").first()) is not None:
        raise Conflict(
            _("%(amount)s is set aside for you and has not been paid yet.")
            % {"amount": promised.debit.spell(promised.amount)},
            remedy=_("Wait until it is paid, or ask your union to release it; then your record can be erased."),
            code="money_on_its_way",
        )


def add_to_copy(copying: DataCopying) -> None:
    """Put what a person was paid and given into their copy, merged records included."""
    own = Account.objects.held_by(copying.person_id)
    copying.parts["payments"] = [
        {"date": entry.posted_on.isoformat(), "amount": entry.account.spell(entry.amount),
         "purpose": entry.transfer.purpose}
        for entry in Entry.objects.filter(account__in=own).select_related("account", "transfer").order_by("pk")
    ]  # fmt: skip
