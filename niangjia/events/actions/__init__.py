"""Every change of activities and their seats: one verb, one function, one transaction."""

from niangjia.events.actions.announcing import announce_activity, call_off, draft_activity
from niangjia.events.actions.arranging import merge_pools, resize_pool, seat_by_hand
from niangjia.events.actions.attending import (
    Arrival,
    Told,
    check_in,
    check_in_many,
    check_out,
    excuse,
    mark_absent,
    release_no_shows,
    undo_presence,
    walk_in,
)
from niangjia.events.actions.claiming import Answer, Wish, claim_seats
from niangjia.events.actions.copying import put_on_again
from niangjia.events.actions.deciding import Choice, decide_claims, lapse_undecided
from niangjia.events.actions.drawing import draw_lots
from niangjia.events.actions.giving_up import accept_offer, cancel_registration, decline_offer, lapse_offers, withdraw
from niangjia.events.actions.looking import take_door_list

__all__ = [
    "Answer",
    "Arrival",
    "Choice",
    "Told",
    "Wish",
    "accept_offer",
    "announce_activity",
    "call_off",
    "cancel_registration",
    "check_in",
    "check_in_many",
    "check_out",
    "claim_seats",
    "decide_claims",
    "decline_offer",
    "draft_activity",
    "draw_lots",
    "excuse",
    "lapse_offers",
    "lapse_undecided",
    "mark_absent",
    "merge_pools",
    "put_on_again",
    "release_no_shows",
    "resize_pool",
    "seat_by_hand",
    "take_door_list",
    "undo_presence",
    "walk_in",
    "withdraw",
]
