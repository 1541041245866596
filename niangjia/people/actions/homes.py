"""Households and who belongs to them."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.guard import keeping
from niangjia.kit.refusal import NotFound
from niangjia.people.models import Household, HouseholdMember, Person, Relation
from niangjia.people.permissions import can_keep_household
from niangjia.trail import actions as trail


@transaction.atomic
def form_household(
    head: Person, *, actor: Actor, over: str = "", address: str = "", division_code: str = ""
) -> Household:
    """Record a household with its head; others are added one by one."""
    can_keep_household(actor, head, over).require()
    household = Household.objects.create(address=address, division_code=division_code)
    with keeping(HouseholdMember):
        HouseholdMember.objects.create(household=household, person=head, relation=Relation.HEAD)
    trail.record(actor, "form_household", household)
    return household


@transaction.atomic
def add_household_member(
    household: Household, person: Person, *, actor: Actor, relation: str, over: str = "", since: date | None = None
) -> HouseholdMember:
    """Add somebody who shares the home and the purse."""
    household = Household.objects.select_for_update().get(pk=household.pk)
    head = Person.objects.filter(
        household_places__household=household, household_places__relation=Relation.HEAD, household_places__until=None
    ).first()
    if head is None:
        raise NotFound(_("This household has no head any more; record a new household."))
    can_keep_household(actor, head, over).require()
    with keeping(HouseholdMember):
        place = HouseholdMember.objects.create(
            household=household, person=person, relation=Relation(relation), since=since or clock.today()
        )
    trail.record(actor, "add_household_member", household, person=person.pk)
    return place
