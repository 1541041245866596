"""A union's own programmes: their versions with what changed, and their rounds."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count, Max, Q
from django.utils.translation import get_language

from niangjia.kit.actor import Actor
from niangjia.kit.permit import Permit
from niangjia.kit.refusal import NotFound
from niangjia.programmes.definition import Definition, diff_definitions
from niangjia.programmes.models import Programme, ProgrammeVersion, Round
from niangjia.programmes.permissions import can_edit_programme
from niangjia.programmes.reads.figures import Tally, figures
from niangjia.programmes.reads.queues import rounds_for

PAGE = 20


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One difference in words: what, how it was, how it is now."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class VersionLine:
    version: ProgrammeVersion
    changes: tuple[ChangeLine, ...]
    rounds: tuple[Round, ...]


@dataclass(frozen=True, slots=True)
class ProgrammePage:
    programme: Programme
    edit: Permit
    draft: ProgrammeVersion | None
    published: ProgrammeVersion | None
    versions: tuple[VersionLine, ...]
    rounds: tuple[Round, ...]
    figures: tuple[Tally, ...]


def programmes_page(actor: Actor, page: int) -> Page[Programme]:
    """The programmes an officer may look at, the newest first."""
    found = (
        Programme.objects.visible_to(actor)
        .select_related("organisation")
        .annotate(
            launched=Count("versions__rounds", distinct=True),
            drafts=Count("versions", filter=Q(versions__published_at=None), distinct=True),
            newest=Max("versions__number", filter=Q(versions__published_at__isnull=False)),
        )
        .order_by("-created_at", "-pk")
    )
    return Paginator(found, PAGE).get_page(page)


def find_programme(actor: Actor, programme_id: int) -> Programme:
    """A programme this actor may know of."""
    found = Programme.objects.visible_to(actor).select_related("organisation").filter(pk=programme_id).first()
    if found is None:
        raise NotFound
    return found


def programme_page(actor: Actor, programme_id: int) -> ProgrammePage:
    programme = find_programme(actor, programme_id)
    versions = list(programme.versions.order_by("number"))
    rounds = tuple(rounds_for(actor).filter(version__programme=programme))
    lines = [
        VersionLine(
            version,
            changes(versions[at - 1].definition, version.definition) if at else (),
            tuple(one for one in rounds if one.version_id == version.pk),
        )
        for at, version in enumerate(versions)
    ]
    published = next((one for one in reversed(versions) if one.published_at), None)
    return ProgrammePage(
        programme=programme,
        edit=can_edit_programme(actor, programme),
        draft=draft_of(versions),
        published=published,
        versions=tuple(reversed(lines)),
        rounds=rounds,
        figures=figures(programme, (published or versions[-1]).definition),
    )


def draft_of(versions: list[ProgrammeVersion]) -> ProgrammeVersion | None:
    return next((one for one in versions if one.published_at is None), None)


def draft_and_standing(programme: Programme) -> tuple[ProgrammeVersion | None, ProgrammeVersion | None]:
    """The draft under way, and the newest version published; either may be missing."""
    versions = list(programme.versions.order_by("number"))
    for one in versions:
        one.programme = programme
    return draft_of(versions), next((one for one in reversed(versions) if one.published_at), None)


def changes(old: Definition, new: Definition) -> tuple[ChangeLine, ...]:
    language = (get_language() or "zh")[:2]
    return tuple(
        ChangeLine(one.label.text(language), one.before.text(language), one.after.text(language))
        for one in diff_definitions(old, new)
    )


def find_version(programme: Programme, number: str) -> ProgrammeVersion | None:
    """One version of a programme by its number as an address gives it."""
    if not (number.isdigit() and len(number) < 7):
        return None
    found = programme.versions.filter(number=int(number)).first()
    if found is not None:
        found.programme = programme
    return found
