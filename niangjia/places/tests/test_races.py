"""Many hands at one table: real threads, each with its own connection."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.refusal import Refusal
from niangjia.orgs.tests.factories import make_actor
from niangjia.places import actions
from niangjia.places.models_booking import Booking, Occupation, SlotWish
from niangjia.places.occupancy import Taken
from niangjia.places.quotas import QuotaReached
from niangjia.places.reads import prove
from niangjia.places.tests.conftest import MORNING, Home, at, open_home

pytestmark = pytest.mark.django_db(transaction=True)
HANDS = 8


@pytest.fixture
def home(transactional_db: None) -> Iterator[Home]:
    with clock.at(MORNING):
        yield open_home()


def at_once(verb: Callable[[int], object], hands: int = HANDS) -> list[object]:
    """What each hand got, or why not; all begin together, on the same Wednesday morning."""
    ready = threading.Barrier(hands)

    def hand(number: int) -> object:
        with clock.at(MORNING):
            ready.wait(10)
            try:
                return verb(number)
            except Refusal as refusal:
                return refusal
            finally:
                connection.close()

    with ThreadPoolExecutor(hands) as pool:
        return list(pool.map(hand, range(hands)))


def test_one_table_goes_to_one_of_eight_and_seven_are_told_what_is_free(home: Home) -> None:
    table, workers = home.resource(), [home.worker() for _n in range(HANDS)]
    got = at_once(lambda n: home.book(table, workers[n]))
    assert Counter(type(one) for one in got) == {Booking: 1, Taken: HANDS - 1}
    assert all("19:00–20:00" in str(one.remedy) for one in got if isinstance(one, Taken))
    assert prove().holds


def test_the_hall_and_its_halves_wanted_at_once_never_overlap(home: Home) -> None:
    parts, workers = home.hall(), [home.worker() for _n in range(HANDS)]
    at_once(lambda n: home.book(parts[n % 3], workers[n]))
    assert prove().holds
    held = Booking.objects.live()
    assert {one.resource_id for one in held} in ({parts[0].pk}, {parts[1].pk, parts[2].pk})


def test_one_person_on_eight_phones_gets_what_one_person_may(home: Home) -> None:
    tables, worker = [home.resource(f"{n}号台") for n in range(HANDS)], home.worker()
    actions.set_quota(home.place, actor=home.keeper, most=2, period="week", prime_only=True)
    got = at_once(lambda n: home.book(tables[n], worker))
    assert Counter(type(one) for one in got) == {Booking: 2, QuotaReached: HANDS - 2}


def test_without_the_lock_of_the_place_postgresql_still_refuses_the_second(home: Home) -> None:
    """The lock makes order and quotas exact; that nothing is booked twice does not hang on it."""
    table = home.resource()
    first = home.book(table)
    during = first.occupations.get().during
    later = at(13), at(14)
    drafts = [
        Booking.objects.create(
            resource=table, person=first.person, state="confirmed", starts_at=during.lower, ends_at=during.upper
        )
        for _n in range(HANDS)
    ]

    def write(number: int) -> object:
        try:
            with transaction.atomic():
                return Occupation.objects.create(booking=drafts[number], leaf=table, during=later)
        except IntegrityError as fault:
            return fault

    got = at_once(write)
    assert Counter(type(one) for one in got) == {Occupation: 1, IntegrityError: HANDS - 1}


def test_cancelled_while_eight_wait_and_eight_grab_it_goes_to_the_first_in_line(home: Home) -> None:
    table, waiting = home.resource(), [home.worker() for _n in range(3)]
    booking = home.book(table)
    owner = make_actor(booking.person)
    wishes = [actions.wish_for(table, actor=who, starts=at(18), ends=at(19)) for who in waiting]
    grabbing = [home.worker() for _n in range(HANDS)]

    def act(number: int) -> object:
        return actions.cancel_booking(booking, actor=owner) if number == 3 else home.book(table, grabbing[number])

    got = at_once(act)
    assert sum(isinstance(one, Taken) for one in got) == HANDS - 1
    first = SlotWish.objects.get(pk=wishes[0].pk)
    assert first.state == "offered"
    assert Occupation.objects.get(leaf=table).booking_id == first.booking_id


def test_a_hundred_things_at_once_leave_every_law_standing(home: Home) -> None:
    tables = [home.resource("1号台", grace_minutes=15), *home.hall()]
    tables.append(home.resource("会议室", kind="room", needs_approval=True, buffer_after=30))
    rackets = actions.set_accessory(home.place, actor=home.keeper, name="球拍", stock=3)
    actions.set_quota(home.place, actor=home.keeper, most=3, period="day")
    workers = [home.worker() for _n in range(HANDS)]
    clock_hand = Actor.system("clock")

    def one_of(chance: random.Random, who: Actor) -> None:
        hour, table = chance.randrange(12, 20), chance.choice(tables)
        mine = list(Booking.objects.mine(who).order_by("pk"))
        verbs: list[Callable[[], object]] = [
            lambda: home.book(table, who, hour=hour, accessories={rackets.pk: chance.randrange(3)}),
            lambda: home.book(table, who, hour=hour),
            lambda: actions.wish_for(table, actor=who, starts=at(hour), ends=at(hour + 1)),
        ]
        if mine:
            chosen = chance.choice(mine)
            verbs += [
                lambda: actions.cancel_booking(chosen, actor=who),
                lambda: actions.move_booking(chosen, actor=who, starts=at(hour), ends=at(hour + 1)),
                lambda: actions.accept_offer(chosen, actor=who),
                lambda: actions.approve_booking(chosen, actor=home.keeper),
            ]
        with clock.at(MORNING + timedelta(minutes=chance.randrange(60))):
            with suppress(Refusal):
                chance.choice(verbs)()
            actions.expire_holds(actor=clock_hand)

    def busy(number: int) -> str:
        chance = random.Random(number)
        for _step in range(13):
            one_of(chance, workers[number])
        return "done"

    assert at_once(busy) == ["done"] * HANDS
    assert prove().faults == ()
    assert Booking.objects.live().count() > 3
