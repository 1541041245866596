"""How many count towards the people an activity needs to take place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, Sum

from niangjia.events.models import Activity, Claim, Registration


@dataclass(frozen=True, slots=True)
class Going:
    """How it stands: how many there are, how many are needed, and by when it is decided."""

    count: int
    minimum: int
    by: datetime
    is_confirmed: bool

    @property
    def missing(self) -> int:
        return max(0, self.minimum - self.count)


def count(activity: Activity) -> int:
    """People who hold a seat, companions included, and those in a draw not yet made."""
    seated = Registration.objects.filter(claim=OuterRef("pk"), state=Registration.State.REGISTERED)
    claims = Claim.objects.filter(activity=activity).filter(Q(state=Claim.State.ENTERED) | Exists(seated.order_by()))
    return int(claims.aggregate(people=Sum("seats", default=0))["people"])


def going_of(activity: Activity) -> Going | None:
    """How it stands with an activity that needs so many people; nothing for all others."""
    if activity.minimum is None or activity.go_by is None:
        return None
    return Going(count(activity), activity.minimum, activity.go_by, activity.confirmed_at is not None)
