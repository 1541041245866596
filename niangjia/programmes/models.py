"""A practice made to run: programme → version → round → application → decisions → entitlement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from niangjia.credentials.models import Credential
from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.crypto import SealedJSONField
from niangjia.ledger.models import Account, Transfer
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
        above = Organisation.objects.none()
        for path in actor.paths:
            above = above | Organisation.objects.above(path)
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
    """One text of a programme file. Published texts never change: a round and its cases keep the one they began with."""

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

        return definition_of(self.digest, self.text)


class RoundQuerySet(models.QuerySet["Round"]):
    def open_now(self) -> Self:
        now = clock.now()
        return self.filter(state=Round.State.OPEN, opens_at__lte=now, closes_at__gt=now)

    def visible_to(self, actor: Actor) -> Self:
        """As programmes; and a partner sees the rounds it is invited into."""
        if actor.is_system:
            return self
        above = Organisation.objects.none()
        for path in actor.paths:
            above = above | Organisation.objects.above(path)
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
    """A worker the platform found for a round: certain yes, or one fact away and which fact."""

    class Verdict(models.TextChoices):
        YES = "yes", _("suits")
        ONE_FACT = "one_fact", _("one fact away")

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


class ApplicationQuerySet(models.QuerySet["Application"]):
    def lock(self, *ids: int) -> list[Application]:
        """The applications, locked in one order, so that two officers never wait for each other in a ring."""
        return list(
            self.select_for_update(of=("self",)).filter(pk__in=ids).select_related(
                "round__version", "round__organisation", "round__budget", "union", "person"
            ).order_by("pk")
        )  # fmt: skip

    def mine(self, actor: Actor) -> Self:
        return self.filter(person=actor.person_id, person__isnull=False)

    def handed_in(self) -> Self:
        return self.exclude(state=Application.State.DRAFT)

    def visible_to(self, actor: Actor) -> Self:
        """The applicant's own; an officer's subtree once handed in; a partner's only while its step has been reached."""
        if actor.is_system:
            return self
        partner_bodies = [power.organisation_id for power in actor.powers if not power.is_union]
        reached = StepRun.objects.filter(bodies__organisation__in=partner_bodies).values("application")
        return self.filter(
            Q(person=actor.person_id, person__isnull=False)
            | (~Q(state=Application.State.DRAFT) & (within(actor.paths, "union__path") | within(actor.paths, "round__organisation__path")))
            | Q(pk__in=reached)
        )  # fmt: skip


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
        Organisation, on_delete=models.PROTECT, related_name="applications",
        help_text=_("the applicant's own union on the day of application"),
    )  # fmt: skip
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


class Notice(models.Model):
    """A public notice over the applications that reached a notice step; anybody may object until it closes."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="notices")
    step = models.SlugField(max_length=64)
    title = models.CharField(max_length=160)
    published_at = models.DateTimeField(default=clock.now)
    closes_on = models.DateField(help_text=_("the last day on which an objection counts"))
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("public notice")
        ordering: ClassVar = ["-published_at"]

    def __str__(self) -> str:
        return self.title

    @property
    def path(self) -> str:
        return self.round.organisation.path


class StepRun(models.Model):
    """An application at one step: who has it, since when, until when, and how it ended."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        PASSED = "passed", _("passed")
        REFUSED = "refused", _("refused")
        RETURNED = "returned", _("sent back")
        STOPPED = "stopped", _("stopped")

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="runs")
    step = models.SlugField(max_length=64)
    attempt = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField(default=clock.now)
    due_on = models.DateField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, null=True, blank=True, related_name="runs")

    class Meta:
        verbose_name = _("step of an application")
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [models.Index(fields=["state", "due_on"], name="steprun_due")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_open_step",
                fields=["application"],
                condition=Q(state="open"),
                violation_error_message=_("This application is already at another step."),
            ),
            models.UniqueConstraint(fields=["application", "step", "attempt"], name="one_run_per_attempt"),
        ]

    def __str__(self) -> str:
        return f"{self.application} at {self.step}"


class StepBody(models.Model):
    """A body that has to act in a step: one for a review, several for a joint survey or a signature."""

    run = models.ForeignKey(StepRun, on_delete=models.CASCADE, related_name="bodies")
    side = models.SlugField(max_length=64, help_text=_("`union`, or the partner's key"))
    office = models.CharField(max_length=10)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="duties")

    class Meta:
        verbose_name = _("body that acts in a step")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "side"], name="one_body_per_side"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} for {self.run}"


class Decision(models.Model):
    """What one person decided or recorded at a step. Never changed: another decision follows it."""

    class Verdict(models.TextChoices):
        APPROVE = "approve", _("approve")
        REFUSE = "refuse", _("refuse")
        RETURN = "return", _("send back")
        RECORD = "record", _("recorded")
        RECUSE = "recuse", _("recused")

    run = models.ForeignKey(StepRun, on_delete=models.CASCADE, related_name="decisions")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="decisions")
    by_name = models.CharField(max_length=64)
    side = models.SlugField(max_length=64, default="union")
    verdict = models.CharField(max_length=8, choices=Verdict)
    reason = models.TextField(blank=True)
    record = SealedJSONField(default=dict)
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("decision")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_decision_per_person_and_step",
                fields=["run", "person"],
                violation_error_message=_("You have already decided this step."),
            ),
            models.CheckConstraint(
                name="no_or_return_says_why",
                condition=~Q(verdict__in=["refuse", "return", "recuse"]) | ~Q(reason=""),
                violation_error_message=_("Say why in a sentence."),
            ),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="decision_stays", operation=APPEND_ONLY)]

    def __str__(self) -> str:
        return f"{self.by_name}: {self.verdict}"


class JudgeSeat(models.Model):
    """A person who judges a score step of a round."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="judges")
    step = models.SlugField(max_length=64)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="judge_seats")

    class Meta:
        verbose_name = _("judge's seat")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["round", "step", "person"], name="one_seat_per_judge"),
        ]

    def __str__(self) -> str:
        return f"{self.person} judges {self.round}"


class Objection(models.Model):
    """What somebody has against a line of a public notice, and how it was answered."""

    class State(models.TextChoices):
        OPEN = "open", _("being looked into")
        UPHELD = "upheld", _("upheld")
        DISMISSED = "dismissed", _("not upheld")

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="objections")
    run = models.ForeignKey(StepRun, on_delete=models.CASCADE, null=True, blank=True, related_name="objections")
    text = models.TextField(_("what is wrong"))
    name = SealedJSONField(_("name and contact"), default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    answer = models.TextField(_("answer"), blank=True)
    made_at = models.DateTimeField(default=clock.now)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("objection")
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"objection {self.pk} to {self.notice}"


class Agreement(models.Model):
    """The exact text the parties sign, frozen by its hash (E-Signature Law art. 13)."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="agreements")
    run = models.OneToOneField(StepRun, on_delete=models.PROTECT, related_name="agreement")
    title = models.CharField(max_length=160)
    text = models.TextField()
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("agreement")
        triggers: ClassVar = [pgtrigger.Protect(name="agreement_stays", operation=APPEND_ONLY)]

    def __str__(self) -> str:
        return self.title


class Signature(models.Model):
    """One party's signature: who, when, over which text."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="signatures")
    party = models.SlugField(max_length=64, help_text=_("`applicant`, `union`, or the partner's key"))
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="signatures")
    by_name = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    signed_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("signature")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agreement", "party"],
                name="each_party_signs_once",
                violation_error_message=_("This party has already signed."),
            )
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="signature_stays", operation=APPEND_ONLY)]

    def __str__(self) -> str:
        return f"{self.by_name} for {self.party}"


class Entitlement(models.Model):
    """What an application was granted, from the promise to the delivery."""

    class State(models.TextChoices):
        PROMISED = "promised", _("promised")
        DELIVERED = "delivered", _("delivered")
        VOID = "void", _("void")

    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="entitlement")
    kind = models.CharField(max_length=10)
    label = models.CharField(max_length=128)
    amount_fen = models.BigIntegerField(default=0)
    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, null=True, blank=True, related_name="entitlements")
    credential = models.ForeignKey(
        Credential, on_delete=models.PROTECT, null=True, blank=True, related_name="entitlements"
    )
    state = models.CharField(max_length=10, choices=State, default=State.PROMISED)
    promised_at = models.DateTimeField(default=clock.now)
    delivered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("entitlement")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="entitlement_is_never_negative",
                condition=Q(amount_fen__gte=0),
                violation_error_message=_("A grant cannot be below zero."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.label} for {self.application}"


class Appeal(models.Model):
    """The applicant asks the union above to look at a refusal again."""

    class State(models.TextChoices):
        OPEN = "open", _("being looked into")
        UPHELD = "upheld", _("upheld: the application is taken up again")
        DISMISSED = "dismissed", _("the refusal stands")

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="appeals")
    body = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="appeals")
    text = models.TextField(_("why"))
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    answer = models.TextField(_("answer"), blank=True)
    made_at = models.DateTimeField(default=clock.now)
    due_on = models.DateField()
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("appeal")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_open_appeal",
                fields=["application"],
                condition=Q(state="open"),
                violation_error_message=_("An appeal on this application is already being looked into."),
            )
        ]

    def __str__(self) -> str:
        return f"appeal {self.pk} on {self.application}"


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


Answers = dict[str, Any]
