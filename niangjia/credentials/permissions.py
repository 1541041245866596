"""Who may issue, check and revoke certificates, each with the sentence why not."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from niangjia.credentials.models import Achievement, Credential
from niangjia.kit.actor import RUNNERS, Actor, Office
from niangjia.kit.permit import YES, Permit, no, permit
from niangjia.orgs.models import Organisation


def can_plant_achievements(actor: Actor) -> Permit:
    return permit(actor.is_system, _("The list of achievements is planted when the house is set up."))


def can_issue(actor: Actor, achievement: Achievement, issuer: Organisation) -> Permit:
    """A union's chair or handler gives titles; skill levels are the accrediting body's, never a union's (§2.2)."""
    if achievement.kind == Achievement.Kind.SKILL_LEVEL:
        if issuer.is_union:
            return no(_("A union does not issue skill certificates; the accrediting body does."))
        return permit(
            actor.is_system or actor.holds_in(issuer.pk, Office.HR, Office.PARTNER),
            _("Only %(body)s itself may issue its skill certificates.") % {"body": issuer},
        )
    return permit(
        actor.is_system or actor.holds(*RUNNERS, over=issuer.path),
        _("Only the chair or a case handler of %(body)s may issue this.") % {"body": issuer},
    )


def can_revoke(actor: Actor, credential: Credential) -> Permit:
    """The issuing body; the holder may take back what they stated themselves."""
    if actor.is_system:
        return YES
    if credential.issuer is None:
        return permit(
            credential.standing == Credential.Standing.DECLARED
            and actor.person_id is not None
            and credential.person_id == actor.person_id,
            _("Only the holder may take back a certificate they recorded, and only until it has been checked."),
        )
    return can_issue(actor, credential.achievement, credential.issuer)


def can_record(actor: Actor, person_id: int, union_path: str) -> Permit:
    """Record a certificate issued elsewhere: the holder themself, or an officer of their union."""
    if actor.person_id is not None and actor.person_id == person_id:
        return YES
    return can_check(actor, person_id, union_path)


def can_check(actor: Actor, person_id: int | None, union_path: str) -> Permit:
    """Confirm that the original was seen: an officer over the holder's union, and never the holder."""
    if actor.person_id is not None and actor.person_id == person_id:
        return no(_("Nobody confirms a certificate of their own."))
    return permit(
        actor.is_system or (bool(union_path) and actor.holds(*RUNNERS, over=union_path)),
        _("Only an officer of the holder's union may confirm a certificate."),
    )
