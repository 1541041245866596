"""A certificate is checked by anybody: with us by its number, without us by its signature."""

from __future__ import annotations

import base64
import gzip
import json
from datetime import date

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import connection
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from niangjia.credentials import actions, badge, reads, signing
from niangjia.credentials.models import Credential
from niangjia.credentials.tests.conftest import Register
from niangjia.kit import clock
from niangjia.people.tests.factories import make_person

OTHER_SEED = base64.b64encode(b"another-seed-of-thirty-two-bytes").decode()


def unpadded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def forge(credential: Credential, change: str, *params: object) -> None:
    """Change a row behind the database's back, as somebody with the disk could."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE credentials_credential DISABLE TRIGGER USER")
        cursor.execute(f"UPDATE credentials_credential SET {change} WHERE id = %s", [*params, credential.pk])  # type: ignore[list-item]
        cursor.execute("ALTER TABLE credentials_credential ENABLE TRIGGER USER")


def test_a_stranger_with_our_published_key_accepts_the_file_and_no_letter_more(register: Register, client):
    token = register.craftsman(occupation="电工").signed
    header, payload, signature = token.split(".")
    published = client.get(reverse("jwks")).json()["keys"]
    kid = json.loads(unpadded(header))["kid"]
    key = next(key for key in published if kid.endswith("#" + key["kid"]))
    public = Ed25519PublicKey.from_public_bytes(unpadded(key["x"]))
    public.verify(unpadded(signature), f"{header}.{payload}".encode())
    with pytest.raises(InvalidSignature):
        public.verify(unpadded(signature), f"{header}.{payload}x".encode())
    assert "d" not in key


def test_the_file_is_an_open_badge_with_all_that_the_standard_asks(register: Register):
    with clock.at(date(2026, 5, 1)):
        issued = register.craftsman(valid_until=date(2029, 4, 30), occupation="电工")
    said = signing.open_signed(issued.signed)
    assert said is not None
    assert said["@context"][0] == "https://www.w3.org/ns/credentials/v2"
    assert {"VerifiableCredential", "OpenBadgeCredential"} <= set(said["type"])
    assert said["validFrom"] == "2026-05-01T00:00:00+08:00"
    assert said["validUntil"].startswith("2029-04-30T23:59:59")
    assert said["iss"] == said["issuer"]["id"]
    assert said["jti"] == said["id"]
    subject = said["credentialSubject"]
    assert said["sub"] == subject["id"]
    assert subject["type"] == ["AchievementSubject"]
    assert {"id", "type", "name", "description", "criteria"} <= set(subject["achievement"])
    assert subject["identifier"][0]["identityHash"] == "方小满"
    assert said["credentialStatus"]["type"] == "BitstringStatusListEntry"
    assert said["nbf"] < said["exp"]


def test_the_did_document_names_the_keys_under_which_we_sign(client):
    document = client.get(reverse("did")).json()
    assert document["id"] == signing.issuer_id()
    header = json.loads(unpadded(signing.sign({}).split(".")[0]))
    assert header["kid"] in document["assertionMethod"]
    assert header["typ"] == "vc+jwt"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_token_with_any_letter_changed_opens_to_nothing(data: st.DataObject):
    token = signing.sign({"name": "区县工匠", "n": 7})
    place = data.draw(st.integers(0, len(token) - 1))
    letter = data.draw(st.sampled_from("ABCxyz019-_."))
    changed = token[:place] + letter + token[place + 1 :]
    opened = signing.open_signed(changed)
    # The last letter of a part carries unused bits, so another letter there may spell the very same bytes.
    assert opened is None or opened == {"name": "区县工匠", "n": 7}
    if place < token.rindex(".") and changed != token:
        assert opened is None


@pytest.mark.parametrize("nonsense", ["", ".", "a.b.c", "..", "e30.e30.e30", "ff"])
def test_nonsense_opens_to_nothing(nonsense: str):
    assert signing.open_signed(nonsense) is None


def test_old_keys_still_verify_what_they_signed_and_new_ones_sign(register: Register, settings):
    old = register.craftsman()
    settings.SIGNING_KEYS = [OTHER_SEED, *settings.SIGNING_KEYS]
    assert reads.verify(old.number).state == "valid"
    new = register.craftsman()
    assert reads.verify(new.number).state == "valid"
    settings.SIGNING_KEYS = [OTHER_SEED]
    assert reads.verify(old.number).state == "tampered"
    assert reads.verify(new.number).state == "valid"


@pytest.mark.parametrize(
    ("change", "value"),
    [
        ("issued_on = %s", "1999-01-01"),
        ("valid_until = %s", "2999-01-01"),
        ("issuer_name = %s", "中华全国总工会"),
        ("occupation = %s", "外科医生"),
        ("achievement_id = (SELECT id FROM credentials_achievement WHERE code = %s)", "craftsman_nation"),
        ("number = %s", "NJ26-FAKE-FAKE-FAKE"),
        ("signed = %s", "e30.e30.e30"),
    ],
)
def test_a_row_forged_behind_our_back_is_told_apart(register: Register, change: str, value: str):
    issued = register.craftsman()
    forge(issued, change, value)
    issued.refresh_from_db()
    told = reads.verify(issued.number)
    assert told.state == "tampered"
    assert told.holder == ""


def test_a_certificate_moved_to_somebody_else_is_told_apart(register: Register):
    issued = register.craftsman()
    forge(issued, "person_id = %s", make_person().pk)
    assert reads.verify(issued.number).state == "tampered"


def test_a_holder_who_changes_their_name_keeps_their_certificate(register: Register):
    issued = register.craftsman()
    register.worker.name = "方大满"
    register.worker.save()
    assert reads.verify(issued.number).state == "valid"


def test_revoked_and_run_out_are_told_and_unknown_is_not_guessed(register: Register, client):
    with clock.at(date(2026, 5, 1)):
        short = register.craftsman(valid_until=date(2026, 5, 31))
        revoked = actions.revoke_credential(register.craftsman(), reason="材料不实", actor=register.handler)
        assert reads.verify(short.number.lower()).state == "valid"
        with clock.at(date(2026, 5, 31)):
            assert reads.verify(short.number).state == "valid"
    with clock.at(date(2026, 6, 1)):
        assert reads.verify(short.number).state == "expired"
    assert reads.verify(revoked.number).state == "revoked"
    assert client.get(reverse("verify", args=["NJ26-NONE"])).status_code == 404
    assert client.get(reverse("verify_json", args=["NJ26-NONE"])).json()["state"] == "unknown"


def test_what_a_holder_merely_stated_never_verifies(register: Register):
    actions.record_outside_certificate(
        register.worker,
        achievement="L1",
        number="S1",
        issuer_name="某中心",
        issued_on=date(2020, 1, 1),
        actor=register.me,
    )
    assert reads.verify("S1").state == "unknown"


def test_the_public_page_masks_the_name_and_keeps_the_reason_to_itself(register: Register, client):
    issued = register.craftsman()
    for address in (reverse("verify", args=[issued.number]), reverse("verify_json", args=[issued.number])):
        shown = client.get(address).content.decode()
        assert "方*" in shown
        assert "方小满" not in shown
    actions.revoke_credential(issued, reason="材料不实", actor=register.handler)
    assert "材料不实" not in client.get(reverse("verify", args=[issued.number])).content.decode()


def test_the_status_list_sets_the_bits_of_the_revoked_and_no_other(register: Register, client):
    kept, revoked = register.craftsman(), register.craftsman()
    actions.revoke_credential(revoked, reason="材料不实", actor=register.handler)
    answer = client.get(reverse("status_list", args=[0]))
    said = signing.open_signed(answer.content.decode())
    assert said is not None
    assert answer["Content-Type"] == "application/vc+jwt"
    bits = gzip.decompress(unpadded(said["credentialSubject"]["encodedList"][1:]))
    assert len(bits) * 8 == badge.STATUS_BITS

    def bit(credential: Credential) -> bool:
        opened = signing.open_signed(credential.signed)
        assert opened is not None
        index = int(opened["credentialStatus"]["statusListIndex"])
        return bool(bits[index // 8] & (0x80 >> index % 8))

    assert bit(revoked)
    assert not bit(kept)
    assert sum(byte.bit_count() for byte in bits) == 1


@given(st.sets(st.integers(0, badge.STATUS_BITS - 1), max_size=30))
@settings(max_examples=25, deadline=None)
def test_a_status_list_says_exactly_what_was_put_in(indexes: set[int]):
    encoded = badge.status_list(3, indexes, date(2026, 1, 1))["credentialSubject"]["encodedList"]
    bits = gzip.decompress(unpadded(encoded[1:]))
    assert {n for n in range(badge.STATUS_BITS) if bits[n // 8] & (0x80 >> n % 8)} == indexes
