"""Doors of `ledger`; each names who may enter."""

from __future__ import annotations

from niangjia.kit.routes import Needs, route
from niangjia.ledger import views

urlpatterns = [
    route("ledger/", views.accounts, name="accounts", needs=Needs.OFFICER),
    route("ledger/<int:account_id>/", views.account, name="account", needs=Needs.OFFICER),
    route("ledger/<int:account_id>/statement.xlsx", views.statement, name="account_statement", needs=Needs.OFFICER),
]
