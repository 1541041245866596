"""Figures that policy sets: dated, cited, and inherited from nation to province, city and district.

A place is a division code: "330624" (district) inherits from "3306" (city), "33" (province) and the nation. Codes
ending in zeros ("330600", "330000") mean the city and the province. The nearest place that has a figure in force wins,
whatever the dates of the figures further up. A row whose value is None ends that place's own figure from its date on.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from niangjia.rules.errors import RuleFault, RuleFaults
from niangjia.rules.schema import FactType, Parameter, Scope, Stored

LEVEL_LENGTHS = (12, 9, 6, 4, 2)


class ParameterRow(NamedTuple):
    """One figure: stored value (fen, scaled integer, date, tuple of codes) from a day on, with its source."""

    path: str
    region: str | None
    valid_from: date
    value: Stored
    cite: str


@dataclass(frozen=True, slots=True)
class Figure:
    """The value in force, with the place it is set for and the text that sets it."""

    path: str
    value: Stored
    cite: str
    valid_from: date
    region: str | None


@dataclass(frozen=True, slots=True)
class RegionTable:
    """What every place's figures are on one day: the table that bulk matching joins on the division code."""

    as_of: date
    columns: tuple[str, ...]
    date_columns: frozenset[str]
    rows: tuple[tuple[Stored, ...], ...]


class ParameterStore:
    """All the figures known, asked by path, day and place."""

    def __init__(self, rows: Iterable[ParameterRow]) -> None:
        self._figures: dict[tuple[str, str | None], list[Figure]] = {}
        faults: list[RuleFault] = []
        for row in rows:
            path, region, valid_from, value, cite = row
            place = normal_region(region)
            listed = self._figures.setdefault((path, place), [])
            if any(figure.valid_from == valid_from for figure in listed):
                faults.append(RuleFault("figure_twice", name=path, region=place or "-", day=valid_from.isoformat()))
            bisect.insort(listed, Figure(path, value, cite, valid_from, place), key=_valid_from)
        if faults:
            raise RuleFaults(faults)
        self._paths = {path for path, _ in self._figures}
        self._regional = {path for path, region in self._figures if region}
        days: dict[str, set[date]] = {path: set() for path in self._paths}
        for (path, _), listed in self._figures.items():
            days[path].update(figure.valid_from for figure in listed)
        self._days = {path: sorted(found) for path, found in days.items()}

    def at(self, path: str, as_of: date, region: str | None = None) -> Figure | None:
        """The figure in force on a day at a place, or None when nobody has set one."""
        if region is None or path not in self._regional:
            return self._own(path, None, as_of)
        for place in division_chain(region):
            figure = self._own(path, place, as_of)
            if figure is not None:
                return figure
        return None

    def _own(self, path: str, place: str | None, as_of: date) -> Figure | None:
        listed = self._figures.get((path, place))
        if not listed:
            return None
        index = bisect.bisect_right(listed, as_of, key=_valid_from) - 1
        return listed[index] if index >= 0 and listed[index].value is not None else None

    def has(self, path: str) -> bool:
        """Whether any figure of this parameter was ever set anywhere."""
        return path in self._paths

    def places(self, parameters: Iterable[Parameter]) -> list[str]:
        """The places that have a figure of their own, those that cover most first."""
        wanted = {parameter.path for parameter in parameters}
        own = {place for path, place in self._figures if place and path in wanted}
        return sorted(own, key=lambda place: (len(place), place))

    def starting_days(self, path: str, after: date) -> list[date]:
        """The later days on which a figure of this parameter changes somewhere."""
        days = self._days.get(path, [])
        return days[bisect.bisect_right(days, after) :]

    def require_fit(self, parameters: Iterable[Parameter]) -> None:
        """Refuse figures of a wrong kind or outside the bounds that the rules' proofs rely on."""
        wanted = {parameter.path: parameter for parameter in parameters}
        faults = [
            fault
            for (path, _), listed in self._figures.items()
            if path in wanted
            for figure in listed
            for fault in figure_faults(wanted[path], figure)
        ]
        if faults:
            raise RuleFaults(faults)

    def snapshot(self, as_of: date, regions: Iterable[str], parameters: Iterable[Parameter]) -> RegionTable:
        """One row of figures for each of the division codes the population has, inheritance worked out.

        The columns are those of the declared parameters (lists have none). Their kinds come from the declaration, not
        from the figures: a column in which nobody has a figure today still has a kind.
        """
        listed = sorted((one for one in parameters if one.type is not FactType.TAGS), key=lambda one: one.path)
        rows = []
        for region in sorted(set(regions)):
            figures = [self.at(one.path, as_of, region) for one in listed]
            rows.append((region, *(None if figure is None else figure.value for figure in figures)))
        dates = frozenset(one.column for one in listed if one.type is FactType.DATE)
        return RegionTable(as_of, ("region_code", *(one.column for one in listed)), dates, tuple(rows))


@dataclass(frozen=True, slots=True)
class InForce:
    """The figures of one day, as lowering asks for them."""

    store: ParameterStore
    as_of: date

    def national(self, parameter: Parameter) -> Stored:
        figure = self.store.at(parameter.path, self.as_of)
        return None if figure is None else figure.value

    def has_column(self, parameter: Parameter) -> bool:
        return self.store.has(parameter.path)


def division_chain(region: str) -> tuple[str | None, ...]:
    """A division code and the codes it inherits from, nearest first, ending with the nation (None)."""
    code = normal_region(region)
    if code is None:
        return (None,)
    parents = [code[:length] for length in LEVEL_LENGTHS if length < len(code)]
    return (code, *parents, None)


def normal_region(region: str | None) -> str | None:
    """A division code without the zeros that only fill up its length."""
    if not region:
        return None
    for length in LEVEL_LENGTHS[1:]:
        if len(region) > length and set(region[length:]) != {"0"}:
            break
        region = region[:length]
    return region


def figure_faults(parameter: Parameter, figure: Figure) -> list[RuleFault]:
    """What is wrong with a figure for the parameter it is meant for."""
    if figure.region is not None and parameter.scope is Scope.NATION:
        return [RuleFault("figure_region", name=parameter.path, region=figure.region)]
    if figure.value is None or _fits(parameter, figure.value):
        return []
    return [RuleFault("figure_value", name=parameter.path, value=str(figure.value))]


def _fits(parameter: Parameter, value: Stored) -> bool:
    low, high = parameter.bounds
    match parameter.type:
        case FactType.DATE:
            return type(value) is date
        case FactType.TAGS:
            return isinstance(value, tuple) and all(isinstance(code, str) and code for code in value)
        case _:
            return type(value) is int and low <= value <= high


def _valid_from(figure: Figure) -> date:
    return figure.valid_from
