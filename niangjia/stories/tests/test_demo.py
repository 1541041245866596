"""The demo's present: what is on stands at every step, and each sight that is named opens for whom it is named."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client

from niangjia.demand.models import Poll
from niangjia.demand.reads import people_asking
from niangjia.events.models import Activity, Claim, Evening, Presence, Profile, Registration, Trip
from niangjia.events.reads import miscounts
from niangjia.events.reads.results import outcomes_of
from niangjia.kit import clock
from niangjia.people.models import Person
from niangjia.stories import demo, whats_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def present(settings: LazySettings, tmp_path: Path) -> Person:
    """Xinchang's part of the present; the worker whom visitors sign in as."""
    settings.MEDIA_ROOT = tmp_path
    demo._solar_today()
    demo._activity_today()
    suited = demo._suited()
    assert suited is not None
    return suited.person


def of(title: str) -> Activity:
    return Activity.objects.get(title=title)


def test_an_activity_stands_at_every_step_and_each_sight_opens_for_whom_it_is_named(
    present: Person, settings: LazySettings
) -> None:
    _stands_at_every_step(present)
    settings.DEMO = True
    named = {visitor.name: visitor.phone for visitor in demo.cast()}
    sights = demo.sights()
    assert len(sights) == 11
    for sight in sights:
        visitor = Client()
        visitor.post("/login/as/", {"phone": named[sight.who]})
        answer = visitor.get(sight.path)
        assert (answer.status_code, sight.what.partition("：")[0] in answer.content.decode()) == (200, True), sight


def _stands_at_every_step(present: Person) -> None:
    now = clock.now()
    assert [of(title).is_open_at(now) for title in (whats_on.LOT, whats_on.OPEN, whats_on.ROUTE)] == [True] * 3
    assert Claim.objects.filter(activity=of(whats_on.LOT), state=Claim.State.ENTERED).count() == 8
    offered = Registration.objects.get(person=present, claim__activity=of(whats_on.OFFER))
    assert offered.state == Registration.State.OFFERED
    assert offered.offer_until is not None
    assert offered.offer_until > now
    assert Presence.objects.came().filter(occurrence__activity=of(whats_on.DOOR)).count() == 2
    assert Claim.objects.filter(activity=of(whats_on.CHOICE), state=Claim.State.ASKED).count() == 6
    assert Trip.objects.get().approval.starts_on <= clock.today()
    assert Evening.objects.get().reveals_at > now
    assert Profile.objects.filter(state=Profile.State.WAITING).count() == 1
    poll = Poll.objects.get(title=whats_on.POLL)
    assert (poll.is_open, people_asking(poll), poll.options.filter(reached_at__isnull=False).count()) == (True, 8, 1)
    (outcome,) = outcomes_of(of(whats_on.CONTEST))
    assert [(one.place, one.team.name) for one in outcome.results] == [(1, "纺织队"), (2, "机械队"), (3, "轴承队")]
    assert [fault for one in Activity.objects.all() for fault in miscounts(one)] == []


def test_without_what_is_on_nothing_is_named() -> None:
    assert list(demo.sights()) == []
