"""The address under which somebody's own calendar fetches their dates: made, shown once, taken back."""

from __future__ import annotations

import secrets

from django.db import transaction
from django.utils.translation import gettext as _

from niangjia.events.models import CalendarFeed
from niangjia.events.permissions import can_keep_calendar
from niangjia.kit import clock, crypto
from niangjia.kit.actor import Actor
from niangjia.kit.refusal import Invalid
from niangjia.trail import actions as trail


def token_hash(token: str) -> str:
    """What is kept of the secret in the address."""
    return crypto.keyed_hash(token, "events.calendar")


@transaction.atomic
def make_calendar_address(*, actor: Actor) -> str:
    """A new secret for one's own calendar, told this once; the one before stops working."""
    can_keep_calendar(actor).require()
    revoke_calendar_address(actor=actor)
    token = secrets.token_urlsafe(32)
    made = CalendarFeed.objects.create(person_id=_person(actor), token_hash=token_hash(token))
    trail.record(actor, "make_calendar_address", made)
    return token


@transaction.atomic
def revoke_calendar_address(*, actor: Actor) -> int:
    """Let the address stop working; calendars that fetched it get nothing any more."""
    can_keep_calendar(actor).require()
    standing = list(CalendarFeed.objects.standing().select_for_update().filter(person=_person(actor)))
    CalendarFeed.objects.filter(pk__in=[one.pk for one in standing]).update(revoked_at=clock.now())
    trail.record_many(actor, "revoke_calendar_address", standing)
    return len(standing)


def _person(actor: Actor) -> int:
    if actor.person_id is None:
        raise Invalid(_("A calendar is a person's own."))
    return actor.person_id
