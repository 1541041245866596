"""What the first screens show, gathered from the packages below."""

from __future__ import annotations

from dataclasses import dataclass

from niangjia.credentials.reads import Ladder, ladder_of
from niangjia.kit.actor import Actor
from niangjia.notify.models import Message
from niangjia.orgs.models import Membership
from niangjia.programmes.models import Application
from niangjia.programmes.reads.offers import Offer, offers_for
from niangjia.programmes.reads.tracks import Brief, briefs

SUITS_ON_HOME = 4
CASES_ON_HOME = 3


@dataclass(frozen=True, slots=True)
class WorkerHome:
    """One worker's first screen: where I stand, what suits me and why, and how my applications are doing."""

    name: str
    membership: Membership | None
    ladder: Ladder
    offers: tuple[Offer, ...]
    more_offers: int
    cases: tuple[Brief, ...]
    unread: int
    latest: tuple[Message, ...]


def worker_home(actor: Actor) -> WorkerHome:
    assert actor.person_id is not None, "the route lets nobody else in"
    offers = offers_for(actor)
    shown = [offer for offer in offers if offer.verdict != "false"][:SUITS_ON_HOME]
    mine = Application.objects.mine(actor).exclude(state=Application.State.WITHDRAWN)
    messages = Message.objects.mine(actor)
    return WorkerHome(
        name=actor.name,
        membership=Membership.objects.main()
        .filter(person=actor.person_id)
        .exclude(state__in=(Membership.State.LEFT, Membership.State.DECLINED))
        .select_related("union")
        .first(),
        ladder=ladder_of(actor.person_id),
        offers=tuple(shown),
        more_offers=len(offers) - len(shown),
        cases=briefs(mine[:CASES_ON_HOME]),
        unread=messages.unread().count(),
        latest=tuple(messages[:3]),
    )
