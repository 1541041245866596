"""How a day and a time of day are said to people: in words, never as 11-23. Days are those of Shanghai."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from niangjia.kit import clock

# What is stored now and read later, in whatever language the reader then has; keys as in stored texts.
LANGUAGES = {"zh": "zh-hans", "en": "en"}


def of(when: date | datetime) -> date:
    """The day it then is in Shanghai."""
    return when.astimezone(clock.SHANGHAI).date() if isinstance(when, datetime) else when


def say_day(when: date | datetime) -> str:
    """A day; the year only when it is not this one."""
    on = of(when)
    # Translators: date formats of Django's `date` filter; "n月j日" and "Y年n月j日" in Chinese.
    return date_format(on, _("j M") if on.year == clock.today().year else _("j M Y"))


def say_moment(when: datetime) -> str:
    """A day with the time of day."""
    return f"{say_day(when)} {when.astimezone(clock.SHANGHAI):%H:%M}"


def say_each(*whens: datetime) -> dict[str, str]:
    """Moments as `say_moment` says them, in each language of the house."""
    said = {}
    for key, language in LANGUAGES.items():
        with translation.override(language):
            said[key] = ", ".join(map(say_moment, whens))
    return said
