"""What we say to people when something happens, by kind. `%(title)s` and the like come with the message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Words:
    subject: str
    body: str


WORDS: dict[str, Words] = {
    "found": Words(
        gettext_noop("“%(title)s” suits you: you can apply now"),
        gettext_noop("By %(body)s. By our records you meet every condition."),
    ),
    "question": Words(gettext_noop("“%(title)s” may suit you: one question is open"), "%(question)s"),
    "submitted": Words(
        gettext_noop("We have your application for “%(title)s”"), gettext_noop("Number %(number)s. Next: %(step)s.")
    ),
    "step": Words(gettext_noop("“%(title)s” moved on: %(step)s"), ""),
    "returned": Words(
        gettext_noop("“%(title)s” needs something more from you"),
        gettext_noop("Everything needed is listed on its page, once and for all."),
    ),
    "refused": Words(gettext_noop("“%(title)s” was not granted"), gettext_noop("Reason: %(reason)s")),
    "granted": Words(gettext_noop("“%(title)s” is granted"), gettext_noop("The result is on its page.")),
    "appeal_upheld": Words(
        gettext_noop("“%(title)s”: your appeal was upheld, it is taken up again"), "%(body)s: %(answer)s"
    ),
    "appeal_dismissed": Words(
        gettext_noop("“%(title)s”: the decision stands after your appeal"), "%(body)s: %(answer)s"
    ),
    "booking_confirmed": Words(gettext_noop("%(what)s, %(when)s: your booking is confirmed"), ""),
    "booking_refused": Words(gettext_noop("%(what)s, %(when)s: not approved"), gettext_noop("Reason: %(reason)s")),
    "slot_offered": Words(
        gettext_noop("%(what)s, %(when)s is free: it is held for you"),
        gettext_noop("Take it until %(until)s, then it goes to the next."),
    ),
    "booking_moved": Words(gettext_noop("%(what)s: your booking is now at %(when)s"), ""),
    "booking_cancelled": Words(
        gettext_noop("%(what)s, %(when)s: your booking was cancelled"), gettext_noop("Reason: %(reason)s")
    ),
    "booking_expired": Words(
        gettext_noop("%(what)s, %(when)s: not answered in time"), gettext_noop("The slot is no longer held for you.")
    ),
    "booking_released": Words(
        gettext_noop("%(what)s, %(when)s: nobody came, the slot went to others"),
        gettext_noop("If you cannot come, cancel in time: somebody waits for it."),
    ),
    "found_closed": Words(
        gettext_noop("%(what)s was found closed on %(when)s"), gettext_noop("Answer the worker in a sentence.")
    ),
    "demand_reached": Words(
        gettext_noop("“%(title)s”: %(people)s people ask for “%(what)s”"),
        gettext_noop("You can arrange it now; who asked is not shown."),
    ),
    "demand_answered": Words(
        gettext_noop("“%(title)s”, which you asked for, takes place"), gettext_noop("Registration opens on %(when)s.")
    ),
    "seat_registered": Words(
        gettext_noop("“%(title)s”, %(when)s: you have a seat"),
        gettext_noop("%(where)s. If you cannot come, give it up in time: somebody waits for it."),
    ),
    "seat_offered": Words(
        gettext_noop("“%(title)s”, %(when)s: a seat is offered to you"),
        gettext_noop("Answer by %(until)s, then it goes to the next in line."),
    ),
    "seat_lapsed": Words(
        gettext_noop("“%(title)s”, %(when)s: the seat went to the next in line"),
        gettext_noop("It could be answered until %(until)s."),
    ),
    "lots_drawn": Words(
        gettext_noop("“%(title)s”: lots are drawn, yours came out as number %(number)s"),
        gettext_noop("There were not seats for all. Who wants to wait stands in line in this order."),
    ),
    "mutual_told": Words(
        gettext_noop("“%(title)s”: the result is there"), gettext_noop("Only you can open yours; look when you like.")
    ),
    "absence_excused": Words(gettext_noop("“%(title)s”: you are excused, it counts no more"), "%(answer)s"),
    "absence_stands": Words(gettext_noop("“%(title)s”: the union answers why you did not come"), "%(answer)s"),
    "activity_confirmed": Words(
        gettext_noop("“%(title)s” takes place"), gettext_noop("Enough people have registered. See you there.")
    ),
    "invited": Words(
        gettext_noop("You are invited: “%(title)s”"),
        gettext_noop("Say yes by %(until)s; the first of the invited have the seats."),
    ),
    "invited_held": Words(
        gettext_noop("You are invited: “%(title)s”"),
        gettext_noop("A seat is held for you until %(until)s. Say yes or no."),
    ),
    "claim_declined": Words(
        gettext_noop("“%(title)s”: you were not chosen this time"), gettext_noop("Reason: %(reason)s")
    ),
    "claim_in_line": Words(
        gettext_noop("“%(title)s”: the union said yes, and the seats are taken"),
        gettext_noop("You stand in line; when a seat comes free we tell you."),
    ),
    "claim_undecided": Words(
        gettext_noop("“%(title)s”: nobody decided on your request in time"),
        gettext_noop("That is our fault, and does not count against you anywhere."),
    ),
    "hopes_ended": Words(
        gettext_noop("“%(title)s”: your place in line has ended"),
        gettext_noop("It is for members of %(body)s. Seats you hold you keep; if this is a mistake, tell your union."),
    ),
    "results_published": Words(
        gettext_noop("“%(title)s”: the results are there"), gettext_noop("They stand on the page of the activity.")
    ),
    "activity_called_off": Words(gettext_noop("“%(title)s” has been called off"), gettext_noop("Reason: %(reason)s")),
    "team_invited": Words(
        gettext_noop("“%(title)s”: you are asked to join the team “%(team)s”"),
        gettext_noop("Look who is in it, then say yes or no."),
    ),
    "team_joined": Words(gettext_noop("“%(title)s”: somebody joined your team “%(team)s”"), ""),
    "team_left": Words(
        gettext_noop("“%(title)s”: somebody left your team “%(team)s”"),
        gettext_noop("The team keeps its seats; another can take the place."),
    ),
    "team_taken_out": Words(gettext_noop("“%(title)s”: you are no longer in the team “%(team)s”"), ""),
    "team_captain": Words(
        gettext_noop("“%(title)s”: you are now captain of “%(team)s”"),
        gettext_noop("You answer for its seats and its members from now on."),
    ),
    "team_dissolved": Words(gettext_noop("“%(title)s”: the team “%(team)s” has been dissolved"), ""),
    "date_tomorrow": Words(
        gettext_noop("“%(title)s” is on %(when)s"),
        gettext_noop("%(where)s. If you cannot come, give it up now: somebody waits for it."),
    ),
    "date_soon": Words(
        gettext_noop("“%(title)s” begins at %(when)s"),
        gettext_noop("%(where)s. Your card for the door is on its page."),
    ),
    "date_over": Words(
        gettext_noop("“%(title)s”: how was it?"), gettext_noop("Three questions, a minute, without your name.")
    ),
    "date_changed": Words(
        gettext_noop("“%(title)s” is now on %(when)s, %(where)s"),
        gettext_noop("Your seat is kept. If it no longer suits you, give it up: somebody waits for it."),
    ),
    "course_goes_on": Words(
        gettext_noop("“%(title)s” goes on: %(when)s, %(where)s"),
        gettext_noop("You hold the whole course, so you have a seat. If it does not suit you, give up that date."),
    ),
    "course_longer": Words(
        gettext_noop("“%(title)s” goes on: %(when)s, %(where)s"),
        gettext_noop("What you asked for is now for this too; your place is kept."),
    ),
    "dates_added": Words(
        gettext_noop("“%(title)s” has a new date: %(when)s, %(where)s"),
        gettext_noop("Does it suit you? Say so on its page; your place in line is kept."),
    ),
    "date_called_off": Words(
        gettext_noop("“%(title)s”: the date %(when)s is called off"), gettext_noop("Reason: %(reason)s")
    ),
    "terms_changed": Words(
        gettext_noop("“%(title)s” is no longer for the same people; what you hold you keep"),
        gettext_noop("Reason: %(reason)s"),
    ),
    "mailing": Words(gettext_noop("“%(title)s”: a message from the union"), "%(text)s"),
    "closed_answered": Words(gettext_noop("%(what)s: the host answered your report"), "%(answer)s"),
}
# Kinds whose body holds what no programme can say beforehand: the number, the question, the reason.
TELLS_OF_THE_CASE = frozenset({"submitted", "question", "refused"})


def localised(params: Mapping[str, object]) -> dict[str, str]:
    """A value may be given as {"zh": …, "en": …}; the reader's language chooses."""
    language = "zh" if (get_language() or "zh").startswith("zh") else "en"
    return {
        key: str(value.get(language, "")) if isinstance(value, dict) else str(value) for key, value in params.items()
    }


def say(text: str, params: Mapping[str, object]) -> str:
    """A sentence of `WORDS` in the reader's language, filled in."""
    return (_(text) if text else "") % localised(params)
