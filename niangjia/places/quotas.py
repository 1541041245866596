"""How much of a quota is used, and by whom. Asked under the lock of the place, so that two taps count as two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Sum
from django.utils.translation import gettext as _

from niangjia.kit import clock
from niangjia.kit.refusal import Conflict
from niangjia.orgs.models import Employer, Employment
from niangjia.places.checking import Wanted, ancestors_and_self
from niangjia.places.models_booking import Booking, QuotaRule, Resource

Period = QuotaRule.Period


class QuotaReached(Conflict):
    """The person, or their enterprise, has booked as much as one may in this period."""

    code = "quota_reached"


@dataclass(frozen=True, slots=True)
class Share:
    """A quota as it stands for one person: how much is used, and what is left."""

    rule: QuotaRule
    used: int

    @property
    def left(self) -> int:
        return max(0, self.rule.most - self.used)

    @property
    def sentence(self) -> str:
        return sentence(self.rule)


def employer_of(person_id: int) -> Employer | None:
    """The enterprise whose quota a person's bookings count in; platform workers have none."""
    today = clock.today()
    jobs = Employment.objects.filter(person=person_id, employer__isnull=False).select_related("employer")
    standing = [job for job in jobs if (job.until is None or job.until >= today)]
    return standing[0].employer if standing else None


def period_of(period: str, day: date) -> tuple[datetime, datetime]:
    """The day, the week from Monday, or the month that a day lies in."""
    if period == Period.DAY:
        first, after = day, day + timedelta(days=1)
    elif period == Period.WEEK:
        first = day - timedelta(days=day.weekday())
        after = first + timedelta(weeks=1)
    else:
        first = day.replace(day=1)
        after = (first + timedelta(days=31)).replace(day=1)
    return clock.start_of(first), clock.start_of(after)


def rules_for(resource: Resource, day: date, *, prime: bool) -> list[QuotaRule]:
    """The quotas that a booking of this resource on this day counts in."""
    family = ancestors_and_self(resource)
    return [
        rule
        for rule in QuotaRule.objects.filter(place=resource.place_id).on(day)
        if (rule.resource_id is None or rule.resource_id in family) and (prime or not rule.prime_only)
    ]


def share(
    rule: QuotaRule, day: date, *, person_id: int, employer: Employer | None, but: Booking | None = None
) -> Share:
    """What the person, or their enterprise, has booked in the period of this day, `but` for one booking."""
    begins, ends = period_of(rule.period, day)
    used = Booking.objects.counted().filter(starts_at__gte=begins, starts_at__lt=ends)
    used = (
        used.filter(resource__place=rule.place_id)
        if rule.resource_id is None
        else used.filter(resource__in=_with_parts(rule.place_id, rule.resource_id))
    )
    if rule.prime_only:
        used = used.filter(prime=True)
    is_personal = rule.subject == QuotaRule.Subject.PERSON
    used = used.filter(person=person_id) if is_personal else used.filter(employer=employer)
    if but is not None:
        used = used.exclude(pk=but.pk)
    return Share(rule, used.aggregate(total=Sum("slots"))["total"] or 0)


def _with_parts(place_id: int, resource_id: int) -> list[int]:
    """The resource and all it is divided into."""
    above = dict(Resource.objects.filter(place=place_id).values_list("pk", "parent_id"))
    found = [resource_id]
    for one in found:
        found += [part for part, parent in above.items() if parent == one]
    return found


def shares(wanted: Wanted, *, employer: Employer | None, but: Booking | None = None) -> list[Share]:
    """Every quota this booking would count in, with what is used of it."""
    rules = rules_for(wanted.resource, wanted.day, prime=wanted.prime)
    return [
        share(rule, wanted.day, person_id=wanted.person_id, employer=employer, but=but)
        for rule in rules
        if rule.subject == QuotaRule.Subject.PERSON or employer is not None
    ]


def require_within(wanted: Wanted, *, employer: Employer | None, but: Booking | None = None) -> None:
    """Refuse what would go beyond a quota, naming the quota and what is left of it."""
    for one in shares(wanted, employer=employer, but=but):
        if one.left < wanted.slots:
            raise QuotaReached(
                _("%(rule)s; %(used)d of them are used already.") % {"rule": one.sentence, "used": one.used},
                remedy=_("Choose another time, or cancel a booking you do not need: then somebody else can have it."),
            )


def sentence(rule: QuotaRule) -> str:
    """The quota as it is told before the click: `每人每周晚间和休息日最多 2 个时段`."""
    said = {
        "who": rule.get_subject_display(), "period": rule.get_period_display(), "most": rule.most,
        "what": rule.resource.name if rule.resource is not None else rule.place.name,
    }  # fmt: skip
    if rule.prime_only:
        return _("%(what)s: %(who)s may book %(most)d slots %(period)s in evenings and on days off") % said
    return _("%(what)s: %(who)s may book %(most)d slots %(period)s") % said


def told(shares_: Sequence[Share]) -> list[str]:
    """What is left, before the click."""
    return [
        _("%(rule)s; %(left)d left for you") % {"rule": one.sentence, "left": one.left}
        if one.rule.subject == QuotaRule.Subject.PERSON
        else one.sentence
        for one in shares_
    ]
