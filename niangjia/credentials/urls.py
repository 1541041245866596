"""Doors of `credentials`; each names who may enter."""

from __future__ import annotations

from niangjia.credentials import views
from niangjia.kit.routes import Needs, route

urlpatterns = [
    route("credentials/", views.credentials, name="credentials", needs=Needs.WORKER),
    route("credentials/record/", views.record, name="credential_record", needs=Needs.WORKER),
    route("credentials/<int:credential_id>/", views.credential, name="credential", needs=Needs.WORKER),
    route(
        "credentials/<int:credential_id>/badge.jwt", views.badge_file, name="credential_badge", needs=Needs.WORKER
    ),
    route(
        "credentials/<int:credential_id>/withdraw/", views.withdraw, name="credential_withdraw", needs=Needs.WORKER
    ),
    route("verify/", views.verify_any, name="verify_any", needs=Needs.PUBLIC),
    route("verify/<slug:number>/", views.verify, name="verify", needs=Needs.PUBLIC),
    route("verify/<slug:number>.json", views.verify_json, name="verify_json", needs=Needs.PUBLIC),
    route("status-lists/<int:number>/", views.status_list, name="status_list", needs=Needs.PUBLIC),
    route(".well-known/jwks.json", views.jwks, name="jwks", needs=Needs.PUBLIC),
    route(".well-known/did.json", views.did, name="did", needs=Needs.PUBLIC),
]  # fmt: skip
