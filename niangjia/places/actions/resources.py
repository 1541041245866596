"""What can be booked and on which terms: resources and their parts, accessories, quotas."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.guard import keeping
from niangjia.kit.refusal import Conflict, Invalid
from niangjia.places import settling, slots
from niangjia.places.models import Place
from niangjia.places.models_booking import Accessory, Booking, QuotaRule, Resource
from niangjia.places.permissions import can_run
from niangjia.trail import actions as trail

TERMS = frozenset({
    "kind", "name", "capacity", "audience", "slot_minutes", "min_slots", "max_slots", "buffer_before", "buffer_after",
    "min_notice_minutes", "max_notice_days", "release_minute", "available_from", "available_until", "needs_approval",
    "hold_hours", "check_in_from", "grace_minutes", "rotating_code",
})  # fmt: skip


@transaction.atomic
def add_resource(
    place: Place, *, actor: Actor, name: str, kind: str, parent: Resource | None = None, **terms: Any
) -> Resource:
    """Make something of a place bookable; with a parent, as one of the parts it is divided into."""
    place = settling.enter(place.pk)
    can_run(actor, place).require()
    _known(terms)
    if parent is not None:
        _require_divisible(place, parent)
    with keeping(Resource):
        resource = Resource.objects.create(place=place, parent=parent, name=name.strip(), kind=kind, **terms)
    trail.record(actor, "add_resource", resource)
    return resource


def _known(terms: Iterable[str]) -> None:
    odd = sorted(set(terms) - TERMS)
    if odd:
        raise Invalid(_("A resource has no field “%(field)s”.") % {"field": odd[0]})


def _require_divisible(place: Place, parent: Resource) -> None:
    """Dividing moves what is taken from the whole to its parts; while somebody has the whole, or a whole it is itself a
    part of, that cannot be: the new part would be free beside them."""
    if parent.place_id != place.pk:
        raise Invalid(_("A part stands in the same place as the whole."))
    if parent.retired_on is not None:
        raise Conflict(_("%(what)s is no longer in use.") % {"what": parent}, remedy=_("Divide one that is."))
    whole: Resource | None = parent
    while whole is not None:
        _require_nothing_ahead(whole, _("%(what)s cannot be divided: %(count)s"))
        whole = whole.parent


def _require_nothing_ahead(resource: Resource, sentence: str) -> None:
    ahead = Booking.objects.ahead(clock.now()).filter(resource=resource).count()
    if ahead:
        count = ngettext("%(count)d booking lies ahead.", "%(count)d bookings lie ahead.", ahead) % {"count": ahead}
        raise Conflict(
            sentence % {"what": resource, "count": count}, remedy=_("Wait until they are over, or cancel them first.")
        )


@transaction.atomic
def change_resource(resource: Resource, *, actor: Actor, **terms: Any) -> Resource:
    """Change the terms of a resource. Bookings that stand keep the terms they were made on."""
    place = settling.enter(resource.place_id)
    can_run(actor, place).require()
    _known(terms)
    resource = settling.resource_in(place, resource.pk)
    for field, value in terms.items():
        setattr(resource, field, value)
    with keeping(Resource):
        resource.save(update_fields=list(terms) or None)
    trail.record(actor, "change_resource", resource, fields=sorted(terms))
    settling.offer_waiting(place)
    return resource


@transaction.atomic
def retire_resource(resource: Resource, *, actor: Actor) -> Resource:
    """Take a resource out of use; a whole with all its parts. Bookings ahead stand in the way."""
    place = settling.enter(resource.place_id)
    can_run(actor, place).require()
    resource = settling.resource_in(place, resource.pk)
    tree = slots.tree_of(place.pk)
    family = [one for one in Resource.objects.filter(place=place, retired_on=None) if tree.touches(one.pk, resource.pk)]
    below = [one for one in family if set(tree.leaves(one.pk)) <= set(tree.leaves(resource.pk))]
    for one in family:
        _require_nothing_ahead(one, _("%(what)s cannot be retired: %(count)s"))
    Resource.objects.filter(pk__in=[one.pk for one in below if one.pk != resource.parent_id]).update(
        retired_on=clock.today()
    )
    resource.retired_on = clock.today()
    trail.record(actor, "retire_resource", resource)
    return resource


@transaction.atomic
def set_accessory(place: Place, *, actor: Actor, name: str, stock: int) -> Accessory:
    """Put down how many of something a place lends with its rooms; never fewer than are promised at one time."""
    place = settling.enter(place.pk)
    can_run(actor, place).require()
    with keeping(Accessory):
        accessory, _is_new = Accessory.objects.update_or_create(
            place=place, name=name.strip(), defaults={"stock": stock}
        )
    promised = slots.most_lent(accessory)
    if promised > stock:
        raise Conflict(
            _("%(count)d of %(what)s are promised at one time already.") % {"count": promised, "what": accessory},
            remedy=_("Cancel bookings first, or keep the stock."),
        )
    trail.record(actor, "set_accessory", accessory, stock=stock)
    return accessory


@transaction.atomic
def set_quota(
    place: Place, *, actor: Actor, most: int, period: str, subject: str = QuotaRule.Subject.PERSON,
    resource: Resource | None = None, prime_only: bool = False, since: date | None = None, until: date | None = None,
) -> QuotaRule:  # fmt: skip
    """Limit how much one person, or one enterprise's workers together, may book in a period, from a day on."""
    place = settling.enter(place.pk)
    can_run(actor, place).require()
    with keeping(QuotaRule):
        rule = QuotaRule.objects.create(
            place=place, resource=resource, subject=subject, period=period, most=most, prime_only=prime_only,
            valid_from=since or clock.today(), valid_until=until,
        )  # fmt: skip
    trail.record(actor, "set_quota", rule)
    return rule


@transaction.atomic
def end_quota(rule: QuotaRule, *, actor: Actor) -> QuotaRule:
    """Let a quota hold no longer than today."""
    place = settling.enter(rule.place_id)
    can_run(actor, place).require()
    rule = QuotaRule.objects.select_related("place__organisation").get(pk=rule.pk)
    rule.valid_until = max(clock.today(), rule.valid_from)
    rule.save(update_fields=["valid_until"])
    trail.record(actor, "end_quota", rule)
    return rule
