"""Every change of activities and their seats: one verb, one function, one transaction."""

from niangjia.events.actions.announcing import announce_activity, call_off, draft_activity
from niangjia.events.actions.answering import give_feedback
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
from niangjia.events.actions.beacon import enter_beacon
from niangjia.events.actions.calendars import make_calendar_address, revoke_calendar_address
from niangjia.events.actions.claiming import Answer, Wish, claim_seats
from niangjia.events.actions.companions import forget_companions, note_companions
from niangjia.events.actions.copying import put_on_again
from niangjia.events.actions.dating import Change, Reach, call_off_dates, change_dates
from niangjia.events.actions.deciding import Choice, decide_claims, lapse_undecided
from niangjia.events.actions.doorway import (
    Brought,
    Settled,
    bring_door_back,
    check_in_by_hall_code,
    read_card,
    take_door_along,
)
from niangjia.events.actions.drawing import draw_lots
from niangjia.events.actions.editing import edit_activity
from niangjia.events.actions.explaining import answer_explanation, explain_absence
from niangjia.events.actions.giving_up import accept_offer, cancel_registration, decline_offer, lapse_offers, withdraw
from niangjia.events.actions.going import confirm_going, decide_going
from niangjia.events.actions.heads import count_heads
from niangjia.events.actions.hours import book_hours
from niangjia.events.actions.inviting import Invited, decline_invitation, invite_people
from niangjia.events.actions.leaving import let_hopes_go
from niangjia.events.actions.listing import register_list
from niangjia.events.actions.looking import print_door_list, take_door_list
from niangjia.events.actions.mailing import send_mailing, write_to_registered
from niangjia.events.actions.moving import ask_for_date_too, move_to_date
from niangjia.events.actions.permitting import record_permit
from niangjia.events.actions.prolonging import add_dates
from niangjia.events.actions.reminding import tell_due
from niangjia.events.actions.results import Reached, publish_results, record_results
from niangjia.events.actions.teams import (
    dissolve_team,
    enter_team,
    found_team,
    hand_over_team,
    invite_to_team,
    join_team,
    leave_team,
)

__all__ = [
    "Answer",
    "Arrival",
    "Brought",
    "Change",
    "Choice",
    "Invited",
    "Reach",
    "Reached",
    "Settled",
    "Told",
    "Wish",
    "accept_offer",
    "add_dates",
    "announce_activity",
    "answer_explanation",
    "ask_for_date_too",
    "book_hours",
    "bring_door_back",
    "call_off",
    "call_off_dates",
    "cancel_registration",
    "change_dates",
    "check_in",
    "check_in_by_hall_code",
    "check_in_many",
    "check_out",
    "claim_seats",
    "confirm_going",
    "count_heads",
    "decide_claims",
    "decide_going",
    "decline_invitation",
    "decline_offer",
    "dissolve_team",
    "draft_activity",
    "draw_lots",
    "edit_activity",
    "enter_beacon",
    "enter_team",
    "excuse",
    "explain_absence",
    "forget_companions",
    "found_team",
    "give_feedback",
    "hand_over_team",
    "invite_people",
    "invite_to_team",
    "join_team",
    "lapse_offers",
    "lapse_undecided",
    "leave_team",
    "let_hopes_go",
    "make_calendar_address",
    "mark_absent",
    "merge_pools",
    "move_to_date",
    "note_companions",
    "print_door_list",
    "publish_results",
    "put_on_again",
    "read_card",
    "record_permit",
    "record_results",
    "register_list",
    "release_no_shows",
    "resize_pool",
    "revoke_calendar_address",
    "seat_by_hand",
    "send_mailing",
    "take_door_along",
    "take_door_list",
    "tell_due",
    "undo_presence",
    "walk_in",
    "withdraw",
    "write_to_registered",
]
