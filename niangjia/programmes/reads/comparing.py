"""Two programme texts held against the same workers in one pass: who gains and who loses, seen from four sides."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from niangjia.kit import clock
from niangjia.matching import reads as matching
from niangjia.orgs.models import Organisation
from niangjia.programmes.reads.reach import kind_sql, run
from niangjia.programmes.reads.small_cells import Row, hide_small
from niangjia.rules.dates import latest_date_with

SEX, BIRTH, FORM = "worker.sex", "worker.birth_date", "worker.employment.form"
AGES = (30, 40, 50, 60)  # where one band ends and the next begins
MOST_UNIONS = 20
# What grouping() says of (union, sex, age, form) when only this one is grouped by.
SIDES = {0b0111: "union", 0b1011: "sex", 0b1101: "age", 0b1110: "form"}
Move = tuple[str, str]  # the kind under the text before, and under the text after


@dataclass(frozen=True, slots=True)
class Dimension:
    """The same change from one side; its rows add up to the whole."""

    key: str
    title: str
    rows: tuple[Row, ...]

    @property
    def by(self) -> str:
        return _("By %s") % self.title

    @property
    def as_table(self) -> str:
        return _("By %s, as a table") % self.title


@dataclass(frozen=True, slots=True)
class Comparison:
    """What becomes of all workers of a subtree when one text follows another."""

    moves: Mapping[Move, int]
    dimensions: tuple[Dimension, ...]
    exact: bool = True  # whoever reads it may see the people behind the figures

    def before(self, kind: str) -> int:
        return sum(count for (was, _now), count in self.moves.items() if was == kind)

    def after(self, kind: str) -> int:
        return sum(count for (_was, now), count in self.moves.items() if now == kind)

    @property
    def total(self) -> Row:
        whole = _row(_("Altogether"), self.moves)
        return whole if self.exact else hide_small([whole])[0]

    @property
    def workers(self) -> int:
        return sum(self.moves.values())


def compare(before: str, after: str, under: Organisation) -> Comparison:
    """Both texts against the workers of a subtree today, in one pass."""
    facts = matching.schema().facts
    sex, birth, form = (f'f."{facts[path].column}"' for path in (SEX, BIRTH, FORM))
    moved = (
        f"SELECT b.union_id, b.name, {sex} AS sex, {_band(birth)} AS age, {form} AS form, "  # noqa: S608 - declared columns
        f"{kind_sql('judged_0', before)} AS was, {kind_sql('judged_1', after)} AS now "
        "FROM facts f JOIN belonging b USING (person_id) "
        "JOIN judged_0 USING (person_id) JOIN judged_1 USING (person_id)"
    )
    select = f"""
        , moved AS MATERIALIZED ({moved})
        SELECT grouping(union_id, sex, age, form), union_id, name, sex, age, form, was, now, count(*)
        FROM moved
        GROUP BY GROUPING SETS ((was, now, union_id, name), (was, now, sex), (was, now, age), (was, now, form))
    """  # noqa: S608 - our own words
    rows = run(select, (before, after), under, more_facts=(SEX, BIRTH, FORM))
    sides: dict[str, dict[object, Counter[Move]]] = defaultdict(lambda: defaultdict(Counter))
    names: dict[object, str] = {}
    for of, union, name, *others, was, now, count in rows:
        side = SIDES[of]
        group = dict(zip(SIDES.values(), (union, *others), strict=True))[side]
        names[group] = name if side == "union" else names.get(group, "")
        sides[side][group][was, now] += count
    return Comparison(sum(sides["sex"].values(), Counter()), tuple(_dimensions(sides, names)))


def _dimensions(
    sides: Mapping[str, Mapping[object, Counter[Move]]], names: Mapping[object, str]
) -> Iterable[Dimension]:
    unions = [_row(names[group], moves) for group, moves in sides["union"].items()]
    yield Dimension("union", _("union"), _largest(unions))
    facts = matching.schema().facts
    for key, path in (("sex", SEX), ("form", FORM)):
        fact = facts[path]
        rows = [
            _row(matching.say(fact, code) if code is not None else _("not known"), moves)
            for code, moves in sorted(sides[key].items(), key=lambda one: (one[0] is None, str(one[0])))
        ]
        yield Dimension(key, {"sex": _("sex"), "form": _("form of work")}[key], tuple(rows))
    bands = sorted(sides["age"].items(), key=lambda one: str(one[0]))
    yield Dimension("age", _("age"), tuple(_row(_age(int(str(band))), moves) for band, moves in bands))


def _largest(rows: list[Row]) -> tuple[Row, ...]:
    """The unions where most changes; the rest together, so that the rows still add up."""
    rows.sort(key=lambda row: (-(row.gains + row.loses), -row.size, row.label))
    kept, rest = rows[:MOST_UNIONS], rows[MOST_UNIONS:]
    if rest:
        sums = [sum(figures) for figures in zip(*(row.figures for row in rest), strict=True)]
        kept.append(Row(_("%d more unions") % len(rest), *sums))
    return tuple(kept)


def _row(label: str, moves: Mapping[Move, int]) -> Row:
    before = sum(count for (was, _now), count in moves.items() if was == "yes")
    after = sum(count for (_was, now), count in moves.items() if now == "yes")
    stay = moves.get(("yes", "yes"), 0)
    return Row(label, before, after, gains=after - stay, loses=before - stay)


def _band(birth: str) -> str:
    """The number of the age band, counted as the rules count ages; the last is for those whose age nobody knows."""
    limits = [latest_date_with("years", age, clock.today()) for age in AGES]
    whens = [f"WHEN {birth} <= DATE '{day}' THEN {at}" for at, day in reversed(list(enumerate(limits, 1)))]
    return f"CASE WHEN {birth} IS NULL THEN {len(AGES) + 1} {' '.join(whens)} ELSE 0 END"


def _age(band: int) -> str:
    if band > len(AGES):
        return _("not known")
    if band == 0:
        return _("under %d") % AGES[0]
    if band == len(AGES):
        return _("%d and over") % AGES[-1]
    return _("%(from)d to %(to)d") % {"from": AGES[band - 1], "to": AGES[band] - 1}


def guarded(found: Comparison) -> Comparison:
    """The comparison for somebody who may not see the people: figures about few are hidden."""
    sides = tuple(Dimension(one.key, one.title, hide_small(one.rows)) for one in found.dimensions)
    return Comparison(found.moves, sides, exact=False)


__all__ = ["Comparison", "Dimension", "compare", "guarded"]
