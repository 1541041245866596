"""The ways through the house: the worker's five tabs and the console's side list.

An item names its route; one whose route this house does not (yet) have is left out, so no link is ever dead.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from niangjia.kit.actor import Actor, Role
from niangjia.kit.refusal import Sentence
from niangjia.kit.shell import NavItem
from niangjia.notify.models import Message


@dataclass(frozen=True, slots=True)
class Way:
    """One item before it is known who looks: the route, and what waits behind it for this actor."""

    label: Sentence
    route: str
    icon: str
    section: Sentence = ""
    roles: frozenset[Role] = frozenset()
    count: Callable[[Actor], int] | None = None
    also: tuple[str, ...] = ()  # addresses that belong here though they begin otherwise


def unread(actor: Actor) -> int:
    """Messages this person has not opened."""
    return Message.objects.mine(actor).unread().count() if actor.person_id is not None else 0


OFFICER = frozenset({Role.OFFICER})
STAFF = frozenset({Role.OFFICER, Role.PARTNER})

TABS = (
    Way(_("Home"), "home", "house"),
    Way(_("Services"), "services", "layout-grid"),
    Way(_("Cases"), "applications", "clipboard-list"),
    Way(_("Messages"), "inbox", "message-circle", count=unread),
    Way(_("Mine"), "me", "user-round"),
)

DESK = (
    Way(_("Work waiting"), "desk", "list-checks", roles=STAFF),
    Way(_("Members"), "members", "users-round", _("People"), OFFICER),
    Way(_("Unions"), "unions", "network", _("People"), OFFICER),
    Way(_("Rosters"), "rosters", "file-spreadsheet", _("People"), OFFICER),
    Way(_("Practices"), "catalogue", "book-open-check", _("Programmes"), OFFICER),
    Way(_("Our programmes"), "programmes", "sprout", _("Programmes"), OFFICER),
    Way(_("Rounds"), "rounds", "calendar-range", _("Programmes"), OFFICER),
    Way(
        _("Activities"),
        "desk_activities",
        "ticket",
        _("Services"),
        OFFICER,
        also=("/desk/dates/", "/desk/seats/", "/desk/needs/"),
    ),
    Way(_("Recuperation routes"), "desk_routes", "map", _("Services"), OFFICER),
    Way(_("Doors"), "doors", "scan-line", _("Services"), OFFICER),
    Way(_("Friendship events"), "desk_friendship", "heart", _("Services"), OFFICER),
    Way(_("Stations and venues"), "desk_places", "map-pin", _("Services"), OFFICER),
    Way(_("Requests and door"), "desk_bookings", "calendar-check", _("Services"), OFFICER),
    Way(_("Accounts"), "accounts", "wallet", _("Management"), OFFICER),
    Way(_("Record of actions"), "trail", "shield-check", _("Management"), OFFICER),
)


def url_of(route: str) -> str:
    """The address of a route without arguments; empty when there is none."""
    try:
        return reverse(route)
    except NoReverseMatch:
        return ""


def items(ways: tuple[Way, ...], actor: Actor, here: str) -> tuple[NavItem, ...]:
    """What this actor is shown; the item whose address is the longest beginning of `here` is current."""
    open_to = [(way, url_of(way.route)) for way in ways if not way.roles or way.roles & actor.roles]
    known = [(way, url) for way, url in open_to if url]
    begun = ((begins, url) for way, url in known for begins in (url, *way.also) if here.startswith(begins))
    current = max(begun, key=lambda one: len(one[0]), default=("", ""))[1]
    return tuple(
        NavItem(way.label, url, way.icon, way.section, way.count(actor) if way.count else 0, url == current)
        for way, url in known
    )


def tabs(actor: Actor, here: str) -> tuple[NavItem, ...]:
    """The worker's tabs; nobody signed in has none."""
    return items(TABS, actor, here) if actor.person_id is not None else ()


def desk(actor: Actor, here: str) -> tuple[NavItem, ...]:
    """The console's side list."""
    return items(DESK, actor, here) if actor.roles & STAFF else ()
