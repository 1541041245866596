"""Every change to places, what can be booked in them, and the bookings: one verb, one function, one transaction."""

from niangjia.places.actions.bookings import (
    accept_offer,
    approve_booking,
    book,
    cancel_booking,
    check_in,
    expire_holds,
    move_booking,
    offer_free_slots,
    refuse_booking,
    release_no_shows,
)
from niangjia.places.actions.places import (
    Line,
    add_place,
    answer_closed_report,
    change_place,
    close_for,
    count_visits,
    give_up_place,
    lift_closure,
    report_closed,
    set_hours,
    visit,
)
from niangjia.places.actions.resources import (
    add_resource,
    change_resource,
    end_quota,
    retire_resource,
    set_accessory,
    set_quota,
)
from niangjia.places.actions.series import Booked, Missed, SomeDatesTaken, book_series, cancel_series, change_series
from niangjia.places.actions.wishes import let_go, wish_for

__all__ = [
    "Booked", "Line", "Missed", "SomeDatesTaken", "accept_offer", "add_place", "add_resource", "answer_closed_report",
    "approve_booking", "book", "book_series", "cancel_booking", "cancel_series", "change_place", "change_resource",
    "change_series", "check_in", "close_for", "count_visits", "end_quota", "expire_holds", "give_up_place", "let_go",
    "lift_closure", "move_booking", "offer_free_slots", "refuse_booking", "release_no_shows", "report_closed",
    "retire_resource", "set_accessory", "set_hours", "set_quota", "visit", "wish_for",
]  # fmt: skip
