"""Waiting for a slot that is taken."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from niangjia.kit.actor import Actor
from niangjia.kit.guard import keeping
from niangjia.kit.refusal import Conflict
from niangjia.places import quotas, saying, settling, slots
from niangjia.places.actions.bookings import own_person
from niangjia.places.checking import Wanted, require_bookable
from niangjia.places.models_booking import Booking, Resource, SlotWish
from niangjia.places.permissions import can_book, can_let_go
from niangjia.trail import actions as trail

MOST_WISHES = 5  # open in one place at a time: a line is for who means to come


@transaction.atomic
def wish_for(resource: Resource, *, actor: Actor, starts: datetime, ends: datetime) -> SlotWish:
    """Wait for a taken slot. When it is freed it is held for whoever has waited longest, and they are told."""
    place = settling.enter(resource.place_id)
    who = own_person(actor)
    can_book(actor, place, who.pk).require()
    resource = settling.resource_in(place, resource.pk)
    wanted = Wanted(resource, starts, ends, who.pk)
    require_bookable(wanted)
    said = saying.slot(starts, ends)
    if not slots.occupied(resource, *resource.occupied_by(starts, ends)):
        raise Conflict(_("%(slot)s is free.") % {"slot": said}, remedy=_("Book it now."), code="free")
    own = Booking.objects.live().filter(person=who, resource=resource, starts_at=starts).first()
    if own is not None:
        raise settling.BookedAlready(own.pk)
    quotas.require_within(wanted, employer=quotas.employer_of(who.pk))
    if SlotWish.objects.open().filter(person=who, resource__place=place).count() >= MOST_WISHES:
        raise Conflict(
            _("You are waiting for %(count)d slots here already.") % {"count": MOST_WISHES},
            remedy=_("Let one of them go first."),
        )
    with keeping(SlotWish):
        wish = SlotWish.objects.create(resource=resource, person=who, starts_at=starts, ends_at=ends)
    trail.record(actor, "wish_for", wish)
    return wish


@transaction.atomic
def let_go(wish: SlotWish, *, actor: Actor) -> SlotWish:
    """Wait no longer. A slot that was offered is cancelled as a booking instead, so that the next one gets it."""
    settling.enter(wish.resource.place_id)
    wish = SlotWish.objects.select_related("resource__place__organisation").get(pk=wish.pk)
    can_let_go(actor, wish).require()
    if wish.state != SlotWish.State.WAITING:
        raise Conflict(
            _("You are not waiting for this slot any more."), remedy=_("Look under “My bookings” where it stands.")
        )
    wish.state = SlotWish.State.LET_GO
    wish.save(update_fields=["state"])
    trail.record(actor, "let_go", wish)
    return wish
