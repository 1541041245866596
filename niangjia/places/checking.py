"""Whether somebody may book this time: the terms of the resource, one question after another, each with its sentence.

Whether the time is still free is not asked here: PostgreSQL answers that when it is taken (`occupancy.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from niangjia.kit import clock
from niangjia.kit.refusal import Invalid, Refusal
from niangjia.orgs.models import Membership
from niangjia.places import hours, saying
from niangjia.places.models import OpeningHours
from niangjia.places.models_booking import Audience, Resource


@dataclass(frozen=True)
class Wanted:
    """A time that somebody wants. An officer who books for others is not bound to notice and grid."""

    resource: Resource
    starts: datetime
    ends: datetime
    person_id: int
    people: int = 1
    by_officer: bool = False

    @property
    def day(self) -> date:
        return self.starts.astimezone(clock.SHANGHAI).date()

    @property
    def slots(self) -> int:
        minutes = int((self.ends - self.starts).total_seconds() // 60)
        return max(1, -(-minutes // self.resource.slot_minutes))

    @property
    def prime(self) -> bool:
        return hours.is_prime(self.resource.place, self.starts, self.ends)

    @cached_property
    def lines(self) -> list[OpeningHours]:
        return list(self.resource.place.hours.all())

    @cached_property
    def union_paths(self) -> list[str]:
        """Where the person is a member."""
        held = Membership.objects.members().filter(person=self.person_id).select_related("union")
        return [one.union.path for one in held]


def first_bookable_moment(resource: Resource, day: date) -> datetime:
    """When this day becomes bookable for workers."""
    return hours.moment(day - timedelta(days=resource.max_notice_days), resource.release_minute)


def _says_time(wanted: Wanted) -> Refusal | None:
    resource = wanted.resource
    if wanted.starts >= wanted.ends:
        return Invalid(_("A booking ends after it begins."))
    if wanted.ends <= clock.now():
        return Invalid(_("%(slot)s is over.") % {"slot": saying.slot(wanted.starts, wanted.ends)})
    if resource.retired_on is not None:
        return Invalid(_("%(what)s is no longer in use.") % {"what": resource})
    if resource.parts.filter(retired_on=None).exists() or resource.capacity >= wanted.people:
        return None
    return Invalid(
        _("%(what)s holds %(count)d people.") % {"what": resource, "count": resource.capacity},
        remedy=_("Choose a larger room, or come with fewer."),
        faults={"people": _("At most %(count)d.") % {"count": resource.capacity}},
    )


def _in_season(wanted: Wanted) -> Refusal | None:
    resource = wanted.resource
    since, until = resource.available_from, resource.available_until
    if (since is None or wanted.day >= since) and (until is None or wanted.day <= until):
        return None
    said = {"what": resource, "since": _day(since), "until": _day(until)}
    if since is not None and until is not None:
        return Invalid(_("%(what)s can be booked from %(since)s to %(until)s.") % said)
    if since is not None:
        return Invalid(_("%(what)s can be booked from %(since)s on.") % said)
    return Invalid(_("%(what)s can be booked until %(until)s.") % said)


def _day(day: date | None) -> str:
    return date_format(day, _("j M")) if day is not None else ""


def _in_hours(wanted: Wanted) -> Refusal | None:
    place = wanted.resource.place
    if hours.holds(place, wanted.lines, wanted.starts, wanted.ends):
        return None
    found = hours.spans(place, wanted.lines, wanted.day)
    if place.closed_on is not None and wanted.day >= place.closed_on:
        return Invalid(_("%(place)s is given up.") % {"place": place}, remedy=_("Look for another place nearby."))
    if not found:
        return Invalid(_("%(place)s is closed on this day.") % {"place": place})
    open_then = [(hours.moment(wanted.day, opens), hours.moment(wanted.day, closes)) for opens, closes in found]
    return Invalid(
        _("%(slot)s is outside the opening hours.") % {"slot": saying.slot(wanted.starts, wanted.ends)},
        remedy=_("Open: %(hours)s.") % {"hours": saying.slots(open_then)},
    )


def _on_grid(wanted: Wanted) -> Refusal | None:
    resource, length = wanted.resource, timedelta(minutes=wanted.resource.slot_minutes)
    if wanted.by_officer:
        return None
    if not resource.min_slots * length <= wanted.ends - wanted.starts <= resource.max_slots * length:
        return Invalid(
            _("%(what)s is booked for %(least)d to %(most)d minutes.")
            % {
                "what": resource, "least": resource.min_slots * resource.slot_minutes,
                "most": resource.max_slots * resource.slot_minutes,
            }
        )  # fmt: skip
    for opens, closes in hours.spans(resource.place, wanted.lines, wanted.day):
        first = hours.moment(wanted.day, opens)
        if first <= wanted.starts < hours.moment(wanted.day, closes):
            fits = (wanted.starts - first) % length == timedelta(0) and (wanted.ends - wanted.starts) % length == (
                timedelta(0)
            )
            return None if fits else Invalid(_("Choose one of the slots shown."))
    return None


def _not_closed(wanted: Wanted) -> Refusal | None:
    family = ancestors_and_self(wanted.resource)
    for closure in wanted.resource.place.closures.touching(wanted.starts, wanted.ends):
        if closure.resource_id is not None and closure.resource_id not in family:
            continue
        allowed = [body.path for body in closure.allowed.all()]
        if not any(mine.startswith(path) for mine in wanted.union_paths for path in allowed):
            return Invalid(
                _("Closed %(slot)s: %(reason)s.")
                % {"slot": saying.slot(closure.starts_at, closure.ends_at), "reason": closure.reason}
            )
    return None


def ancestors_and_self(resource: Resource) -> set[int]:
    found, above = {resource.pk}, resource.parent
    while above is not None:
        found.add(above.pk)
        above = above.parent
    return found


def _in_notice(wanted: Wanted) -> Refusal | None:
    resource, now = wanted.resource, clock.now()
    if wanted.by_officer:
        return None
    opens = first_bookable_moment(resource, wanted.day)
    if now < opens:
        local = opens.astimezone(clock.SHANGHAI)
        return Invalid(
            _("This day can be booked from %(day)s %(time)s on.")
            % {"day": date_format(local.date(), _("j M")), "time": f"{local:%H:%M}"},
            remedy=_("Come back then; no slot of that day is given away before."),
        )
    if resource.min_notice_minutes and now > wanted.starts - timedelta(minutes=resource.min_notice_minutes):
        return Invalid(
            _("%(what)s is booked at least %(count)d minutes before.")
            % {"what": resource, "count": resource.min_notice_minutes},
            remedy=_("Choose a later slot, or ask at the place."),
        )
    return None


def _for_audience(wanted: Wanted) -> Refusal | None:
    resource = wanted.resource
    if resource.audience == Audience.EVERYBODY:
        return None
    if resource.audience == Audience.MEMBERS and wanted.union_paths:
        return None
    if any(path.startswith(resource.place.organisation.path) for path in wanted.union_paths):
        return None
    who = resource.get_audience_display()
    return Invalid(
        _("%(what)s is for %(who)s.") % {"what": resource, "who": who},
        remedy=_("You can join a union in a minute under “Mine”; your employer is not told."),
        code="audience",
    )


Question = Callable[[Wanted], Refusal | None]
TERMS: tuple[Question, ...] = (_says_time, _for_audience, _in_season, _in_hours, _on_grid, _not_closed)


def require_bookable(wanted: Wanted, *, notice: bool = True) -> None:
    """Refuse with the first thing that stands against it. An offered slot needs no notice: its person waited."""
    for asked in (*TERMS, _in_notice) if notice else TERMS:
        if (refusal := asked(wanted)) is not None:
            raise refusal
