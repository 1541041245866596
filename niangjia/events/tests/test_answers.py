"""A no at the counter is said in the language of who asked, with what to do next, above the form that can be mended."""

from __future__ import annotations

from concurrent.futures import Future
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import translation

from niangjia.events import actions
from niangjia.events.models import Activity, Claim
from niangjia.events.opening.counter import Busy
from niangjia.events.opening.lane import Press, answer_part
from niangjia.events.opening.tickets import StaleTicket
from niangjia.events.tests.factories import CLOCK, claim, dates_of, make_activity, make_workers
from niangjia.kit import clock
from niangjia.orgs.reads import actor_for
from niangjia.people.tests.factories import make_account

pytestmark = pytest.mark.django_db


def told(activity: Activity, *languages: str) -> list[str]:
    """What two people hear who ask in the same blink, each in their language, of a clerk who speaks Chinese."""
    wishes = [
        actions.Wish(one.pk, tuple(dates_of(activity)), by=actor_for(one), language=language)
        for one, language in zip(make_workers(len(languages)), languages, strict=True)
    ]
    answers = actions.claim_seats(activity, wishes, actor=CLOCK)
    return [str(answer.refusal.sentence) for answer in answers if answer.refusal is not None]


def test_two_served_together_are_each_refused_in_their_own_language() -> None:
    activity = make_activity()
    with clock.at(activity.closes_at):
        closed = told(activity, "en", "zh-hans", "en")
    assert closed == ["Registration has closed.", "报名已截止。", "Registration has closed."]
    invitation = make_activity(mode=Activity.Mode.INVITATION)
    assert told(invitation, "zh-hans", "en") == [
        "这次活动由工会邀请参加，您这次不在邀请名单里。",
        "This is by invitation, and you are not among those invited this time.",
    ]


def test_what_the_clerk_says_for_the_house_waits_for_the_readers_language() -> None:
    refusals = [Busy(), StaleTicket()]
    for language, words in (("en", ["Press again", "Open it again"]), ("zh-hans", ["再按一次", "请重新打开"])):
        with translation.override(language):
            said = [str(refusal) for refusal in refusals]
        assert all(word in one for word, one in zip(words, said, strict=True)), said


def test_too_early_is_told_by_the_clock_on_the_wall() -> None:
    activity = make_activity()
    with clock.at(activity.opens_at - timedelta(minutes=5)):
        (sentence,) = told(activity, "en")
    assert f"{activity.opens_at.astimezone(clock.SHANGHAI):%-d %b %H:%M}" in sentence


def test_a_no_stands_above_the_form_and_a_seat_in_its_place() -> None:
    activity = make_activity(dates=2)
    (worker,) = make_workers(1)
    client = Client()
    client.force_login(make_account(worker))
    page = client.get(f"/activities/{activity.pk}/")
    ticket = page.context["ticket"]
    assert '<div id="answer" role="status"></div>' in page.content.decode()
    address = f"/activities/{activity.pk}/claim/"
    old = client.post(address, {"ticket": "x", "date": dates_of(activity)}, headers={"HX-Request": "true"})
    assert (old.status_code, old["HX-Retarget"]) == (409, "#answer")
    assert 'href="?"' in old.content.decode()
    wrong = client.post(address, {"ticket": ticket, "date": "x"}, headers={"HX-Request": "true"})
    assert (wrong.status_code, wrong["HX-Retarget"]) == (422, "#answer")
    assert "应是整数" in wrong.content.decode()
    assert client.post(address, {"ticket": "x"}).status_code == 409


def test_what_stands_above_the_form_changes_with_the_answer() -> None:
    # “Open” over “You have a seat” says two things at once.
    part = answer_part(claim(make_activity(), *make_workers(1)))
    assert '<span id="standing" hx-swap-oob="true"><span class="tag is-good">' in part
    assert 'id="standing"' not in answer_part(actions.Answer(None, refusal=Busy()))


def test_being_too_busy_is_said_with_what_to_do() -> None:
    with translation.override("zh-hans"):
        part = answer_part(actions.Answer(None, refusal=Busy()))
    assert "再按一次" in part


def test_whoever_was_declined_hears_the_reason_again_when_they_press_again() -> None:
    """Answers that hundreds are told are rendered once; one with a reason of its own is not such."""
    for reason in ("名额已满", "不是职工"):
        press = Press("zh-hans", Future())
        press.answer.set_result(actions.Answer(Claim(state=Claim.State.DECLINED, reason=reason)))
        status, _headers, body = press.told()
        assert (status, reason in body.decode()) == ("200 OK", True)
