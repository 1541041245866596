"""Gives every page its shell, built only when a template asks for it."""

from __future__ import annotations

from dataclasses import replace

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from niangjia.kit.actor import Actor
from niangjia.kit.shell import LARGE_COOKIE, THEME_COOKIE, THEMES, Body, Shell
from niangjia.web import navigation

NAMES = {"zh-hans": "中文", "en": "English"}  # zh: each language's own name, so that its reader finds it


def shell(request: HttpRequest) -> dict[str, object]:
    """The context processor."""
    return {"shell": SimpleLazyObject(lambda: build(request))}


def bare(request: HttpRequest) -> Shell:
    """The shell of a page that must not ask anybody anything: only the reader's display choices."""
    theme = request.COOKIES.get(THEME_COOKIE, "")
    return Shell(
        nav=(),
        tabs=(),
        actor=Actor.nobody(),
        language=get_language() or settings.LANGUAGE_CODE,
        large=request.COOKIES.get(LARGE_COOKIE) == "1",
        theme=theme if theme in THEMES else "",
        home_url=navigation.url_of("front"),
    )


def build(request: HttpRequest) -> Shell:
    """The shell of this page: one query for the unread messages of who is signed in, none else."""
    actor: Actor = getattr(request, "actor", Actor.nobody())
    tabs = navigation.tabs(actor, request.path)
    return replace(
        bare(request),
        nav=navigation.desk(actor, request.path),
        tabs=tabs,
        actor=actor,
        bodies=_bodies(actor),
        unread=sum(item.count for item in tabs),
        unread_url=navigation.url_of("inbox") if actor.person_id is not None else "",
        languages=tuple((code, NAMES[code]) for code, _name in settings.LANGUAGES),
        here=request.get_full_path() if request.method == "GET" else "/",
        home_url=navigation.url_of("home") if actor.person_id is not None else navigation.url_of("front"),
        desk_url=navigation.url_of("desk"),
        me_url=navigation.url_of("me"),
        display_url=navigation.url_of("display"),
        login_url=settings.LOGIN_URL,
        logout_url=navigation.url_of("logout"),
    )


def _bodies(actor: Actor) -> tuple[Body, ...]:
    """The bodies in which the actor holds an office, each once."""
    names = dict.fromkeys(power.organisation_name for power in actor.powers if power.organisation_name)
    return tuple(Body(name) for name in names)
