"""Who may come: those with a verified profile. What happens to a profile when its person changes their mind."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from niangjia.events.models import Activity, Guest, Pair, Profile
from niangjia.kit.refusal import Conflict, Refusal
from niangjia.people.happenings import ConsentWithdrawn, DataCopying, PeopleMerged, PersonErasing

PURPOSE = "friendship"
WHY = {
    None: gettext_lazy("You have no profile for friendship events yet."),
    Profile.State.WAITING: gettext_lazy("Your profile has not been verified yet."),
    Profile.State.REFUSED: gettext_lazy("Your profile could not be verified."),
    Profile.State.BLOCKED: gettext_lazy("The organiser has closed your profile."),
}


def refusals(_activity: Activity, people: Collection[int]) -> dict[int, Refusal]:
    """Those of these people who cannot come, with the sentence why."""
    known = dict(Profile.objects.filter(person__in=people).values_list("person", "state"))
    return {
        person: Conflict(
            WHY[Profile.State(known[person]) if person in known else None],
            remedy=_("Open “Friendship” on your phone: it says what is missing."),
            code="no_verified_profile",
        )
        for person in people
        if known.get(person) != Profile.State.VERIFIED
    }


def _delete(person_id: int) -> None:
    """Profile, sheets, numbers, pairs and reports of one person. The sheets of others stay as unreadable as before."""
    Guest.objects.filter(person=person_id).delete()
    Profile.objects.filter(person=person_id).delete()


def hear_withdrawn(withdrawn: ConsentWithdrawn) -> None:
    """Without consent nothing is kept but that a profile was closed: who was blocked for what they did to another guest
    does not come back by leaving and joining again."""
    if withdrawn.purpose == PURPOSE:
        closed = Profile.objects.filter(person=withdrawn.person_id, state=Profile.State.BLOCKED)
        is_closed = closed.update(nickname="", age_band="", district_code="", words="", contact="") > 0
        Guest.objects.filter(person=withdrawn.person_id).delete()
        if not is_closed:
            _delete(withdrawn.person_id)


def hear_erasing(erasing: PersonErasing) -> None:
    """Whoever is erased is erased here as well."""
    _delete(erasing.person_id)


def hear_merged(merged: PeopleMerged) -> None:
    """Two records were one person: what the given-up one had here is deleted, they opt in again if they wish."""
    _delete(merged.gone_id)


def add_to_copy(copying: DataCopying) -> None:
    """The profile and how many pairs there are; choices are sealed from everybody, the person included."""
    profile = Profile.objects.filter(person=copying.person_id).first()
    if profile is not None:
        own = Guest.objects.filter(person=copying.person_id)
        told = Pair.objects.filter(first__in=own) | Pair.objects.filter(second__in=own)
        copying.parts["friendship"] = {
            "nickname": profile.nickname, "age_band": profile.age_band, "district_code": profile.district_code,
            "words": profile.words, "contact": profile.contact, "state": profile.state,
            "promised_at": profile.promised_at.isoformat(), "mutual_choices": told.count(),
        }  # fmt: skip
