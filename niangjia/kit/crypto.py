"""Columns that nobody reads in a stolen backup: AES-256-GCM with rotating keys, found again only by a keyed hash.

For field classes L3 and L4 (docs/adr/0007). A stored value is `key-id:base64(nonce + ciphertext)`; the column's own
name is authenticated with it, so a value copied into another column does not open.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models


@lru_cache(maxsize=4)
def _keys(entries: tuple[str, ...]) -> dict[str, AESGCM]:
    keys: dict[str, AESGCM] = {}
    for entry in entries:
        name, _, encoded = entry.partition(":")
        raw = base64.b64decode(encoded)
        if len(raw) != 32:
            raise ImproperlyConfigured(f"NIANGJIA_FIELD_KEYS: key {name} must be 32 bytes in base64")
        keys[name] = AESGCM(raw)
    return keys


def seal(plain: str, context: str) -> str:
    """Encrypt with the newest key."""
    entries = tuple(settings.FIELD_KEYS)
    name = entries[0].partition(":")[0]
    nonce = os.urandom(12)
    sealed = _keys(entries)[name].encrypt(nonce, plain.encode(), context.encode())
    return f"{name}:{base64.b64encode(nonce + sealed).decode()}"


def unseal(stored: str, context: str) -> str:
    name, _, encoded = stored.partition(":")
    raw = base64.b64decode(encoded)
    return _keys(tuple(settings.FIELD_KEYS))[name].decrypt(raw[:12], raw[12:], context.encode()).decode()


@lru_cache(maxsize=16)
def _halves(purpose: str, secret: str) -> tuple[Any, Any]:
    """The two halves of an HMAC-SHA256 (RFC 2104) with the key already in: a roster hashes two million times."""
    key = hashlib.sha256(f"{purpose}:{secret}".encode()).digest().ljust(64, b"\0")
    return hashlib.sha256(bytes(byte ^ 0x36 for byte in key)), hashlib.sha256(bytes(byte ^ 0x5C for byte in key))


def keyed_hash(plain: str, purpose: str) -> str:
    """The value under which an encrypted column is searched; useless without the house's secret."""
    inner_half, outer_half = _halves(purpose, settings.SECRET_KEY)
    inner, outer = inner_half.copy(), outer_half.copy()
    inner.update(plain.encode())
    outer.update(inner.digest())
    return str(outer.hexdigest())


if TYPE_CHECKING:
    TextField = models.TextField[str, str]
    AnyField = models.TextField[Any, Any]
else:
    TextField = AnyField = models.TextField


class SealedTextField(TextField):
    """Text that is plain in Python and sealed in the database. Cannot be filtered on; keep a keyed hash beside it."""

    @property
    def _context(self) -> str:
        return f"{self.model._meta.label_lower}.{self.attname}"

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return unseal(value, self._context) if value else value

    def get_prep_value(self, value: Any) -> Any:
        return seal(str(value), self._context) if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None


class SealedJSONField(AnyField):
    """A JSON value that is plain in Python and sealed in the database."""

    if TYPE_CHECKING:
        _pyi_private_set_type: Any  # for the checker of models: not the text that TextField takes

    @property
    def _context(self) -> str:
        return f"{self.model._meta.label_lower}.{self.attname}"

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Any:
        return json.loads(unseal(value, self._context)) if value else None

    def get_prep_value(self, value: Any) -> Any:
        return value if value is None else seal(json.dumps(value, ensure_ascii=False), self._context)

    def to_python(self, value: Any) -> Any:
        return value

    def get_lookup(self, lookup_name: str) -> Any:
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None
