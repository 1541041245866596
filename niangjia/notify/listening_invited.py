"""Invitations, absences that were explained, and activities that take place: told to those they concern."""

from __future__ import annotations

from django.urls import reverse

from niangjia.events.happenings import AbsenceAnswered, ActivityConfirmed, PeopleInvited
from niangjia.events.models import Activity, Explanation, Invitation, Registration
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
    seated = Registration.objects.live().filter(claim__activity=activity).order_by("person").values_list("person")
    key, link, params = f"confirmed-{activity.pk}", link_to(activity.pk), {"title": activity.title}
    tell_many((Telling(who, "activity_confirmed", key, link, params) for (who,) in seated.distinct()), actor=POST)
