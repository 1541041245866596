"""One answer to one question: what a worker tells us about themselves outside any form."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from niangjia.kit.actor import Actor
from niangjia.kit.refusal import Invalid
from niangjia.people import actions as people
from niangjia.people.models import Person
from niangjia.programmes import answers
from niangjia.programmes.permissions import can_tell
from niangjia.trail import actions as trail


@transaction.atomic
def tell_fact(path: str, *, answer: Any, actor: Actor) -> None:
    """Keep a worker's answer to the one question that was open. Raises Invalid with a sentence about the answer."""
    can_tell(actor, path).require()
    value = answers.typed_fact(path, answer)
    if value is None:
        raise Invalid(_("Please answer the question."), faults={"answer": _("Needed.")})
    person = Person.objects.lock(actor.person_id or 0)
    declared = people.declare_fact(person, fact=path, value=value, actor=actor)
    trail.record(actor, "tell_fact", declared, fact=path)
