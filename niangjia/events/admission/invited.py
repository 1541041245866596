"""Whoever is not invited to what is by invitation is told so, and whom to ask."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext as _

from niangjia.events.models import Activity, Invitation
from niangjia.kit import clock
from niangjia.kit.dates import say_moment
from niangjia.kit.refusal import Conflict, Refusal


def refusals(activity: Activity, people: Collection[int]) -> dict[int, Refusal]:
    """Those of these people who hold no open invitation, each with the sentence that says so."""
    if activity.mode != Activity.Mode.INVITATION:
        return {}
    ends = dict(Invitation.objects.filter(activity=activity, person__in=people).values_list("person", "ends_at"))
    now = clock.now()
    shut: dict[int, Refusal] = {}
    for person in people:
        if person not in ends:
            shut[person] = Conflict(
                _("This is by invitation, and you are not among those invited this time."),
                remedy=_("If you think you should be, ask %s.") % activity.organisation,
                code="not_invited",
            )
        elif ends[person] <= now:
            said = say_moment(ends[person])
            shut[person] = Conflict(_("Your invitation stood until %s.") % said, code="invitation_over")
    return shut
