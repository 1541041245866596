"""Signatures anybody can check without us: Ed25519 over JSON (JWS compact form, RFC 7515 and RFC 8037).

`NIANGJIA_SIGNING_KEY` holds one 32-byte seed in base64, or several with commas, newest first: the first signs, all of
them are published and still verify what they once signed.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


@dataclass(frozen=True, slots=True)
class Key:
    """One signing key under its own fingerprint (RFC 7638)."""

    thumbprint: str
    private: Ed25519PrivateKey
    jwk: dict[str, str]


def b64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def from_b64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def keys() -> tuple[Key, ...]:
    """The house's keys, the one that signs first."""
    return _keys(tuple(settings.SIGNING_KEYS))


@lru_cache(maxsize=4)
def _keys(seeds: tuple[str, ...]) -> tuple[Key, ...]:
    if not seeds:
        raise ImproperlyConfigured("NIANGJIA_SIGNING_KEY must hold a 32-byte Ed25519 seed in base64")
    return tuple(_key(seed) for seed in seeds)


def _key(seed: str) -> Key:
    raw = base64.b64decode(seed)
    if len(raw) != 32:
        raise ImproperlyConfigured("NIANGJIA_SIGNING_KEY: each seed must be 32 bytes in base64")
    private = Ed25519PrivateKey.from_private_bytes(raw)
    public = b64url(private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))
    members = {"crv": "Ed25519", "kty": "OKP", "x": public}
    thumbprint = b64url(hashlib.sha256(json.dumps(members, sort_keys=True, separators=(",", ":")).encode()).digest())
    return Key(thumbprint, private, {**members, "kid": thumbprint, "alg": "EdDSA", "use": "sig"})


def issuer_id() -> str:
    """The house as an issuer: `did:web:` and its host, resolved at `/.well-known/did.json`."""
    return f"did:web:{quote(urlsplit(settings.SITE_URL).netloc, safe='')}"


def sign(payload: dict[str, Any], media_type: str = "vc+jwt") -> str:
    """The payload with its signature, in three dotted parts."""
    key = keys()[0]
    header = {"alg": "EdDSA", "typ": media_type, "kid": f"{issuer_id()}#{key.thumbprint}"}
    signed = ".".join(
        b64url(json.dumps(part, ensure_ascii=False, separators=(",", ":")).encode()) for part in (header, payload)
    )
    return f"{signed}.{b64url(key.private.sign(signed.encode()))}"


def open_signed(token: str) -> dict[str, Any] | None:
    """What was signed, when one of our keys signed exactly this; None when not a single letter may be trusted."""
    signed, _, signature = token.rpartition(".")
    try:
        header, payload = (json.loads(from_b64url(part)) for part in signed.split("."))
        wanted = str(header["kid"]).rpartition("#")[2]
        key = next(key for key in keys() if key.thumbprint == wanted)
        if header["alg"] != "EdDSA":
            return None
        key.private.public_key().verify(from_b64url(signature), signed.encode())
    except (InvalidSignature, ValueError, KeyError, TypeError, StopIteration):
        return None
    return payload if isinstance(payload, dict) else None


def jwks() -> dict[str, Any]:
    """The public keys, as `/.well-known/jwks.json`."""
    return {"keys": [key.jwk for key in keys()]}


def did_document() -> dict[str, Any]:
    """The issuer's DID document, as `/.well-known/did.json`."""
    me = issuer_id()
    methods = [
        {"id": f"{me}#{key.thumbprint}", "type": "JsonWebKey", "controller": me, "publicKeyJwk": key.jwk}
        for key in keys()
    ]
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/jwk/v1"],
        "id": me,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }
