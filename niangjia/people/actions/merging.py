"""Two records that are one person."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.happenings import announce
from niangjia.kit.refusal import Conflict
from niangjia.people.happenings import PeopleMerged
from niangjia.people.models import Account, Consent, Declaration, HouseholdMember, Person
from niangjia.people.permissions import can_merge
from niangjia.trail import actions as trail


@transaction.atomic
def merge_people(kept: Person, gone: Person, *, actor: Actor, overs: tuple[str, str] = ("", "")) -> Person:
    """Two records are one person. Both histories stay: rows move to the kept record, the other points to it."""
    both = Person.objects.select_for_update().filter(pk__in=(kept.pk, gone.pk)).order_by("pk")
    locked = {row.pk: row for row in both}
    kept, gone = locked[kept.pk], locked[gone.pk]
    can_merge(actor, kept, gone, overs).require()
    if kept.pk == gone.pk or kept.merged_into_id or gone.merged_into_id:
        raise Conflict(_("One of these records has already been merged."), remedy=_("Open the record it points to."))
    if kept.id_hash and gone.id_hash and kept.id_hash != gone.id_hash:
        raise Conflict(
            _("The two records carry different identity numbers, so they are two people."),
            remedy=_("If one number is mistyped, correct it first."),
        )
    Person.objects.filter(merged_into=gone).update(merged_into=kept)  # one step from any record to who it is
    _fill_from(kept, gone)
    _move_rows(kept, gone)
    announce(PeopleMerged(kept_id=kept.pk, gone_id=gone.pk))
    trail.record(actor, "merge_people", kept, gone=gone.pk)
    return kept


def _fill_from(kept: Person, gone: Person) -> None:
    """Let the kept record learn what only the other knew."""
    number, phone = gone.id_number, gone.phone
    for field in ("sex", "birth_date", "id_kind", "residence_code", "hukou_code", "identity_proved_on"):
        if not getattr(kept, field):
            setattr(kept, field, getattr(gone, field))
    gone.merged_into = kept
    gone.set_id_number("")
    gone.set_phone("")
    gone.save()
    if number and not kept.id_number:
        kept.set_id_number(number)
    if phone and not kept.phone:
        kept.set_phone(phone)
    kept.save()


def _move_rows(kept: Person, gone: Person) -> None:
    account = Account.objects.filter(person=gone).first()
    if account is not None:
        if Account.objects.filter(person=kept).exists():
            raise Conflict(
                _("Both records have an account of their own."),
                remedy=_("Ask the person which phone they keep, and close the other account first."),
            )
        account.person = kept
        account.save(update_fields=["person"])
    standing = Consent.objects.filter(person=kept, withdrawn_at=None).values("purpose")
    Consent.objects.filter(person=gone, withdrawn_at=None, purpose__in=standing).update(withdrawn_at=clock.now())
    Consent.objects.filter(person=gone).update(person=kept)
    for declared in Declaration.objects.filter(person=gone):
        known = Declaration.objects.filter(person=kept, fact=declared.fact).first()
        if known is None or known.declared_on < declared.declared_on:
            Declaration.objects.filter(person=kept, fact=declared.fact).delete()
            declared.person = kept
            declared.save()
    if HouseholdMember.objects.filter(person=kept, until=None).exists():
        HouseholdMember.objects.filter(person=gone, until=None).update(until=clock.today())
    HouseholdMember.objects.filter(person=gone).update(person=kept)
