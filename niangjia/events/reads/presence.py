"""Who was there, counted from the records: people (人), person-times (人次) and sessions (场) are three numbers."""

from __future__ import annotations

from django.db.models import QuerySet, Sum

from niangjia.events.models import Occurrence, Presence
from niangjia.kit import clock


def people_present(dates: QuerySet[Occurrence]) -> int:
    """How many different people came to any of these dates (人); companions have no record and are not among them."""
    came = Presence.objects.came().filter(occurrence__in=dates)
    return came.values("person").order_by().distinct().count()


def person_times(dates: QuerySet[Occurrence]) -> int:
    """How often somebody came to one of these dates, companions included (人次)."""
    came = Presence.objects.came().filter(occurrence__in=dates)
    return int(came.aggregate(times=Sum("people", default=0))["times"])


def sessions_held(dates: QuerySet[Occurrence]) -> int:
    """How many of these dates are over and had somebody there (场)."""
    over = dates.filter(state=Occurrence.State.PLANNED, ends_at__lte=clock.now())
    return over.filter(pk__in=Presence.objects.came().values("occurrence")).count()
