"""What the inbox shows."""

from __future__ import annotations

from niangjia.kit.actor import Actor
from niangjia.notify.models import Message, MessageQuerySet


def inbox(actor: Actor) -> MessageQuerySet:
    """My messages, the newest first."""
    return Message.objects.mine(actor)


def unread_count(actor: Actor) -> int:
    return Message.objects.mine(actor).unread().count()
