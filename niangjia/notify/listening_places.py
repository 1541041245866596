"""What happens in places, put into words for those it concerns: who booked, who waits, who stood before a shut door."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.urls import reverse

from niangjia.kit import clock
from niangjia.kit.actor import RUNNERS, Actor
from niangjia.kit.dates import say_each
from niangjia.notify.actions import Telling, tell_many
from niangjia.orgs.models import Appointment
from niangjia.places.happenings import BookingsMoved, ClosedReportAnswered, PlaceReportedClosed
from niangjia.places.models import ClosedReport
from niangjia.places.models_booking import Booking

POST = Actor.system("notify")
# What becomes of a booking → the kind of message. Held and checked in are the person's own doing, there and then.
KINDS = {
    "confirmed": "booking_confirmed", "refused": "booking_refused", "offered": "slot_offered",
    "moved": "booking_moved", "cancelled": "booking_cancelled", "expired": "booking_expired",
    "released": "booking_released",
}  # fmt: skip


def tell_bookings(happening: BookingsMoved) -> None:
    """Tell people what became of their bookings. What they did themselves they know."""
    kind = KINDS.get(happening.what)
    if kind is None:
        return
    found = Booking.objects.filter(pk__in=happening.booking_ids).select_related("resource__place")
    tell_many(_bookings(found.order_by("pk"), kind, happening), actor=POST)


def _bookings(bookings: Iterable[Booking], kind: str, happening: BookingsMoved) -> Iterable[Telling]:
    for one in bookings:
        if one.person_id == happening.by_person:
            continue
        local = one.starts_at.astimezone(clock.SHANGHAI)
        params = {
            "what": f"{one.resource.place} · {one.resource}",
            "when": say_each(one.starts_at),
            "until": say_each(one.held_until or one.starts_at),
            "reason": one.reason,
        }
        key = f"{kind}-{one.pk}-{local:%m%d%H%M}"
        yield Telling(one.person_id, kind, key, reverse("booking", args=[one.pk]), params)


def ask_host(happening: PlaceReportedClosed) -> None:
    """Ask those who run the place, and the union that hosts it, what happened. The worker is not named."""
    report = ClosedReport.objects.select_related("place").get(pk=happening.report_id)
    bodies = Q(organisation=report.place.organisation_id) | Q(organisation=report.place.host_id)
    keepers = Appointment.objects.on(clock.today()).filter(bodies, office__in=RUNNERS).order_by("person")
    params = {"what": report.place.name, "when": say_each(report.reported_at)}
    link = reverse("desk_place", args=[report.place_id])
    people = dict.fromkeys(keepers.values_list("person", flat=True))
    tell_many((Telling(who, "found_closed", f"closed-{report.pk}", link, params) for who in people), actor=POST)


def tell_answer(happening: ClosedReportAnswered) -> None:
    """Tell the worker what the host answered."""
    report = ClosedReport.objects.select_related("place").get(pk=happening.report_id)
    params = {"what": report.place.name, "answer": report.answer}
    link = reverse("place", args=[report.place_id])
    tell_many([Telling(report.person_id, "closed_answered", f"answer-{report.pk}", link, params)], actor=POST)
