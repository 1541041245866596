"""What came of a friendship event, in words that are the same for every guest."""

from __future__ import annotations

from django.urls import reverse

from niangjia.events.happenings import MutualChoicesTold
from niangjia.events.models import Activity
from niangjia.kit.actor import Actor
from niangjia.notify.actions import Telling, tell_many

POST = Actor.system("notify")


def tell_mutual(happening: MutualChoicesTold) -> None:
    """Tell every guest the same, chosen or not: what came of it stands behind the sign-in."""
    title, link = Activity.objects.get(pk=happening.activity_id).title, reverse("friendship")
    key = f"mutual-{happening.activity_id}"
    tell_many(
        (Telling(person, "mutual_told", key, link, {"title": title}) for person in happening.person_ids), actor=POST
    )
