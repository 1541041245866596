"""The one owner of occupancy: whoever gives, moves or frees a seat does it here, under the lock of the activity.

Registrations are the truth. Pools keep a guard beside them, which PostgreSQL holds below its ceiling; `miscounts`
proves the two equal.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from django.db.models import Count

from niangjia.events.models import Activity, Claim, Companions, Occurrence, Pool, Registration
from niangjia.kit import bulk, clock

CHUNK = 500  # claims in line read at a time; most of them are never reached

State = Registration.State


class Seating:
    """The seats of one locked activity. Nothing is written until `save`."""

    def __init__(self, activity: Activity) -> None:
        """`activity` must come from `Activity.objects.lock`."""
        self.activity = activity
        self.now = clock.now()
        self.occurrences = {one.pk: one for one in Occurrence.objects.filter(activity=activity)}
        self.pools = list(Pool.objects.filter(activity=activity).select_related("group"))
        self._guards = {pool.pk: _guard(pool) for pool in self.pools}
        self.born: list[Registration] = []
        self._ended: list[Registration] = []
        self._claims: dict[int, Claim] = {}

    @classmethod
    def of(cls, activity_id: int) -> Seating:
        return cls(Activity.objects.lock(activity_id))

    # --- asking -----------------------------------------------------------------------------------------------------

    def is_on(self, occurrence_id: int) -> bool:
        """Whether seats of this date can still be given: it belongs here, is not called off and has not begun."""
        found = self.occurrences.get(occurrence_id)
        return found is not None and found.state == Occurrence.State.PLANNED and found.starts_at > self.now

    def full_pool(self, occurrence_id: int, groups: Collection[str], seats: int) -> Pool | None:
        """The pool that has no room for so many seats of these groups; none when they fit."""
        for pool in self._touched(occurrence_id, groups):
            if pool.ceiling is None:
                continue
            held_back = self._held_back(pool, occurrence_id, groups, seats) if pool.group is None else pool.held_back
            if pool.taken + seats + held_back > pool.ceiling:
                return pool
        return None

    def has_room(self) -> bool:
        """Whether any date could still seat somebody, of whatever group."""
        open_dates = [pk for pk in self.occurrences if self.is_on(pk)]
        everybody = [pool for pool in self.pools if pool.group is None and pool.ceiling is not None]
        return any(
            all(pool.taken < (pool.ceiling or 0) for pool in everybody if pool.occurrence_id in (None, occurrence_id))
            for occurrence_id in open_dates
        )

    def _touched(self, occurrence_id: int, groups: Collection[str]) -> list[Pool]:
        return [pool for pool in self.pools if self._falls_into(pool, occurrence_id, groups)]

    @staticmethod
    def _falls_into(pool: Pool, occurrence_id: int | None, groups: Collection[str]) -> bool:
        """Whether seats of this date and these groups count against this pool."""
        return pool.occurrence_id in (None, occurrence_id) and (pool.group is None or pool.group.key in groups)

    def _held_back(
        self, everybody: Pool, occurrence_id: int | None = None, groups: Collection[str] = (), seats: int = 0
    ) -> int:
        """Seats of everybody's pool kept for groups that have not had theirs, if so many more of `groups` sat down.

        A limit over all dates keeps what each date still to come keeps: else the bus is full and the promise empty.
        """
        return sum(
            max(0, pool.floor - pool.taken - (seats if self._falls_into(pool, occurrence_id, groups) else 0))
            for pool in self.pools
            if pool.group is not None
            and (
                pool.occurrence_id == everybody.occurrence_id
                or (everybody.occurrence_id is None and self.is_on(pool.occurrence_id or 0))
            )
        )

    # --- giving and freeing -----------------------------------------------------------------------------------------

    def make_room(self, occurrence_id: int, groups: Collection[str], seats: int) -> None:
        """Raise the ceilings that are in the way, by no more than these seats need."""
        while (full := self.full_pool(occurrence_id, groups, seats)) is not None:
            held_back = self._held_back(full, occurrence_id, groups, seats) if full.group is None else 0
            full.ceiling = full.taken + seats + held_back

    def seat(
        self, claim: Claim, occurrence_id: int, *, seats: int | None = None, offered: bool = False
    ) -> Registration:
        """Give the claim the seats it asks for (or so many) on a date. The caller has asked whether they fit."""
        seats = seats or claim.seats
        self._count(occurrence_id, claim.groups, seats)
        registration = Registration(
            claim=claim,
            occurrence_id=occurrence_id,
            person_id=claim.person_id,
            seats=seats,
            groups=claim.groups,
            state=State.OFFERED if offered else State.REGISTERED,
            offer_until=self._offer_until(occurrence_id) if offered else None,
            made_at=self.now,
        )
        claim.short -= 1
        self.note(claim)
        self.born.append(registration)
        return registration

    def widen(self, claim: Claim, dates: Sequence[int]) -> None:
        """Let a claim ask for these dates on top of what it asks for; it is short of them until it is seated there."""
        claim.wanted = [*claim.wanted, *dates]
        claim.take, claim.short = claim.take + len(dates), claim.short + len(dates)
        self.note(claim)

    def free(self, registration: Registration, state: Registration.State) -> None:
        """Take back the seats of a live registration; its claim is short of them again."""
        self._count(registration.occurrence_id, registration.groups, -registration.seats)
        registration.state, registration.ended_at = state, self.now
        registration.claim = self._claims.get(registration.claim_id, registration.claim)  # two dates, one claim
        registration.claim.short += 1
        self.note(registration.claim)
        self._ended.append(registration)

    def serve(self, claim: Claim, held: Collection[int] = (), *, freed: bool = False) -> list[Registration]:
        """Seat a claim on the dates it wants, as many as it is short of; a course on all of its dates or on none."""
        given: list[Registration] = []
        for occurrence_id in claim.wanted:
            if claim.short == 0:
                break
            if occurrence_id in held or not self.is_on(occurrence_id):
                continue
            if self.full_pool(occurrence_id, claim.groups, claim.seats) is None:
                given.append(self.seat(claim, occurrence_id, offered=freed and self._is_offered(occurrence_id)))
        if self.activity.all_dates and claim.short:
            self._take_back(claim, given)
            return []
        return given

    def refill(self) -> list[Registration]:
        """Give what is free to those in line, in their order. A party that does not fit keeps its place."""
        self._flush()  # the line is read from the rows
        given: list[Registration] = []
        waiting = Claim.objects.filter(activity=self.activity).waiting()
        start = 0
        while self.has_room():
            claims = list(waiting[start : start + CHUNK])
            held = held_dates(claims)
            for claim in claims:
                given += self.serve(claim, held[claim.pk], freed=True)
            if len(claims) < CHUNK:
                break
            start += CHUNK
        return given

    def recount(self) -> None:
        """Work out anew what is kept back, after floors have changed or time has merged them."""
        if all(pool.group is None for pool in self.pools):
            return  # nothing is kept for anybody: a course of ninety dates need not ask for each seat
        for pool in self.pools:
            if pool.group is None:
                pool.held_back = self._held_back(pool)

    def note(self, claim: Claim) -> None:
        """This claim has changed and is to be written with the seats; one that is not stored yet its maker writes."""
        if claim.pk is not None:
            self._claims[claim.pk] = claim

    def _count(self, occurrence_id: int, groups: Collection[str], seats: int) -> None:
        for pool in self._touched(occurrence_id, groups):
            pool.taken += seats
        self.recount()

    def _take_back(self, claim: Claim, given: Sequence[Registration]) -> None:
        """Undo what was just given in this seating."""
        for registration in given:
            self._count(registration.occurrence_id, registration.groups, -registration.seats)
            self.born.remove(registration)
            claim.short += 1

    def _is_offered(self, occurrence_id: int) -> bool:
        """Close to the date a freed seat is offered with a time to answer; well before, it is given at once."""
        starts = self.occurrences[occurrence_id].starts_at
        return bool(self.activity.offer_hours) and starts - self.now < timedelta(hours=self.activity.instant_hours)

    def _offer_until(self, occurrence_id: int) -> datetime:
        """Until the hours to answer are over or the date begins; a course is answered as a whole, by its first."""
        dates = [pk for pk in self.occurrences if self.is_on(pk)] if self.activity.all_dates else [occurrence_id]
        begins = min(self.occurrences[one].starts_at for one in dates)
        return min(begins, self.now + timedelta(hours=self.activity.offer_hours))

    # --- writing ----------------------------------------------------------------------------------------------------

    def save(self) -> None:
        """Write registrations, claims and counters; PostgreSQL refuses what must not be."""
        self._flush()
        for pool in self.pools:
            if (guard := _guard(pool)) != self._guards[pool.pk]:
                Pool.objects.filter(pk=pool.pk).update(**guard)

    def _flush(self) -> None:
        Registration.objects.bulk_update(self._ended, ["state", "ended_at"], batch_size=1000)
        born = [one for one in self.born if one.pk is None]
        rows = [
            {
                "claim_id": one.claim.pk, "occurrence_id": one.occurrence_id, "person_id": one.person_id,
                "seats": one.seats, "groups": one.groups, "state": one.state, "offer_until": one.offer_until,
                "made_at": one.made_at,
            }
            for one in born
        ]  # fmt: skip
        for one, number in zip(born, bulk.insert(Registration, rows), strict=True):
            one.pk = number
        Claim.objects.bulk_update(self._claims.values(), ["state", "wanted", "take", "short"], batch_size=1000)
        # Who gives everything up brings nobody along: of them nothing is kept a day longer.
        if given_up := [one.pk for one in self._claims.values() if one.state == Claim.State.WITHDRAWN]:
            Companions.objects.filter(claim__in=given_up).delete()
        self._ended.clear()
        self._claims.clear()


def _guard(pool: Pool) -> dict[str, int | None]:
    return {"taken": pool.taken, "held_back": pool.held_back, "ceiling": pool.ceiling, "floor": pool.floor}


def held_dates(claims: Iterable[Claim]) -> dict[int, dict[int, str]]:
    """By claim the dates it holds, in the order it got them, each with whether it is registered or only offered."""
    held: dict[int, dict[int, str]] = defaultdict(dict)
    rows = Registration.objects.live().filter(claim__in=[claim.pk for claim in claims if claim.pk is not None])
    for claim_id, occurrence_id, state in rows.order_by("pk").values_list("claim", "occurrence", "state"):
        held[claim_id][occurrence_id] = state
    return held


def miscounts(activity: Activity) -> list[str]:
    """Every pool whose guard differs from its registrations, and every claim short of another number than it says."""
    live = list(Registration.objects.live().filter(occurrence__activity=activity).select_related("claim"))
    found = []
    for pool in Pool.objects.filter(activity=activity).select_related("group"):
        rows = [
            one
            for one in live
            if pool.occurrence_id in (None, one.occurrence_id) and (pool.group is None or pool.group.key in one.groups)
        ]
        if pool.taken != sum(one.seats for one in rows):
            found.append(f"{pool}: {pool.taken} counted, {sum(one.seats for one in rows)} held")
    holding = dict(
        Registration.objects.live()
        .filter(claim__activity=activity)
        .values_list("claim")
        .annotate(Count("pk"))
        .order_by()
    )
    found += [
        f"claim {claim.pk}: short of {claim.short} of {claim.take}, holds {holding.get(claim.pk, 0)}"
        for claim in Claim.objects.filter(activity=activity)
        if claim.take - claim.short != holding.get(claim.pk, 0)
    ]
    return found
