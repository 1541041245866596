"""What becomes of hopes when somebody is no longer a member: no lot, no offer; what they hold they keep."""

from __future__ import annotations

from django.db import transaction

from niangjia.events.actions.giving_up import refill_and_save, settle_for
from niangjia.events.happenings import HopesEnded
from niangjia.events.models import Activity, Claim, Registration
from niangjia.events.occupancy import Seating
from niangjia.events.permissions import can_change_claim
from niangjia.kit.actor import Actor
from niangjia.kit.happenings import announce
from niangjia.orgs.models import Membership, Organisation
from niangjia.trail import actions as trail


@transaction.atomic
def let_hopes_go(person_id: int, *, actor: Actor) -> int:
    """End entries in draws and places in line at unions this person does not belong to any more. Returns how many."""
    paths = Membership.objects.members().main().filter(person=person_id).values_list("union__path", flat=True)
    above = Organisation.objects.above(*paths).values("pk")
    asked = Claim.objects.hoping().filter(person=person_id, team=None)
    elsewhere = Activity.objects.announced().filter(claims__in=asked).exclude(organisation__in=above).distinct()
    gone: list[Claim] = []
    lost: list[int] = []
    for activity_id in list(elsewhere.order_by("pk").values_list("pk", flat=True)):  # one order, whoever leaves
        seating = Seating.of(activity_id)
        for claim in Claim.objects.hoping().filter(activity=activity_id, person=person_id, team=None):
            claim.activity = seating.activity
            can_change_claim(actor, claim).require()
            if _hope_no_more(seating, claim):
                lost.append(claim.pk)
            gone.append(claim)
        refill_and_save(seating)
    trail.record_many(actor, "let_hopes_go", gone)
    if lost:
        announce(HopesEnded(tuple(lost)))
    return len(gone)


def _hope_no_more(seating: Seating, claim: Claim) -> bool:
    """Whether there was something to hope for; who holds all they asked for loses nothing."""
    waited = claim.state != Claim.State.ADMITTED or (claim.waits and claim.short > 0)
    live = list(Registration.objects.live().filter(claim=claim).order_by("pk"))
    for registration in live:
        if registration.state == Registration.State.OFFERED:
            registration.claim = claim
            seating.free(registration, Registration.State.LAPSED)
            waited = True
    settle_for(seating, claim, [one.occurrence_id for one in live if one.state == Registration.State.REGISTERED])
    return waited
