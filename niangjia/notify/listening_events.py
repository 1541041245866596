"""What happens to seats, put into words for those who hold them, wait for them, or did not get them."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F
from django.urls import reverse

from niangjia.events.happenings import (
    ActivityCalledOff,
    ClaimsDecided,
    DateDue,
    DatesAdded,
    DatesCalledOff,
    DatesChanged,
    LotsDrawn,
    MailingSent,
    SeatsMoved,
    TeamChanged,
    TermsChanged,
)
from niangjia.events.models import Activity, Claim, Mailing, Occurrence, Presence, Registration, Team, TeamMember
from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.dates import say_each
from niangjia.notify.actions import Telling, tell_many

POST = Actor.system("notify")
# What becomes of a registration → the kind of message. Giving up and declining are the person's own doing.
KINDS = {"registered": "seat_registered", "offered": "seat_offered", "lapsed": "seat_lapsed"}


def tell_seats(happening: SeatsMoved) -> None:
    """Tell people what became of their seats. Who pressed this instant has the answer before them already."""
    kind = KINDS.get(happening.what)
    if kind is None:
        return
    found = Registration.objects.filter(pk__in=happening.registration_ids)
    found = found.exclude(made_at=F("claim__claimed_at"), claim__team=None)
    seats = found.select_related("claim__activity", "claim__team", "occurrence").order_by("pk")
    tell_many(
        (_of_seat(one, kind, who) for one in seats for who in _holders(one) if not _pressed(one, who)), actor=POST
    )


def _pressed(one: Registration, who: int) -> bool:
    """Whether this person gave it to themself, or as captain to the team, this instant."""
    return who == one.person_id and one.made_at == one.claim.claimed_at


def _holders(one: Registration) -> Iterator[int]:
    """Whom a registration is for: the person, or everybody of the team."""
    if one.claim.team is None:
        yield one.person_id
    else:
        yield from TeamMember.objects.filter(team=one.claim.team).joined().values_list("person", flat=True)


def tell_team(happening: TeamChanged) -> None:
    """Tell those concerned what happened to their team."""
    team = Team.objects.select_related("activity").get(pk=happening.team_id)
    link = link_to(team.activity_id) if happening.what in ("taken_out", "dissolved") else _team_link(team.pk)
    params = {"title": team.activity.title, "team": team.name}
    key = f"team-{happening.what}-{team.pk}"
    if happening.what in ("joined", "left"):  # each of many changes is news to the captain
        key += f"-{TeamMember.objects.filter(team=team).latest('changed_at', 'pk').pk}"
    tell_many((Telling(who, f"team_{happening.what}", key, link, params) for who in happening.person_ids), actor=POST)


def _of_seat(one: Registration, kind: str, who: int) -> Telling:
    params = {
        "title": _title(one),
        "when": say_each(one.occurrence.starts_at),
        "where": one.occurrence.location,
        "until": say_each(one.offer_until) if one.offer_until else "",
    }
    link = _team_link(one.claim.team_id) if one.claim.team_id else link_to(one.claim.activity_id)
    return Telling(who, kind, f"{kind}-{one.pk}", link, params)


def _title(one: Registration) -> str:
    """What a seat is for; its activity was read with the claim."""
    one.occurrence.activity = one.claim.activity
    return one.occurrence.full_title


def _team_link(team_id: int) -> str:
    return reverse("team", args=[team_id])


def link_to(activity_id: int) -> str:
    return reverse("activity", args=[activity_id])


def tell_lots(happening: LotsDrawn) -> None:
    """Tell those whose lot brought no seat where they came out. The others are told of their seat."""
    activity = Activity.objects.get(pk=happening.activity_id)
    without = Claim.objects.filter(activity=activity, state=Claim.State.ADMITTED, short=F("take"))
    link, title = link_to(activity.pk), activity.title
    places = dict(without.values_list("pk", "rank"))
    tell_many(
        (
            Telling(who, "lots_drawn", f"lots-{activity.pk}-{claim}", link, {"title": title, "number": places[claim]})
            for claim, who in without.people()
        ),
        actor=POST,
    )


def tell_called_off(happening: ActivityCalledOff) -> None:
    """Tell everybody who asked for a seat and had not given up that there will be none, and why."""
    activity = Activity.objects.get(pk=happening.activity_id)
    asked = Claim.objects.filter(activity=activity).hoping()
    params = {"title": activity.title, "reason": happening.reason}
    key, link = f"called-off-{activity.pk}", link_to(activity.pk)
    tell_many((Telling(who, "activity_called_off", key, link, params) for _claim, who in asked.people()), actor=POST)


def tell_decided(happening: ClaimsDecided) -> None:
    """Tell those who asked where the union chooses, and have no seat, what came of it and why."""
    found = Claim.objects.filter(pk__in=happening.claim_ids)
    claims = {one.pk: one for one in found.select_related("activity")}
    kind = f"claim_{happening.what}"
    tell_many(
        (
            Telling(
                who, kind, f"{kind}-{one.pk}-{one.rank}", link_to(one.activity_id),
                {"title": one.activity.title, "reason": one.reason},
            )
            for one, who in ((claims[number], who) for number, who in found.people())
        ),
        actor=POST,
    )  # fmt: skip


DUE = {Occurrence.Due.TOMORROW: "date_tomorrow", Occurrence.Due.SOON: "date_soon"}


def tell_due(happening: DateDue) -> None:
    """Remind those who still hold a seat; ask those who were there how it was. Nobody who gave up hears of it."""
    date = Occurrence.objects.select_related("activity").get(pk=happening.occurrence_id)
    params = {"title": date.full_title, "when": say_each(date.starts_at), "where": date.location}
    if happening.due == Occurrence.Due.OVER:
        came = Presence.objects.came().filter(occurrence=date, has_answered=False).order_by("pk")
        tell_many(
            (
                Telling(person, "date_over", f"over-{date.pk}", reverse("feedback", args=[number]), params)
                for number, person in came.values_list("pk", "person_id")
            ),
            actor=POST,
        )
        return
    kind = DUE[Occurrence.Due(happening.due)]
    held = Registration.objects.filter(occurrence=date, state=Registration.State.REGISTERED)
    inside = set(Presence.objects.came().filter(occurrence=date).values_list("person", flat=True))
    holding = Claim.objects.filter(pk__in=held.order_by().values("claim"))
    key, link = f"{kind}-{date.pk}-{date.starts_at:%m%d%H%M}", link_to(date.activity_id)
    people = (who for _claim, who in holding.people() if who not in inside)
    tell_many((Telling(who, kind, key, link, params) for who in people), actor=POST)


def tell_dates_changed(happening: DatesChanged) -> None:
    """Tell those who hold a seat on a date when and where it is now. Changed twice, they are told twice."""
    held = Registration.objects.live().filter(occurrence__in=happening.occurrence_ids)
    seats = held.select_related("claim__activity", "claim__team", "occurrence").order_by("pk")
    at = f"{clock.now():%Y%m%d%H%M%S%f}"
    tell_many(
        (
            Telling(
                who, "date_changed", f"date-changed-{one.occurrence_id}-{at}", link_to(one.claim.activity_id),
                {
                    "title": _title(one),
                    "when": say_each(one.occurrence.starts_at),
                    "where": one.occurrence.location,
                },
            )
            for one in seats
            for who in _holders(one)
        ),
        actor=POST,
    )  # fmt: skip


def tell_dates_added(happening: DatesAdded) -> None:
    """Tell those of the course that they hold the new dates too, and those who wait that there are new dates."""
    dates = list(Occurrence.objects.filter(pk__in=happening.occurrence_ids).select_related("activity"))
    activity = dates[0].activity
    params = {"title": activity.title, "when": say_each(*(one.starts_at for one in dates)), "where": dates[0].location}
    waiting = "course_longer" if activity.all_dates else "dates_added"
    key, link = f"dates-added-{happening.occurrence_ids[0]}", link_to(activity.pk)
    kinds = ((happening.seated_ids, "course_goes_on"), (happening.waiting_ids, waiting))
    tell_many((Telling(who, kind, key, link, params) for people, kind in kinds for who in people), actor=POST)


def tell_dates_called_off(happening: DatesCalledOff) -> None:
    """Tell those who asked for dates which of them will not be, and why."""
    dates = list(Occurrence.objects.filter(pk__in=happening.occurrence_ids).select_related("activity"))
    activity = dates[0].activity
    params = {
        "title": activity.title,
        "when": say_each(*(one.starts_at for one in dates)),
        "reason": happening.reason,
    }
    key = f"date-called-off-{happening.occurrence_ids[0]}"
    tell_many(
        (Telling(who, "date_called_off", key, link_to(activity.pk), params) for who in happening.person_ids), actor=POST
    )


def tell_terms_changed(happening: TermsChanged) -> None:
    """Tell those who asked for a seat that it is no longer for the same people, and why; what they hold they keep."""
    activity = Activity.objects.get(pk=happening.activity_id)
    params = {"title": activity.title, "reason": happening.reason}
    key, link = f"terms-changed-{activity.pk}-{clock.now():%Y%m%d%H%M%S%f}", link_to(activity.pk)
    asked = Claim.objects.filter(activity=activity).hoping()
    tell_many((Telling(who, "terms_changed", key, link, params) for _claim, who in asked.people()), actor=POST)


def tell_mailing(happening: MailingSent) -> None:
    """Bring an officer's own words to those they were written to."""
    mailing = Mailing.objects.select_related("activity").get(pk=happening.mailing_id)
    params, link = {"title": mailing.activity.title, "text": mailing.text}, link_to(mailing.activity_id)
    key = f"mailing-{mailing.pk}"
    tell_many((Telling(who, "mailing", key, link, params) for who in happening.person_ids), actor=POST)
