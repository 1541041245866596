"""What some kinds of activity ask besides their conditions, at the moment somebody asks for a seat."""

from __future__ import annotations

from collections.abc import Collection

from niangjia.events.admission import invited
from niangjia.events.friendship import profiles
from niangjia.events.models import Activity
from niangjia.events.recuperation import allowance
from niangjia.kit.refusal import Refusal

GATES = {Activity.Kind.TRIP: allowance.refusals, Activity.Kind.FRIENDSHIP: profiles.refusals}


def shut_for(activity: Activity, people: Collection[int]) -> dict[int, Refusal]:
    """Those of these people who cannot have a seat here, with the sentence why. An ordinary activity asks nothing."""
    gate = GATES.get(Activity.Kind(activity.kind))
    return gate(activity, people) if gate is not None else {}


def shut_at_the_counter(activity: Activity, people: Collection[int]) -> dict[int, Refusal]:
    """The same, and those who ask for what is by invitation without one; an officer may seat them all the same."""
    return invited.refusals(activity, people) | shut_for(activity, people)
