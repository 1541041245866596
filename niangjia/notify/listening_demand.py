"""What workers ask for, put into words for the officers who can arrange it."""

from __future__ import annotations

from django.urls import reverse

from niangjia.demand.happenings import DemandReached
from niangjia.demand.models import Option, Wish
from niangjia.events.happenings import DemandAnswered
from niangjia.events.models import Activity
from niangjia.kit import clock
from niangjia.kit.actor import RUNNERS, Actor
from niangjia.kit.dates import say_each
from niangjia.notify.actions import Telling, tell_many
from niangjia.orgs.models import Appointment

POST = Actor.system("notify")


def tell_reached(happening: DemandReached) -> None:
    """Tell the officers of the union that so many ask for an option as they wanted to hear of. Nobody is named."""
    option = Option.objects.select_related("poll").get(pk=happening.option_id)
    held = Appointment.objects.on(clock.today()).filter(organisation=option.poll.organisation_id, office__in=RUNNERS)
    params = {"title": option.poll.title, "what": option.title, "people": option.poll.notice_at}
    link = reverse("desk_poll", args=[option.poll_id])
    people = dict.fromkeys(held.order_by("person").values_list("person", flat=True))
    tell_many((Telling(who, "demand_reached", f"demand-{option.pk}", link, params) for who in people), actor=POST)


def tell_answered(happening: DemandAnswered) -> None:
    """What they asked for takes place: they are told at once, each by themselves."""
    of = Activity.objects.get(pk=happening.activity_id)
    asked = Wish.objects.filter(option=of.answers_id).order_by("person").values_list("person", flat=True)
    params = {"title": of.title, "when": say_each(of.opens_at)}
    link = reverse("activity", args=[of.pk])
    tell_many((Telling(who, "demand_answered", f"answered-{of.pk}", link, params) for who in asked), actor=POST)
