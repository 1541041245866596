"""What becomes of wishes when people are merged, erased, or take a copy of their data."""

from __future__ import annotations

from niangjia.demand.models import Wish
from niangjia.people.happenings import DataCopying, PeopleMerged, PersonErasing


def follow_merge(merged: PeopleMerged) -> None:
    """Who answered one poll under both records keeps the answer of the kept one."""
    answered = Wish.objects.filter(person=merged.kept_id).values("option__poll")
    Wish.objects.filter(person=merged.gone_id, option__poll__in=answered).delete()
    Wish.objects.filter(person=merged.gone_id).update(person=merged.kept_id)


def forget(erasing: PersonErasing) -> None:
    """Wishes go with the person."""
    Wish.objects.filter(person=erasing.person_id).delete()


def add_to_copy(copying: DataCopying) -> None:
    """Put what somebody asked for into the copy of their data."""
    own = Wish.objects.filter(person=copying.person_id).select_related("option__poll").order_by("pk")
    copying.parts["wishes"] = [
        {"asked": one.option.poll.title, "option": one.option.title, "at": one.wished_at.isoformat()} for one in own
    ]
