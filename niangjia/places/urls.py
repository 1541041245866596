"""Doors of `places`; each names who may enter."""

from __future__ import annotations

from niangjia.kit.routes import Needs, route
from niangjia.places.views import behalf, booking, desk, finding, terms

urlpatterns = [
    route("places/", finding.places, name="places", needs=Needs.PUBLIC),
    route("places/<int:place_id>/", finding.place, name="place", needs=Needs.PUBLIC),
    route("places/<int:place_id>/closed/", finding.report, name="place_report", needs=Needs.WORKER),
    route("places/<int:place_id>/visit/", finding.visit, name="place_visit", needs=Needs.WORKER),
    route("resources/<int:resource_id>/", booking.resource, name="resource", needs=Needs.PUBLIC),
    route("resources/<int:resource_id>/book/", booking.book, name="resource_book", needs=Needs.WORKER),
    route("resources/<int:resource_id>/wish/", booking.wish, name="resource_wish", needs=Needs.WORKER),
    route("resources/<int:resource_id>/weekly/", booking.weekly, name="resource_weekly", needs=Needs.WORKER),
    route("door/<int:resource_id>/", booking.door, name="door", needs=Needs.WORKER),
    route("bookings/", booking.bookings, name="bookings", needs=Needs.WORKER),
    route("bookings/<int:booking_id>/", booking.booking, name="booking", needs=Needs.WORKER),
    route("bookings/<int:booking_id>/cancel/", booking.cancel, name="booking_cancel", needs=Needs.WORKER),
    route("bookings/<int:booking_id>/accept/", booking.accept, name="booking_accept", needs=Needs.WORKER),
    route("bookings/<int:booking_id>/move/", booking.move, name="booking_move", needs=Needs.WORKER),
    route("bookings/<int:booking_id>/series/", booking.series, name="booking_series", needs=Needs.WORKER),
    route("bookings/<int:booking_id>.ics", booking.calendar, name="booking_calendar", needs=Needs.WORKER),
    route("wishes/<int:wish_id>/let-go/", booking.let_go, name="wish_let_go", needs=Needs.WORKER),
    route("desk/places/", desk.places, name="desk_places", needs=Needs.OFFICER),
    route("desk/places.xlsx", desk.export, name="desk_places_export", needs=Needs.OFFICER),
    route("desk/places/add/<int:organisation_id>/", terms.add_place, name="desk_place_add", needs=Needs.OFFICER),
    route("desk/places/<int:place_id>/", desk.place, name="desk_place", needs=Needs.OFFICER),
    route("desk/places/<int:place_id>/edit/", terms.edit_place, name="desk_place_edit", needs=Needs.OFFICER),
    route("desk/places/<int:place_id>/hours/", terms.set_hours, name="desk_place_hours", needs=Needs.OFFICER),
    route("desk/places/<int:place_id>/close/", terms.close, name="desk_place_close", needs=Needs.OFFICER),
    route("desk/places/<int:place_id>/week/", desk.week, name="desk_place_week", needs=Needs.OFFICER),
    route("desk/places/<int:place_id>/resources/", terms.add_resource, name="desk_resource_add", needs=Needs.OFFICER),
    route("desk/places/<int:place_id>/quotas/", terms.set_quota, name="desk_quota_add", needs=Needs.OFFICER),
    route("desk/places/<int:place_id>/accessories/", terms.set_accessory, name="desk_accessory", needs=Needs.OFFICER),
    route("desk/places/<int:place_id>/visits/", desk.count_visits, name="desk_visits", needs=Needs.OFFICER),
    route("desk/closures/<int:closure_id>/lift/", terms.lift, name="desk_closure_lift", needs=Needs.OFFICER),
    route("desk/quotas/<int:rule_id>/end/", terms.end_quota, name="desk_quota_end", needs=Needs.OFFICER),
    route("desk/reports/<int:report_id>/answer/", desk.answer_report, name="desk_report", needs=Needs.OFFICER),
    route("desk/places/resources/<int:resource_id>/", terms.edit_resource, name="desk_resource", needs=Needs.OFFICER),
    route("desk/places/resources/<int:resource_id>/door/", desk.door, name="desk_door", needs=Needs.OFFICER),
    route("desk/places/resources/<int:resource_id>/book/", behalf.book, name="desk_book", needs=Needs.OFFICER),
    route("desk/bookings/", desk.bookings, name="desk_bookings", needs=Needs.OFFICER),
    route("desk/bookings/<int:booking_id>/", behalf.booking, name="desk_booking_page", needs=Needs.OFFICER),
    route("desk/bookings/<int:booking_id>/answer/", desk.answer_booking, name="desk_booking", needs=Needs.OFFICER),
    route("desk/bookings/<int:booking_id>/in/", desk.check_in, name="desk_check_in", needs=Needs.OFFICER),
]
