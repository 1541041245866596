"""A practice made to run: programme → version → round → application → decisions → entitlement."""

from niangjia.programmes.models.applying import Application, Attachment, Finding, Look, Revision
from niangjia.programmes.models.asking import PutOff
from niangjia.programmes.models.deciding import Decision, JudgeSeat, Notice, Objection, StepBody, StepRun
from niangjia.programmes.models.granting import Agreement, Appeal, Entitlement, Signature
from niangjia.programmes.models.offering import Match, Programme, ProgrammeVersion, Round, RoundPartner

__all__ = [
    "Agreement",
    "Appeal",
    "Application",
    "Attachment",
    "Decision",
    "Entitlement",
    "Finding",
    "JudgeSeat",
    "Look",
    "Match",
    "Notice",
    "Objection",
    "Programme",
    "ProgrammeVersion",
    "PutOff",
    "Revision",
    "Round",
    "RoundPartner",
    "Signature",
    "StepBody",
    "StepRun",
]
