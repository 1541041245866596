"""Identity and phone numbers, however they are typed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.iso7064 import mod_11_2

from niangjia.kit.refusal import Invalid
from niangjia.people import identifiers
from niangjia.people.models import IdKind, Sex
from niangjia.people.names import sort_key
from niangjia.people.tests.factories import an_id_number

BIRTHS = st.dates(date(1920, 1, 1), date(2024, 12, 31))
SERIALS = st.integers(0, 999)


def wide(text: str) -> str:
    """As typed with a Chinese keyboard."""
    return "".join(chr(ord(sign) + 0xFEE0) for sign in text)


@given(BIRTHS, SERIALS)
def test_a_sound_number_tells_its_birth_and_sex(born: date, serial: int) -> None:
    read = identifiers.identity(an_id_number(born, serial=serial))
    assert read.birth_date == born
    assert read.sex == (Sex.MALE if serial % 2 else Sex.FEMALE)
    assert read.kind == IdKind.CITIZEN


@given(BIRTHS, SERIALS, st.integers(0, 17), st.integers(1, 9))
def test_one_mistyped_digit_is_always_noticed(born: date, serial: int, place: int, shift: int) -> None:
    number = an_id_number(born, serial=serial)
    if not number[place].isdigit():
        return
    mistyped = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    if mistyped.startswith("9"):
        return  # looks like a foreigner's card, whose check digit we do not know
    with pytest.raises(Invalid) as refused:
        identifiers.identity(mistyped)
    assert "id_number" in refused.value.faults


@given(BIRTHS, SERIALS)
def test_two_neighbouring_digits_swapped_are_noticed(born: date, serial: int) -> None:
    number = an_id_number(born, serial=serial)
    if number[15] == number[16]:
        return
    with pytest.raises(Invalid):
        identifiers.identity(number[:15] + number[16] + number[15] + number[17])


@given(st.dates(date(1920, 1, 1), date(1999, 12, 31)), SERIALS)
def test_a_fifteen_digit_number_becomes_the_eighteen_of_the_same_person(born: date, serial: int) -> None:
    number = an_id_number(born, serial=serial)
    assert identifiers.identity(number[:6] + number[8:17]).number == number


@pytest.mark.parametrize("typed", ["11010519491231002x", " 110105 19491231 002X ", wide("11010519491231002X")])
def test_the_sample_of_the_standard_is_read_however_it_is_typed(typed: str) -> None:
    assert identifiers.identity(typed).number == "11010519491231002X"


@pytest.mark.parametrize("prefix", ["810000", "820000", "830000"])
def test_residence_permits_of_hong_kong_macao_and_taiwan_are_read(prefix: str) -> None:
    body = f"{prefix}19900101001"
    assert identifiers.identity(body + mod_11_2.calc_check_digit(body)).kind == IdKind.RESIDENCE_PERMIT


def test_the_division_may_have_been_abolished_long_ago() -> None:
    assert identifiers.identity(an_id_number(date(1975, 3, 4), place="330103")).number.startswith("330103")


@pytest.mark.parametrize("typed", ["ABC123456789012", "911110199001011234"])
def test_a_foreigners_card_is_taken_by_its_shape(typed: str) -> None:
    assert identifiers.identity(typed).kind == IdKind.FOREIGNER


@pytest.mark.parametrize(
    "typed", ["", "abc", "33062419850520123", "330624198513201234", "3306242185052012345", "330624198502300017"]
)
def test_what_cannot_be_an_identity_number_is_refused_with_a_remedy(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        identifiers.identity(typed)
    assert refused.value.remedy


def test_nobody_is_born_tomorrow() -> None:
    with pytest.raises(Invalid):
        identifiers.identity(an_id_number(date(2099, 1, 1)))


@given(st.integers(13_000_000_000, 19_999_999_999), st.sampled_from(["", "+86", "0086", "86", "+86 "]))
def test_a_phone_is_the_same_however_it_is_typed(number: int, prefix: str) -> None:
    plain = str(number)
    spaced = f"{prefix}{plain[:3]} {plain[3:7]}-{plain[7:]}"
    assert identifiers.phone(spaced) == identifiers.phone(wide(plain)) == plain


@pytest.mark.parametrize("typed", ["", "12345", "12000000000", "057156000319", "138000000000", "+1 415 555 0000"])
def test_what_is_no_mobile_number_is_refused(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        identifiers.phone(typed)
    assert "phone" in refused.value.faults


def test_surnames_sort_by_how_surnames_are_read() -> None:
    assert sort_key("单小红").startswith("shan")
    assert sort_key("曾伟").startswith("zeng")
    assert sort_key("尉迟伟").startswith("yuchi")
    assert sorted(["赵伟", "曾伟", "阿伟"], key=sort_key) == ["阿伟", "曾伟", "赵伟"]
