"""An officer seats somebody by hand: looked at first, with what grows and which permit falls, then done."""

from __future__ import annotations

import pytest

from niangjia.events import actions
from niangjia.events.models import Activity, Claim, Pool, Registration
from niangjia.events.tests.factories import claim, held_by, make_activity, make_workers, organiser
from niangjia.events.tests.test_desk import LIST, officer_of
from niangjia.kit import clock
from niangjia.kit.actor import Office
from niangjia.notify.models import Message
from niangjia.trail.models import Line

pytestmark = pytest.mark.django_db


def given(activity: Activity, **changed: str) -> dict[str, str]:
    return {"date": str(activity.occurrences.get().pk), "seats": "1", "reason": "特邀劳模"} | changed


def test_a_look_says_that_the_date_grows_and_the_permit_falls_and_writes_nothing_until_pressed() -> None:
    activity = make_activity(seats=1)
    first, guest = make_workers(2)
    claim(activity, first)
    actions.record_permit(activity, number="杭公安 7 号", day=clock.today(), actor=organiser(activity))
    client, url = officer_of(activity), f"{LIST}{activity.pk}/seat/"
    lines = Line.objects.count()
    look = client.post(url, given(activity, who=guest.name))
    page = look.content.decode()
    assert (look.status_code, "杭公安 7 号" in page, 'name="grows"' in page) == (200, True, True)
    assert "1 个，将增至 2 个" in page
    assert (Registration.objects.count(), Claim.objects.count(), Message.objects.count()) == (1, 1, 0)
    assert Line.objects.filter(verb="seat_by_hand").count() == 0
    assert Line.objects.count() == lines
    unseen = client.post(url, given(activity, person=str(guest.pk), step="seat"))
    assert (unseen.status_code, held_by(guest, activity)) == (200, [])  # it grew since they looked: look again
    done = client.post(url, given(activity, person=str(guest.pk), step="seat", grows="yes"), follow=True)
    assert "杭公安 7 号" in done.content.decode()
    assert len(held_by(guest, activity)) == 1
    assert Pool.objects.get(activity=activity).ceiling == 2
    assert Activity.objects.get().permit_number == ""
    assert Message.objects.get(person=guest).kind == "seat_registered"
    assert Line.objects.get(verb="seat_by_hand").detail["reason"] == "特邀劳模"


def test_who_stands_in_line_is_one_press_away_and_within_the_seats_nothing_grows() -> None:
    activity = make_activity(seats=1)
    first, waiting = make_workers(2)
    for one in (first, waiting):
        claim(activity, one)
    client, url = officer_of(activity), f"{LIST}{activity.pk}/seat/"
    asked = Claim.objects.get(person=waiting)
    assert f"{url}?claim={asked.pk}" in client.get(f"{LIST}{activity.pk}/").content.decode()
    form = client.get(f"{url}?claim={asked.pk}").content.decode()
    assert f'name="person" value="{waiting.pk}"' in form
    empty = make_activity(seats=1)
    look = client.post(f"{LIST}{empty.pk}/seat/", given(empty, person=str(waiting.pk)))
    assert 'name="grows"' not in look.content.decode()
    assert client.post(f"{LIST}{empty.pk}/seat/", given(empty, person=str(waiting.pk), step="seat")).status_code == 302
    assert len(held_by(waiting, empty)) == 1


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"who": ""}, 422), ({"who": "查无此人"}, 422), ({"reason": ""}, 422), ({"reason": "长" * 201}, 422),
        ({"seats": "0"}, 422), ({"seats": "21"}, 422), ({"seats": "两"}, 422), ({"date": "999999999"}, 422),
        ({"date": ""}, 422), ({"person": "999999999"}, 404), ({"who": "13800000000"}, 422), ({"reason": "  "}, 422),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_and_nobody_is_seated(wrong: dict[str, str], status: int) -> None:
    activity = make_activity()
    (worker,) = make_workers(1)
    sent = given(activity, **({"who": worker.name, "step": "seat"} | wrong))
    assert officer_of(activity).post(f"{LIST}{activity.pk}/seat/", sent).status_code == status
    assert not Registration.objects.exists()


def test_who_has_a_seat_is_said_to_have_it_and_of_two_of_one_name_one_is_chosen() -> None:
    activity = make_activity()
    first, second = make_workers(2)
    type(first).objects.filter(pk=second.pk).update(name=first.name)
    client, url = officer_of(activity), f"{LIST}{activity.pk}/seat/"
    both = client.post(url, given(activity, who=first.name)).content.decode()
    assert both.count('name="person"') == 2
    claim(activity, first)
    again = client.post(url, given(activity, person=str(first.pk)))
    assert again.status_code == 409
    assert "已经有名额" in again.content.decode()


def test_no_page_for_other_offices_nor_for_what_is_not_announced() -> None:
    activity, draft = make_activity(), make_activity(announced=False)
    assert officer_of(activity, Office.JUDGE).get(f"{LIST}{activity.pk}/seat/").status_code == 403
    assert officer_of(draft).get(f"{LIST}{draft.pk}/seat/").status_code == 409
