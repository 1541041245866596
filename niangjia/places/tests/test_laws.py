"""The laws of booking, for any story hypothesis can think of: book, approve, move, cancel, wait; the clock goes on."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from django.db import transaction
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.happenings import listen
from niangjia.kit.refusal import Refusal
from niangjia.orgs.tests.factories import make_actor
from niangjia.places import actions, doors, quotas, slots
from niangjia.places.checking import Wanted, require_bookable
from niangjia.places.happenings import BookingsMoved
from niangjia.places.models_booking import Accessory, Booking, Resource, SlotWish
from niangjia.places.reads import prove
from niangjia.places.tests.conftest import MORNING, Home, at, open_home

CLOCK = Actor.system("clock")
WHO, WHAT = st.integers(0, 3), st.integers(0, 4)
HOUR = st.sampled_from([13, 14, 15, 18])  # few, so that people meet
WHICH = st.integers(0, 30)


def passed_over(offered: BookingsMoved) -> list[str]:
    """Who waited longer for a time that was just offered to somebody else, and could have had it."""
    faults = []
    for booking in Booking.objects.filter(pk__in=offered.booking_ids).select_related("wish", "resource"):
        older = SlotWish.objects.waiting().filter(pk__lt=booking.wish.pk, resource__place=booking.resource.place_id)
        for wish in older.filter(starts_at__lt=booking.ends_at, ends_at__gt=booking.starts_at):
            tree = slots.tree_of(booking.resource.place_id)
            if tree.touches(wish.resource_id, booking.resource_id) and could_have(wish, but=booking):
                faults.append(f"wish {wish.pk} was passed over for {booking.wish.pk}")
    return faults


def could_have(wish: SlotWish, but: Booking | None = None) -> bool:
    """Whether the person could have the time they wait for, by its terms and quotas and by what is taken."""
    wanted = Wanted(wish.resource, wish.starts_at, wish.ends_at, wish.person_id)
    try:
        require_bookable(wanted, notice=False)
        quotas.require_within(wanted, employer=quotas.employer_of(wish.person_id))
    except Refusal:
        return False
    begins, ends = wish.resource.occupied_by(wish.starts_at, wish.ends_at)
    tree = slots.tree_of(wish.resource.place_id)
    others = Booking.objects.live().exclude(pk=but.pk if but else 0).select_related("resource")
    return not any(
        tree.touches(one.resource_id, wish.resource_id)
        and one.resource.occupied_by(one.starts_at, one.ends_at)[0] < ends
        and one.resource.occupied_by(one.starts_at, one.ends_at)[1] > begins
        for one in others.filter(resource__place=wish.resource.place_id)
    )


class Doors(RuleBasedStateMachine):
    """Four workers, a keeper, two tables, a hall of two halves, and a clock that only goes forward."""

    home: ClassVar[Home]
    workers: ClassVar[list[Actor]]
    rackets: ClassVar[Accessory]
    things: ClassVar[list[Resource]]
    told: list[str]

    @classmethod
    def build(cls) -> None:
        """The world every story begins in."""
        with clock.at(MORNING):
            cls.home = home = open_home()
            cls.workers = [home.worker() for _n in range(4)]
            cls.rackets = actions.set_accessory(home.place, actor=home.keeper, name="球拍", stock=3)
            room = home.resource("会议室", kind="room", needs_approval=True, hold_hours=1, buffer_after=30)
            cls.things = [home.resource(grace_minutes=15, max_slots=2), *home.hall(), room]
            actions.set_quota(home.place, actor=home.keeper, most=3, period="day")
            actions.set_quota(home.place, actor=home.keeper, most=1, period="week", prime_only=True)

    @initialize()
    def open(self) -> None:
        self.now = MORNING
        self.told = []
        self.apart = transaction.atomic()  # each story leaves the world as it found it
        self.apart.__enter__()
        CURRENT[:] = [self]

    def teardown(self) -> None:
        CURRENT.clear()
        if hasattr(self, "apart"):
            transaction.set_rollback(True)
            self.apart.__exit__(None, None, None)

    def doing(self, verb: Callable[[], Any]) -> None:
        """A refusal undoes the verb, as it does behind a page."""
        with clock.at(self.now), suppress(Refusal), transaction.atomic():
            verb()

    def one(self, which: int) -> Booking | None:
        """Some booking, one that stands if there is any."""
        own = Booking.objects.filter(resource__place=self.home.place).order_by("pk")
        found = list(own.live()) or list(own)
        return found[which % len(found)] if found else None

    @rule(who=WHO, what=WHAT, hour=HOUR, length=st.integers(1, 2), rackets=st.integers(0, 2))
    def book(self, who: int, what: int, hour: int, length: int, rackets: int) -> None:
        self.doing(
            lambda: actions.book(
                self.things[what], actor=self.workers[who], starts=at(hour), ends=at(hour + length),
                accessories={self.rackets.pk: rackets},
            )
        )  # fmt: skip

    @rule(who=WHO, which=WHICH)
    def wait(self, who: int, which: int) -> None:
        """For a time somebody has, or had."""
        booking = self.one(which)
        if booking is not None:
            thing, starts, ends = booking.resource, booking.starts_at, booking.ends_at
            self.doing(lambda: actions.wish_for(thing, actor=self.workers[who], starts=starts, ends=ends))

    @rule(which=WHICH, first=WHO, second=WHO)
    def two_wait_and_it_is_freed(self, which: int, first: int, second: int) -> None:
        """What is rare by chance and must be right: a line of two, and a slot that comes free."""
        booking = self.one(which)
        if booking is None:
            return
        for who in (first, second):
            thing, starts, ends = booking.resource, booking.starts_at, booking.ends_at
            waits = self.workers[who]
            self.doing(lambda: actions.wish_for(thing, actor=waits, starts=starts, ends=ends))  # noqa: B023 - called here
        owner = make_actor(booking.person)
        self.doing(lambda: actions.cancel_booking(booking, actor=owner))

    @rule(who=WHO, what=WHAT, hour=HOUR, rest=st.booleans())
    def book_weekly(self, who: int, what: int, hour: int, rest: bool) -> None:
        day = self.now.date()
        self.doing(
            lambda: actions.book_series(
                self.things[what], actor=self.workers[who], first_day=day, last_day=day + timedelta(weeks=2),
                starts=hour * 60, minutes=60, rest=rest,
            )
        )  # fmt: skip

    @rule(which=WHICH, hour=HOUR, rest=st.booleans())
    def shift_series(self, which: int, hour: int, rest: bool) -> None:
        booking = self.one(which)
        if booking is not None and booking.series is not None:
            series, who = booking.series, make_actor(booking.person)
            self.doing(lambda: actions.change_series(series, actor=who, starts=hour * 60, minutes=60, rest=rest))

    @rule(which=WHICH, verb=st.sampled_from(["cancel", "accept", "approve", "refuse", "check_in"]))
    def go_on(self, which: int, verb: str) -> None:
        booking = self.one(which)
        if booking is None:
            return
        owner, keeper = make_actor(booking.person), self.home.keeper
        self.doing(
            {
                "cancel": lambda: actions.cancel_booking(booking, actor=owner),
                "accept": lambda: actions.accept_offer(booking, actor=owner),
                "approve": lambda: actions.approve_booking(booking, actor=keeper),
                "refuse": lambda: actions.refuse_booking(booking, actor=keeper, reason="已有安排"),
                "check_in": lambda: actions.check_in(booking, actor=owner, code=doors.code(booking.resource)),
            }[verb]
        )

    @rule(which=WHICH, hour=HOUR, length=st.integers(1, 2))
    def move(self, which: int, hour: int, length: int) -> None:
        booking = self.one(which)
        if booking is not None:
            owner = make_actor(booking.person)
            self.doing(lambda: actions.move_booking(booking, actor=owner, starts=at(hour), ends=at(hour + length)))

    @precondition(lambda self: self.now < at(21))
    @rule(minutes=st.sampled_from([10, 45, 180]))
    def time_goes_on(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        with clock.at(self.now):
            actions.expire_holds(actor=CLOCK)
            actions.release_no_shows(actor=CLOCK)

    @invariant()
    def nothing_is_booked_twice_and_no_quota_or_stock_is_exceeded(self) -> None:
        if hasattr(self, "now"):
            assert prove().faults == ()
            assert self.told == []

    @invariant()
    def no_slot_lies_free_while_somebody_waits_who_could_have_it(self) -> None:
        if not hasattr(self, "now"):
            return
        with clock.at(self.now):
            for wish in SlotWish.objects.waiting().filter(resource__place=self.home.place).select_related("resource"):
                half = wish.starts_at + (wish.ends_at - wish.starts_at) / 2
                assert self.now >= half or not could_have(wish), f"{wish} lies free and {wish.person_id} waits"


CURRENT: list[Doors] = []


def note_who_was_passed_over(happening: BookingsMoved) -> None:
    if CURRENT and happening.what == "offered":
        CURRENT[0].told += passed_over(happening)


@pytest.mark.django_db
def test_whatever_happens_at_the_doors_the_laws_of_booking_hold() -> None:
    listen(BookingsMoved, note_who_was_passed_over)
    Doors.build()
    try:
        # A step here takes a database as long as a hundred of a plain test: a short story is not made shorter.
        told = settings(max_examples=15, stateful_step_count=25, deadline=None, phases=[Phase.generate])
        run_state_machine_as_test(Doors, settings=told)
    finally:
        CURRENT.clear()
