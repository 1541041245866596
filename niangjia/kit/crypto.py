"""Columns that nobody reads in a stolen backup: AES-256-GCM with rotating keys, found again only by a keyed hash.

For field classes L3 and L4 (docs/adr/0007). A stored value is `key-id:base64(nonce + ciphertext)`; the column's own
name is authenticated with it, so a value copied into another column does not open.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from binascii import b2a_base64
from collections.abc import Callable
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


def _encrypt(plain: bytes, context: str) -> tuple[str, bytes]:
    """The newest key's name, and the nonce with the ciphertext."""
    entries = tuple(settings.FIELD_KEYS)
    name = entries[0].partition(":")[0]
    nonce = os.urandom(12)
    return name, nonce + _keys(entries)[name].encrypt(nonce, plain, context.encode())


def _decrypt(name: str, raw: bytes, context: str) -> bytes:
    return _keys(tuple(settings.FIELD_KEYS))[name].decrypt(raw[:12], raw[12:], context.encode())


def seal(plain: str, context: str) -> str:
    """Encrypt with the newest key."""
    return sealer(context)(plain)


def sealer(context: str) -> Callable[[str], str]:
    """What seals text for one column. For millions of values: the keys are looked up once."""
    entries = tuple(settings.FIELD_KEYS)
    name = entries[0].partition(":")[0]
    encrypt, bound = _keys(entries)[name].encrypt, context.encode()

    def sealed(plain: str) -> str:
        nonce = os.urandom(12)
        return f"{name}:{b2a_base64(nonce + encrypt(nonce, plain.encode(), bound), newline=False).decode()}"

    return sealed


def unseal(stored: str, context: str) -> str:
    name, _, encoded = stored.partition(":")
    return _decrypt(name, base64.b64decode(encoded), context).decode()


def keyed_hash(plain: str, purpose: str) -> str:
    """The value under which an encrypted column is searched, 32 signs; useless without the house's secret."""
    return hasher(purpose)(plain)


def hasher(purpose: str) -> Callable[[str], str]:
    """What hashes for one purpose. For millions of values: the key is prepared once.

    BLAKE2b with a key (RFC 7693), to 128 bits: a longer hash would lengthen every row and index entry of the register
    and make nobody safer. Who has not the key cannot try numbers, and among 10⁹ people two meet once in 10²⁰ registers.
    """
    key = hashlib.sha256(f"{purpose}:{settings.SECRET_KEY}".encode()).digest()
    keyed = hashlib.blake2b(key=key, digest_size=16)

    def hashed(plain: str) -> str:
        one = keyed.copy()
        one.update(plain.encode())
        return one.hexdigest()

    return hashed


if TYPE_CHECKING:
    TextField = models.TextField[str, str]
    AnyField = models.TextField[Any, Any]
    BytesField = models.BinaryField[bytes, bytes]
else:
    TextField = AnyField = models.TextField
    BytesField = models.BinaryField


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

    def sealer(self) -> Callable[[str], str]:
        """What seals text for this very column, where rows are written without the model."""
        return sealer(self._context)


class SealedBytesField(BytesField):
    """Bytes that are plain in Python and sealed in the database: `key-id:nonce + ciphertext`."""

    @property
    def _context(self) -> str:
        return f"{self.model._meta.label_lower}.{self.attname}"

    def from_db_value(self, value: bytes | None, expression: Any, connection: Any) -> bytes | None:
        if value is None:
            return None
        name, _, raw = bytes(value).partition(b":")
        return _decrypt(name.decode(), raw, self._context)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        name, raw = _encrypt(bytes(value), self._context)
        return super().get_db_prep_value(f"{name}:".encode() + raw, connection, prepared)

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
