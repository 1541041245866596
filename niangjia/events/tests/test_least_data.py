"""Who came, who asked and why they did not is for those who put the activity on: no other office reads a name."""

from __future__ import annotations

import pytest
from django.test import Client

from niangjia.events import actions
from niangjia.events.models import Activity
from niangjia.events.tests.factories import claim, held_by, make_activity, make_team, make_workers, organiser
from niangjia.kit import clock
from niangjia.kit.actor import Office
from niangjia.orgs.reads import actor_for
from niangjia.orgs.tests.factories import make_account, make_officer, make_tree

pytestmark = pytest.mark.django_db
OTHERS = [Office.JUDGE, Office.FINANCE]


def page(office: Office, address: str) -> tuple[int, str]:
    client = Client()
    client.force_login(make_account(make_officer(make_tree().county, office).person))
    answer = client.get(address)
    return answer.status_code, answer.content.decode()


@pytest.mark.parametrize("office", OTHERS)
def test_another_office_sees_the_seats_of_an_activity_and_nobody_in_them(office: Office) -> None:
    activity, (first, second) = make_activity(1), make_workers(2)
    for one in (first, second):
        claim(activity, one)
    status, text = page(office, f"/desk/activities/{activity.pk}/")
    assert (status, first.masked_name in text, second.masked_name in text) == (200, False, False)
    assert first.masked_name in page(Office.HANDLER, f"/desk/activities/{activity.pk}/")[1]


@pytest.mark.parametrize("office", OTHERS)
@pytest.mark.parametrize(
    ("mode", "name"), [("approval", "asking"), ("invitation", "inviting"), ("first_come", "feedback")]
)
def test_another_office_reads_neither_who_asks_nor_who_is_invited_nor_what_they_thought(
    office: Office, mode: str, name: str
) -> None:
    activity = make_activity(mode=Activity.Mode(mode))
    assert page(office, f"/desk/activities/{activity.pk}/{name}/")[0] == 403
    assert page(Office.HANDLER, f"/desk/activities/{activity.pk}/{name}/")[0] == 200


@pytest.mark.parametrize("office", OTHERS)
def test_another_office_reads_no_roster_of_a_team(office: Office) -> None:
    activity, people = make_activity(team=(2, 3)), make_workers(2)
    make_team(activity, people)
    status, text = page(office, f"/desk/activities/{activity.pk}/teams/")
    assert (status, people[0].name in text) == (403, False)
    assert people[0].name in page(Office.HANDLER, f"/desk/activities/{activity.pk}/teams/")[1]


@pytest.mark.parametrize("office", OTHERS)
def test_why_somebody_did_not_come_is_read_by_those_who_answer_it(office: Office) -> None:
    activity, (worker, other) = make_activity(days_ahead=1), make_workers(2)
    for one in (worker, other):
        claim(activity, one)
    (seat,), (others,) = held_by(worker, activity), held_by(other, activity)
    with clock.at(seat.occurrence.starts_at):
        actions.check_in(others, actor=organiser(activity))
    with clock.at(seat.occurrence.ends_at):
        actions.mark_absent(seat.occurrence, actor=organiser(activity))
        presence = seat.occurrence.presences.get(person=worker)
        actions.explain_absence(presence, why="那天在医院", actor=actor_for(worker))
        status, text = page(office, "/desk/activities/explanations/")
        assert (status, "那天在医院" in text) == (403, False)
        assert "那天在医院" in page(Office.HANDLER, "/desk/activities/explanations/")[1]
