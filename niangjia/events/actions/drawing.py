"""The draw of an equal window: everybody who entered in time, in an order nobody chose."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from niangjia.events.admission import lottery, precedence
from niangjia.events.happenings import LotsDrawn, SeatsMoved
from niangjia.events.models import Activity, Claim, Draw
from niangjia.events.occupancy import Seating, held_dates
from niangjia.events.permissions import can_run_activity
from niangjia.kit.actor import Actor
from niangjia.kit.dates import say_moment
from niangjia.kit.happenings import announce
from niangjia.kit.refusal import Conflict
from niangjia.trail import actions as trail


@transaction.atomic
def draw_lots(activity: Activity, *, beacon: str = "", actor: Actor) -> Draw:
    """Freeze the roll, reveal the seed, seat people in the order of their lots; the rest stand in line in that order.

    Drawn twice, it is one draw. `beacon` is the outside value that was named beforehand, if one was.
    """
    seating = Seating.of(activity.pk)
    activity = seating.activity
    can_run_activity(actor, activity).require()
    if (made := Draw.objects.filter(activity=activity).first()) is not None:
        return made
    if activity.mode != Activity.Mode.DRAW or activity.state != Activity.State.ANNOUNCED:
        raise Conflict(_("There is nothing to draw for “%s”.") % activity.title)
    if seating.now < activity.closes_at:
        raise Conflict(
            _("Registration is open until %s.") % say_moment(activity.closes_at),
            remedy=_("Draw when it has closed: everybody who enters in time has the same chance."),
            code="window_open",
        )
    _refuse_unconfirmed(activity, actor)
    beacon = beacon or activity.beacon
    claims = {one.token: one for one in Claim.objects.filter(activity=activity, state=Claim.State.ENTERED)}
    titles = precedence.find_again(activity, list(claims.values()))
    entries = [lottery.Entry(one.token, one.tier, one.seats) for one in claims.values()]
    published = lottery.draw(entries, seed=activity.seed, beacon=beacon) | {
        "tiers": titles, "beacon_name": activity.beacon_name,
    }  # fmt: skip
    held = held_dates(claims.values())
    for place, token in enumerate(published["order"], start=1):
        claim = claims[token]
        claim.state, claim.rank = Claim.State.ADMITTED, place
        seating.serve(claim, held[claim.pk])
    Claim.objects.bulk_update(claims.values(), ["state", "tier", "rank", "short"], batch_size=1000)
    seating.save()
    activity.last_rank = len(claims)
    activity.save(update_fields=["last_rank"])
    draw = Draw.objects.create(activity=activity, published=published)
    trail.record(actor, "draw_lots", activity, entries=len(claims), roll=published["roll_digest"])
    announce(LotsDrawn(activity.pk))
    announce(SeatsMoved(tuple(one.pk for one in seating.born), "registered"))
    return draw


def _refuse_unconfirmed(activity: Activity, actor: Actor) -> None:
    """An outside value that was promised must be there, and be confirmed by another than who typed it in."""
    if not activity.beacon_name:
        return
    if not activity.beacon:
        raise Conflict(
            _("This draw waits for the outside value that was promised: %s.") % activity.beacon_name,
            remedy=_("Type it in as soon as it is published."),
            code="no_beacon",
        )
    if actor.person_id is not None and actor.person_id == activity.beacon_by:
        raise Conflict(
            _("You typed the outside value in; somebody else confirms it by drawing."),
            remedy=_("Ask a colleague, or wait: after 24 hours it is drawn by itself."),
            code="same_person",
        )
