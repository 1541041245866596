"""What activities do when people are merged, erased, or take a copy of their data."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from niangjia.events.models import Claim, Presence, Registration
from niangjia.kit import clock
from niangjia.kit.refusal import Conflict
from niangjia.people.happenings import DataCopying, PeopleMerged, PersonErasing


def follow_merge(merged: PeopleMerged) -> None:
    """What the given-up record asked for is the kept one's, unless both asked: then people must settle it first."""
    theirs = Claim.objects.filter(person=merged.gone_id)
    both = Claim.objects.filter(person=merged.kept_id).values("activity")
    double = theirs.exclude(state=Claim.State.WITHDRAWN).filter(activity__in=both).select_related("activity").first()
    if double is not None:
        raise Conflict(
            _("Both records have registered for “%s”.") % double.activity.title,
            remedy=_("Have one of them withdrawn, then merge."),
            code="two_claims_for_an_activity",
        )
    moving = list(theirs.exclude(activity__in=both).values_list("pk", flat=True).order_by())
    Registration.objects.filter(claim__in=moving).update(person=merged.kept_id)
    Presence.objects.filter(registration__claim__in=moving).update(person=merged.kept_id)
    Claim.objects.filter(pk__in=moving).update(person=merged.kept_id)


def hold_back_erasing(erasing: PersonErasing) -> None:
    """Refuse while a seat is held that somebody else could have."""
    live = Registration.objects.live().filter(person=erasing.person_id, occurrence__starts_at__gt=clock.now())
    held = live.select_related("claim__activity").first()
    if held is not None:
        raise Conflict(
            _("You hold a seat at “%s”.") % held.claim.activity.title,
            remedy=_("Give it up, so that somebody else can come; then your record can be erased."),
            code="holds_a_seat",
        )
    open_still = Claim.objects.filter(person=erasing.person_id, state__in=(Claim.State.ENTERED, Claim.State.ASKED))
    open_still.update(state=Claim.State.WITHDRAWN)
    Claim.objects.filter(person=erasing.person_id).update(waits=False)


def add_to_copy(copying: DataCopying) -> None:
    """Put what a person asked of activities, and what they held, into the copy of their data."""
    claims = Claim.objects.filter(person=copying.person_id).select_related("activity").order_by("pk")
    copying.parts["activities"] = [
        {"activity": one.activity.title, "state": one.state, "seats": one.seats,
         "claimed_at": one.claimed_at.isoformat(),
         "dates": [{"starts_at": held.occurrence.starts_at.isoformat(), "state": held.state}
                   for held in one.registrations.all()]}
        for one in claims.prefetch_related("registrations__occurrence")
    ]  # fmt: skip
