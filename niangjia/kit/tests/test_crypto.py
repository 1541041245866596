"""Sealed columns: opened by the key and the column they were sealed with, and by nothing else."""

from __future__ import annotations

import base64

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from niangjia.kit import crypto

OLD = "old:" + base64.b64encode(b"o" * 32).decode()
NEW = "new:" + base64.b64encode(b"n" * 32).decode()


@given(st.text(max_size=200))
def test_what_was_sealed_opens_as_it_was(plain: str) -> None:
    assert crypto.unseal(crypto.seal(plain, "people.person.phone"), "people.person.phone") == plain


def test_the_same_value_never_looks_the_same_twice() -> None:
    assert crypto.seal("13800000000", "c") != crypto.seal("13800000000", "c")


def test_a_value_copied_into_another_column_does_not_open() -> None:
    sealed = crypto.seal("330624198505200015", "people.person.id_number")
    with pytest.raises(InvalidTag):
        crypto.unseal(sealed, "people.person.phone")


def test_a_value_changed_in_one_letter_does_not_open() -> None:
    name, _, body = crypto.seal("330624198505200015", "c").partition(":")
    raw = bytearray(base64.b64decode(body))
    raw[-1] ^= 1
    with pytest.raises(InvalidTag):
        crypto.unseal(f"{name}:{base64.b64encode(raw).decode()}", "c")


def test_keys_rotate_the_newest_seals_and_the_old_still_open(settings: Settings) -> None:
    settings.FIELD_KEYS = (OLD,)
    before = crypto.seal("旧", "c")
    settings.FIELD_KEYS = (NEW, OLD)
    after = crypto.seal("新", "c")
    assert after.startswith("new:")
    assert (crypto.unseal(before, "c"), crypto.unseal(after, "c")) == ("旧", "新")
    settings.FIELD_KEYS = (NEW,)
    with pytest.raises(KeyError):
        crypto.unseal(before, "c")


def test_a_keyed_hash_depends_on_value_purpose_and_secret(settings: Settings) -> None:
    one = crypto.keyed_hash("13800000000", "phone")
    assert one == crypto.keyed_hash("13800000000", "phone")
    assert one != crypto.keyed_hash("13800000001", "phone")
    assert one != crypto.keyed_hash("13800000000", "id_number")
    settings.SECRET_KEY = "another"
    assert one != crypto.keyed_hash("13800000000", "phone")
