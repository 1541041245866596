"""What people are told: it knows recipients and words, and of the subject only an address to go to."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.notify.messages import TELLS_OF_THE_CASE, WORDS, localised, say
from niangjia.people.models import Person


class MessageQuerySet(models.QuerySet["Message"]):
    def mine(self, actor: Actor) -> Self:
        return self.filter(person=actor.person_id, person__isnull=False)

    def unread(self) -> Self:
        return self.filter(read_at=None)


class Message(models.Model):
    """One message to one person: its kind and what goes into the sentence, said in the reader's language."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="messages")
    kind = models.SlugField(max_length=40)
    params = models.JSONField(default=dict)
    link = models.CharField(max_length=200, blank=True)
    key = models.CharField(max_length=120, help_text=_("the same key is never told twice to the same person"))
    sent_at = models.DateTimeField(default=clock.now)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        ordering: ClassVar = ["-sent_at", "-pk"]
        indexes: ClassVar = [models.Index(fields=["person", "read_at"], name="message_unread")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "key"], name="told_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    @property
    def subject(self) -> str:
        return say(WORDS[self.kind].subject, self.params)

    @property
    def body(self) -> str:
        """The programme's own words where it has some, and after them what only the case can tell."""
        standing, own = WORDS[self.kind].body, localised(self.params).get("own_words", "")
        if not own:
            return say(standing, self.params)
        return f"{own} {say(standing, self.params)}" if self.kind in TELLS_OF_THE_CASE else own
