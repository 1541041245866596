"""What becomes of a team is told to each of its members; and who leaves the union hears what ended there."""

from __future__ import annotations

from datetime import timedelta

import pytest

from niangjia.events import actions
from niangjia.events.actions.mailing import recipients
from niangjia.events.models import Activity, Mailing, Occurrence
from niangjia.events.tests.factories import CLOCK, claim, make_activity, make_team, make_workers, organiser
from niangjia.kit import clock
from niangjia.notify.models import Message
from niangjia.notify.tests.test_events import told
from niangjia.orgs import actions as orgs
from niangjia.orgs.models import Membership
from niangjia.orgs.reads import actor_for
from niangjia.people.models import Person

pytestmark = pytest.mark.django_db


def entered(activity: Activity, people: list[Person]) -> int:
    """A team of these people that asked for its seats; what was told until then is forgotten."""
    asked = actions.enter_team(make_team(activity, people), actor=actor_for(people[0]))
    Message.objects.all().delete()
    return asked.pk


def test_called_off_reminded_and_written_to_is_every_member_of_a_team() -> None:
    activity = make_activity(seats=9, team=(2, 3))
    people = make_workers(3)
    entered(activity, people)
    handler = organiser(activity)
    assert recipients(activity, Mailing.To.SEATED, None) == sorted(one.pk for one in people)
    actions.tell_due(activity.occurrences.get(), Occurrence.Due.TOMORROW, actor=CLOCK)
    later = actions.Change(starts_at=activity.occurrences.get().starts_at + timedelta(days=1))
    actions.change_dates(activity.occurrences.get(), reach=actions.Reach.THIS, change=later, actor=handler)
    actions.call_off(activity, reason="台风预警", actor=handler)
    assert [told(one) for one in people] == [["date_tomorrow", "date_changed", "activity_called_off"]] * 3


def test_where_the_union_chooses_every_member_reads_why_their_team_was_not() -> None:
    activity = make_activity(seats=9, team=(2, 3), mode=Activity.Mode.APPROVAL)
    people = make_workers(2)
    asked = entered(activity, people)
    actions.decide_claims(activity, [actions.Choice(asked, False, "名额留给一线班组")], actor=organiser(activity))
    assert [told(one) for one in people] == [["claim_declined"]] * 2
    assert "名额留给一线班组" in Message.objects.get(person=people[1]).body


def test_lots_that_brought_no_seat_are_told_to_every_member() -> None:
    activity = make_activity(seats=2, team=(2, 2), mode=Activity.Mode.DRAW)
    pairs = [make_workers(2) for _ in range(2)]
    for pair in pairs:
        entered(activity, pair)
    with clock.at(activity.closes_at):
        actions.draw_lots(activity, actor=CLOCK)
    kinds = sorted([told(one) for one in pair] for pair in pairs)
    assert kinds == [[["lots_drawn"]] * 2, [["seat_registered"]] * 2]


def test_members_of_teams_that_took_part_are_told_once_when_results_are_published() -> None:
    activity = make_activity(seats=9, team=(2, 3))
    people, outside = make_workers(2), make_workers(2)
    team = make_team(activity, people)
    make_team(activity, outside)
    actions.enter_team(team, actor=actor_for(people[0]))
    Message.objects.all().delete()
    item, handler = activity.occurrences.get(), organiser(activity)
    with clock.at(item.ends_at + timedelta(hours=1)):
        actions.record_results(item, [actions.Reached(team.pk, 1)], actor=handler)
        assert Message.objects.count() == 0
        actions.publish_results(item, actor=handler)
        actions.publish_results(item, actor=handler)
    assert [told(one) for one in (*people, *outside)] == [["results_published"]] * 2 + [[]] * 2
    assert Message.objects.get(person=people[0]).link == f"/activities/{activity.pk}/"


def test_who_leaves_the_union_is_told_that_the_place_in_line_ended_and_who_lost_nothing_is_not() -> None:
    activity = make_activity(seats=1)
    seated, waiting = make_workers(2)
    for one in (seated, waiting):
        claim(activity, one)
    for one in (seated, waiting):
        orgs.leave(Membership.objects.get(person=one), actor=actor_for(one))
    assert (told(seated), told(waiting)) == ([], ["hopes_ended"])
    message = Message.objects.get(person=waiting)
    assert activity.title in message.subject
    assert activity.organisation.name in message.body
