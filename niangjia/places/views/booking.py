"""Book, wait, move, cancel, check in: a worker with a phone."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from niangjia.kit import asked, clock, ics
from niangjia.kit.refusal import Invalid, NotFound
from niangjia.kit.routes import ActorRequest
from niangjia.places import actions, settling
from niangjia.places.forms import SeriesForm, WeeklyForm
from niangjia.places.occupancy import Taken
from niangjia.places.reads import booking as reads

LONGEST_PURPOSE = 100


def _moment(text: str) -> datetime:
    """The beginning of a slot, as its button names it."""
    moment = asked.moment(text)
    if moment is None:
        raise Invalid(_("Choose one of the slots shown."))
    return moment


def _minutes(text: str, least: int) -> int:
    """The length that was chosen, the shortest where none was."""
    minutes = asked.whole_number(text, digits=4) if text else least
    if not minutes:
        raise Invalid(_("Choose one of the slots shown."))
    return minutes


def _people(text: str) -> int:
    people = asked.whole_number(text, digits=4) if text else 1
    if not people:
        raise Invalid(_("How many people come? One at least."), faults={"people": _("A whole number, please.")})
    return people


def _purpose(text: str) -> str:
    if len(text) > LONGEST_PURPOSE:
        said = {"most": LONGEST_PURPOSE, "count": len(text)}
        raise Invalid(_("Say what it is for in %(most)d characters; this has %(count)d.") % said)
    return text


def _lent(request: ActorRequest) -> dict[int, int]:
    """What is to be borrowed, by the number of the accessory. What is no number is refused, never left out."""
    lent: dict[int, int] = {}
    for key, typed in request.POST.items():
        if key.startswith("lend-") and typed:
            number, quantity = asked.whole_number(key.removeprefix("lend-")), asked.whole_number(str(typed), digits=4)
            if number is None or quantity is None:
                raise Invalid(_("How many do you borrow? A whole number, please."), remedy=_("0 for none."))
            lent[number] = quantity
    return lent


def resource(request: ActorRequest, resource_id: int) -> HttpResponse:
    """The slots of a day as big buttons."""
    moving = reads.moving(request.actor, resource_id, asked.whole_number(request.GET.get("move", "")))
    shown = reads.resource_page(request.actor, resource_id, asked.day(request.GET.get("day", "")))
    return render(request, "places/resource.html", {"shown": shown, "moving": moving, "refusal": None})


def book(request: ActorRequest, resource_id: int) -> HttpResponse:
    """The last look before the click, and the click."""
    given = request.POST if request.method == "POST" else request.GET
    found = reads.resource_for(resource_id)
    starts = _moment(given.get("starts", ""))
    minutes = _minutes(given.get("minutes", ""), found.min_slots * found.slot_minutes)
    if request.method == "POST":
        try:
            made = actions.book(
                found, actor=request.actor, starts=starts, ends=starts + timedelta(minutes=minutes),
                people=_people(given.get("people", "")), purpose=_purpose(given.get("purpose", "")),
                accessories=_lent(request),
            )  # fmt: skip
        except settling.BookedAlready as again:
            messages.info(request, str(again.sentence))
            return redirect("booking", again.booking_id)
        except Taken as refusal:
            return _still_free(request, resource_id, starts, refusal)
        held = _("Asked. The time is held for you until you are answered.")
        messages.success(request, held if made.held_for else _("Booked."))
        return redirect("booking", made.pk)
    shown = reads.confirming(request.actor, resource_id, starts, minutes)
    return render(request, "places/book.html", {"shown": shown})


def _still_free(request: ActorRequest, resource_id: int, starts: datetime, refusal: Taken) -> HttpResponse:
    """Somebody was quicker: what is taken, and the slots of that day to choose from."""
    shown = reads.resource_page(request.actor, resource_id, starts.astimezone(clock.SHANGHAI).date())
    context = {"shown": shown, "moving": None, "refusal": refusal}
    return render(request, "places/resource.html", context, status=refusal.status)


@require_POST
def wish(request: ActorRequest, resource_id: int) -> HttpResponse:
    """Wait for a slot that is taken."""
    found = reads.resource_for(resource_id)
    starts = _moment(request.POST.get("starts", ""))
    minutes = _minutes(request.POST.get("minutes", ""), found.slot_minutes)
    actions.wish_for(found, actor=request.actor, starts=starts, ends=starts + timedelta(minutes=minutes))
    messages.success(request, _("You wait for it. When it is freed it is held for you, and you are told."))
    return redirect("bookings")


def weekly(request: ActorRequest, resource_id: int) -> HttpResponse:
    """The same time every week; what cannot be had is told date by date."""
    found = reads.resource_for(resource_id)
    form = WeeklyForm(request.POST if request.method == "POST" else None, resource=found)
    missed: actions.SomeDatesTaken | None = None
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.book_series(
                found, actor=request.actor, rest=request.POST.get("rest") == "1", **form.cleaned_data
            )
        except actions.SomeDatesTaken as refusal:
            missed = refusal
        else:
            messages.success(request, _("%(count)d dates booked.") % {"count": len(made.bookings)})
            return redirect("bookings")
    context = {"resource": found, "form": form, "missed": missed}
    return render(request, "places/weekly.html", context, status=422 if form.errors or missed else 200)


def bookings(request: ActorRequest) -> HttpResponse:
    """What I have booked and what I wait for."""
    return render(request, "places/bookings.html", {"mine": reads.mine(request.actor)})


def booking(request: ActorRequest, booking_id: int) -> HttpResponse:
    """One booking of mine."""
    return render(request, "places/booking.html", {"shown": reads.one_page(request.actor, booking_id)})


@require_POST
def cancel(request: ActorRequest, booking_id: int) -> HttpResponse:
    """Give it up, or this date and those that follow."""
    found = reads.own_booking(request.actor, booking_id)
    if request.POST.get("following") == "1" and found.series is not None:
        since = found.starts_at.astimezone(clock.SHANGHAI).date()
        actions.cancel_series(found.series, actor=request.actor, since=since)
    else:
        actions.cancel_booking(found, actor=request.actor)
    messages.success(request, _("Cancelled. Somebody else can have the slot now."))
    return redirect("bookings")


@require_POST
def accept(request: ActorRequest, booking_id: int) -> HttpResponse:
    """Take the slot that is offered to me."""
    actions.accept_offer(reads.own_booking(request.actor, booking_id), actor=request.actor)
    messages.success(request, _("It is yours."))
    return redirect("booking", booking_id)


@require_POST
def move(request: ActorRequest, booking_id: int) -> HttpResponse:
    """Another time instead, for this date alone."""
    found = reads.own_booking(request.actor, booking_id)
    starts = _moment(request.POST.get("starts", ""))
    length = found.ends_at - found.starts_at
    actions.move_booking(found, actor=request.actor, starts=starts, ends=starts + length)
    messages.success(request, _("Moved."))
    return redirect("booking", booking_id)


def series(request: ActorRequest, booking_id: int) -> HttpResponse:
    """Another time for this date and those that follow, or for all; what cannot have it is told date by date."""
    found = reads.own_booking(request.actor, booking_id)
    if found.series is None:
        raise NotFound
    local = found.starts_at.astimezone(clock.SHANGHAI)
    shown = {"starts": local.hour * 60 + local.minute}
    form = SeriesForm(request.POST if request.method == "POST" else None, initial=shown)
    missed: actions.SomeDatesTaken | None = None
    if request.method == "POST" and form.is_valid():
        since = local.date() if form.cleaned_data["scope"] == "following" else None
        minutes = int((found.ends_at - found.starts_at).total_seconds() // 60)
        try:
            made = actions.change_series(
                found.series, actor=request.actor, starts=form.cleaned_data["starts"], minutes=minutes, since=since,
                rest=request.POST.get("rest") == "1",
            )  # fmt: skip
        except actions.SomeDatesTaken as refusal:
            missed = refusal
        else:
            messages.success(request, _("%(count)d dates moved.") % {"count": len(made.bookings)})
            return redirect("bookings")
    context = {"booking": found, "form": form, "missed": missed}
    return render(request, "places/series.html", context, status=422 if form.errors or missed else 200)


def calendar(request: ActorRequest, booking_id: int) -> HttpResponse:
    """The booking for the phone's own calendar."""
    found = reads.own_booking(request.actor, booking_id)
    host = request.get_host()
    one = ics.Date(
        uid=f"booking-{found.pk}@{host}",
        summary=f"{found.resource.place} · {found.resource}",
        starts=found.starts_at,
        ends=found.ends_at,
        location=found.resource.place.address,
        url=request.build_absolute_uri(reverse("booking", args=[found.pk])),
        stamped=found.booked_at,
        is_cancelled=not found.is_live,
    )
    response = HttpResponse(ics.calendar(one), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="booking-{found.pk}.ics"'
    return response


@require_POST
def let_go(request: ActorRequest, wish_id: int) -> HttpResponse:
    """Wait no longer."""
    actions.let_go(reads.own_wish(request.actor, wish_id), actor=request.actor)
    messages.success(request, _("You wait no longer."))
    return redirect("bookings")


def door(request: ActorRequest, resource_id: int) -> HttpResponse:
    """Where the code at the door leads: one's own booking, and one button."""
    found, own = reads.at_the_door(request.actor, resource_id)
    code = (request.POST if request.method == "POST" else request.GET).get("code", "")[:32]
    if request.method == "POST" and own is not None:
        actions.check_in(own, actor=request.actor, code=code or "-")
        messages.success(request, _("You are in. Enjoy."))
        return redirect("booking", own.pk)
    context = {"resource": found, "booking": own, "code": code}
    return render(request, "places/door.html", context, status=422 if request.method == "POST" else 200)
