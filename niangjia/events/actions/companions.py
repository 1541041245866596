"""Saying who comes along, and forgetting it in time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from niangjia.events.models import Activity, Claim, Companions
from niangjia.events.models.companions import asked_ages, most_companions
from niangjia.events.permissions import can_change_claim, can_forget
from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.refusal import Conflict, Invalid
from niangjia.trail import actions as trail

Age = Companions.Age


@transaction.atomic
def note_companions(claim: Claim, ages: Mapping[str, int], *, actor: Actor) -> int:
    """Say how many come along, of each age where the activity asks. The last word counts."""
    activity = Activity.objects.lock(claim.activity_id)
    claim = Claim.objects.get(pk=claim.pk)
    claim.activity = activity
    can_change_claim(actor, claim).require()
    if claim.state == Claim.State.WITHDRAWN:
        raise Conflict(_("This was given up before."), remedy=_("Register first, then say who comes along."))
    allowed = {one.value for one in asked_ages(activity)}
    told = [age for age, count in sorted(ages.items()) for _each in range(count)]
    if set(told) - allowed:
        raise Invalid(_("This activity does not ask for that."), code="not_asked")
    if len(told) > (most := most_companions(claim)):
        raise Invalid(
            _("At most %(most)d may come along, and you named %(told)d.") % {"most": most, "told": len(told)},
            remedy=_("Whoever has a seat counts among your seats."),
            code="too_many_companions",
        )
    Companions.objects.filter(claim=claim).delete()
    if told:
        Companions.objects.create(claim=claim, ages=told)
    trail.record(actor, "note_companions", claim, companions=len(told))
    return len(told)


@transaction.atomic
def forget_companions(*, actor: Actor) -> int:
    """Delete what is kept of companions once an activity is over for as long as it says. Returns of how many claims."""
    can_forget(actor).require()
    known = Activity.objects.filter(claims__companions__isnull=False).annotate(over=Max("occurrences__ends_at"))
    ended = [
        number
        for number, days, over in known.order_by("pk").values_list("pk", "forgets_days", "over").distinct()
        if over + timedelta(days=days) < clock.now()
    ]
    found = list(Activity.objects.filter(pk__in=ended).order_by("pk"))
    gone, _by_kind = Companions.objects.filter(claim__activity__in=found).delete()
    trail.record_many(actor, "forget_companions", found)
    return gone
