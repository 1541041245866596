"""Teams that ask for seats together, and who consented to be in them."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from niangjia.events.models.activities import Activity, Occurrence
from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.orgs.models import Organisation
from niangjia.people.models import Person

LETTERS = "ABCDEFGHJKLMNPQRTUVWXY346789"  # none that are read as another
CODE_LENGTH = 6


def new_code() -> str:
    """What a captain tells colleagues to join by."""
    return "".join(secrets.choice(LETTERS) for _place in range(CODE_LENGTH))


class TeamQuerySet(models.QuerySet["Team"]):
    def standing(self) -> Self:
        return self.filter(dissolved_at=None)

    def of(self, actor: Actor) -> Self:
        """The teams this person is in, or is invited to."""
        known = (TeamMember.State.JOINED, TeamMember.State.INVITED)
        mine = TeamMember.objects.filter(person=actor.person_id, person__isnull=False, state__in=known)
        return self.standing().filter(pk__in=mine.values("team"))


class Team(models.Model):
    """People who enter one item together. It asks for its seats as one, and gets all of them or none."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="teams")
    occurrence = models.ForeignKey(Occurrence, on_delete=models.PROTECT, related_name="teams")
    name = models.CharField(_("name of the team"), max_length=20)
    union = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="teams")
    captain = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="captain_of")
    code = models.CharField(_("code to join by"), max_length=8, unique=True)
    founded_at = models.DateTimeField(default=clock.now)
    dissolved_at = models.DateTimeField(null=True, blank=True)

    objects = TeamQuerySet.as_manager()

    class Meta:
        verbose_name = _("team of an activity")
        ordering: ClassVar = ["occurrence", "founded_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_team_of_a_name",
                fields=["occurrence", "name"],
                condition=Q(dissolved_at=None),
                violation_error_message=_("There is a team of this name already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def roster_closes_at(self) -> datetime:
        """Until then members may leave and others take their places."""
        return self.occurrence.starts_at - timedelta(hours=self.activity.roster_hours)


class TeamMemberQuerySet(models.QuerySet["TeamMember"]):
    def joined(self) -> Self:
        return self.filter(state=TeamMember.State.JOINED)


class TeamMember(models.Model):
    """One person's place in a team: invited by the captain, or joined by their own hand."""

    class State(models.TextChoices):
        INVITED = "invited", _("invited")
        JOINED = "joined", _("joined")
        LEFT = "left", _("not in the team")

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="members")
    occurrence = models.ForeignKey(Occurrence, on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="team_places")
    state = models.CharField(_("state"), max_length=10, choices=State)
    changed_at = models.DateTimeField(default=clock.now)

    objects = TeamMemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("team member")
        ordering: ClassVar = ["team", "changed_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_place_in_a_team",
                fields=["team", "person"],
                violation_error_message=_("This person stands in the team already."),
            ),
            models.UniqueConstraint(
                name="nobody_in_two_teams_of_an_item",
                fields=["occurrence", "person"],
                condition=Q(state="joined"),
                violation_error_message=_("This person is in another team of this item."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.team_id}"
