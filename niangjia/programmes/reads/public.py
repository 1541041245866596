"""What anybody may see: notices with the least they may show, the showcase, and one's own result by number."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Prefetch, QuerySet
from django.utils.translation import get_language

from niangjia.kit import clock, workdays
from niangjia.kit.refusal import NotFound
from niangjia.people.models import Consent
from niangjia.programmes.models import Application, Entitlement, Notice, StepRun
from niangjia.programmes.reads.mine import SHOWCASE


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One name put up: masked, with the union and nothing that says more of the person."""

    run_id: int
    name: str
    union: str


@dataclass(frozen=True, slots=True)
class NoticePage:
    notice: Notice
    practice: str
    body: str
    lines: tuple[NoticeLine, ...]
    is_open: bool
    days_left: int


def public_notices() -> QuerySet[Notice]:
    """All notices, the newest first, each with how many names it puts up."""
    return (
        Notice.objects.select_related("round__organisation", "round__version")
        .annotate(names=Count("runs"))
        .order_by("-published_at", "-pk")
    )


def is_open(notice: Notice) -> bool:
    return notice.closed_at is None and clock.today() <= notice.closes_on


def find_notice(notice_id: int) -> Notice:
    found = Notice.objects.select_related("round__organisation", "round__version").filter(pk=notice_id).first()
    if found is None:
        raise NotFound
    return found


def notice_page(notice: Notice) -> NoticePage:
    """A notice with its lines in the order of the unions; two queries whatever their number."""
    language = (get_language() or "zh")[:2]
    runs = notice.runs.select_related("application__person", "application__union").defer("application__answers")
    return NoticePage(
        notice=notice,
        practice=notice.round.definition.title.text(language),
        body=notice.round.organisation.name,
        lines=tuple(
            NoticeLine(run.pk, run.application.person.masked_name, run.application.union.name)
            for run in runs.order_by("application__union__path", "pk")
        ),
        is_open=is_open(notice),
        days_left=workdays.workdays_between(clock.today(), notice.closes_on),
    )


def find_line(notice: Notice, run_id: int | None) -> StepRun | None:
    """A line of this notice, or none for the notice as a whole."""
    return notice.runs.filter(pk=run_id).first() if run_id else None


@dataclass(frozen=True, slots=True)
class Honoured:
    """One craftsman in the showcase; named in full only with their own standing consent."""

    name: str
    is_masked: bool
    title: str
    union: str
    year: int


def showcase() -> QuerySet[Entitlement]:
    """Titles that were awarded and stand, the newest first."""
    consents = Prefetch(
        "application__person__consents", Consent.objects.filter(purpose=SHOWCASE, withdrawn_at=None), to_attr="shown"
    )
    return (
        Entitlement.objects.filter(
            credential__isnull=False, credential__revoked_on=None, state=Entitlement.State.DELIVERED
        )
        .select_related("application__person", "application__union", "credential__achievement")
        .defer("application__answers")
        .prefetch_related(consents)
        .order_by("-credential__issued_on", "-pk")
    )


def honoured(awarded: Sequence[Entitlement]) -> tuple[Honoured, ...]:
    """One page's worth of the showcase."""
    lines = []
    for one in awarded:
        person = one.application.person
        named = bool(person.shown)  # type: ignore[attr-defined]
        assert one.credential is not None, "the showcase holds awarded titles only"
        lines.append(
            Honoured(
                name=person.name if named else person.masked_name,
                is_masked=not named,
                title=one.credential.achievement.name,
                union=one.application.union.name,
                year=one.credential.issued_on.year,
            )
        )
    return tuple(lines)


@dataclass(frozen=True, slots=True)
class PublicResult:
    """How one application stands, for whoever knows its number and the applicant's phone."""

    number: str
    title: str
    state: str
    state_label: str
    step: str
    due: date | None
    reason: str


def result_of(number: str, last_four: str) -> PublicResult | None:
    """The result under this number, if these are the last four digits of its applicant's phone."""
    found = (
        Application.objects.handed_in()
        .select_related("person", "round__version")
        .defer("answers")
        .filter(number=number)
        .first()
    )
    if found is None or not found.person.phone or not hmac.compare_digest(found.person.phone[-4:], last_four):
        return None
    language = (get_language() or "zh")[:2]
    run = found.runs.filter(state=StepRun.State.OPEN).order_by("-pk").first()
    return PublicResult(
        number=found.number or "",
        title=found.definition.title.text(language),
        state=found.state,
        state_label=found.get_state_display(),
        step=found.definition.step(run.step).public.text(language) if run else "",
        due=run.due_on if run else None,
        reason=found.result_reason if found.state == Application.State.REFUSED else "",
    )
