"""What a worker sees: what is on for them, one activity with its dates and seats, and how they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import Q, QuerySet

from niangjia.events.admission.eligibility import Door, door
from niangjia.events.admission.precedence import Order, Precedence
from niangjia.events.admission.standing import Policy, counts_if_given_up, delayed, policy_of
from niangjia.events.going import Going, going_of
from niangjia.events.models import (
    Activity,
    Claim,
    Companions,
    Draw,
    Group,
    Invitation,
    Occurrence,
    Pool,
    Registration,
    Team,
    Tier,
)
from niangjia.events.models.companions import asked_ages, most_companions
from niangjia.events.opening.tickets import Ticket
from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.refusal import NotFound
from niangjia.matching import reads as matching
from niangjia.orgs.models import Membership


@dataclass(frozen=True, slots=True)
class DateLine:
    """One date as a worker reads it: when, where, and about how many seats are left (none: without limit)."""

    occurrence: Occurrence
    left: int | None
    kept: int
    held: Registration | None
    counts: bool = False  # giving it up now counts as not coming does

    @property
    def is_on(self) -> bool:
        return self.occurrence.state == Occurrence.State.PLANNED and self.occurrence.starts_at > clock.now()

    @property
    def is_over(self) -> bool:
        return self.occurrence.ends_at < clock.now()


@dataclass(frozen=True, slots=True)
class ActivityPage:
    """One activity for one worker."""

    activity: Activity
    dates: Sequence[DateLine]
    door: Door
    claim: Claim | None
    place: int | None  # in line, counted from one
    entered: int  # how many stand in the draw
    draw: Draw | None
    ticket: Ticket
    precedence: Precedence
    invitation: Invitation | None
    going: Going | None
    if_missed: Policy  # what not coming without a word would delay

    @property
    def is_open(self) -> bool:
        now = clock.now()
        return self.activity.state == Activity.State.ANNOUNCED and self.door.opens_at <= now < self.activity.closes_at

    @property
    def company(self) -> list[tuple[Companions.Age, int]]:
        """How many come along, of each age that is asked for; empty where nobody may."""
        if self.claim is None or self.is_asking or not most_companions(self.claim):
            return []
        noted = Companions.objects.filter(claim=self.claim).first()
        ages = noted.ages if noted is not None else []
        return [(age, ages.count(age.value)) for age in asked_ages(self.activity)]

    @property
    def most_company(self) -> int:
        return most_companions(self.claim) if self.claim is not None else 0

    @property
    def held_count(self) -> int:
        return sum(1 for line in self.dates if line.held is not None)

    @property
    def is_partly(self) -> bool:
        """Seated on some of the dates asked for, not on all."""
        return self.claim is not None and self.held_count > 0 and self.claim.short > 0

    @property
    def free_dates(self) -> list[DateLine]:
        """Dates with room that the worker does not hold: what a held date can be changed for."""
        if self.activity.all_dates:
            return []
        return [one for one in self.dates if one.held is None and one.is_on and one.left != 0]

    @property
    def dates_too(self) -> list[DateLine]:
        """Dates that who waits did not ask for: they may say that these would suit them as well."""
        claim = self.claim
        is_over = self.activity.state != Activity.State.ANNOUNCED or self.activity.all_dates
        if claim is None or is_over or not (self.place or self.standing in ("entered", "asked")):
            return []
        return [one for one in self.dates if one.is_on and one.held is None and one.occurrence.pk not in claim.wanted]

    @property
    def most_dates(self) -> range:
        """How many dates may be asked for, besides those that were held; empty where there is nothing to choose."""
        return range(1, min(self.activity.most_dates - self.held_count, len(self.dates)) + 1)

    @property
    def can_gather(self) -> bool:
        """Whether a team may be founded: before registration opens too, so that it is whole by then."""
        announced = self.activity.state == Activity.State.ANNOUNCED
        return announced and clock.now() < self.activity.closes_at and not self.door.is_shut

    @property
    def opens_in(self) -> float:
        """Seconds until it opens for this person; nothing once it has."""
        return max(0.0, (self.door.opens_at - clock.now()).total_seconds())

    @property
    def is_uninvited(self) -> bool:
        """Whether this is by invitation and the worker has none that stands."""
        is_open = self.invitation is not None and self.invitation.is_open_at(clock.now())
        return self.activity.mode == Activity.Mode.INVITATION and not is_open

    @property
    def is_asking(self) -> bool:
        """Whether the worker has nothing here yet and may ask."""
        return self.claim is None or self.standing in ("withdrawn", "full") or self.may_ask_again

    @property
    def may_ask_again(self) -> bool:
        """Whether all the worker holds here is over, and one person may hold more."""
        has_date = any(one.is_on for one in self.dates)
        is_over = self.standing == "registered" and not any(one.held and one.is_on for one in self.dates)
        return has_date and is_over and self.place is None and self.held_count < self.activity.most_dates

    @property
    def standing(self) -> str:
        return standing_of(self.claim, [line.held for line in self.dates if line.held is not None])


def standing_of(claim: Claim | None, held: Sequence[Registration]) -> str:
    """none, entered, registered, offered, waiting, full or withdrawn."""
    if claim is None:
        return "none"
    if claim.state != Claim.State.ADMITTED:
        return claim.state
    if any(one.state == Registration.State.OFFERED for one in held):
        return "offered"
    if held:
        return "registered"
    return "waiting" if claim.waits else "full"


def within_reach(actor: Actor) -> QuerySet[Activity]:
    """What the unions above the worker have announced, and what they ever asked for."""
    belonging = Membership.objects.members().main().filter(person=actor.person_id).select_related("union").first()
    above = belonging.union.path if belonging is not None else ""
    offered = Activity.objects.offered_within(above).values("pk") if above else Activity.objects.none().values("pk")
    mine = Claim.objects.mine(actor).values("activity")
    teams = Team.objects.of(actor).values("activity")
    asked = Q(pk__in=mine) | Q(pk__in=teams)
    return Activity.objects.announced().filter(Q(pk__in=offered) | asked).select_related("organisation")


def activity_of(actor: Actor, activity_id: int) -> ActivityPage:
    """One activity as this worker meets it; raises `NotFound` for one that is not their union's."""
    activity = within_reach(actor).filter(pk=activity_id).first()
    if activity is None or actor.person_id is None:
        raise NotFound
    groups = list(Group.objects.filter(activity=activity))
    known = matching.facts_of(actor.person_id)
    found = door(activity, groups, known)
    order = Order(activity).of({actor.person_id: known})[actor.person_id]
    found = replace(found, opens_at=delayed(activity, found.opens_at, order.missed))
    claim = Claim.objects.mine(actor).filter(activity=activity).first()
    draw = Draw.objects.filter(activity=activity).first()
    entered = Claim.objects.filter(activity=activity, state=Claim.State.ENTERED).count() if draw is None else 0
    ticket = Ticket(activity.pk, actor.person_id, actor.name, found.groups, order.tier, found.opens_at)
    place = place_in_line(claim)
    is_by_invitation = activity.mode == Activity.Mode.INVITATION
    invitation = Invitation.objects.mine(actor).filter(activity=activity).first() if is_by_invitation else None
    return ActivityPage(
        activity,
        _dates(activity, claim),
        found,
        claim,
        place,
        entered,
        draw,
        ticket,
        order,
        invitation,
        going_of(activity),
        policy_of(activity.organisation),
    )


def place_in_line(claim: Claim | None) -> int | None:
    """How many are served before this claim, and itself; nothing when it does not wait."""
    if claim is None or claim.state != Claim.State.ADMITTED or not claim.waits or not claim.short:
        return None
    before = Q(tier__lt=claim.tier) | Q(tier=claim.tier, rank__lt=claim.rank)
    return Claim.objects.filter(activity=claim.activity_id).waiting().filter(before).count() + 1


def _dates(activity: Activity, claim: Claim | None) -> list[DateLine]:
    held = (
        {one.occurrence_id: one for one in Registration.objects.live().filter(claim=claim).select_related("claim")}
        if claim
        else {}
    )
    pools = {one.occurrence_id: one for one in Pool.objects.filter(activity=activity, group=None)}
    together = pools.get(None)
    return [
        DateLine(
            one,
            seats_left(pools.get(one.pk), together),
            _kept(pools.get(one.pk)),
            mine := held.get(one.pk),
            mine is not None and counts_if_given_up(mine, one, activity, at=clock.now()),
        )
        for one in Occurrence.objects.filter(activity=activity, team_most=0)
    ]


def seats_left(*pools: Pool | None) -> int | None:
    """How many seats are free in all of these pools; none: without limit."""
    free = [pool.ceiling - pool.taken for pool in pools if pool is not None and pool.ceiling is not None]
    return min(free, default=None)


def _kept(pool: Pool | None) -> int:
    return pool.held_back if pool is not None else 0


def my_claim(actor: Actor, activity_id: int) -> Claim:
    """What this worker asks of an activity."""
    found = Claim.objects.mine(actor).filter(activity=activity_id).first()
    if found is None:
        raise NotFound
    return found


def date_of(activity_id: int, occurrence_id: int | None) -> Occurrence:
    """A date of this activity."""
    found = Occurrence.objects.filter(activity=activity_id, pk=occurrence_id or 0).first()
    if found is None:
        raise NotFound
    return found


def my_registration(actor: Actor, registration_id: int) -> Registration:
    """One of this worker's registrations."""
    found = Registration.objects.filter(pk=registration_id, person=actor.person_id, person__isnull=False)
    registration = found.select_related("claim").first()
    if registration is None:
        raise NotFound
    return registration


@dataclass(frozen=True, slots=True)
class DrawPage:
    """A published draw, and the reader's own place in it (none: did not enter)."""

    activity: Activity
    draw: Draw
    token: str
    place: int | None
    entries: int
    tier: int | None  # as people count; nothing where all come alike, or for who came after the others
    tier_said: str  # who is in it; empty: everybody else
    is_after: bool  # put after the others, by a seat they had before or by an absence
    place_in_tier: int
    tier_entries: int


def draw_of(actor: Actor, activity_id: int) -> DrawPage:
    """The draw of an activity as this worker reads it."""
    draw = published_draw(activity_id)
    mine = Claim.objects.mine(actor).filter(activity=activity_id).first()
    order = draw.published["order"]
    token = mine.token if mine is not None else ""
    place = order.index(token) + 1 if token in order else None
    tiers = {line.split()[0]: int(line.split()[1]) for line in draw.published["roll"]}
    alike = [one for one in order if tiers[one] == tiers.get(token)]
    in_tier = alike.index(token) + 1 if token in alike else 0
    names = list(Tier.objects.filter(activity=activity_id).order_by("place")) if any(tiers.values()) else []
    mine_is = tiers.get(token) if any(tiers.values()) else None
    is_after = mine_is is not None and mine_is > len(names)
    return DrawPage(
        activity=draw.activity,
        draw=draw,
        token=token,
        place=place,
        entries=len(order),
        tier=mine_is + 1 if mine_is is not None and not is_after else None,
        tier_said=names[mine_is].said if mine_is is not None and mine_is < len(names) else "",
        is_after=is_after,
        place_in_tier=in_tier,
        tier_entries=len(alike),
    )


def published_draw(activity_id: int) -> Draw:
    """The draw of an announced activity; anybody may see it."""
    found = Draw.objects.select_related("activity__organisation").filter(activity=activity_id).first()
    if found is None:
        raise NotFound
    return found
