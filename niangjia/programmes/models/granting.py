"""What comes of it: agreements, entitlements, and appeals against a no."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from niangjia.credentials.models import Credential
from niangjia.kit import clock
from niangjia.ledger.models import Transfer
from niangjia.orgs.models import Organisation
from niangjia.people.models import Person
from niangjia.programmes.models.applying import Application
from niangjia.programmes.models.deciding import StepRun

APPEND_ONLY = pgtrigger.Update | pgtrigger.Delete


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
