"""What is offered: a programme, its versions, its rounds, and the workers found for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.ledger.models import Account
from niangjia.orgs.models import Organisation, within
from niangjia.people.models import Person

if TYPE_CHECKING:
    from niangjia.programmes.definition import Definition

APPEND_ONLY = pgtrigger.Update | pgtrigger.Delete


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def visible_to(self, actor: Actor) -> Self:
        """Officers see what was launched in their subtree, and above it: a county's programme is a town's business."""
        if actor.is_system:
            return self
        above = Organisation.objects.above(*actor.paths)
        return self.filter(within(actor.paths, "organisation__path") | Q(organisation__in=above))


class Programme(models.Model):
    """A practice as one union runs it, through all its versions and rounds."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="programmes")
    practice = models.SlugField(_("practice"), max_length=64)
    title = models.CharField(_("title"), max_length=128)
    created_at = models.DateTimeField(default=clock.now)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("programme")
        ordering: ClassVar = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def path(self) -> str:
        return self.organisation.path


class ProgrammeVersion(models.Model):
    """One text of a programme file. Published, it never changes: a round and its cases keep the one they have."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField(_("programme file"))
    digest = models.CharField(max_length=64)
    note = models.CharField(_("what changed and why"), max_length=300, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("programme version")
        ordering: ClassVar = ["programme", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "number"], name="one_text_per_version_number"),
            models.UniqueConstraint(
                fields=["programme"],
                condition=Q(published_at=None),
                name="one_draft_per_programme",
                violation_error_message=_("This programme already has a draft version; finish or discard it first."),
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(
                name="published_version_stays",
                operation=APPEND_ONLY,
                condition=pgtrigger.Q(old__published_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.programme} v{self.number}"

    @property
    def definition(self) -> Definition:
        from niangjia.programmes.loading import definition_of

        return definition_of(self.text)


class RoundQuerySet(models.QuerySet["Round"]):
    def open_now(self) -> Self:
        now = clock.now()
        return self.filter(state=Round.State.OPEN, opens_at__lte=now, closes_at__gt=now)

    def visible_to(self, actor: Actor) -> Self:
        """As programmes; and a partner sees the rounds it is invited into."""
        if actor.is_system:
            return self
        above = Organisation.objects.above(*actor.paths)
        invited = [power.organisation_id for power in actor.powers if not power.is_union]
        return self.filter(
            within(actor.paths, "organisation__path")
            | Q(organisation__in=above)
            | Q(pk__in=RoundPartner.objects.filter(organisation__in=invited).values("round"))
        )

    def offered_within(self, path: str) -> Self:
        """The rounds whose launcher stands over (or at) this union path."""
        return self.filter(organisation__in=Organisation.objects.above(path))


class Round(models.Model):
    """One opening of a programme: its window, places and money, pinned to the version it was opened with."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")

    version = models.ForeignKey(ProgrammeVersion, on_delete=models.PROTECT, related_name="rounds")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="rounds")
    title = models.CharField(_("title"), max_length=128)
    opens_at = models.DateTimeField(_("opens"))
    closes_at = models.DateTimeField(_("closes"))
    quota = models.PositiveIntegerField(_("places"), null=True, blank=True)
    budget = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="rounds", verbose_name=_("budget")
    )
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField(default=clock.now)
    matched_on = models.DateField(_("last matched on"), null=True, editable=False)
    matched_generation = models.BigIntegerField(_("facts table when last matched"), null=True, editable=False)

    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("round")
        ordering: ClassVar = ["-opens_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="round_closes_after_it_opens",
                condition=Q(closes_at__gt=F("opens_at")),
                violation_error_message=_("A round must close after it opens."),
            ),
            models.CheckConstraint(
                name="round_has_a_place",
                condition=Q(quota=None) | Q(quota__gt=0),
                violation_error_message=_("A round needs at least one place."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def path(self) -> str:
        return self.organisation.path

    @property
    def definition(self) -> Definition:
        return self.version.definition

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN and self.opens_at <= clock.now() < self.closes_at


class RoundPartner(models.Model):
    """Which body plays which partner's part in a round (`power_bureau` → Xinchang's power supply bureau)."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="partners")
    key = models.SlugField(max_length=64)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="invitations")

    class Meta:
        verbose_name = _("partner in a round")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["round", "key"], name="one_body_per_partner_key"),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.organisation}"


class Match(models.Model):
    """A worker the platform found for a round: certain yes, or one fact away and which fact, or once and no more."""

    class Verdict(models.TextChoices):
        YES = "yes", _("suits")
        ONE_FACT = "one_fact", _("one fact away")
        NO = "no", _("suits no more")

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="matches")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="matches")
    verdict = models.CharField(max_length=8, choices=Verdict)
    missing = models.CharField(max_length=64, blank=True)
    found_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("match")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["round", "person"], name="found_once_per_round"),
        ]

    def __str__(self) -> str:
        return f"{self.person} for {self.round}"
