"""Doors of `notify`; each names who may enter."""

from __future__ import annotations

from niangjia.kit.routes import Needs, route
from niangjia.notify import views

urlpatterns = [
    route("messages/", views.inbox, name="inbox", needs=Needs.WORKER),
    route("messages/read/", views.read_all, name="read_all", needs=Needs.WORKER),
    route("messages/<int:message_id>/", views.open_message, name="message", needs=Needs.WORKER),
]
