"""Telling people, and noting that they read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction

from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.notify.models import Message
from niangjia.notify.permissions import can_read, can_tell
from niangjia.trail import actions as trail


@dataclass(frozen=True, slots=True)
class Telling:
    """One kind of message to one person; the same key is told once."""

    person_id: int
    kind: str
    key: str
    link: str = ""
    params: Mapping[str, object] = field(default_factory=dict)


@transaction.atomic
def tell_many(tellings: Iterable[Telling], *, actor: Actor) -> None:
    """Put messages into inboxes in one statement; who was told under the same key is not told again."""
    can_tell(actor).require()
    Message.objects.bulk_create(
        (
            Message(person_id=one.person_id, kind=one.kind, params=one.params, link=one.link, key=one.key)
            for one in tellings
        ),
        batch_size=2000,
        ignore_conflicts=True,
    )


@transaction.atomic
def mark_read(messages: Sequence[Message], *, actor: Actor) -> int:
    """Note that these messages were read, by the person they were sent to."""
    for message in messages:
        can_read(actor, message).require()
    unread = Message.objects.filter(pk__in=[message.pk for message in messages], read_at=None)
    read = unread.update(read_at=clock.now())
    if read:
        trail.record_many(actor, "mark_read", messages)
    return read
