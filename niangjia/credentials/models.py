"""What can be achieved, and the certificates that somebody achieved it."""

from __future__ import annotations

import uuid
from datetime import date
from typing import ClassVar, Self

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.orgs.models import Organisation
from niangjia.people.models import Person


class Tier(models.TextChoices):
    """On which level an achievement is given: the six tiers of craftsmen (六级工匠梯队), and the nation's."""

    NATION = "nation", _("national level")
    PROVINCE = "province", _("provincial level")
    CITY = "city", _("city level")
    COUNTY = "county", _("county level")
    TOWNSHIP = "township", _("township level")
    ENTERPRISE = "enterprise", _("enterprise level")


class HolderKind(models.TextChoices):
    PERSON = "person", _("individual")
    TEAM = "team", _("team")
    ORGANISATION = "organisation", _("body")


class Achievement(models.Model):
    """Something that can be achieved: a rung of the skill ladder, a title, an honour, a course, a studio's plaque.

    Certificate levels run downwards (five is the lowest), so nothing is ever sorted by them: `rank_order` runs up.
    """

    class Kind(models.TextChoices):
        SKILL_LEVEL = "skill_level", _("skill level")
        TITLE = "title", _("honorary title")
        HONOUR = "honour", _("honour")
        COURSE = "course", _("course")
        PLAQUE = "plaque", _("plaque")

    code = models.SlugField(_("code"), max_length=64, unique=True)
    kind = models.CharField(_("kind of achievement"), max_length=12, choices=Kind)
    name_zh = models.CharField(_("Chinese name"), max_length=64)
    name_en = models.CharField(_("English name"), max_length=128)
    obtained_zh = models.CharField(_("how it is obtained"), max_length=200, blank=True)
    obtained_en = models.CharField(max_length=200, blank=True)
    tier = models.CharField(_("level that gives it"), max_length=12, choices=Tier, blank=True)
    rank_order = models.PositiveSmallIntegerField(_("rank"), null=True, blank=True)
    holder_kind = models.CharField(_("holder"), max_length=12, choices=HolderKind, default=HolderKind.PERSON)
    cycle_years = models.PositiveSmallIntegerField(_("given every so many years"), null=True, blank=True)
    revocable = models.BooleanField(_("can be revoked"), default=True)

    class Meta:
        verbose_name = _("achievement")
        ordering: ClassVar = ["kind", "rank_order", "code"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_skill_level_per_rank",
                fields=["rank_order"],
                condition=Q(kind="skill_level"),
                violation_error_message=_("Another skill level already has this rank."),
            ),
            models.CheckConstraint(
                name="skill_levels_are_ranked",
                condition=~Q(kind="skill_level") | Q(rank_order__isnull=False),
                violation_error_message=_("A skill level needs its place on the ladder."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.name_zh if (get_language() or "zh").startswith("zh") else self.name_en

    @property
    def obtained(self) -> str:
        return self.obtained_zh if (get_language() or "zh").startswith("zh") else self.obtained_en


class CredentialQuerySet(models.QuerySet["Credential"]):
    def standing_on(self, day: date) -> Self:
        """Those that count on this day: given, not run out, not revoked."""
        return self.filter(
            Q(valid_until=None) | Q(valid_until__gte=day),
            Q(revoked_on=None) | Q(revoked_on__gt=day),
            issued_on__lte=day,
        )

    def issued(self) -> Self:
        """Those this house signed itself."""
        return self.filter(standing=Credential.Standing.ISSUED)

    def proven(self) -> Self:
        """Those somebody other than the holder stands for."""
        return self.filter(standing__in=(Credential.Standing.ISSUED, Credential.Standing.CHECKED))

    def held_by(self, person_id: int) -> Self:
        """This person's, and those of records merged into this person's."""
        return self.filter(Q(person=person_id) | Q(person__merged_into=person_id))

    def visible_to(self, actor: Actor) -> Self:
        """A person's own. Others are shown a certificate by its holder, or verify its number."""
        if actor.is_system:
            return self
        return self.held_by(actor.person_id) if actor.person_id is not None else self.none()

    def lock(self, pk: int) -> Credential:
        return self.select_for_update(of=("self",)).select_related("achievement", "person", "issuer").get(pk=pk)


class Credential(models.Model):
    """That somebody achieved something: signed by this house, or recorded from a certificate issued elsewhere."""

    class Standing(models.TextChoices):
        ISSUED = "issued", _("issued here")
        CHECKED = "checked", _("checked against the original")
        DECLARED = "declared", _("stated by the holder")

    number = models.CharField(_("number"), max_length=64)
    achievement = models.ForeignKey(Achievement, on_delete=models.PROTECT, related_name="credentials")
    standing = models.CharField(_("standing"), max_length=8, choices=Standing)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="credentials", verbose_name=_("holder")
    )
    body = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="credentials_held",
        verbose_name=_("holding body"),
    )  # fmt: skip
    team = models.CharField(_("team"), max_length=64, blank=True)
    issuer = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="credentials_issued"
    )
    issuer_name = models.CharField(_("issued by"), max_length=128)
    occupation = models.CharField(_("trade"), max_length=64, blank=True)
    issued_on = models.DateField(_("issued on"), default=clock.today)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    revoked_on = models.DateField(_("revoked on"), null=True, blank=True)
    revoked_reason = models.CharField(_("reason"), max_length=200, blank=True)
    evidence = models.CharField(max_length=128, blank=True, help_text=_("what it was given for, by name and number"))
    subject = models.UUIDField(default=uuid.uuid4, editable=False)
    status_index = models.BigIntegerField(null=True, blank=True, editable=False)
    signed = models.TextField(blank=True, editable=False, help_text=_("the signed credential (VC-JWT)"))

    objects = CredentialQuerySet.as_manager()

    class Meta:
        verbose_name = _("credential")
        ordering: ClassVar = ["-issued_on", "-pk"]
        indexes: ClassVar = [models.Index(fields=["person", "achievement"], name="credential_by_person")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_certificate_per_number",
                fields=["number"],
                condition=~Q(standing="declared"),
                violation_error_message=_("A certificate with this number is already recorded."),
            ),
            models.UniqueConstraint(
                name="one_declaration_per_certificate",
                fields=["person", "number"],
                violation_error_message=_("You have already recorded a certificate with this number."),
            ),
            models.UniqueConstraint(name="one_certificate_per_status_bit", fields=["status_index"]),
            models.CheckConstraint(
                name="certificate_has_one_holder",
                condition=Q(person__isnull=False, body=None, team="") | Q(person=None, body__isnull=False),
                violation_error_message=_("A certificate belongs to one person, or to a body or a team in it."),
            ),
            models.CheckConstraint(
                name="certificate_ends_after_it_begins",
                condition=Q(valid_until=None) | Q(valid_until__gte=F("issued_on")),
                violation_error_message=_("A certificate cannot run out before it was issued."),
            ),
            models.CheckConstraint(
                name="revocation_says_why",
                condition=Q(revoked_on=None) | ~Q(revoked_reason=""),
                violation_error_message=_("Say why the certificate is revoked."),
            ),
            models.CheckConstraint(
                name="issued_here_is_signed_here",
                condition=~Q(standing="issued") | (~Q(signed="") & Q(issuer__isnull=False, status_index__isnull=False)),
                violation_error_message=_("A certificate issued here must be signed."),
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="certificate_is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="signed_certificate_stays",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Q(old__standing="issued"),
                func="""
IF to_jsonb(NEW) - 'revoked_on' - 'revoked_reason' <> to_jsonb(OLD) - 'revoked_on' - 'revoked_reason' THEN
  RAISE EXCEPTION 'a signed certificate does not change';
END IF;
RETURN NEW;
""",
            ),
            pgtrigger.Protect(
                name="revocation_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__revoked_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.achievement} {self.number}"

    @property
    def path(self) -> str:
        return self.issuer.path if self.issuer is not None else ""

    @property
    def masked_holder(self) -> str:
        """The holder as a public page may show it: a person's name masked, a team or body in full."""
        if self.person is not None:
            return self.person.masked_name
        return self.team or str(self.body)

    @property
    def is_revoked(self) -> bool:
        return self.revoked_on is not None

    @property
    def is_over(self) -> bool:
        return self.is_revoked or self.has_run_out

    @property
    def has_run_out(self) -> bool:
        return self.valid_until is not None and self.valid_until < clock.today()
