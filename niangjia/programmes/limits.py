"""How often one person may receive: per round, per year, ever; never twice for the same thing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from django.utils.translation import gettext as _

from niangjia.kit import clock
from niangjia.kit.refusal import Invalid
from niangjia.programmes.definition import Limits
from niangjia.programmes.models import Application

LIVE = (Application.State.IN_REVIEW, Application.State.RETURNED, Application.State.GRANTED)


def require(applications: Sequence[Application], limits: Limits) -> None:
    """Refuse applications of one programme beyond its limits, naming the one that stands in the way."""
    practice = applications[0].round.version.programme.practice
    by_person = {application.person_id: application for application in applications}
    others = (
        Application.objects.filter(
            person__in=by_person,
            round__version__programme__practice__in=[practice, *limits.exclusive_with],
            state__in=LIVE,
        )
        .exclude(pk__in=[application.pk for application in applications if application.pk])
        .select_related("round__version__programme")
        .order_by("pk")
    )
    counted: Counter[int] = Counter()
    for other in others:
        mine = by_person[other.person_id]
        if other.round.version.programme.practice != practice:
            _refuse(other)
        counted[other.person_id] += _counts(mine, other, limits)
        if counted[other.person_id] >= (1 if limits.once_per_field else limits.per_person):
            _refuse(other)


def used_up(practice: str, limits: Limits, live: Sequence[Application]) -> Application | None:
    """The application by which this person's share of a programme is used up, whatever they would answer now."""
    others = [one for one in live if one.round.version.programme.practice in limits.exclusive_with]
    if others or limits.once_per_field:
        return next(iter(others), None)
    same = [one for one in live if one.round.version.programme.practice == practice and _in_window(one, limits)]
    return same[0] if len(same) >= limits.per_person else None


def _in_window(other: Application, limits: Limits) -> bool:
    if limits.per == "year":
        return other.submitted_at is not None and other.submitted_at.year == clock.today().year
    return limits.per == "ever"


def _counts(mine: Application, other: Application, limits: Limits) -> bool:
    """Whether an earlier application uses up the limit of this one."""
    if limits.once_per_field:
        return bool(mine.answers.get(limits.once_per_field) == other.answers.get(limits.once_per_field))
    return _in_window(other, limits)


def _refuse(other: Application) -> None:
    raise Invalid(
        _("You already have application %s for this; it cannot be granted twice.") % other.number,
        code="limit",
        remedy=_("See “My applications” for how it stands."),
    )
