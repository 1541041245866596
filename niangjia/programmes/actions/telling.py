"""One answer to one question: what a worker tells us about themselves outside any form, or puts off."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.happenings import announce
from niangjia.kit.refusal import Invalid
from niangjia.people import actions as people
from niangjia.people.models import Person
from niangjia.programmes import answers, consenting
from niangjia.programmes.happenings import QuestionSettled
from niangjia.programmes.models import PutOff
from niangjia.programmes.permissions import can_tell
from niangjia.trail import actions as trail

ASKED_AGAIN_AFTER = timedelta(days=30)


@transaction.atomic
def tell_fact(path: str, *, answer: Any, agreed: bool = False, actor: Actor) -> None:
    """Keep a worker's answer to the one question that was open. Raises Invalid with a sentence about the answer.

    What is sensitive is kept only with their separate consent (PIPL art. 29); `agreed` gives it in this same step.
    """
    can_tell(actor, path).require()
    value = answers.typed_fact(path, answer)
    if value is None:
        raise Invalid(_("Please answer the question."), faults={"answer": _("Needed.")})
    person = Person.objects.lock(actor.person_id or 0)
    if consenting.is_needed(path, person.pk):
        if not agreed:
            raise Invalid(
                _("This is sensitive: it is kept only if you agree."),
                faults={"agreed": _("Tick the box if you agree, or put the question off.")},
            )
        people.give_consent(person, purpose=consenting.PURPOSE, notice=consenting.notice(), actor=actor)
    declared = people.declare_fact(person, fact=path, value=value, actor=actor)
    PutOff.objects.filter(person=person, fact=path).delete()
    trail.record(actor, "tell_fact", declared, fact=path)
    announce(QuestionSettled(person_id=person.pk, fact=path))


@transaction.atomic
def put_off_question(path: str, *, actor: Actor) -> PutOff:
    """Not now, or not known: the question is not asked again for a month. It can be answered all the same."""
    can_tell(actor, path).require()
    person = Person.objects.lock(actor.person_id or 0)
    until = clock.today() + ASKED_AGAIN_AFTER
    kept, _is_new = PutOff.objects.update_or_create(person=person, fact=path, defaults={"until": until})
    trail.record(actor, "put_off_question", kept, fact=path)
    announce(QuestionSettled(person_id=person.pk, fact=path))
    return kept
