"""Commuter lines: what runs, when it is where, how many would ride."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from niangjia.demand import reads as demand
from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.permit import Permit
from niangjia.kit.refusal import NotFound
from niangjia.places.models import DAY_MINUTES, CommuterLine, LineStop, said
from niangjia.places.permissions import can_add_place


@dataclass(frozen=True, slots=True)
class StopRow:
    """One stop with the times the bus is there, and how many would get on."""

    stop: LineStop
    times: tuple[str, ...]
    wishes: int
    is_mine: bool


@dataclass(frozen=True, slots=True)
class LinePage:
    line: CommuterLine
    rows: tuple[StopRow, ...]
    run: Permit

    @property
    def riders(self) -> int:
        """People who would ride, each counted once."""
        return sum(row.wishes for row in self.rows)

    @property
    def mine(self) -> LineStop | None:
        return next((row.stop for row in self.rows if row.is_mine), None)


def lines() -> tuple[CommuterLine, ...]:
    """The lines that run, and those about which workers are asked."""
    found = CommuterLine.objects.standing(clock.today()).select_related("organisation")
    return tuple(
        found.annotate(riders=Count("poll__options__wishes")).order_by("organisation__division_code", "name", "pk")
    )


def own_lines(actor: Actor) -> tuple[CommuterLine, ...]:
    """Those of an officer's unions, with how many would ride."""
    found = CommuterLine.objects.run_by(actor).standing(clock.today()).select_related("organisation")
    return tuple(found.annotate(riders=Count("poll__options__wishes")))


def line_page(actor: Actor, line_id: int) -> LinePage:
    line = CommuterLine.objects.select_related("organisation", "poll").filter(pk=line_id).first()
    if line is None:
        raise NotFound
    asked = {one.option.pk: one for one in demand.lines_of(line.poll, actor)}
    return LinePage(
        line=line,
        rows=tuple(
            StopRow(
                stop,
                tuple(said((minute + stop.minutes) % DAY_MINUTES) for minute in line.departures),
                asked[stop.option_id].people,
                asked[stop.option_id].is_mine,
            )
            for stop in line.stops.all()
        ),
        run=can_add_place(actor, line.organisation),
    )


def own_line(actor: Actor, line_id: int) -> CommuterLine:
    """A line of the officer's unions; to all others there is no such desk."""
    found = CommuterLine.objects.run_by(actor).filter(pk=line_id).first()
    if found is None:
        raise NotFound
    return found


def stop_for(line_id: int, stop_id: int | None) -> LineStop:
    found = LineStop.objects.filter(line=line_id, pk=stop_id or 0).select_related("line__organisation").first()
    if found is None:
        raise NotFound
    return found
