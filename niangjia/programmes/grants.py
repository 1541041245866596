"""What a grant brings: promised at one step and reserved in the budget, paid or handed over or awarded at another."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Max
from django.utils.translation import gettext as _

from niangjia.credentials import actions as credentials
from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.refusal import Conflict
from niangjia.ledger import actions as ledger
from niangjia.ledger.models import Unit
from niangjia.programmes.definition import StepDef
from niangjia.programmes.models import Application, Decision, Entitlement, StepRun

State = Entitlement.State
# Reserving and releasing follow from decisions others had the power to take; paying needs its own hand.
BOOKKEEPER = Actor.system("grants")


def on_passed(step: StepDef, applications: Sequence[Application], actor: Actor) -> None:
    """What passing this step brings to these applications of one programme version."""
    budget = applications[0].definition.budget
    if budget is not None and step.key == budget.reserve_at:
        promise(applications)
    if step.kind == "grant":
        deliver(applications, actor)
    if step.kind == "award":
        award(applications, actor)


def promise(applications: Sequence[Application]) -> None:
    """Note what each is granted; money is reserved in the round's budget now, or nothing is promised to anybody."""
    fresh = [one for one in _without_entitlement(applications) if one.definition.grant is not None]
    entitlements = []
    for application in fresh:
        grant = application.definition.grant
        assert grant is not None  # narrowed above
        entitlements.append(
            Entitlement(
                application=application,
                kind=grant.kind,
                label=grant.label.text("zh"),
                amount_fen=grant.amount_of(application.answers),
            )
        )
    _reserve([one for one in entitlements if one.amount_fen])
    Entitlement.objects.bulk_create(entitlements)


def renew(applications: Sequence[Application]) -> None:
    """Promise again what a refusal took back, for cases that an appeal has reopened behind the reserving step."""
    void = Entitlement.objects.filter(application__in=applications, state=State.VOID)
    gone = set(void.values_list("application", flat=True).order_by())
    promise([one for one in applications if one.pk in gone])


def _without_entitlement(applications: Sequence[Application]) -> list[Application]:
    have = set(
        Entitlement.objects.filter(application__in=applications).values_list("application", flat=True).order_by()
    )
    revived = Entitlement.objects.filter(application__in=applications, state=State.VOID)
    gone = set(revived.values_list("application", flat=True).order_by())
    revived.delete()  # a refusal that an appeal took back: promised anew, at today's amount
    return [one for one in applications if one.pk not in have - gone]


def _reserve(entitlements: Sequence[Entitlement]) -> None:
    for entitlement in entitlements:
        if entitlement.application.round.budget is None:
            raise Conflict(
                _("The round “%s” has no budget to grant from.") % entitlement.application.round.title,
                remedy=_("Open the round with a budget."),
            )
    newest = dict(
        StepRun.objects.filter(application__in=[one.application for one in entitlements])
        .values_list("application")
        .annotate(run=Max("pk"))
        .order_by()
    )
    people = {one.application.person_id: one.application.person for one in entitlements}
    purses = ledger.open_person_accounts(people.values(), unit=Unit.FEN, actor=BOOKKEEPER)
    orders = [
        ledger.Order(
            debit=entitlement.application.round.budget,
            credit=purses[entitlement.application.person_id],
            amount=entitlement.amount_fen,
            # A promise made anew after an appeal is another promise: it follows another run.
            key=f"application-{entitlement.application_id}-run-{newest[entitlement.application_id]}",
            purpose=entitlement.label,
            thing=entitlement.application,
            person=entitlement.application.person,
        )
        for entitlement in entitlements
        if entitlement.application.round.budget is not None
    ]
    booked = ledger.reserve_many(orders, actor=BOOKKEEPER)
    for entitlement, transfer in zip(entitlements, booked, strict=True):
        entitlement.transfer = transfer


def deliver(applications: Sequence[Application], actor: Actor) -> None:
    """Pay what was promised. Who approved a case does not pay it out."""
    approved = Decision.objects.filter(
        run__application__in=applications, person=actor.person_id, verdict=Decision.Verdict.APPROVE
    ).exclude(run__step__in=_steps_of_kind(applications, "grant"))
    if actor.person_id is not None and approved.exists():
        raise Conflict(
            _("You approved one of these cases, so somebody else must pay it out."),
            remedy=_("Ask the finance officer of your union."),
        )
    held = list(
        Entitlement.objects.filter(application__in=applications, state=State.PROMISED)
        .select_related("transfer")
        .order_by("pk")
    )
    ledger.post_many([one.transfer for one in held if one.transfer is not None], actor=actor)
    _delivered(held)


def _steps_of_kind(applications: Sequence[Application], kind: str) -> list[str]:
    return [step.key for step in applications[0].definition.steps if step.kind == kind]


def award(applications: Sequence[Application], actor: Actor) -> None:
    """Issue the credential that the programme awards, one to each."""
    promise(applications)
    held = {
        one.application_id: one
        for one in Entitlement.objects.filter(application__in=applications, state=State.PROMISED).order_by("pk")
    }
    grant = applications[0].definition.grant
    if grant is None or grant.achievement is None:
        return
    issued = credentials.issue_many(
        grant.achievement,
        holders=[application.person for application in applications],
        issuer=applications[0].round.organisation,
        evidence=[f"programmes.application:{application.pk}" for application in applications],
        actor=actor,
    )
    for application, credential in zip(applications, issued, strict=True):
        held[application.pk].credential = credential
    Entitlement.objects.bulk_update(held.values(), ["credential"])
    _delivered([one for one in held.values() if one.transfer_id is None])


def _delivered(entitlements: Sequence[Entitlement]) -> None:
    for one in entitlements:
        one.state, one.delivered_at = State.DELIVERED, clock.now()
    Entitlement.objects.bulk_update(entitlements, ["state", "delivered_at"])


def take_back(applications: Sequence[Application]) -> None:
    """Void what was promised and not yet delivered; the money is free in the budget again."""
    held = list(
        Entitlement.objects.filter(application__in=applications, state=State.PROMISED)
        .select_related("transfer")
        .order_by("pk")
    )
    ledger.void_many([one.transfer for one in held if one.transfer is not None], actor=BOOKKEEPER)
    for one in held:
        one.state = State.VOID
    Entitlement.objects.bulk_update(held, ["state"])


def complete(applications: Sequence[Application]) -> None:
    """The last step is done: what needed no payment and no award counts as handed over."""
    promise(applications)
    _delivered(
        list(
            Entitlement.objects.filter(application__in=applications, state=State.PROMISED, transfer=None).order_by("pk")
        )
    )
