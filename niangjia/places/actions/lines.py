"""Commuter lines: workers are asked, the line is put on, its timetable changed, and one day it ends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from niangjia.demand import actions as demand
from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.guard import keeping
from niangjia.kit.refusal import Conflict, Invalid
from niangjia.orgs.models import Organisation
from niangjia.places.models import DAY_MINUTES, CommuterLine, LineStop
from niangjia.places.permissions import can_add_place, can_ask_to_ride
from niangjia.trail import actions as trail

FEWEST_STOPS = 2


@transaction.atomic
def plan_line(
    organisation: Organisation, *, actor: Actor, name: str, stops: Sequence[tuple[str, int]], operator: str = ""
) -> CommuterLine:
    """Write a line down with its stops, each so many minutes after the first; workers can say that they would ride."""
    can_add_place(actor, organisation).require()
    if not name.strip():
        raise Invalid(_("A line needs a name."), faults={"name": _("Give it a name.")})
    if len(stops) < FEWEST_STOPS:
        sentence = _("A line has two stops at least.")
        raise Invalid(sentence, faults={"stops": sentence})
    with keeping(CommuterLine, LineStop):
        names = [stop.strip() for stop, _minutes in stops]
        poll = demand.open_poll(organisation, title=name, options=names, is_listed=False, actor=actor)
        line = CommuterLine.objects.create(
            organisation=organisation, name=name.strip(), operator=operator.strip(), poll=poll
        )
        for option, (stop, minutes) in zip(poll.options.all(), stops, strict=True):
            LineStop.objects.create(line=line, name=stop.strip(), minutes=minutes, option=option)
    trail.record(actor, "plan_line", line, stops=len(stops))
    return line


@transaction.atomic
def set_timetable(
    line: CommuterLine, *, actor: Actor, departures: Sequence[int], seats: int, since: date | None = None
) -> CommuterLine:
    """Let a line run at these times; asked again, the new timetable takes the old one's place."""
    line = _locked(line)
    can_add_place(actor, line.organisation).require()
    _require_standing(line)
    if not departures or any(not 0 <= minute < DAY_MINUTES for minute in departures):
        sentence = _("Name the times at which the line sets out.")
        raise Invalid(sentence, faults={"departures": sentence})
    line.departures, line.seats = sorted(set(departures)), seats
    line.runs_from = line.runs_from or since or clock.today()
    with keeping(CommuterLine):
        line.save(update_fields=["departures", "seats", "runs_from"])
    trail.record(actor, "set_timetable", line, departures=len(line.departures), seats=seats)
    return line


@transaction.atomic
def end_line(line: CommuterLine, *, actor: Actor) -> CommuterLine:
    """Let a line run no more from today on."""
    line = _locked(line)
    can_add_place(actor, line.organisation).require()
    if line.ended_on is None:
        line.ended_on = max(clock.today(), line.runs_from or clock.today())
        line.save(update_fields=["ended_on"])
        demand.close_poll(line.poll, actor=actor)
        trail.record(actor, "end_line", line)
    return line


@transaction.atomic
def ask_to_ride(stop: LineStop, *, actor: Actor) -> LineStop:
    """“I would ride from here.” Said again from another stop, it is the other stop."""
    can_ask_to_ride(actor).require()
    line = _locked(stop.line)
    _require_standing(line)
    demand.wish_for(line.poll, [stop.option_id], actor=actor)
    trail.record(actor, "ask_to_ride", stop)
    return stop


@transaction.atomic
def ride_no_more(line: CommuterLine, *, actor: Actor) -> CommuterLine:
    """Take back that one would ride."""
    can_ask_to_ride(actor).require()
    line = _locked(line)
    demand.wish_for(line.poll, [], actor=actor)
    trail.record(actor, "ride_no_more", line)
    return line


def _locked(line: CommuterLine) -> CommuterLine:
    rows = CommuterLine.objects.select_for_update(of=("self",), no_key=True).select_related("organisation")
    return rows.get(pk=line.pk)


def _require_standing(line: CommuterLine) -> None:
    if line.ended_on is not None and line.ended_on <= clock.today():
        raise Conflict(_("“%(line)s” runs no more.") % {"line": line}, remedy=_("Look for another line."))
