"""The visitors of `bench burst` come in as workers do, and what they heard is counted as it was said."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import click
import pytest
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from niangjia.events.opening.tickets import opened
from niangjia.events.tests.factories import dates_of, make_activity, make_workers
from niangjia.people.gateways import sms
from niangjia.people.models import Account
from niangjia.people.tests.factories import make_account
from niangjia.web.benches import burst_visit, visitors
from niangjia.web.benches.pressing import Presses, request


def test_the_last_code_said_to_a_phone_is_its_code(tmp_path: Path) -> None:
    said = tmp_path / "said"
    said.write_text("SMS 13900000001: 111111是您的\n[warning] 222222\nSMS 13900000001: 333333是您的\n", "utf-8")
    with closing(visitors.Codes(said)) as codes, said.open("a", encoding="utf-8") as more:
        assert codes.of("13900000001") == "333333"
        assert codes.of("13900000002") == ""
        more.write("SMS 13900000002: 4444")
        more.flush()
        assert codes.of("13900000002") == "", "a line that is being written says nothing yet"
        more.write("44是您的验证码\n")
        more.flush()
        assert codes.of("13900000002") == "444444"


@pytest.mark.django_db(transaction=True)
def test_visitors_come_in_by_code_and_find_a_ticket_that_is_theirs(
    live_server: LiveServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = tmp_path / "said"
    said.touch()

    def say(phone: str, text: str) -> None:
        with said.open("a", encoding="utf-8") as heard:
            heard.write(f"SMS {phone}: {text}\n")

    monkeypatch.setattr(sms, "console", say)
    workers = make_workers(2)
    accounts = [make_account(one) for one in workers]
    activity = make_activity()
    parts = urlsplit(live_server.url)
    address = (str(parts.hostname), int(parts.port or 0))
    sessions = visitors.come_in(address, [one.phone for one in accounts], said)
    for account, worker, session in zip(accounts, workers, sessions, strict=True):
        client = Client()
        client.cookies["sessionid"] = session
        assert client.session["_auth_user_id"] == str(account.pk)
        ((sealed, date),) = visitors.look(address, activity.pk, [session])
        assert opened(sealed, session_key=session).person_id == worker.pk
        assert [int(date)] == dates_of(activity)
    with pytest.raises(click.ClickException, match="hands out no ticket"):
        visitors.look(address, activity.pk + 1, sessions[:1])
    assert Account.objects.count() == len(accounts), "nobody came in as somebody new"


def heard(*told: str) -> Presses:
    """Presses that were answered so, each a hundredth of a second later than the one before."""
    presses = Presses(("127.0.0.1", 1), [request("here", "/", "", "")] * len(told), len(told))
    presses.answers = [(200 if what else 0, number / 100, what) for number, what in enumerate(told)]
    return presses


def test_what_was_told_is_counted_and_what_changed_is_a_fault() -> None:
    first = heard("registered", "waiting", "", "registered")
    again = heard("registered", "registered", "", "registered")
    found = {one.name: one for one in burst_visit._metrics(first, again, 5.0)}
    assert found["told: registered"].value == 2
    assert found["told: waiting"].value == 1
    assert found["not answered or told no reason"].met is False
    assert found["told something else when they pressed again"].value == 1
    assert found["all answered"].value == 0.03


@pytest.mark.parametrize(
    ("url", "address"), [("http://127.0.0.1:8000/", ("127.0.0.1", 8000)), ("http://here", ("here", 80))]
)
def test_a_plain_address_is_pressed_at(url: str, address: tuple[str, int]) -> None:
    assert burst_visit._address(url) == address


@pytest.mark.parametrize("url", ["https://127.0.0.1:8000", "127.0.0.1:8000", "http://"])
def test_any_other_is_refused_with_what_to_do(url: str) -> None:
    with pytest.raises(click.ClickException, match="plain http://"):
        burst_visit._address(url)
