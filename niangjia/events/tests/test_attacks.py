"""What somebody tries who wants more than their share, or who presses in an order nobody thought of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from niangjia.events import actions
from niangjia.events.actions.announcing import Share
from niangjia.events.actions.dating import Change, Reach
from niangjia.events.admission.standing import missed_by
from niangjia.events.models import Activity, Claim, Companions, Explanation, Occurrence, Pool, Registration
from niangjia.events.occupancy import miscounts
from niangjia.events.reads.worker import activity_of
from niangjia.events.tests.factories import (
    CLOCK,
    claim,
    claim_of,
    dates_of,
    held_by,
    make_activity,
    make_team,
    make_workers,
    organiser,
)
from niangjia.kit import clock
from niangjia.kit.refusal import Conflict, Invalid
from niangjia.orgs import actions as orgs
from niangjia.orgs.models import Membership
from niangjia.orgs.reads import actor_for
from niangjia.people import actions as people
from niangjia.people.models import Person

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def day_of(activity: Activity, number: int = 0) -> Occurrence:
    return activity.occurrences.order_by("starts_at", "pk")[number]


@contextmanager
def just_before(day: Occurrence, minutes: int = 30) -> Iterator[None]:
    with clock.at(day.starts_at - timedelta(minutes=minutes)):
        yield


def held_days(person: Person, activity: Activity) -> list[int]:
    return sorted(one.occurrence_id for one in held_by(person, activity))


# --- booking again --------------------------------------------------------------------------------------------------


def test_who_is_checked_in_withdraws_and_asks_again_holds_the_seat_once_and_stops_nobody_else() -> None:
    activity = make_activity(seats=3, days_ahead=1, closes_at=clock.now() + timedelta(days=1))
    worker, other = make_workers(2)
    claim(activity, worker)
    with just_before(day_of(activity)):
        actions.check_in(held_by(worker, activity)[0], actor=organiser(activity))
        actions.withdraw(claim_of(worker, activity), actor=actor_for(worker))
        wishes = [actions.Wish(one.pk, tuple(dates_of(activity)), by=actor_for(one)) for one in (worker, other)]
        answers = actions.claim_seats(activity, wishes, actor=CLOCK)
    assert [one.what for one in answers] == ["registered", "registered"]
    assert len(held_by(worker, activity)) == 1
    assert miscounts(activity) == []


def test_a_date_that_was_had_counts_against_the_most_one_person_may_hold() -> None:
    activity = make_activity(seats=9, dates=3, most_dates=2, days_ahead=1, closes_at=clock.now() + timedelta(days=3))
    first, second, third = dates_of(activity)
    (worker,) = make_workers(1)
    claim(activity, worker, wanted=(first, second), take=2)
    with clock.at(day_of(activity).ends_at + HOUR):
        actions.withdraw(claim_of(worker, activity), actor=actor_for(worker))
        refusal = claim(activity, worker, wanted=(second, third), take=2).refusal
        assert refusal is not None
        assert refusal.code == "too_many_dates"
        assert miscounts(activity) == []
        assert claim(activity, worker, wanted=(second, third), take=1).what == "registered"
    assert held_days(worker, activity) == [first, second]
    assert miscounts(activity) == []


def test_who_was_there_on_one_date_may_ask_for_another_while_they_may_hold_more() -> None:
    activity = make_activity(seats=9, dates=3, most_dates=2, days_ahead=1, closes_at=clock.now() + timedelta(days=3))
    first, second, third = dates_of(activity)
    (worker,) = make_workers(1)
    claim(activity, worker, wanted=(first,))
    assert claim(activity, worker, wanted=(second,)).dates == (first,)  # what stands is answered as it stands
    with clock.at(day_of(activity).ends_at + HOUR):
        page = activity_of(actor_for(worker), activity.pk)
        assert page.is_asking
        assert list(page.most_dates) == [1]
        assert claim(activity, worker, wanted=(second,)).dates == (first, second)
    with clock.at(day_of(activity, 1).ends_at + HOUR):
        assert not activity_of(actor_for(worker), activity.pk).is_asking
        refusal = claim(activity, worker, wanted=(third,)).refusal
    assert refusal is not None
    assert refusal.code == "too_many_dates"
    assert miscounts(activity) == []


def test_pressing_again_while_a_seat_is_only_offered_says_that_it_waits_for_an_answer() -> None:
    activity = make_activity(seats=1, days_ahead=1.5)
    first, second = make_workers(2)
    claim(activity, first)
    claim(activity, second)
    actions.cancel_registration(held_by(first, activity)[0], actor=actor_for(first))
    assert claim(activity, second).what == "offered"


def test_a_no_to_one_date_offered_goes_on_asking_for_the_others() -> None:
    activity = make_activity(seats=1, dates=2, days_ahead=1.5)
    first, second = dates_of(activity)
    holders, (waits,) = make_workers(2), make_workers(1)
    for holder, date in zip(holders, (first, second), strict=True):
        claim(activity, holder, wanted=(date,))
    claim(activity, waits, wanted=(second, first))
    actions.cancel_registration(held_by(holders[0], activity)[0], actor=actor_for(holders[0]))
    (offer,) = held_by(waits, activity)
    actions.decline_offer(offer, actor=actor_for(waits))
    assert held_by(waits, activity) == []
    actions.cancel_registration(held_by(holders[1], activity)[0], actor=actor_for(holders[1]))
    assert held_days(waits, activity) == [second]
    assert miscounts(activity) == []


def test_a_course_is_offered_taken_and_declined_as_a_whole() -> None:
    for answer, holds in ((actions.accept_offer, 2), (actions.decline_offer, 0)):
        course = make_activity(seats=1, dates=2, all_dates=True, days_ahead=1)
        first, second = make_workers(2)
        for one in (first, second):
            claim(course, one, wanted=tuple(dates_of(course)))
        with clock.at(clock.now() + timedelta(minutes=1)):
            actions.withdraw(claim_of(first, course), actor=actor_for(first))
            offers = held_by(second, course)
            answer(offers[0], actor=actor_for(second))
        assert [one.state for one in held_by(second, course)] == ["registered"] * holds
        assert miscounts(course) == []


def test_companions_go_with_the_seats_they_were_to_sit_on() -> None:
    activity = make_activity(seats=9, most_seats=3, asks_ages=True)
    (worker,) = make_workers(1)
    actor = actor_for(worker)
    claim(activity, worker, seats=3)
    actions.note_companions(claim_of(worker, activity), {"4-6": 2}, actor=actor)
    actions.withdraw(claim_of(worker, activity), actor=actor)
    assert not Companions.objects.exists()
    claim(activity, worker, seats=1)
    with pytest.raises(Invalid) as refused:
        actions.note_companions(claim_of(worker, activity), {"4-6": 1}, actor=actor)
    assert refused.value.code == "too_many_companions"


# --- by an officer's hand -------------------------------------------------------------------------------------------


def test_who_is_seated_by_hand_on_another_date_does_not_win_the_draw_without_a_lot() -> None:
    activity = make_activity(seats=1, dates=2, mode=Activity.Mode.DRAW, most_dates=1)
    first, second = (day_of(activity, number) for number in (0, 1))
    guest, other = make_workers(2)
    for one in (guest, other):
        claim(activity, one, wanted=(first.pk,))
    actions.seat_by_hand(second, guest, reason="特邀嘉宾", actor=organiser(activity))
    assert held_days(guest, activity) == [second.pk]
    with clock.at(activity.closes_at):
        actions.draw_lots(activity, actor=CLOCK)
    assert held_days(other, activity) == [first.pk]
    assert held_days(guest, activity) == [second.pk]
    assert miscounts(activity) == []


def test_what_somebody_gave_up_is_not_given_back_to_them_by_a_seat_on_another_date() -> None:
    activity = make_activity(seats=2, dates=3, most_dates=2)
    first, second, third = (day_of(activity, number) for number in (0, 1, 2))
    (worker,) = make_workers(1)
    claim(activity, worker, wanted=(first.pk, second.pk), take=2)
    actions.withdraw(claim_of(worker, activity), actor=actor_for(worker))
    actions.seat_by_hand(third, worker, reason="志愿者", actor=organiser(activity))
    assert held_days(worker, activity) == [third.pk]
    actions.resize_pool(Pool.objects.get(occurrence=first), ceiling=9, actor=organiser(activity))
    assert held_days(worker, activity) == [third.pk]
    assert miscounts(activity) == []


def test_who_was_not_chosen_and_is_let_in_on_another_date_is_not_chosen_thereby() -> None:
    activity = make_activity(seats=2, dates=2, mode=Activity.Mode.APPROVAL)
    first, second = (day_of(activity, number) for number in (0, 1))
    (worker,) = make_workers(1)
    claim(activity, worker, wanted=(first.pk,))
    choice = actions.Choice(claim_of(worker, activity).pk, yes=False, reason="名额有限")
    actions.decide_claims(activity, [choice], actor=organiser(activity))
    actions.seat_by_hand(second, worker, reason="讲师助手", actor=organiser(activity))
    assert held_days(worker, activity) == [second.pk]
    assert miscounts(activity) == []


def test_calling_off_the_rest_of_a_series_leaves_what_was_held_on_the_dates_that_were() -> None:
    activity = make_activity(seats=2, dates=2, most_dates=2, days_ahead=1)
    (worker,) = make_workers(1)
    claim(activity, worker, wanted=tuple(dates_of(activity)), take=2)
    first, second = (day_of(activity, number) for number in (0, 1))
    with clock.at(first.ends_at + HOUR):
        actions.call_off(activity, reason="讲师生病", actor=organiser(activity))
    states = dict(Registration.objects.values_list("occurrence", "state"))
    assert states == {first.pk: "registered", second.pk: "cancelled"}
    assert miscounts(activity) == []


def test_two_items_that_begin_together_do_not_stop_an_officer_from_changing_the_place() -> None:
    activity = make_activity(seats=9, dates=2)
    first, second = (day_of(activity, number) for number in (0, 1))
    Occurrence.objects.filter(pk=second.pk).update(starts_at=first.starts_at, ends_at=first.ends_at, title="接力")
    (changed,) = actions.change_dates(
        first, reach=Reach.THIS, change=Change(location="体育馆"), actor=organiser(activity)
    )
    assert changed.location == "体育馆"
    third = make_activity(seats=9, dates=2)
    day, change = day_of(third, 1), Change(starts_at=day_of(third).starts_at)
    with pytest.raises(Conflict):  # one and the same item twice at one moment is still a slip
        actions.change_dates(day, reach=Reach.THIS, change=change, actor=organiser(third))


def test_a_series_moved_past_midnight_moves_each_date_by_as_much_and_leaves_the_past_where_it_was() -> None:
    activity = make_activity(seats=2, dates=3, days_ahead=1, closes_at=clock.now() + timedelta(days=2))
    before = [one.starts_at for one in activity.occurrences.order_by("starts_at")]
    second = day_of(activity, 1)
    with clock.at(before[0] + HOUR):
        with pytest.raises(Conflict):
            actions.change_dates(
                day_of(activity), reach=Reach.ALL, change=Change(starts_at=before[2]), actor=organiser(activity)
            )
        late = second.starts_at.astimezone(clock.SHANGHAI).replace(hour=23, minute=30)
        change = Change(starts_at=late, minutes=120)
        actions.change_dates(second, reach=Reach.ALL, change=change, actor=organiser(activity))
    shift = late - before[1]
    after = list(activity.occurrences.order_by("pk"))
    assert [one.starts_at for one in after] == [before[0], before[1] + shift, before[2] + shift]
    assert [one.ends_at - one.starts_at for one in after] == [2 * HOUR] * 3


# --- floors, teams, merging -----------------------------------------------------------------------------------------


def test_a_floor_larger_than_its_claims_is_everybodys_at_the_merge_though_an_offer_is_out() -> None:
    merges = clock.now() + timedelta(hours=5)
    share = Share("riders", "骑手", "worker.new_form", floor=3, merges_at=merges)
    activity = make_activity(seats=4, shares=[share], days_ahead=1)
    rider, first, second, third = make_workers(4)
    assert claim(activity, rider, groups=("riders",)).what == "registered"
    assert [claim(activity, one).what for one in (first, second, third)] == ["registered", "waiting", "waiting"]
    actions.cancel_registration(held_by(first, activity)[0], actor=actor_for(first))
    assert held_by(second, activity)[0].state == "offered"
    with clock.at(merges):
        actions.merge_pools(activity.pk, actor=CLOCK)
        assert held_by(third, activity)
        actions.accept_offer(held_by(second, activity)[0], actor=actor_for(second))
    everybody = Pool.objects.get(activity=activity, group=None)
    assert (everybody.taken, everybody.held_back) == (3, 0)
    assert miscounts(activity) == []


def test_the_bus_that_dates_share_keeps_the_seats_that_each_date_keeps_for_a_group() -> None:
    share = Share("riders", "骑手", "worker.new_form", floor=1, merges_at=clock.now() + timedelta(days=9))
    activity = make_activity(seats=5, dates=2, shares=[share], together=4)
    first, second = dates_of(activity)
    workers, riders = make_workers(4), make_workers(2)
    told = [claim(activity, one, wanted=(first,)).what for one in workers]
    assert told == ["registered", "registered", "waiting", "waiting"]
    told = [
        claim(activity, one, wanted=(date,), groups=("riders",)).what
        for one, date in zip(riders, (first, second), strict=True)
    ]
    assert told == ["registered", "registered"]
    assert miscounts(activity) == []


def test_a_bus_with_fewer_seats_than_are_kept_for_groups_is_refused_in_words() -> None:
    share = Share("riders", "骑手", "worker.new_form", floor=2, merges_at=clock.now() + timedelta(days=9))
    with pytest.raises(Invalid) as refused:
        make_activity(seats=5, dates=2, shares=[share], together=3)
    assert "4" in str(refused.value.sentence)


def test_a_team_of_eight_finds_no_room_in_seven_seats_and_floors_count_for_it_only_if_all_are_in_the_group() -> None:
    merges = clock.now() + timedelta(days=9)
    share = Share("riders", "骑手", "worker.new_form", floor=4, merges_at=merges)
    activity = make_activity(seats=8, shares=[share], team=(2, 8))
    team = make_team(activity, make_workers(8))
    assert actions.enter_team(team, actor=actor_for(team.captain)).short == 1
    small = make_team(activity, make_workers(3), "三人队")
    assert actions.enter_team(small, actor=actor_for(small.captain)).short == 0
    with clock.at(merges):
        actions.merge_pools(activity.pk, actor=CLOCK)
    assert not Registration.objects.live().filter(claim__team=team).exists()
    actions.dissolve_team(small, actor=actor_for(small.captain))
    assert Registration.objects.live().get(claim__team=team).seats == 8
    assert miscounts(activity) == []


def test_seats_cannot_be_kept_until_a_moment_that_has_passed() -> None:
    share = Share("riders", "骑手", "worker.new_form", floor=1, merges_at=clock.now() + timedelta(days=1))
    activity = make_activity(seats=5, shares=[share])
    pool = Pool.objects.get(activity=activity, group__isnull=False)
    with clock.at(clock.now() + timedelta(days=2)), pytest.raises(Invalid):
        actions.resize_pool(pool, ceiling=None, floor=2, actor=organiser(activity))


# --- invitations ----------------------------------------------------------------------------------------------------


def test_a_no_to_an_invitation_leaves_the_line_and_who_holds_a_seat_gives_it_up_knowingly() -> None:
    activity = make_activity(seats=1, mode=Activity.Mode.INVITATION)
    first, second = make_workers(2)
    actions.invite_people(
        activity, [first.pk, second.pk], ends_at=clock.now() + timedelta(days=2), actor=organiser(activity)
    )
    assert [claim(activity, one).what for one in (first, second)] == ["registered", "waiting"]
    with pytest.raises(Conflict) as refused:
        actions.decline_invitation(activity.invitations.get(person=first), actor=actor_for(first))
    assert refused.value.code == "holds_a_seat"
    actions.decline_invitation(activity.invitations.get(person=second), actor=actor_for(second))
    actions.cancel_registration(held_by(first, activity)[0], actor=actor_for(first))
    assert held_by(second, activity) == []


def test_a_seat_is_held_for_everybody_who_is_told_so_though_they_stood_in_line() -> None:
    activity = make_activity(seats=1, mode=Activity.Mode.INVITATION)
    first, second = make_workers(2)
    until, actor = clock.now() + timedelta(days=1), organiser(activity)
    actions.invite_people(activity, [first.pk, second.pk], ends_at=until, actor=actor)
    claim(activity, first)
    claim(activity, second)
    actions.resize_pool(Pool.objects.get(activity=activity), ceiling=1, actor=actor)
    with clock.at(until + HOUR):
        later = until + timedelta(days=2)
        with pytest.raises(Conflict) as refused:
            actions.invite_people(activity, [second.pk], ends_at=later, held=True, actor=actor)
        assert refused.value.code == "too_few_seats"


# --- people who leave -----------------------------------------------------------------------------------------------


def test_who_has_left_the_union_wins_no_lot_and_gets_no_offer_and_keeps_what_they_hold() -> None:
    drawn = make_activity(seats=1, mode=Activity.Mode.DRAW)
    open_to_all = make_activity(seats=1)
    gone, stays = make_workers(2)
    claim(drawn, gone)
    claim(open_to_all, stays)
    claim(open_to_all, gone)
    kept = make_activity(seats=1)
    claim(kept, gone)
    orgs.leave(Membership.objects.get(person=gone), actor=actor_for(gone))
    assert claim_of(gone, drawn).state == claim_of(gone, open_to_all).state == Claim.State.WITHDRAWN
    actions.cancel_registration(held_by(stays, open_to_all)[0], actor=actor_for(stays))
    assert held_by(gone, open_to_all) == []
    assert held_by(gone, kept)
    assert miscounts(open_to_all) == []


def test_of_an_erased_person_neither_companions_nor_reasons_are_kept() -> None:
    activity = make_activity(seats=2, most_companions=1, days_ahead=1)
    worker, other = make_workers(2)
    for one in (worker, other):
        claim(activity, one)
    actions.note_companions(claim_of(worker, activity), {"any": 1}, actor=actor_for(worker))
    day = day_of(activity)
    with clock.at(day.starts_at):
        actions.check_in(held_by(other, activity)[0], actor=organiser(activity))
    with clock.at(day.ends_at + HOUR):
        actions.mark_absent(day, actor=CLOCK)
        absence = worker.presences.get()
        actions.explain_absence(absence, why="住院手术", actor=actor_for(worker))
        orgs.leave(Membership.objects.get(person=worker), actor=actor_for(worker))
        people.erase(worker, actor=actor_for(worker))
    assert not Companions.objects.exists()
    assert not Explanation.objects.filter(why__contains="手术").exists()


# --- absences -------------------------------------------------------------------------------------------------------


def test_where_absences_are_not_heeded_not_coming_counts_for_nothing_later_either() -> None:
    easy = make_activity(seats=2, days_ahead=1, heeds_absences=False)
    worker, other = make_workers(2)
    for one in (worker, other):
        claim(easy, one)
    day = day_of(easy)
    with clock.at(day.starts_at):
        actions.check_in(held_by(other, easy)[0], actor=organiser(easy))
    with clock.at(day.ends_at + HOUR):
        actions.mark_absent(day, actor=CLOCK)
        assert missed_by([worker.pk], easy.organisation, at=clock.now()) == {}


def test_a_yes_to_who_would_not_wait_tells_no_tale_of_a_line() -> None:
    activity = make_activity(seats=1, mode=Activity.Mode.APPROVAL)
    first, second = make_workers(2)
    claim(activity, first)
    claim(activity, second, waits=False)
    choices = [actions.Choice(claim_of(one, activity).pk, yes=True) for one in (first, second)]
    actions.decide_claims(activity, choices, actor=organiser(activity))
    assert claim_of(second, activity).waits
    actions.withdraw(claim_of(first, activity), actor=actor_for(first))
    assert held_by(second, activity)
