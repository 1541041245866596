"""A certificate as an Open Badges 3.0 credential (W3C Verifiable Credentials 2.0), and the list of those revoked."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.conf import settings

from niangjia.credentials.models import Achievement, Credential
from niangjia.credentials.signing import b64url, issuer_id, open_signed
from niangjia.kit import clock

CONTEXTS = ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"]
SCHEMA = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
STATUS_BITS = 131_072  # the least a Bitstring Status List may hold, so that one bit tells nobody apart
KINDS = {
    Achievement.Kind.SKILL_LEVEL: "Certification",
    Achievement.Kind.TITLE: "Award",
    Achievement.Kind.HONOUR: "Award",
    Achievement.Kind.COURSE: "CertificateOfCompletion",
    Achievement.Kind.PLAQUE: "QualityAssuranceCredential",
}
TRADES = {"APPRENTICE": "ApprenticeshipCertificate", "L2": "MasterCertificate", "L1": "MasterCertificate"}


def verify_url(number: str) -> str:
    return f"{settings.SITE_URL}/verify/{number}/"


def status_url(number: int) -> str:
    return f"{settings.SITE_URL}/status-lists/{number}/"


def document(credential: Credential) -> dict[str, Any]:
    """The credential to sign. The holder is named in it: it is theirs to show, and no public page prints it."""
    validity: dict[str, Any] = {"validFrom": clock.start_of(credential.issued_on).isoformat()}
    claims: dict[str, Any] = {"nbf": _seconds(clock.start_of(credential.issued_on))}
    if credential.valid_until is not None:
        validity["validUntil"] = clock.end_of(credential.valid_until).isoformat(timespec="seconds")
        claims["exp"] = _seconds(clock.end_of(credential.valid_until))
    subject = _subject(credential)
    place, bit = divmod(credential.status_index or 0, STATUS_BITS)
    return {
        "@context": CONTEXTS,
        "id": verify_url(credential.number),
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": credential.achievement.name_zh,
        "issuer": {"id": issuer_id(), "type": ["Profile"], "name": credential.issuer_name},
        **validity,
        "awardedDate": clock.start_of(credential.issued_on).isoformat(),
        "credentialSubject": subject,
        "credentialSchema": [{"id": SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
        "credentialStatus": {
            "id": f"{status_url(place)}#{bit}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(bit),
            "statusListCredential": status_url(place),
        },
        "iss": issuer_id(),
        "jti": verify_url(credential.number),
        "sub": subject["id"],
        **claims,
    }


def _subject(credential: Credential) -> dict[str, Any]:
    holder = credential.person.name if credential.person is not None else credential.masked_holder
    identity = {"type": "IdentityObject"}
    subject = {
        "id": f"urn:uuid:{credential.subject}",
        "type": ["AchievementSubject"],
        "identifier": [
            {**identity, "hashed": False, "identityHash": holder, "identityType": "name"},
            {
                **identity,
                "hashed": True,
                "identityHash": _holder_hash(credential),
                "identityType": "systemId",
                "salt": credential.number,
            },
        ],
        "licenseNumber": credential.number,
        "achievement": _achievement(credential.achievement),
    }
    return {**subject, "role": credential.occupation} if credential.occupation else subject


def _holder_hash(credential: Credential) -> str:
    """Ties the signed text to one record here without naming it: a certificate moved to somebody else shows."""
    holder = (
        f"person:{credential.person_id}" if credential.person_id else f"body:{credential.body_id}:{credential.team}"
    )
    return "sha256$" + hashlib.sha256(f"{holder}{credential.number}".encode()).hexdigest()


def _achievement(achievement: Achievement) -> dict[str, Any]:
    narrative = achievement.obtained_zh or achievement.name_zh
    return {
        "id": f"{issuer_id()}#achievement-{achievement.code}",
        "type": ["Achievement"],
        "achievementType": TRADES.get(achievement.code, KINDS[Achievement.Kind(achievement.kind)]),
        "humanCode": achievement.code,
        "inLanguage": "zh",
        "name": achievement.name_zh,
        "description": f"{achievement.name_zh} ({achievement.name_en})",
        "criteria": {"narrative": narrative},
    }


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def is_untouched(credential: Credential) -> bool:
    """Whether our own key signed what the record says today: a row changed behind our back shows."""
    signed = open_signed(credential.signed)
    return signed is not None and _essence(signed) == _essence(document(credential))


def _essence(text: dict[str, Any]) -> list[Any]:
    """What a certificate says apart from names that may change later: who, what, when, from whom, which number."""
    subject = text["credentialSubject"]
    return [
        subject["id"],
        subject["licenseNumber"],
        subject["identifier"][1]["identityHash"],
        subject["achievement"]["humanCode"],
        subject.get("role", ""),
        text["issuer"]["name"],
        text["validFrom"],
        text.get("validUntil", ""),
        text["credentialStatus"]["statusListIndex"],
    ]


def status_list(number: int, revoked: Iterable[int], today: date) -> dict[str, Any]:
    """One list of revocations: a bit for each certificate, the leftmost first (W3C Bitstring Status List)."""
    bits = bytearray(STATUS_BITS // 8)
    for index in revoked:
        place = index % STATUS_BITS
        bits[place // 8] |= 0x80 >> place % 8
    return {
        "@context": [CONTEXTS[0]],
        "id": status_url(number),
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer_id(),
        "validFrom": clock.start_of(today).isoformat(),
        "credentialSubject": {
            "id": f"{status_url(number)}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": "u" + b64url(gzip.compress(bytes(bits), mtime=0)),
        },
    }
