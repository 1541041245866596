"""Every change to a person's record: one verb, one function, one transaction."""

from niangjia.people.actions.accounts import (
    ask_for_code,
    note_wrong_code,
    open_account,
    recognise,
    sign_up,
)
from niangjia.people.actions.homes import add_household_member, form_household
from niangjia.people.actions.merging import merge_people
from niangjia.people.actions.own import (
    Told,
    declare_fact,
    declare_facts,
    erase,
    export_my_data,
    give_consent,
    take_back_facts,
    withdraw_consent,
)
from niangjia.people.actions.records import register_person, reveal, update_person, verify_identity
from niangjia.people.limits import TooOften

__all__ = [
    "Told",
    "TooOften",
    "add_household_member",
    "ask_for_code",
    "declare_fact",
    "declare_facts",
    "erase",
    "export_my_data",
    "form_household",
    "give_consent",
    "merge_people",
    "note_wrong_code",
    "open_account",
    "recognise",
    "register_person",
    "reveal",
    "sign_up",
    "take_back_facts",
    "update_person",
    "verify_identity",
    "withdraw_consent",
]
