"""What every shell shows around a page: navigation, the reader's display choices, who is signed in."""

from __future__ import annotations

from dataclasses import dataclass

from niangjia.kit.actor import Actor
from niangjia.kit.refusal import Sentence

LARGE_COOKIE = "niangjia_large"
THEME_COOKIE = "niangjia_theme"
THEMES = ("light", "dark")  # no choice: the device's own


@dataclass(frozen=True, slots=True)
class NavItem:
    """One way to go. `section` groups the console's items; `count` is what waits there."""

    label: Sentence
    url: str
    icon: str
    section: Sentence = ""
    count: int = 0
    current: bool = False


@dataclass(frozen=True, slots=True)
class Body:
    """A body the reader holds an office in."""

    name: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Shell:
    """Built once per page, when a shell first asks for it; parts for htmx never pay for it."""

    nav: tuple[NavItem, ...]
    tabs: tuple[NavItem, ...]
    actor: Actor
    bodies: tuple[Body, ...] = ()
    unread: int = 0
    unread_url: str = ""
    language: str = "zh-hans"
    languages: tuple[tuple[str, str], ...] = ()  # code, its own name for itself
    large: bool = False
    theme: str = ""
    here: str = "/"  # where a display choice leads back to
    home_url: str = "/"
    desk_url: str = ""
    me_url: str = ""
    display_url: str = ""
    login_url: str = ""
    logout_url: str = ""

    @property
    def html_lang(self) -> str:
        """The language tag that browsers and screen readers know."""
        return "zh-Hans" if self.language == "zh-hans" else self.language

    @property
    def is_signed_in(self) -> bool:
        return self.actor.person_id is not None
