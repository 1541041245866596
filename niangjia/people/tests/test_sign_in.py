"""Signing in by phone and code."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from niangjia.kit import clock, demo
from niangjia.people.gateways import sms
from niangjia.people.login import OtherWayAdapter, SecondFactorAdapter
from niangjia.people.models import Account, Person, SignInTry
from niangjia.people.tests.factories import a_phone, make_account, make_person

pytestmark = pytest.mark.django_db
outbox: list[tuple[str, str]] = []


def keep(phone: str, text: str) -> None:
    """A gateway that keeps what it should send."""
    outbox.append((phone, text))


def broken(phone: str, text: str) -> None:
    raise OSError("no line")


@pytest.fixture(autouse=True)
def _gateway(settings: LazySettings) -> None:
    settings.SMS_GATEWAY = f"{__name__}.keep"
    outbox.clear()


def ask(client: Client, phone: str, **extra: str) -> Any:
    return client.post("/login/", {"phone": phone, **extra})


def code() -> str:
    found = re.search(r"\d{6}", outbox[-1][1])
    assert found is not None
    return found.group()


def enter(client: Client, typed: str, **extra: str) -> Any:
    return client.post("/login/code/", {"code": typed, **extra})


def sign_in(client: Client, phone: str) -> Any:
    ask(client, phone)
    return enter(client, code())


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def wrong() -> str:
    return f"{(int(code()) + 1) % 1_000_000:06d}"


def test_a_known_phone_signs_in_with_its_code(client: Client) -> None:
    account = make_account(make_person())
    assert ask(client, account.phone).status_code == 302
    assert outbox[0][0] == account.phone
    enter(client, code())
    assert client.session["_auth_user_id"] == str(account.pk)


def test_the_phone_is_understood_however_it_is_typed(client: Client) -> None:
    account = make_account(make_person("王伟", "13912345678"))
    ask(client, "＋８６ １３９ １２３４ ５６７８")
    enter(client, f" {code()} ")
    assert client.session["_auth_user_id"] == str(account.pk)


def test_a_phone_from_an_imported_roster_finds_its_record(client: Client) -> None:
    person = make_person("张芳")
    sign_in(client, person.phone)
    assert Account.objects.get().person == person


def test_a_phone_shared_by_two_records_asks_for_the_name(client: Client) -> None:
    phone = a_phone()
    make_person("张芳", phone)
    wanted = make_person("李大勇", phone)
    sign_in(client, phone)
    client.post("/login/name/", {"name": "李大勇"})
    assert Account.objects.get().person == wanted


def test_an_unknown_phone_tells_its_name_once_and_goes_where_it_wanted(client: Client) -> None:
    phone = a_phone()
    ask(client, phone, next="/me/data/")
    landed = enter(client, code(), next="/me/data/")
    assert landed.url == "/login/name/?next=%2Fme%2Fdata%2F"
    assert client.get(landed.url).status_code == 200
    assert client.post("/login/name/", {"name": "新来的", "next": "/me/data/"})["Location"] == "/me/data/"
    person = Person.objects.get()
    assert (person.name, person.phone, person.account.phone_verified) == ("新来的", phone, True)


def test_no_account_is_opened_before_the_code_is_right(client: Client) -> None:
    ask(client, a_phone())
    enter(client, wrong())
    assert not Account.objects.exists()
    assert not signed_in(client)


def test_a_known_and_an_unknown_phone_look_alike_from_outside(client: Client) -> None:
    known, unknown = ask(client, make_account(make_person()).phone), ask(Client(), a_phone())
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)


def test_somebody_signed_in_without_a_name_is_asked_for_it_at_every_door(client: Client) -> None:
    sign_in(client, a_phone())
    assert client.get("/me/data/")["Location"] == "/login/?next=%2Fme%2Fdata%2F"
    assert client.get("/login/?next=/me/data/")["Location"] == "/login/name/?next=%2Fme%2Fdata%2F"


def test_nobody_is_sent_to_another_house_after_signing_in(client: Client) -> None:
    account = make_account(make_person())
    ask(client, account.phone, next="https://evil.example/")
    assert enter(client, code(), next="https://evil.example/").url == "/login/name/"
    assert client.get("/login/name/?next=//evil.example")["Location"] == "/"


@pytest.mark.parametrize("typed", ["", "12345", "057156000319"])
def test_what_is_no_mobile_number_is_said_so(client: Client, typed: str) -> None:
    answer = ask(client, typed)
    assert answer.status_code == 422
    assert not outbox


def test_a_second_code_is_refused_within_a_minute_and_sent_after_it(client: Client) -> None:
    phone, start = a_phone(), datetime(2026, 3, 2, 1, tzinfo=UTC)
    with clock.at(start):
        ask(client, phone)
        assert ask(client, phone).status_code == 429
    with clock.at(start + timedelta(seconds=61)):
        assert ask(client, phone).status_code == 302
    assert len(outbox) == 2


def test_five_codes_an_hour_are_enough_for_one_phone(client: Client) -> None:
    phone, start = a_phone(), datetime(2026, 3, 2, 1, tzinfo=UTC)
    for number in range(6):
        with clock.at(start + timedelta(minutes=2 * number)):
            answer = ask(client, phone)
    assert answer.status_code == 429
    assert len(outbox) == 5


def test_five_wrong_codes_lock_the_phone_in_every_session(client: Client) -> None:
    phone, start = a_phone(), datetime(2026, 3, 2, 1, tzinfo=UTC)
    with clock.at(start):
        ask(client, phone)
        answers = [enter(client, wrong()).status_code for _ in range(5)]
        assert answers == [422, 422, 422, 422, 429]
    with clock.at(start + timedelta(minutes=5)):
        locked = ask(Client(), phone)
    assert locked.status_code == 429
    assert "09:15" in locked.content.decode()
    with clock.at(start + timedelta(minutes=16)):
        assert ask(Client(), phone).status_code == 302


def test_the_right_code_opens_nothing_while_the_phone_is_locked(client: Client) -> None:
    phone = a_phone()
    ask(client, phone)
    right = code()
    for _ in range(5):
        SignInTry.objects.create(kind="wrong", phone_hash=SignInTry.objects.first().phone_hash)  # type: ignore[union-attr]
    assert enter(client, right).status_code == 429
    assert not signed_in(client)


def test_a_code_counts_once(client: Client) -> None:
    account = make_account(make_person())
    sign_in(client, account.phone)
    used = code()
    client.post("/logout/")
    assert enter(client, used).url == "/login/"
    assert not signed_in(client)


def test_another_code_replaces_the_first(client: Client) -> None:
    phone, start = a_phone(), datetime(2026, 3, 2, 1, tzinfo=UTC)
    with clock.at(start):
        ask(client, phone)
    with clock.at(start + timedelta(minutes=2)):
        client.post("/login/code/again/")
        enter(client, code())
    assert signed_in(client)


def test_a_gateway_that_fails_is_told_in_words(client: Client, settings: LazySettings) -> None:
    settings.SMS_GATEWAY = f"{__name__}.broken"
    answer = ask(client, a_phone())
    assert answer.status_code == 503
    assert "sms_not_sent" in answer.content.decode()


def test_the_console_gateway_prints_the_code(capsys: pytest.CaptureFixture[str], settings: LazySettings) -> None:
    settings.SMS_GATEWAY = "niangjia.people.gateways.sms.console"
    sms.deliver("13800000000", "123456")
    assert "123456" in capsys.readouterr().err


def test_signing_out_ends_the_session_for_good(client: Client) -> None:
    account = make_account(make_person())
    sign_in(client, account.phone)
    stolen = client.cookies["sessionid"].value
    client.post("/logout/")
    thief = Client()
    thief.cookies["sessionid"] = stolen
    assert not signed_in(thief)
    assert thief.get("/me/data/").status_code == 302


@pytest.mark.parametrize("address", ["/logout/", "/login/as/", "/login/code/again/"])
def test_what_changes_something_is_never_done_by_opening_a_link(client: Client, address: str) -> None:
    assert client.get(address).status_code == 405


def test_a_closed_account_stays_outside(client: Client) -> None:
    account = make_account(make_person())
    Account.objects.filter(pk=account.pk).update(is_active=False)
    landed = sign_in(client, account.phone)
    assert client.get(landed.url).status_code == 409
    assert not signed_in(client)


@pytest.fixture
def cast() -> Any:
    person = make_person("老王")
    before = list(demo._registered)
    demo.register(demo.World(lambda: None, lambda: [demo.Visitor("老王", "骑手", person.phone)]))
    yield person
    demo._registered[:] = before


def test_in_the_demo_a_visitor_is_whom_they_press(client: Client, cast: Person, settings: LazySettings) -> None:
    settings.DEMO = True
    assert "老王" in client.get("/login/").content.decode()
    client.post("/login/as/", {"phone": cast.phone})
    assert client.session["_auth_user_id"] == str(cast.account.pk)


def test_the_demo_opens_no_door_for_anybody_else(client: Client, cast: Person, settings: LazySettings) -> None:
    stranger = make_account(make_person())
    settings.DEMO = True
    assert client.post("/login/as/", {"phone": stranger.phone}).status_code == 404


def test_outside_the_demo_nobody_signs_in_by_a_press(client: Client, cast: Person, settings: LazySettings) -> None:
    settings.DEMO = False
    assert client.post("/login/as/", {"phone": cast.phone}).status_code == 404
    assert "老王" not in client.get("/login/").content.decode()
    assert not signed_in(client)


def totp(account: Account) -> str:
    """The six digits the app shows now."""
    secret = Authenticator.objects.get(user=account).data["secret"]
    counter = next(iter(yield_hotp_counters_from_time()))
    return str(format_hotp_value(hotp_value(SecondFactorAdapter().decrypt(secret), counter)))


def test_an_account_with_an_authenticator_needs_both_codes(client: Client) -> None:
    account = make_account(make_person())
    TOTP.activate(account, "JBSWY3DPEHPK3PXP")
    landed = sign_in(client, account.phone)
    assert landed.url == reverse("mfa_authenticate")
    assert not signed_in(client)
    assert client.post(landed.url, {"code": "000000"}).status_code == 422
    client.post(landed.url, {"code": totp(account)})
    assert signed_in(client)


def test_an_authenticator_is_set_up_from_its_page_and_its_secret_is_sealed(client: Client) -> None:
    account = make_account(make_person())
    client.force_login(account)
    page = client.get("/me/second-factor/")
    secret = page.context["secret"]
    counter = next(iter(yield_hotp_counters_from_time()))
    digits = format_hotp_value(hotp_value(secret, counter))
    assert client.post("/me/second-factor/", {"code": digits}).status_code == 302
    assert secret not in str(Authenticator.objects.get(user=account).data)


class Answer:
    """What WeChat's server answers."""

    status_code = 200
    content = b""

    def __init__(self, said: dict[str, object]) -> None:
        self.said = said

    def json(self) -> dict[str, object]:
        return self.said

    def raise_for_status(self) -> None:
        pass


class Line:
    """The line to WeChat: the one thing here that is not ours."""

    def __enter__(self) -> Line:
        return self

    def __exit__(self, *fault: object) -> None:
        pass

    def request(self, *args: object, **kwargs: object) -> Answer:
        return Answer({"access_token": "t", "openid": "o1", "expires_in": 7200})

    def get(self, *args: object, **kwargs: object) -> Answer:
        return Answer({"openid": "o1", "nickname": "张三"})


@pytest.fixture
def _wechat(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = {"weixin": {"APPS": [{"client_id": "wx1", "secret": "s"}]}}
    monkeypatch.setattr(OtherWayAdapter, "get_requests_session", lambda _adapter: Line())


def by_wechat(client: Client) -> Any:
    gone = client.get("/login/other/weixin/login/", {"next": "/me/data/"})
    assert gone["Location"].startswith("https://open.weixin.qq.com/connect/qrconnect?appid=wx1")
    state = parse_qs(urlsplit(gone["Location"]).query)["state"][0]
    return client.get("/login/other/weixin/login/callback/", {"code": "1", "state": state})


@pytest.mark.usefixtures("_wechat")
def test_wechat_opens_an_account_that_tells_its_name_once(client: Client) -> None:
    assert "/login/other/weixin/login/" in client.get("/login/").content.decode()
    assert by_wechat(client)["Location"] == "/me/data/"
    assert client.post("/login/name/", {"name": "张三"}).status_code == 302
    again = Client()
    by_wechat(again)
    assert again.get("/me/data/").status_code == 200
    assert Account.objects.count() == Person.objects.count() == 1


@pytest.mark.usefixtures("_wechat")
@pytest.mark.parametrize("came_back", [{"error": "access_denied", "state": "x"}, {"code": "1", "state": "forged"}])
def test_wechat_that_says_no_is_told_in_words(client: Client, came_back: dict[str, str]) -> None:
    answer = client.get("/login/other/weixin/login/callback/", came_back)
    assert answer.status_code == 422
    assert "other_way_failed" in answer.content.decode()


def test_a_way_that_is_not_configured_has_no_button_and_no_door(client: Client) -> None:
    assert "/login/other/" not in client.get("/login/").content.decode()
    assert client.get("/login/other/weixin/login/").status_code == 404
    assert client.get("/login/other/oidc/oidc/login/").status_code == 404
