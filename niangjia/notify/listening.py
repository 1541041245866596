"""What happens below, put into words for those it concerns. Runs in the transaction of what happened."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.urls import reverse

from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.notify.actions import Telling, tell_many
from niangjia.notify.models import Message
from niangjia.people.happenings import DataCopying, PeopleMerged, PersonErasing
from niangjia.programmes.happenings import AppealAnswered, ApplicationsMoved, PeopleFound, QuestionSettled
from niangjia.programmes.models import Appeal, Application, Match, PutOff, Round
from niangjia.programmes.reads.offers import is_for_workers
from niangjia.rules.sources import fact_at

POST = Actor.system("notify")
Both = dict[str, str]
ASKED_AGAIN_AFTER = timedelta(days=30)


def tell_found(happening: PeopleFound) -> None:
    """Tell the workers a round is for; those one answer away are asked that one question, unless they lately were."""
    of = Round.objects.select_related("version", "organisation").get(pk=happening.round_id)
    found = Match.objects.filter(round=of, person__in=happening.person_ids).order_by("person_id")
    suited = found.filter(verdict=Match.Verdict.YES).values_list("person_id", flat=True)
    said = {"title": _title(of), "body": of.organisation.name, **_own_words(of, "found")}
    link = reverse("offer", args=[of.pk])
    tell_many((Telling(person, "found", f"found-{of.pk}", link, said) for person in suited), actor=POST)
    open_ones = found.filter(verdict=Match.Verdict.ONE_FACT)
    tell_many(_questions(of, list(open_ones.values_list("person_id", "missing"))), actor=POST)


def _questions(of: Round, asked: list[tuple[int, str]]) -> Iterable[Telling]:
    """One question to each: it names every programme it decides, and leads straight to where it is answered."""
    quiet, also = _not_now(asked), _decided_too(of, asked)
    said = {"body": of.organisation.name, **_own_words(of, "question")}
    for person, fact in asked:
        if (person, fact) in quiet:
            continue
        titles = [_title(of), *also.get((person, fact), ())]
        title = {"zh": "”、“".join(one["zh"] for one in titles), "en": "”, “".join(one["en"] for one in titles)}
        link = reverse("question", args=[fact]) if is_for_workers(fact) else reverse("offer", args=[of.pk])
        params = {**said, "title": title, "question": _question(fact)}
        yield Telling(person, "question", f"question-{fact}-{of.pk}", link, params)


def _not_now(asked: list[tuple[int, str]]) -> set[tuple[int, str]]:
    """Who put the question off, or was asked it less than a month ago."""
    people = [person for person, _ in asked]
    quiet = set(PutOff.objects.standing().filter(person__in=people).values_list("person_id", "fact"))
    lately = Message.objects.filter(person__in=people, kind="question", sent_at__gt=clock.now() - ASKED_AGAIN_AFTER)
    told = lately.values_list("person_id", "key").order_by("pk")
    return quiet | {(person, key.split("-")[1]) for person, key in told}


def _decided_too(of: Round, asked: list[tuple[int, str]]) -> dict[tuple[int, str], list[Both]]:
    """The other open programmes that the same answer decides for the same person."""
    people, facts = {person for person, _ in asked}, {fact for _, fact in asked}
    others = Round.objects.open_now().exclude(pk=of.pk).select_related("version")
    titles = {one.pk: _title(one) for one in others}
    matches = Match.objects.filter(round__in=titles, person__in=people, missing__in=facts).order_by("round_id")
    found: dict[tuple[int, str], list[Both]] = {}
    for person, fact, number in matches.values_list("person_id", "missing", "round_id"):
        found.setdefault((person, fact), []).append(titles[number])
    return found


def hear_settled(settled: QuestionSettled) -> None:
    """A question that is answered or put off waits for nobody any more."""
    waiting = Message.objects.filter(person=settled.person_id, kind="question", read_at=None)
    waiting.filter(key__startswith=f"question-{settled.fact}-").update(read_at=clock.now())


def _title(of: Round) -> Both:
    title = of.definition.title
    return {"zh": title.text("zh"), "en": title.text("en")}


def _own_words(of: Round | Application, moment: str) -> dict[str, object]:
    """What the programme file itself says at this moment, if it does."""
    words = {str(known): text.model_dump() for known, text in of.definition.notify.items()}.get(moment)
    return {"own_words": words} if words else {}


def _question(path: str) -> Both:
    fact = fact_at(path)
    return {"zh": fact.ask_zh, "en": fact.ask_en} if fact else {"zh": "", "en": ""}


def tell_moved(happening: ApplicationsMoved) -> None:
    """Tell applicants where their application stands now. A withdrawal is their own doing and is not told."""
    if happening.what == "withdrawn":
        return
    found = Application.objects.filter(pk__in=happening.application_ids).select_related("round__version")
    tell_many(_moved(found.defer("answers").order_by("pk"), happening.what), actor=POST)


def _moved(applications: Iterable[Application], what: str) -> Iterable[Telling]:
    for one in applications:
        params: dict[str, object] = {
            "title": one.definition.title.model_dump(),
            "number": one.number or "",
            "step": one.definition.step(one.step).public.model_dump() if one.step else "",
            "reason": one.result_reason,
            **_own_words(one, what),
        }
        key = f"{what}-{one.pk}-{one.revision}-{one.step}"
        yield Telling(one.person_id, what, key, reverse("application", args=[one.pk]), params)


def tell_appeal(happening: AppealAnswered) -> None:
    """Tell the applicant how the appeal was answered, and why."""
    made = Appeal.objects.select_related("application__round__version", "body").get(pk=happening.appeal_id)
    kind = "appeal_upheld" if made.state == Appeal.State.UPHELD else "appeal_dismissed"
    params = {"title": made.application.definition.title.model_dump(), "body": made.body.name, "answer": made.answer}
    link = reverse("application", args=[made.application_id])
    tell_many([Telling(made.application.person_id, kind, f"appeal-{made.pk}", link, params)], actor=POST)


def follow_merge(merged: PeopleMerged) -> None:
    """Both inboxes become one; what both records were told is kept once."""
    told = Message.objects.filter(person=merged.kept_id).values("key")
    Message.objects.filter(person=merged.gone_id, key__in=told).delete()
    Message.objects.filter(person=merged.gone_id).update(person=merged.kept_id)


def forget(erasing: PersonErasing) -> None:
    """Messages to somebody who is erased say who they were: they go with the rest."""
    Message.objects.filter(person=erasing.person_id).delete()


def add_to_copy(copying: DataCopying) -> None:
    """Put the inbox into a person's copy of their data."""
    copying.parts["messages"] = [
        {"sent_at": one.sent_at.isoformat(), "read_at": one.read_at and one.read_at.isoformat(),
         "subject": one.subject, "text": one.body}
        for one in Message.objects.filter(person=copying.person_id).order_by("pk")
    ]  # fmt: skip
