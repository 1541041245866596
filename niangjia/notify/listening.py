"""What happens below, put into words for those it concerns. Runs in the transaction of what happened."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from niangjia.kit.actor import Actor
from niangjia.notify.actions import Telling, tell_many
from niangjia.notify.models import Message
from niangjia.people.happenings import DataCopying, PeopleMerged, PersonErasing
from niangjia.programmes.happenings import AppealAnswered, ApplicationsMoved, PeopleFound
from niangjia.programmes.models import Appeal, Application, Match, Round
from niangjia.rules.sources import fact_at

POST = Actor.system("notify")
Both = dict[str, str]


def tell_found(happening: PeopleFound) -> None:
    """Tell the workers a round is for; those one answer away are asked that one question."""
    of = Round.objects.select_related("version", "organisation").get(pk=happening.round_id)
    common = {"title": of.definition.title.model_dump(), "body": of.organisation.name}
    said = {kind: {**common, **_own_words(of, kind)} for kind in ("found", "question")}
    found = Match.objects.filter(round=of, person__in=happening.person_ids).exclude(verdict=Match.Verdict.NO)
    matches = found.values_list("person_id", "verdict", "missing").order_by("person_id")
    link = reverse("offer", args=[of.pk])
    asked = {
        path: {**said["question"], "question": _question(path)}
        for path in {missing for _, _, missing in matches if missing}
    }
    tell_many(
        (
            Telling(person, "found", f"found-{of.pk}", link, said["found"])
            if verdict == Match.Verdict.YES
            else Telling(person, "question", f"question-{of.pk}-{missing}", link, asked[missing])
            for person, verdict, missing in matches
        ),
        actor=POST,
    )


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
