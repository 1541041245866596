"""Whose messages they are."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from niangjia.kit.actor import Actor
from niangjia.kit.permit import Permit, permit
from niangjia.notify.models import Message


def can_read(actor: Actor, message: Message) -> Permit:
    return permit(actor.person_id is not None and message.person_id == actor.person_id, _("This message is not yours."))


def can_tell(actor: Actor) -> Permit:
    """Messages are sent by what happened in the house, never typed by hand to a stranger's phone."""
    return permit(actor.is_system, _("Messages are sent by the house itself."))
