"""What places do when people are merged, erased, or take a copy of their data."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from niangjia.kit import clock
from niangjia.kit.refusal import Conflict
from niangjia.people.happenings import DataCopying, PeopleMerged, PersonErasing
from niangjia.places.models import ClosedReport, Visit
from niangjia.places.models_booking import Booking, BookingSeries, SlotWish


def follow_merge(merged: PeopleMerged) -> None:
    """Both histories go on under the kept record; what both did on one day, or both wait for, is kept once."""
    kept, gone = merged.kept_id, merged.gone_id
    for visit in Visit.objects.filter(person=gone, day__in=Visit.objects.filter(person=kept).values("day")):
        if Visit.objects.filter(person=kept, place=visit.place_id, day=visit.day).exists():
            visit.delete()
    for report in ClosedReport.objects.filter(person=gone):
        if ClosedReport.objects.filter(person=kept, place=report.place_id, day=report.day).exists():
            report.delete()
    for wish in SlotWish.objects.waiting().filter(person=gone):
        same = SlotWish.objects.open().filter(person=kept, resource=wish.resource_id, starts_at=wish.starts_at)
        if same.exists():
            wish.delete()
    Visit.objects.filter(person=gone).update(person=kept)
    ClosedReport.objects.filter(person=gone).update(person=kept)
    SlotWish.objects.filter(person=gone).update(person=kept)
    BookingSeries.objects.filter(person=gone).update(person=kept)
    Booking.objects.filter(person=gone).update(person=kept)


def hold_back_erasing(erasing: PersonErasing) -> None:
    """Refuse while a booking lies ahead: somebody is expected at a door."""
    if Booking.objects.ahead(clock.now()).filter(person=erasing.person_id).exists():
        raise Conflict(
            _("You have a booking ahead."),
            remedy=_("Cancel it under “My bookings” first; then your record can be erased."),
            code="booking_ahead",
        )
    SlotWish.objects.waiting().filter(person=erasing.person_id).update(state=SlotWish.State.LET_GO)


def add_to_copy(copying: DataCopying) -> None:
    """Put bookings, wishes, visits and reports into a person's copy of their data."""
    who = copying.person_id
    copying.parts["bookings"] = [
        {"place": one.resource.place.name, "what": one.resource.name, "from": one.starts_at.isoformat(),
         "until": one.ends_at.isoformat(), "state": one.state, "purpose": one.purpose, "reason": one.reason}
        for one in Booking.objects.filter(person=who).select_related("resource__place").order_by("pk")
    ]  # fmt: skip
    copying.parts["slot_wishes"] = [
        {"what": one.resource.name, "from": one.starts_at.isoformat(), "state": one.state}
        for one in SlotWish.objects.filter(person=who).select_related("resource").order_by("pk")
    ]
    copying.parts["place_visits"] = [
        {"place": one.place.name, "day": one.day.isoformat()}
        for one in Visit.objects.filter(person=who).select_related("place").order_by("pk")
    ]
    copying.parts["closed_reports"] = [
        {"place": one.place.name, "at": one.reported_at.isoformat(), "state": one.state, "answer": one.answer}
        for one in ClosedReport.objects.filter(person=who).select_related("place").order_by("pk")
    ]
