"""Doors of `orgs`; each names who may enter."""

from __future__ import annotations

from django.urls import URLPattern

from niangjia.kit.routes import Needs, route
from niangjia.orgs.roster import urls as roster_urls
from niangjia.orgs.views import members, own, tree

WORKER, OFFICER = Needs.WORKER, Needs.OFFICER

urlpatterns: list[URLPattern] = [
    route("me/", own.me, name="me", needs=WORKER),
    route("join/", own.join, name="join", needs=WORKER),
    route("join/search/", own.join_search, name="join_search", needs=WORKER),
    route("join/place/", own.join_place, name="join_place", needs=WORKER),
    route("join/<int:organisation_id>/", own.join_confirm, name="join_confirm", needs=WORKER),
    route("transfer/", own.transfer, name="transfer", needs=WORKER),
    route("transfer/<int:organisation_id>/", own.transfer_confirm, name="transfer_confirm", needs=WORKER),
    route("transfer/back/<int:transfer_id>/", own.transfer_back, name="transfer_back", needs=WORKER),
    route("leave/", own.leave, name="leave", needs=WORKER),
    route("members/", members.members, name="members", needs=OFFICER),
    route("members/requests/", members.requests, name="join_requests", needs=OFFICER),
    route("members/transfers/", members.transfers, name="transfers", needs=OFFICER),
    route("members/transfers/<int:transfer_id>/", members.transfer_take, name="transfer_take", needs=OFFICER),
    route(
        "members/transfers/<int:transfer_id>/return/", members.transfer_return, name="transfer_return", needs=OFFICER
    ),
    route("members/<int:membership_id>/", members.member, name="member", needs=OFFICER),
    route("members/<int:membership_id>/numbers/", members.numbers, name="member_numbers", needs=OFFICER),
    route("members/<int:membership_id>/hardship/", members.hardship, name="member_hardship", needs=OFFICER),
    route(
        "members/<int:membership_id>/hardship/<int:file_id>/close/", members.hardship_close, name="hardship_close",
        needs=OFFICER,
    ),
    route("members/<int:membership_id>/retain/", members.retain, name="member_retain", needs=OFFICER),
    route("members/<int:membership_id>/resume/", members.resume, name="member_resume", needs=OFFICER),
    route("unions/", tree.tree, name="unions", needs=OFFICER),
    route("unions/<int:organisation_id>/", tree.union, name="union", needs=OFFICER),
    route("unions/<int:organisation_id>/found/", tree.found, name="union_found", needs=OFFICER),
    route("unions/<int:organisation_id>/appoint/", tree.appoint, name="union_appoint", needs=OFFICER),
    route("unions/<int:organisation_id>/move/", tree.move, name="union_move", needs=OFFICER),
    route("unions/<int:organisation_id>/close/", tree.close, name="union_close", needs=OFFICER),
    route("unions/<int:organisation_id>/bring-in/", tree.bring_in, name="union_bring_in", needs=OFFICER),
    route("unions/<int:organisation_id>/cover/", tree.cover, name="union_cover", needs=OFFICER),
    route("offices/<int:appointment_id>/end/", tree.relieve, name="office_end", needs=OFFICER),
    route("offices/<int:appointment_id>/lend/", tree.delegate, name="office_lend", needs=OFFICER),
    *roster_urls.urlpatterns,
]  # fmt: skip
