"""What may be held against everybody by name: practices of the catalogue, programmes as published, rounds."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from niangjia.kit.refusal import NotFound, Refusal
from niangjia.programmes import loading
from niangjia.programmes.definition import catalogue
from niangjia.programmes.models import ProgrammeVersion, Round
from niangjia.rules import ClauseSet


@dataclass(frozen=True, slots=True)
class Target:
    """A programme text under a name: `craftsman`, `programme-3` or `round-7`."""

    name: str
    title: str
    text: str
    round: Round | None = None

    @property
    def clauses(self) -> ClauseSet:
        return loading.clauses_of(self.text)

    def said(self, clause: str, language: str) -> str:
        """A clause in the words of the programme file."""
        definition = loading.definition_of(self.text)
        texts = {one.key: one.text for one in [*definition.require, *definition.exclude]}
        return texts[clause].text(language)


def targets(names: Iterable[str] = ()) -> list[Target]:
    """What these names stand for; without names all open rounds and the whole catalogue. Each once, in order."""
    wanted = list(dict.fromkeys(names))
    if not wanted:
        return [*(_of_round(of) for of in _rounds().filter(pk__in=Round.objects.open_now())), *_practices()]
    return [_named(name) for name in wanted]


def _rounds() -> QuerySet[Round]:
    return Round.objects.select_related("version__programme", "organisation").order_by("pk")


def _practices() -> list[Target]:
    return [Target(one.definition.id, one.definition.title.text("zh"), one.text) for one in catalogue()]


def _of_round(of: Round) -> Target:
    return Target(f"round-{of.pk}", of.title, of.version.text, of)


def _of_version(version: ProgrammeVersion) -> Target:
    return Target(f"programme-{version.programme_id}", version.programme.title, version.text)


def _named(name: str) -> Target:
    kind, _dash, number = name.rpartition("-")
    if number.isdecimal() and kind in {"", "round", "programme"}:
        found = _numbered(int(number), kind)
    else:
        found = [one for one in _practices() if one.name == name]
    if len(found) == 1:
        return found[0]
    if found:
        raise Refusal(
            _("%(number)s is both a programme and a round.") % {"number": number},
            remedy=_("Write programme-%(number)s or round-%(number)s.") % {"number": number},
            code="two_of_a_number",
        )
    known = [one.name for one in _practices()] + [f"round-{pk}" for pk in _rounds().values_list("pk", flat=True)]
    close = difflib.get_close_matches(name, known, 1)
    raise NotFound(
        _("Nothing is called “%s”: no practice of the catalogue, no programme and no round.") % name,
        remedy=_("Did you mean “%s”?") % close[0] if close else _("The catalogue holds: %s.") % ", ".join(known[:40]),
    )


def _numbered(number: int, kind: str) -> list[Target]:
    found: list[Target] = []
    if kind != "programme":
        found += [_of_round(of) for of in _rounds().filter(pk=number)]
    if kind != "round":
        published = ProgrammeVersion.objects.filter(programme=number).exclude(published_at=None)
        found += [_of_version(one) for one in published.select_related("programme").order_by("-number")[:1]]
    return found
