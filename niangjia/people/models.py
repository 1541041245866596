"""Natural persons, the accounts they sign in with, their households, and what they agreed to."""

from __future__ import annotations

from typing import ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from niangjia.kit import clock, crypto


class Sex(models.TextChoices):
    FEMALE = "F", _("female")
    MALE = "M", _("male")


class IdKind(models.TextChoices):
    CITIZEN = "citizen", _("resident identity card")
    RESIDENCE_PERMIT = "permit", _("residence permit for Hong Kong, Macao and Taiwan residents")
    FOREIGNER = "foreigner", _("foreigner's permanent residence card")


class PersonQuerySet(models.QuerySet["Person"]):
    def lock(self, person_id: int) -> Person:
        return self.select_for_update().get(pk=person_id)

    def with_id_number(self, number: str) -> Self:
        return self.filter(id_hash=crypto.keyed_hash(number, "person.id"))

    def with_phone(self, phone: str) -> Self:
        return self.filter(phone_hash=crypto.keyed_hash(phone, "person.phone"))


class Person(models.Model):
    """One natural person, whatever unions, firms and accounts they pass through."""

    name = models.CharField(_("name"), max_length=64)
    name_key = models.CharField(max_length=128, blank=True, editable=False, help_text=_("pinyin, for sorting"))
    sex = models.CharField(_("sex"), max_length=1, choices=Sex, blank=True)
    birth_date = models.DateField(_("date of birth"), null=True, blank=True)
    id_kind = models.CharField(_("kind of identity document"), max_length=10, choices=IdKind, blank=True)
    id_number = crypto.SealedTextField(_("identity number"), blank=True)
    id_hash = models.CharField(max_length=64, blank=True, editable=False)
    identity_proved_on = models.DateField(_("identity proved on"), null=True, blank=True)
    phone = crypto.SealedTextField(_("phone number"), blank=True)
    phone_hash = models.CharField(max_length=64, blank=True, editable=False)
    residence_code = models.CharField(_("division code of residence"), max_length=12, blank=True)
    hukou_code = models.CharField(_("division code of household registration"), max_length=12, blank=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged", db_index=False
    )
    erased_on = models.DateField(_("erased on"), null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person")
        ordering: ClassVar = ["name_key", "pk"]
        # Only what is asked for: every index is written a million times by a large roster.
        indexes: ClassVar = [
            models.Index(fields=["phone_hash"], name="person_by_phone"),
            models.Index(fields=["merged_into"], name="person_by_merge", condition=~Q(merged_into=None)),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="person_has_a_name",
                condition=~Q(name=""),
                violation_error_message=_("A person needs a name."),
            ),
            models.UniqueConstraint(
                name="one_person_per_identity_number",
                fields=["id_hash"],
                condition=~Q(id_hash=""),
                violation_error_message=_("A person with this identity number is already recorded."),
            ),
            models.CheckConstraint(
                name="nobody_is_merged_into_themselves",
                condition=~Q(merged_into=F("pk")),
                violation_error_message=_("A record cannot be merged into itself."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def set_id_number(self, number: str) -> None:
        """Keep the identity number sealed, and its keyed hash for finding it again."""
        self.id_number = number
        self.id_hash = crypto.keyed_hash(number, "person.id") if number else ""

    def set_phone(self, phone: str) -> None:
        self.phone = phone
        self.phone_hash = crypto.keyed_hash(phone, "person.phone") if phone else ""

    @property
    def masked_name(self) -> str:
        """As a public notice shows it: the family name and stars."""
        return self.name[:1] + "*" * min(max(len(self.name) - 1, 1), 2)

    @property
    def masked_phone(self) -> str:
        return f"{self.phone[:3]}****{self.phone[-4:]}" if self.phone else ""

    @property
    def masked_id_number(self) -> str:
        return f"{self.id_number[:4]}**********{self.id_number[-2:]}" if self.id_number else ""


class AccountManager(BaseUserManager["Account"]):
    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(phone_hash=username)

    def with_phone(self, phone: str) -> Account | None:
        return self.filter(phone_hash=crypto.keyed_hash(phone, "person.phone")).first()


class Account(AbstractBaseUser):
    """What somebody signs in with. Most belong to a person; a phone opens at most one."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="account")
    phone = crypto.SealedTextField(_("phone number"), blank=True)
    phone_hash = models.CharField(max_length=64, unique=True, null=True)
    phone_verified = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=clock.now)

    USERNAME_FIELD = "phone_hash"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = AccountManager()

    class Meta:
        verbose_name = _("account")

    def __str__(self) -> str:
        return self.person.name if self.person else f"account {self.pk}"

    def set_phone(self, phone: str) -> None:
        self.phone = phone
        self.phone_hash = crypto.keyed_hash(phone, "person.phone") if phone else None


class Relation(models.TextChoices):
    HEAD = "head", _("head of household")
    SPOUSE = "spouse", _("spouse")
    CHILD = "child", _("child")
    PARENT = "parent", _("parent")
    OTHER = "other", _("other relative")


class Household(models.Model):
    """People who share a home and a purse."""

    address = crypto.SealedTextField(_("address"), blank=True)
    division_code = models.CharField(_("division code"), max_length=12, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("household")

    def __str__(self) -> str:
        return f"household {self.pk}"


class HouseholdMember(models.Model):
    """One person's place in a household, with dates."""

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="household_places")
    relation = models.CharField(_("relation"), max_length=8, choices=Relation, default=Relation.HEAD)
    since = models.DateField(default=clock.today)
    until = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("household member")
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_household_at_a_time",
                fields=["person"],
                condition=Q(until=None),
                violation_error_message=_("This person already belongs to a household."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} in {self.household}"


class Consent(models.Model):
    """What a person agreed to, in which wording, and whether they still do (PIPL art. 13–16)."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(_("purpose"), max_length=64)
    notice = models.TextField(_("wording agreed to"))
    given_at = models.DateTimeField(default=clock.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("consent")
        ordering: ClassVar = ["-given_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_standing_consent_per_purpose",
                fields=["person", "purpose"],
                condition=Q(withdrawn_at=None),
                violation_error_message=_("This consent already stands."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.purpose}"


class Declaration(models.Model):
    """A fact a person told us about themselves, under the fact's own path (`worker.education`); the newest counts."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="declarations")
    fact = models.CharField(max_length=64)
    value = models.JSONField()
    declared_on = models.DateField(default=clock.today)

    class Meta:
        verbose_name = _("declaration")
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_declaration_per_fact", fields=["person", "fact"]),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.fact}"


class SignInTry(models.Model):
    """One request for a sign-in code, or one wrong code: what the limits are counted from. Kept for a day."""

    class Kind(models.TextChoices):
        ASKED = "asked", _("code asked for")
        WRONG = "wrong", _("wrong code")

    kind = models.CharField(max_length=5, choices=Kind)
    phone_hash = models.CharField(max_length=64)
    address_hash = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("sign-in try")
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [
            models.Index(fields=["phone_hash", "at"], name="sign_in_try_by_phone"),
            models.Index(fields=["address_hash", "at"], name="sign_in_try_by_address"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at}"
