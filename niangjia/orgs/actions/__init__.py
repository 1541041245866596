"""Every change to the union tree and to who belongs where: one verb, one function, one transaction."""

from niangjia.orgs.actions.employers import cover, employ, end_employment, register_employer, register_partner, uncover
from niangjia.orgs.actions.hardship import close_hardship_file, open_hardship_file
from niangjia.orgs.actions.memberships import (
    admit,
    admit_many,
    decline,
    decline_many,
    join,
    join_batch,
    leave,
    resume,
    retain,
    serve_here,
)
from niangjia.orgs.actions.offices import appoint, delegate, relieve
from niangjia.orgs.actions.transfers import accept_transfer, request_transfer, return_transfer
from niangjia.orgs.actions.tree import close_union, found_union, move_union, plant_tree

__all__ = [
    "accept_transfer",
    "admit",
    "admit_many",
    "appoint",
    "close_hardship_file",
    "close_union",
    "cover",
    "decline",
    "decline_many",
    "delegate",
    "employ",
    "end_employment",
    "found_union",
    "join",
    "join_batch",
    "leave",
    "move_union",
    "open_hardship_file",
    "plant_tree",
    "register_employer",
    "register_partner",
    "relieve",
    "request_transfer",
    "resume",
    "retain",
    "return_transfer",
    "serve_here",
    "uncover",
]
