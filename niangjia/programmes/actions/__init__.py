"""Every write of `programmes`, by its verb."""

from niangjia.programmes.actions.appealing import answer_appeal, appeal
from niangjia.programmes.actions.applying import (
    attach_file,
    remove_attachment,
    save_answers,
    start_application,
    submit_application,
    withdraw_application,
)
from niangjia.programmes.actions.confirming import confirm_examples
from niangjia.programmes.actions.deciding import Choice, decide, decide_many, note_look, seat_judges, sign_agreement
from niangjia.programmes.actions.entering import Entry, enter_on_behalf
from niangjia.programmes.actions.inviting import Invited, find_people, invite_again, invite_listed
from niangjia.programmes.actions.launching import (
    adopt_practice,
    close_round,
    discard_draft,
    draft_version,
    edit_draft,
    launch,
    open_and_find,
    open_round,
    publish_version,
)
from niangjia.programmes.actions.looking import export_round, reveal_number
from niangjia.programmes.actions.selecting import (
    answer_objection,
    close_due_notices,
    confirm_ranking,
    object_to,
    publish_notice,
)
from niangjia.programmes.actions.telling import put_off_question, tell_fact

__all__ = [
    "Choice",
    "Entry",
    "Invited",
    "adopt_practice",
    "answer_appeal",
    "answer_objection",
    "appeal",
    "attach_file",
    "close_due_notices",
    "close_round",
    "confirm_examples",
    "confirm_ranking",
    "decide",
    "decide_many",
    "discard_draft",
    "draft_version",
    "edit_draft",
    "enter_on_behalf",
    "export_round",
    "find_people",
    "invite_again",
    "invite_listed",
    "launch",
    "note_look",
    "object_to",
    "open_and_find",
    "open_round",
    "publish_notice",
    "publish_version",
    "put_off_question",
    "remove_attachment",
    "reveal_number",
    "save_answers",
    "seat_judges",
    "sign_agreement",
    "start_application",
    "submit_application",
    "tell_fact",
    "withdraw_application",
]
