"""What we say to people when something happens, by kind. `%(title)s` and the like come with the message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_


@dataclass(frozen=True, slots=True)
class Words:
    subject: str
    body: str


WORDS: dict[str, Words] = {
    "found": Words(
        N_("“%(title)s” suits you: you can apply now"), N_("By %(body)s. By our records you meet every condition.")
    ),
    "question": Words(N_("“%(title)s” may suit you: one question is open"), "%(question)s"),
    "submitted": Words(N_("We have your application for “%(title)s”"), N_("Number %(number)s. Next: %(step)s.")),
    "step": Words(N_("“%(title)s” moved on: %(step)s"), ""),
    "returned": Words(
        N_("“%(title)s” needs something more from you"), N_("Everything needed is listed on its page, once and for all.")
    ),
    "refused": Words(N_("“%(title)s” was not granted"), N_("Reason: %(reason)s")),
    "granted": Words(N_("“%(title)s” is granted"), N_("The result is on its page.")),
    "appeal_upheld": Words(N_("“%(title)s”: your appeal was upheld, it is taken up again"), "%(body)s: %(answer)s"),
    "appeal_dismissed": Words(N_("“%(title)s”: the decision stands after your appeal"), "%(body)s: %(answer)s"),
}
# Kinds somebody should see at once; the others only count in the tab bar.
URGENT = frozenset({"returned", "question"})


def localised(params: Mapping[str, object]) -> dict[str, str]:
    """A value may be given as {"zh": …, "en": …}; the reader's language chooses."""
    language = "zh" if (get_language() or "zh").startswith("zh") else "en"
    return {key: str(value.get(language, "")) if isinstance(value, dict) else str(value) for key, value in params.items()}


def say(text: str, params: Mapping[str, object]) -> str:
    """A sentence of `WORDS` in the reader's language, filled in."""
    return (_(text) if text else "") % localised(params)
