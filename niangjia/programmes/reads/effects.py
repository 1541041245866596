"""Whom a text reaches, and what it changes beside the version before it: as the pages of the author's desk show it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from niangjia.kit import charts
from niangjia.kit.actor import Actor
from niangjia.programmes import loading
from niangjia.programmes.definition import Definition
from niangjia.programmes.models import Programme
from niangjia.programmes.permissions import can_run_programmes
from niangjia.programmes.reads.comparing import Comparison, Dimension, compare, guarded
from niangjia.programmes.reads.costs import Costs, UnderWay, costs, under_way
from niangjia.programmes.reads.reach import KINDS, Reach, UnionReach, reach
from niangjia.programmes.reads.small_cells import Row, hide_small

MOST_BARS = 12


@dataclass(frozen=True, slots=True)
class ClauseShown:
    """One condition in words, and how many workers it lets through."""

    text: str
    yes: int
    unknown: int
    no: int
    left: int


@dataclass(frozen=True, slots=True)
class ReachShown:
    """Whom a text reaches, in the figures and the drawings of a page."""

    yes: int
    one_fact: int
    open: int
    no: int
    asked: tuple[tuple[str, int], ...]
    unions: tuple[UnionReach, ...]
    clauses: tuple[ClauseShown, ...]
    chart: SafeString
    funnel: SafeString

    @property
    def all(self) -> int:
        return self.yes + self.one_fact + self.open + self.no


@dataclass(frozen=True, slots=True)
class SideShown:
    """The change from one side: drawn, and as a table."""

    side: Dimension
    chart: SafeString


@dataclass(frozen=True, slots=True)
class Effect:
    """What one version changes against another."""

    found: Comparison
    kinds: tuple[Row, ...]
    sides: tuple[SideShown, ...]
    costs: Costs | None
    under_way: tuple[UnderWay, ...]

    @property
    def gains(self) -> int:
        return self.found.total.gains

    @property
    def loses(self) -> int:
        return self.found.total.loses

    @property
    def keeping(self) -> int:
        return sum(one.count for one in self.under_way)


def shown(counted: Reach, definition: Definition) -> ReachShown:
    """Totals, what one answer would settle, who is left after each condition, and who suits by union."""
    unions = _few(counted.unions)
    language = (get_language() or "zh")[:2]
    texts = {one.key: one.text.text(language) for one in [*definition.require, *definition.exclude]}
    clauses = tuple(ClauseShown(texts[one.key], one.yes, one.unknown, one.no, one.left) for one in counted.clauses)
    stages = [(_("All workers"), counted.all), *((one.text, one.left) for one in clauses)]
    return ReachShown(
        yes=counted.total("yes"),
        one_fact=counted.total("one_fact"),
        open=counted.total("open"),
        no=counted.total("no"),
        asked=tuple((fact.label(language), count) for fact, count in counted.questions),
        unions=unions,
        clauses=clauses,
        chart=charts.bars(_("Suits, by union"), [(one.union, one.yes) for one in unions]),
        funnel=charts.funnel(_("Who is left after each condition"), stages),
    )


def _few(unions: tuple[UnionReach, ...]) -> tuple[UnionReach, ...]:
    """The unions with the most, and the rest together."""
    if rest := unions[MOST_BARS:]:
        sums = (sum(getattr(one, kind) for one in rest) for kind in KINDS)
        return (*unions[:MOST_BARS], UnionReach(_("%d more unions") % len(rest), *sums))
    return unions


def reached(programme: Programme, text: str) -> ReachShown:
    """A text held against all workers of the programme's union today."""
    return shown(reach(text, programme.organisation), loading.sketch_of(text))


def effect(programme: Programme, before: str, after: str, actor: Actor) -> Effect:
    """What becomes of the workers of the programme's union when one text follows another.

    Who does not run programmes there may not see the people: figures about few are hidden from them.
    """
    found = compare(before, after, programme.organisation)
    if not can_run_programmes(actor, programme.organisation):
        found = guarded(found)
    definitions = loading.sketch_of(before), loading.sketch_of(after)
    return Effect(
        found,
        _kinds(found),
        tuple(SideShown(one, _drawn(one)) for one in found.dimensions),
        costs(programme, *definitions, found) if found.exact else None,
        under_way(programme) if found.exact else (),
    )


def _kinds(found: Comparison) -> tuple[Row, ...]:
    labels = (_("Suit"), _("One answer away"), _("Several answers away"), _("Do not suit"))
    rows = [Row(label, found.before(kind), found.after(kind), 0, 0) for kind, label in zip(KINDS, labels, strict=True)]
    return tuple(rows) if found.exact else hide_small(rows)


def _drawn(side: Dimension) -> SafeString:
    """Who gains and who loses, in bars; rows about few people are not drawn."""
    rows = [row for row in side.rows if row.shown and (row.gains or row.loses)]
    lines = [
        (f"{row.label} · {what}", count)
        for row in rows[:MOST_BARS]
        for what, count in ((_("gain"), row.gains), (_("lose"), row.loses))
        if count
    ]
    return charts.bars(side.by, lines)
