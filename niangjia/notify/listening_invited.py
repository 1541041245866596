"""Invitations, absences explained, hopes ended, what takes place and how it came out: told to those concerned."""

from __future__ import annotations

from django.urls import reverse

from niangjia.events.happenings import (
    AbsenceAnswered,
    ActivityConfirmed,
    HopesEnded,
    PeopleInvited,
    ResultsPublished,
)
from niangjia.events.models import Activity, Claim, Explanation, Invitation, Occurrence, Registration
from niangjia.kit import clock
from niangjia.kit.dates import say_each
from niangjia.notify.actions import Telling, tell_many
from niangjia.notify.listening_events import POST, link_to


def tell_invited(happening: PeopleInvited) -> None:
    """Tell people that they are invited, until when, and whether a seat is held for them."""
    activity = Activity.objects.get(pk=happening.activity_id)
    invited = Invitation.objects.filter(activity=activity, person__in=happening.person_ids).order_by("pk")
    tell_many(
        (
            Telling(
                one.person_id,
                "invited_held" if one.is_held else "invited",
                f"invited-{one.pk}-{int(one.made_at.timestamp())}",
                link_to(activity.pk), {"title": activity.title, "until": say_each(one.ends_at)},
            )
            for one in invited
        ),
        actor=POST,
    )  # fmt: skip


def tell_absence(happening: AbsenceAnswered) -> None:
    """Tell whoever said why they did not come what the union answers."""
    one = Explanation.objects.select_related("presence__occurrence__activity").get(pk=happening.explanation_id)
    kind = "absence_excused" if one.accepted else "absence_stands"
    params = {"title": one.presence.occurrence.activity.title, "answer": one.answer}
    tell_many([Telling(one.presence.person_id, kind, f"absence-{one.pk}", reverse("missed"), params)], actor=POST)


def tell_confirmed(happening: ActivityConfirmed) -> None:
    """Tell whoever holds a seat that it takes place."""
    activity = Activity.objects.get(pk=happening.activity_id)
    held = Registration.objects.live().filter(claim__activity=activity)
    seated = Claim.objects.filter(pk__in=held.order_by().values("claim"))
    key, link, params = f"confirmed-{activity.pk}", link_to(activity.pk), {"title": activity.title}
    tell_many((Telling(who, "activity_confirmed", key, link, params) for _claim, who in seated.people()), actor=POST)


def tell_hopes_ended(happening: HopesEnded) -> None:
    """Tell whoever left the union that they no longer stand in line there."""
    ended = Claim.objects.filter(pk__in=happening.claim_ids).select_related("activity__organisation").order_by("pk")
    link, at = reverse("activities_mine"), f"{clock.now():%Y%m%d%H%M%S%f}"
    tell_many(
        (
            Telling(
                one.person_id, "hopes_ended", f"hopes-ended-{one.pk}-{at}", link,
                {"title": one.activity.title, "body": one.activity.organisation.name},
            )
            for one in ended
        ),
        actor=POST,
    )  # fmt: skip


def tell_results(happening: ResultsPublished) -> None:
    """Tell the teams that took part that the results can be read."""
    date = Occurrence.objects.select_related("activity").get(pk=happening.occurrence_id)
    held = Registration.objects.live().filter(occurrence=date)
    played = Claim.objects.filter(pk__in=held.order_by().values("claim"))
    key, link, params = f"results-{date.pk}", link_to(date.activity_id), {"title": date.full_title}
    tell_many((Telling(who, "results_published", key, link, params) for _claim, who in played.people()), actor=POST)
