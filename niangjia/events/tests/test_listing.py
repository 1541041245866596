"""The list shows what is for the worker first, says why in a few words, and asks no more when there is more."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from niangjia.events.actions.announcing import Share
from niangjia.events.models import Activity, Occurrence
from niangjia.events.reads import listing
from niangjia.events.tests.factories import make_activity, make_workers
from niangjia.kit import clock
from niangjia.kit.actor import Office
from niangjia.orgs.reads import actor_for
from niangjia.orgs.tests.factories import make_officer
from niangjia.people.tests.factories import make_account
from niangjia.places import actions as places

pytestmark = pytest.mark.django_db
LIST = "/activities/"
MEMBERS: Any = [{"key": "member", "text_zh": "本会会员", "text_en": "members", "rule": "worker.union.member"}]
OUTSIDERS: Any = [{"key": "none", "kind": "exclude", "text_zh": "限非会员", "rule": "worker.union.member"}]
COURIERS: Any = [{"key": "courier", "text_zh": "新就业形态劳动者", "rule": "worker.new_form"}]


def test_what_is_for_me_stands_first_and_what_is_not_says_why() -> None:
    (worker,) = make_workers(1)
    shut = make_activity(conditions=OUTSIDERS)
    invitation = make_activity(mode=Activity.Mode.INVITATION)
    anybody, mine = make_activity(), make_activity(conditions=MEMBERS)
    kept = make_activity(shares=[Share("members", "会员", "worker.union.member", floor=1)])
    cards = listing.activities_for(actor_for(worker))
    assert [card.activity for card in cards] == [mine, kept, anybody, shut, invitation]
    assert [(card.reason.what, card.reason.text) for card in cards] == [
        ("yes", "本会会员"), ("group", "会员"), ("", ""), ("no", "限非会员"), ("uninvited", ""),
    ]  # fmt: skip
    client = Client()
    client.force_login(make_account(worker))
    page = client.get(LIST).content.decode()
    assert page.index("适合您：本会会员") < page.index("暂不适合您：限非会员")
    opened = client.get(f"{LIST}?show=open").context["cards"]
    assert [card.activity for card in opened] == [mine, kept, anybody]


def test_the_list_is_narrowed_to_today_to_a_week_or_to_the_weekend() -> None:
    (worker,) = make_workers(1)
    tuesday = datetime(2026, 11, 24, 9, tzinfo=clock.SHANGHAI)
    with clock.at(tuesday):
        today, saturday, later = (make_activity(days_ahead=days) for days in (0.2, 4, 12))
        cards = listing.activities_for(actor_for(worker))
        on = {when: {card.activity for card in cards if card.is_on(when)} for when in listing.WHEN}
    assert on == {"": {today, saturday, later}, "today": {today}, "week": {today, saturday}, "weekend": {saturday}}
    with clock.at(tuesday + timedelta(days=5)):
        assert [card.is_on("weekend") for card in listing.activities_for(actor_for(worker))] == [False]
    client = Client()
    client.force_login(make_account(worker))
    with clock.at(tuesday):
        assert [card.activity for card in client.get(f"{LIST}?when=weekend").context["cards"]] == [saturday]
        assert len(client.get(f"{LIST}?when=nonsense").context["cards"]) == 3


def test_three_times_as_many_activities_ask_as_much_of_the_database() -> None:
    (worker,) = make_workers(1)
    actor = actor_for(worker)

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            listing.activities_for(actor)
        return len(queries)

    def put_on() -> None:
        make_activity(conditions=COURIERS)
        make_activity(mode=Activity.Mode.INVITATION)
        make_activity(shares=[Share("members", "会员", "worker.union.member", floor=1)])

    put_on()
    first = asked()
    for _more in range(2):
        put_on()
    assert asked() == first <= 9


def test_the_nearest_stands_first_when_the_phone_tells_where_it_is_and_nothing_else_moves() -> None:
    (worker,) = make_workers(1)
    elsewhere = make_activity()  # “职工之家三楼”: no place of that name is on record
    far, close = make_activity(), make_activity()
    keeper = make_officer(far.organisation, Office.HANDLER).actor
    for activity, name, north in ((far, "城东驿站", 29.6), (close, "城南驿站", 29.51)):
        places.add_place(
            activity.organisation, actor=keeper, kind="station", name=name, address="路边", latitude=north,
            longitude=120.9,
        )  # fmt: skip
        Occurrence.objects.filter(activity=activity).update(location=f"{name}二楼")
    client = Client()
    client.force_login(make_account(worker))
    told = client.post(LIST, {"lat": "29.5", "lon": "120.9"})
    assert [card.activity for card in told.context["cards"]] == [close, far, elsewhere]
    assert [card.distance for card in told.context["cards"]] == ["1.1 公里", "11.1 公里", ""]
    assert "29.5" not in told.content.decode()
    plain = [card.activity for card in client.get(LIST).context["cards"]]
    assert [card.activity for card in client.post(LIST, {"lat": "x", "lon": "nan"}).context["cards"]] == plain
