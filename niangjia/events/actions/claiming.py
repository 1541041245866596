"""Asking for seats: one worker or the hundreds who pressed in the same blink are served by one verb."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from niangjia.events.admission import gates, lottery
from niangjia.events.happenings import SeatsMoved
from niangjia.events.models import Activity, Claim, Registration
from niangjia.events.occupancy import Seating, held_dates
from niangjia.events.permissions import can_claim_for
from niangjia.kit import bulk
from niangjia.kit.actor import Actor
from niangjia.kit.dates import say_moment
from niangjia.kit.happenings import announce
from niangjia.kit.refusal import Conflict, Invalid, Refusal
from niangjia.trail import actions as trail

COLUMNS = ("state", "wanted", "take", "short", "seats", "waits", "groups", "tier", "rank", "claimed_at")
# Where a claim begins, when seats are not given at once.
FIRST_STATE = {Activity.Mode.DRAW.value: Claim.State.ENTERED, Activity.Mode.APPROVAL.value: Claim.State.ASKED}


@dataclass(frozen=True, slots=True)
class Wish:
    """What one person asks for. `groups` and `opens_at` are what the door found out about them beforehand."""

    person_id: int
    wanted: tuple[int, ...]
    take: int = 1
    seats: int = 1
    waits: bool = True
    groups: tuple[str, ...] = ()
    tier: int = 0
    opens_at: datetime | None = None
    by: Actor | None = None  # who pressed, when many are served together
    language: str = ""  # in which a no is said; empty: the one in force

    def spoken(self) -> AbstractContextManager[None]:
        """Within it what is said is said in the language of who asks."""
        is_spoken = self.language in ("", translation.get_language())
        return nullcontext() if is_spoken else translation.override(self.language)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a wish: the claim with the dates it holds, or why there is none."""

    claim: Claim | None
    dates: tuple[int, ...] = ()
    refusal: Refusal | None = None
    is_offered: bool = False  # a seat waits for a yes: whoever asked again must not think it is theirs already
    stood: bool = False  # asked again: it is answered as it stood before

    @property
    def what(self) -> str:
        """registered, offered, partly, waiting, full or refused; entered, asked, declined or undecided."""
        if self.claim is None:
            return "refused"
        if self.claim.state != Claim.State.ADMITTED:
            return self.claim.state
        if self.is_offered:
            return "offered"
        if self.claim.short == 0:
            return "registered"
        if self.dates:
            return "partly"
        return "waiting" if self.claim.waits else "full"


@transaction.atomic
def claim_seats(activity: Activity, wishes: Sequence[Wish], *, actor: Actor) -> list[Answer]:
    """Serve wishes in the order given: seats where there is room, else a place in line; or an entry in the draw.

    Asked again, a claim that stands is answered as it stands. A wish that cannot be served is answered with its
    refusal; the others are served all the same.
    """
    seating = Seating.of(activity.pk)
    answers, served = _serve(seating, wishes, actor)
    write_claims(seating, served)
    trail.record_each("claim_seats", [(by, claim) for claim, by, _given in served.values()])
    return answers


@transaction.atomic
def try_seats(activity: Activity, wishes: Sequence[Wish], *, actor: Actor) -> list[Answer]:
    """What `claim_seats` would answer at this moment. Nothing is written: a seating is nothing until it is saved."""
    answers, _served = _serve(Seating.of(activity.pk), wishes, actor)
    return answers


def _serve(
    seating: Seating, wishes: Sequence[Wish], actor: Actor
) -> tuple[list[Answer], dict[int, tuple[Claim, Actor, list[Registration]]]]:
    """Give what can be given; the answers in the order of the wishes, and by person what has changed."""
    activity = seating.activity
    people = [wish.person_id for wish in wishes]
    known = {one.person_id: one for one in Claim.objects.filter(activity=activity, person__in=people, team=None)}
    held = held_dates(known.values())
    shut = _shut(activity, wishes)
    answers: list[Answer] = []
    served: dict[int, tuple[Claim, Actor, list[Registration]]] = {}
    for wish in wishes:
        standing = served[wish.person_id][0] if wish.person_id in served else known.get(wish.person_id)
        holds = held[standing.pk] if standing is not None and standing.pk is not None else {}
        if standing is not None and stands(standing, [one for one in holds if seating.is_on(one)]):
            answers.append(
                Answer(standing, tuple(holds), is_offered=Registration.State.OFFERED in holds.values(), stood=True)
            )
            continue
        try:
            by = wish.by or actor
            if wish.person_id in shut:
                raise shut[wish.person_id]
            with wish.spoken():
                claim = admitted(seating, wish, standing, by, holds)
        except Refusal as refusal:
            answers.append(Answer(None, refusal=refusal))
            continue
        given = seating.serve(claim, holds) if claim.state == Claim.State.ADMITTED else []
        served[wish.person_id] = (claim, by, given)
        answers.append(Answer(claim, (*holds, *(one.occurrence_id for one in given))))
    return answers, served


def _shut(activity: Activity, wishes: Sequence[Wish]) -> dict[int, Refusal]:
    """For whom the gates are shut, each told in their own language: one look for each that is spoken."""
    found: dict[int, Refusal] = {}
    for spoken in {wish.language: wish for wish in sorted(wishes, key=lambda wish: wish.language)}.values():
        with spoken.spoken():
            people = [wish.person_id for wish in wishes if wish.language == spoken.language]
            found |= gates.shut_at_the_counter(activity, people)
    return found


def stands(claim: Claim, held: Collection[int]) -> bool:
    """Whether a claim is answered as it stands: in the draw, in line, seated or decided on. Else it begins anew.

    `held`: its dates still to come. Who was at one may ask for another, up to the most one person may hold.
    """
    if claim.pk is None or claim.state not in (Claim.State.ADMITTED, Claim.State.WITHDRAWN):
        return True
    return claim.state == Claim.State.ADMITTED and (bool(held) or (claim.waits and claim.short > 0))


def admitted(seating: Seating, wish: Wish, standing: Claim | None, by: Actor, held: Collection[int] = ()) -> Claim:
    """The claim a wish becomes, at the end of the line; or the refusal that says why it cannot be made.

    `held`: the dates it holds for good, begun or checked in; they count against the most one person may hold.
    """
    activity = seating.activity
    can_claim_for(by, activity, wish.person_id).require()
    _refuse_outside_window(seating, wish)
    wanted = tuple(dict.fromkeys(wish.wanted))
    take = len(wanted) if activity.all_dates else wish.take
    if not wanted or any(not seating.is_on(occurrence_id) for occurrence_id in wanted):
        raise Invalid(
            _("A date you chose can no longer be had."), remedy=_("Choose among the dates shown."), code="no_such_date"
        )
    team_id = standing.team_id if standing is not None else None
    if team_id is None and any(seating.occurrences[occurrence_id].is_for_teams for occurrence_id in wanted):
        raise Invalid(_("This is for teams."), remedy=_("Found a team, or join one by its code."), code="for_teams")
    if activity.all_dates and set(wanted) != {pk for pk in seating.occurrences if seating.is_on(pk)}:
        raise Invalid(
            _("This is one registration for all dates."),
            remedy=_("Open the page again: it shows all that are still to come."),
            code="all_dates",
        )
    fresh = take - sum(one in held for one in wanted)  # of what is held already nothing more is taken
    most = len(wanted) + len(held) if activity.all_dates else activity.most_dates
    if not 0 < take <= len(wanted) or fresh + len(held) > most:
        raise Invalid(
            _("One person may hold %d dates of this at most.") % activity.most_dates,
            remedy=_("Choose fewer, and press again."),
            code="too_many_dates",
        )
    if team_id is None and not 0 < wish.seats <= activity.most_seats:
        raise Invalid(
            _("One person may ask for %d seats at most.") % activity.most_seats,
            remedy=_("Choose fewer, and press again."),
            code="too_many_seats",
        )
    activity.last_rank += 1
    claim = standing or Claim(activity=activity, person_id=wish.person_id, token=lottery.new_token())
    claim.state = FIRST_STATE.get(activity.mode, Claim.State.ADMITTED)
    claim.ask_anew(wanted, max(0, fresh), held)
    claim.seats = wish.seats
    claim.waits, claim.groups, claim.tier = wish.waits, list(wish.groups), wish.tier
    claim.rank, claim.claimed_at = activity.last_rank, seating.now
    return claim


def _refuse_outside_window(seating: Seating, wish: Wish) -> None:
    activity, now = seating.activity, seating.now
    if activity.state != Activity.State.ANNOUNCED:
        raise Conflict(
            _("“%s” has been called off.") % activity.title,
            remedy=_("Look at what else your union has on."),
            code="called_off",
        )
    opens_at = wish.opens_at or activity.opens_at
    if now < opens_at:
        raise Conflict(
            _("Registration opens for you on %s.") % say_moment(opens_at),
            remedy=_("Come back then; nothing is lost by waiting."),
            code="too_early",
        )
    if now >= activity.closes_at:
        raise Conflict(_("Registration has closed."), remedy=_("Look at what else your union has on."), code="closed")


def write_claims(seating: Seating, served: dict[int, tuple[Claim, Actor, list[Registration]]]) -> None:
    claims = [claim for claim, _by, _given in served.values()]
    Claim.objects.bulk_update([claim for claim in claims if claim.pk is not None], COLUMNS)
    born = [claim for claim in claims if claim.pk is None]
    rows = [
        {"activity_id": seating.activity.pk, "person_id": claim.person_id, "team_id": claim.team_id}
        | {"token": claim.token}
        | {column: getattr(claim, column) for column in COLUMNS}
        for claim in born
    ]
    for claim, number in zip(born, bulk.insert(Claim, rows), strict=True):
        claim.pk = number
    seating.save()
    if claims:
        Activity.objects.filter(pk=seating.activity.pk).update(last_rank=seating.activity.last_rank)
    given = tuple(one.pk for _claim, _by, born in served.values() for one in born)
    if given:
        announce(SeatsMoved(given, "claimed"))
