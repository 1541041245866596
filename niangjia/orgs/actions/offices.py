"""Offices: given, ended, and lent for a while."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from niangjia.kit import clock
from niangjia.kit.actor import Actor, Office
from niangjia.kit.guard import keeping
from niangjia.kit.refusal import Conflict, Invalid
from niangjia.orgs.models import Appointment, Organisation
from niangjia.orgs.permissions import can_appoint, can_delegate, can_relieve
from niangjia.people.models import Person
from niangjia.trail import actions as trail

UNION_OFFICES = frozenset({Office.CHAIR, Office.HANDLER, Office.JUDGE, Office.FINANCE})
PARTNER_OFFICES = frozenset({Office.PARTNER, Office.HR, Office.JUDGE})
LONGEST_LOAN_DAYS = 90


@transaction.atomic
def appoint(
    *, actor: Actor, person: Person, organisation: Organisation, office: str, since: date | None = None,
    until: date | None = None,
) -> Appointment:  # fmt: skip
    """Give a person an office in a body."""
    organisation = Organisation.objects.select_related("parent", "host").get(pk=organisation.pk)
    wanted = Office(office)
    can_appoint(actor, organisation, wanted).require()
    if wanted not in (UNION_OFFICES if organisation.is_union else PARTNER_OFFICES):
        sentence = _("There is no such office in this body.")
        raise Invalid(sentence, remedy=_("Choose an office from the list."), faults={"office": sentence})
    if organisation.closed_on is not None:
        raise Conflict(_("This body is closed."), remedy=_("Appoint in the body that followed it."))
    if Appointment.objects.on(clock.today()).filter(person=person, organisation=organisation, office=wanted).exists():
        raise Conflict(_("This person already holds this office."), code="one_standing_appointment")
    with keeping(Appointment):
        appointment = Appointment.objects.create(
            person=person, organisation=organisation, office=wanted, since=since or clock.today(), until=until
        )
    trail.record(actor, "appoint", appointment, office=wanted, organisation=organisation.pk, person=person.pk)
    return appointment


@transaction.atomic
def relieve(appointment: Appointment, *, actor: Actor, on: date | None = None, reason: str = "") -> Appointment:
    """End an office, and with it whatever was lent from it."""
    appointment = Appointment.objects.lock(appointment.pk)
    can_relieve(actor, appointment).require()
    day = on or clock.today()
    if appointment.until is not None and appointment.until <= day:
        raise Conflict(_("This office has already ended."))
    appointment.until = day
    with keeping(Appointment):
        appointment.save(update_fields=["until"])
        Appointment.objects.filter(delegated_from=appointment, until__gt=day, since__lte=day).update(until=day)
    trail.record(actor, "relieve", appointment, reason=reason[:200])
    return appointment


@transaction.atomic
def delegate(appointment: Appointment, *, actor: Actor, to: Person, until: date) -> Appointment:
    """Lend an office to a colleague until a day, at most ninety days ahead."""
    appointment = Appointment.objects.lock(appointment.pk)
    can_delegate(actor, appointment).require()
    today = clock.today()
    if appointment.until is not None and appointment.until <= today:
        raise Conflict(_("This office has already ended."))
    if not today < until or (until - today).days > LONGEST_LOAN_DAYS:
        sentence = _("An office is lent from one day to ninety.")
        raise Invalid(sentence, remedy=_("Choose an earlier or later last day."), faults={"until": sentence})
    if to.pk == appointment.person_id:
        sentence = _("You hold this office yourself.")
        raise Invalid(sentence, remedy=_("Choose a colleague."), faults={"to": sentence})
    with keeping(Appointment):
        lent = Appointment.objects.create(
            person=to, organisation=appointment.organisation, office=appointment.office, since=today, until=until,
            delegated_from=appointment,
        )  # fmt: skip
    trail.record(actor, "delegate", lent, to=to.pk, until=until.isoformat())
    return lent
