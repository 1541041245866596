"""Asking workers what they need, answering, and closing the list."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from niangjia.demand.happenings import DemandReached
from niangjia.demand.models import Option, Poll, Wish
from niangjia.demand.permissions import can_ask, can_wish
from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.guard import keeping
from niangjia.kit.happenings import announce
from niangjia.kit.refusal import Conflict, Invalid, NotFound
from niangjia.orgs.models import Organisation
from niangjia.trail import actions as trail

FEWEST_OPTIONS = 2


@transaction.atomic
def open_poll(
    organisation: Organisation,
    *,
    actor: Actor,
    title: str,
    options: Sequence[str],
    most: int = 1,
    notice_at: int | None = None,
    closes_on: date | None = None,
    is_listed: bool = True,
) -> Poll:
    """Ask workers which of these they need. Who ticks is counted and never named."""
    can_ask(actor, organisation).require()
    titles = [one.strip() for one in options if one.strip()]
    if not title.strip():
        raise Invalid(_("Say what is asked."), faults={"title": _("Give it a name.")})
    if len(titles) < FEWEST_OPTIONS:
        sentence = _("A poll has two options at least.")
        raise Invalid(sentence, faults={"options": sentence})
    if closes_on is not None and closes_on < clock.today():
        raise Invalid(_("The last day is over already."), faults={"closes_on": _("Choose today or later.")})
    with keeping(Poll, Option):
        poll = Poll.objects.create(
            organisation=organisation, title=title.strip(), most=min(most, len(titles)), notice_at=notice_at,
            closes_on=closes_on, is_listed=is_listed,
        )  # fmt: skip
        for order, one in enumerate(titles):
            Option.objects.create(poll=poll, title=one, order=order)
    trail.record(actor, "open_poll", poll, options=len(titles))
    return poll


@transaction.atomic
def close_poll(poll: Poll, *, actor: Actor) -> Poll:
    """Ask no longer. What was counted stands."""
    poll = Poll.objects.lock(poll.pk)
    can_ask(actor, poll.organisation).require()
    if poll.closed_at is None:
        poll.closed_at = clock.now()
        poll.save(update_fields=["closed_at"])
        trail.record(actor, "close_poll", poll)
    return poll


@transaction.atomic
def wish_for(poll: Poll, options: Collection[int], *, actor: Actor) -> None:
    """“I would like these, and nothing else of the list.” Said again the last words stand; nothing takes all back."""
    can_wish(actor).require()
    assert actor.person_id is not None  # the permit asked
    poll = Poll.objects.lock(poll.pk)
    if not poll.is_open:
        raise Conflict(_("“%s” is asked no more.") % poll, remedy=_("See what your union asks now."), code="closed")
    if not set(options) <= set(poll.options.values_list("pk", flat=True)):
        raise NotFound
    if len(set(options)) > poll.most:
        sentence = _("At most %(most)d can be ticked.") % {"most": poll.most}
        raise Invalid(sentence, remedy=_("Take some ticks away."), faults={"options": sentence}, code="too_many")
    mine = Wish.objects.filter(option__poll=poll, person=actor.person_id)
    mine.exclude(option__in=options).delete()
    fresh = set(options) - set(mine.values_list("option", flat=True))
    Wish.objects.bulk_create(Wish(option_id=one, person_id=actor.person_id) for one in sorted(fresh))
    trail.record(actor, "wish_for", poll, options=len(set(options)))
    _tell_reached(poll)


def _tell_reached(poll: Poll) -> None:
    """The union wanted to be told once of every option so many ask for."""
    if poll.notice_at is None:
        return
    counted = poll.options.filter(reached_at=None).annotate(asked=Count("wishes"))
    for option in counted.filter(asked__gte=poll.notice_at):
        option.reached_at = clock.now()
        option.save(update_fields=["reached_at"])
        announce(DemandReached(option.pk))
