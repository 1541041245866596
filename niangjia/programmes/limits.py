"""How often one person may receive: per round, per year, ever; never twice for the same thing."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from niangjia.kit import clock
from niangjia.kit.refusal import Invalid
from niangjia.programmes.definition import Limits
from niangjia.programmes.models import Application

LIVE = (Application.State.IN_REVIEW, Application.State.RETURNED, Application.State.GRANTED)


def _others(application: Application, practices: list[str]) -> QuerySet[Application]:
    return Application.objects.filter(
        person=application.person_id, round__version__programme__practice__in=practices, state__in=LIVE
    ).exclude(pk=application.pk)


def require(application: Application, limits: Limits) -> None:
    """Refuse an application beyond its programme's limits, naming the one that stands in the way."""
    practice = application.round.version.programme.practice
    same = _others(application, [practice])
    if limits.once_per_field:
        mine = application.answers.get(limits.once_per_field)
        for other in same.select_related("round__version"):
            if other.answers.get(limits.once_per_field) == mine:
                _refuse(other)
    elif limits.per in ("year", "ever"):
        if limits.per == "year":
            same = same.filter(submitted_at__year=clock.today().year)
        standing = list(same[: limits.per_person])
        if len(standing) >= limits.per_person:
            _refuse(standing[0])
    if limits.exclusive_with and (other := _others(application, limits.exclusive_with).first()) is not None:
        _refuse(other)


def _refuse(other: Application) -> None:
    raise Invalid(
        _("You already have application %s for this; it cannot be granted twice.") % other.number,
        code="limit",
        remedy=_("See “My applications” for how it stands."),
    )
