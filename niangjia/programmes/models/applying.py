"""What is asked for: applications, what was handed in, and what the rules said."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.crypto import SealedJSONField
from niangjia.orgs.models import Organisation, within
from niangjia.people.models import Person
from niangjia.programmes.models.offering import ProgrammeVersion, Round

if TYPE_CHECKING:
    from niangjia.programmes.definition import Definition

APPEND_ONLY = pgtrigger.Update | pgtrigger.Delete


class ApplicationQuerySet(models.QuerySet["Application"]):
    def lock(self, *ids: int) -> list[Application]:
        """The applications, locked in one order, so that two officers never wait for each other in a ring.

        Those of one round share one round object: its programme text is long, and a batch reads it once.
        """
        locked = self.select_for_update(of=("self",)).filter(pk__in=ids).select_related("union", "person")
        found = list(locked.order_by("pk"))
        rounds = Round.objects.filter(pk__in={one.round_id for one in found}).select_related(
            "version__programme", "organisation", "budget"
        )
        by_id = {of.pk: of for of in rounds.prefetch_related("judges", "partners__organisation")}
        for one in found:
            one.round = by_id[one.round_id]
        return found

    def mine(self, actor: Actor) -> Self:
        return self.filter(person=actor.person_id, person__isnull=False)

    def handed_in(self) -> Self:
        return self.exclude(state=Application.State.DRAFT)

    def visible_to(self, actor: Actor) -> Self:
        """One's own; an officer's subtree once handed in; a partner's and a judge's once their step is reached."""
        if actor.is_system:
            return self
        partner_bodies = [power.organisation_id for power in actor.powers if not power.is_union]
        reached = self.model.objects.filter(runs__bodies__organisation__in=partner_bodies).values("pk")
        judged = self.model.objects.filter(
            round__judges__person=actor.person_id,
            round__judges__person__isnull=False,
            round__judges__step=F("runs__step"),
        ).values("pk")
        in_my_subtree = within(actor.paths, "union__path") | within(actor.paths, "round__organisation__path")
        return self.filter(
            Q(person=actor.person_id, person__isnull=False)
            | (~Q(state=Application.State.DRAFT) & in_my_subtree)
            | Q(pk__in=reached)
            | Q(pk__in=judged)
        )


class Application(models.Model):
    """A worker's request in a round, from the first saved word to the result."""

    class State(models.TextChoices):
        DRAFT = "draft", _("being written")
        IN_REVIEW = "in_review", _("in review")
        RETURNED = "returned", _("sent back to complete")
        REFUSED = "refused", _("not granted")
        GRANTED = "granted", _("granted")
        WITHDRAWN = "withdrawn", _("withdrawn")

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="applications")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="applications")
    union = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="applications",
        help_text=_("the applicant's own union on the day of application"),
    )
    entered_by = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="entered_applications",
        help_text=_("the officer who entered it from paper and saw the originals"),
    )
    number = models.CharField(_("number"), max_length=24, unique=True, null=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    step = models.CharField(_("current step"), max_length=64, blank=True)
    answers = SealedJSONField(_("answers"), default=dict)
    revision = models.PositiveIntegerField(default=0, help_text=_("counts submissions; a stale form names an old one"))
    started_at = models.DateTimeField(default=clock.now)
    submitted_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    result_code = models.SlugField(max_length=64, blank=True)
    result_reason = models.TextField(_("reason"), blank=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("application")
        ordering: ClassVar = ["-started_at", "-pk"]
        indexes: ClassVar = [models.Index(fields=["round", "state"], name="application_by_round")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_application_per_round",
                fields=["round", "person"],
                condition=~Q(state="withdrawn"),
                violation_error_message=_("You already have an application in this round."),
            ),
            models.CheckConstraint(
                name="a_no_has_a_reason",
                condition=~Q(state="refused") | ~Q(result_reason=""),
                violation_error_message=_("A refusal must say why (Social Assistance Law art. 45)."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number or self.pk}"

    @property
    def path(self) -> str:
        return self.union.path

    @property
    def definition(self) -> Definition:
        return self.round.version.definition


class Revision(models.Model):
    """What was handed in, each time: reviewers see what changed since they looked."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    answers = SealedJSONField(default=dict)
    submitted_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("revision")
        ordering: ClassVar = ["application", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["application", "number"], name="one_revision_per_number"),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="revision_stays", operation=APPEND_ONLY)]

    def __str__(self) -> str:
        return f"{self.application} r{self.number}"


class Attachment(models.Model):
    """A file handed in for one field; checked for type, size and content before it is kept."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="attachments")
    field = models.SlugField(max_length=64)
    name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    file = models.FileField(upload_to="attachments/%Y/%m/")
    uploaded_at = models.DateTimeField(default=clock.now)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("attachment")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="same_file_once_per_field",
                fields=["application", "field", "sha256"],
                condition=Q(removed_at=None),
                violation_error_message=_("This file is already attached here."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Finding(models.Model):
    """What the rules said of one application on one day, so that it can be cited and said again years later."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="findings")
    version = models.ForeignKey(ProgrammeVersion, on_delete=models.PROTECT, related_name="findings")
    revision = models.PositiveIntegerField()
    verdict = models.CharField(max_length=8)
    as_of = models.DateField()
    facts_digest = models.CharField(max_length=64)
    told = SealedJSONField(help_text=_("the finding clause by clause"))
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("finding")
        ordering: ClassVar = ["-pk"]
        triggers: ClassVar = [pgtrigger.Protect(name="finding_stays", operation=APPEND_ONLY)]

    def __str__(self) -> str:
        return f"{self.application}: {self.verdict} on {self.as_of}"


class Look(models.Model):
    """Which revision an officer saw last: the drawer shows what changed since."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="looks")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="looks")
    revision = models.PositiveIntegerField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("look")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["application", "person"], name="one_look_per_person"),
        ]

    def __str__(self) -> str:
        return f"{self.person} saw r{self.revision}"
