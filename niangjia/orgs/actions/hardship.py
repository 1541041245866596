"""Hardship files: filed first, aided after, under the real name (先建档后帮扶)."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.guard import keeping
from niangjia.kit.refusal import Conflict, Invalid
from niangjia.orgs.models import HardshipClass, HardshipFile, Organisation
from niangjia.orgs.permissions import can_close_hardship_file, can_open_hardship_file
from niangjia.people.models import Household
from niangjia.trail import actions as trail


@transaction.atomic
def open_hardship_file(
    household: Household, *, actor: Actor, union: Organisation, hardship: str, cause: str = "",
    yearly_income_fen: int | None = None,
) -> HardshipFile:  # fmt: skip
    """Open the file of a household. One household has one open file."""
    household = Household.objects.select_for_update().get(pk=household.pk)
    union = Organisation.objects.get(pk=union.pk)
    can_open_hardship_file(actor, union, household).require()
    if hardship not in HardshipClass.values:
        sentence = _("Choose the class of hardship.")
        raise Invalid(sentence, remedy=_("Choose it from the list."), faults={"hardship": sentence})
    if yearly_income_fen is not None and yearly_income_fen < 0:
        sentence = _("Income cannot be below zero.")
        raise Invalid(sentence, remedy=_("Type 0 if there is none."), faults={"yearly_income_fen": sentence})
    with keeping(HardshipFile):
        file = HardshipFile.objects.create(
            household=household, union=union, hardship=HardshipClass(hardship), cause=cause[:64],
            yearly_income_fen=yearly_income_fen,
        )  # fmt: skip
    trail.record(actor, "open_hardship_file", file, union=union.pk)
    return file


@transaction.atomic
def close_hardship_file(file: HardshipFile, *, actor: Actor, reason: str) -> HardshipFile:
    """Close a file: the household is out of hardship, or the file was opened by mistake."""
    file = HardshipFile.objects.select_for_update(of=("self",)).select_related("union").get(pk=file.pk)
    can_close_hardship_file(actor, file).require()
    reason = " ".join(reason.split())[:200]
    if not reason:
        sentence = _("Say why the file is closed.")
        raise Invalid(sentence, remedy=_("One plain sentence is enough."), faults={"reason": sentence})
    if file.closed_on is not None:
        raise Conflict(_("This hardship file is already closed."))
    file.closed_on = clock.today()
    file.save(update_fields=["closed_on"])
    trail.record(actor, "close_hardship_file", file, reason=reason)
    return file
