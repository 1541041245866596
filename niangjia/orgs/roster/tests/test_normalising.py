"""What people type means one thing or is refused; nothing is guessed."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.iso7064.mod_11_2 import calc_check_digit

from niangjia.kit.refusal import Invalid
from niangjia.orgs.roster.normalising import Unreadable, date_of, id_of, name_of, phone_of, text_of
from niangjia.people.identifiers import from_fifteen, identity

DAYS = st.dates(date(1911, 1, 1), date(2099, 12, 31))
WIDE = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})
SHAPES = (
    "{d.year}.{d.month}.{d.day}", "{d.year}-{d.month:02}-{d.day:02}", "{d.year}/{d.month}/{d.day}",
    "{d.year}年{d.month}月{d.day}日", "{d:%Y%m%d}", "{d.year}年{d.month}月{d.day}号",
    " {d.year} . {d.month} . {d.day} ",
    "{d.year}-{d.month}-{d.day} 00:00:00", "{d.year}/{d.month}/{d.day} 星期一",
)  # fmt: skip


@given(DAYS, st.sampled_from(SHAPES))
def test_a_day_is_read_however_it_is_written(day: date, shape: str):
    assert date_of(shape.format(d=day)) == (day, "")
    assert date_of(shape.format(d=day).translate(WIDE)) == (day, "")


@given(DAYS)
def test_a_serial_number_is_the_day_the_spreadsheet_shows(day: date):
    serial = (day - date(1899, 12, 30)).days
    if not 1900 <= serial <= 2100:
        assert date_of(float(serial)) == (day, "")
        assert date_of(str(serial)) == (day, "")
        assert date_of(serial + 0.75) == (day, "")
    later = (day - date(1904, 1, 1)).days
    if later > 3654:
        assert date_of(float(later), from_1904=True) == (day, "")


@given(DAYS)
def test_a_month_stands_for_its_first_day_and_says_so(day: date):
    first = day.replace(day=1)
    for shape in ("{d.year}年{d.month}月", "{d.year}.{d.month:02}", "{d:%Y%m}", "{d.year}-{d.month}"):
        assert date_of(shape.format(d=day)) == (first, "date_month_only")


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        (datetime(2023, 5, 1, 8, 30), date(2023, 5, 1)),  # noqa: DTZ001 - spreadsheets know no time zone
        (2023.5, date(2023, 5, 1)), (2023.12, date(2023, 12, 1)), (20230501.0, date(2023, 5, 1)),
        ("二〇二三年五月一日", date(2023, 5, 1)), ("二〇二三年十二月二十三日", date(2023, 12, 23)),
        ("'2023-05-01", date(2023, 5, 1)),
    ],
)  # fmt: skip
def test_unusual_days_are_read(cell: object, day: date):
    assert date_of(cell)[0] == day


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("23.5.1", "date_short_year"), ("230501", "date_short_year"), ("05/01/2023", "date_year_last"),
        ("2023", "date_year_only"), (2023.0, "date_year_only"), (2023.1, "date_january_or_october"),
        ("2023.13.45", "date_impossible"), ("2023-02-29", "date_impossible"), ("去年", "date_unreadable"),
        ("1899-12-31", "date_too_early"), ("45", "date_unreadable"),
    ],
)  # fmt: skip
def test_a_day_that_could_be_two_or_none_is_refused(cell: object, code: str):
    with pytest.raises(Unreadable) as fault:
        date_of(cell)
    assert fault.value.code == code


MOBILES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)


@given(MOBILES, st.sampled_from(("{}", "+86{}", "0086 {}", "86{}", "+86-{}", " {} ", "'{}", "{}.0", "\ufeff{}")))
def test_a_mobile_number_is_read_however_it_is_dressed(number: str, dress: str):
    assert phone_of(dress.format(number)) == number
    assert phone_of(dress.format(number).translate(WIDE)) == number
    assert phone_of(f"{number[:3]} {number[3:7]}-{number[7:]}") == number
    assert phone_of(float(number)) == number


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("1380013800", "phone_length"), ("138001380001", "phone_length"), ("12800138000", "phone_prefix"),
        ("0571-88888888", "phone_landline"), ("138****8000", "phone_masked"), ("1.38E+10", "digits_lost"),
        ("张三", "phone_signs"),
    ],
)  # fmt: skip
def test_what_is_no_mobile_number_says_which_way(cell: object, code: str):
    with pytest.raises(Unreadable) as fault:
        phone_of(cell)
    assert fault.value.code == code


def test_an_exponent_that_kept_all_digits_is_read():
    assert phone_of("1.3800138001E+10") == "13800138001"


BODIES = st.builds(
    lambda place, day, serial: f"{place}{day:%Y%m%d}{serial:03d}",
    st.sampled_from(("330102", "110105", "810000", "830000")),
    st.dates(date(1940, 1, 1), date(2008, 12, 31)),
    st.integers(0, 999),
)


@given(BODIES, st.booleans())
def test_the_short_way_and_the_registry_agree_on_identity_numbers(body: str, wide: bool):
    number = body + calc_check_digit(body)
    known = identity(number)
    typed = f" {number[:6]} {number[6:14]} {number[14:].lower()}\t"
    assert id_of(typed.translate(WIDE) if wide else typed) == (
        known.number, str(known.kind), known.birth_date, str(known.sex)
    )  # fmt: skip


@given(BODIES, st.sampled_from("0123456789X"))
def test_every_wrong_last_sign_is_noticed_and_the_right_one_named(body: str, last: str):
    if last == calc_check_digit(body):
        return
    with pytest.raises(Unreadable) as fault:
        id_of(body + last)
    assert (fault.value.code, fault.value.names) == ("id_check", {"expected": calc_check_digit(body)})
    with pytest.raises(Invalid):
        identity(body + last)


@given(st.dates(date(1930, 1, 1), date(1985, 12, 31)), st.integers(0, 999))
def test_an_old_number_of_fifteen_digits_is_the_new_one(day: date, serial: int):
    old = f"330102{day:%y%m%d}{serial:03d}"
    assert id_of(old)[0] == id_of(float(old))[0] == from_fifteen(old)
    assert id_of(old)[2] == day


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (3.30102199001011e17, "digits_lost"), ("3.30102E+17", "digits_lost"), ("33010219900101123", "id_length"),
        ("330102199013011234", "id_birth"), ("330102********1234", "id_masked"), ("E12345678", "id_other_paper"),
        ("H1234567890", "id_other_paper"), ("身份证丢失", "id_signs"), ("330102991301123", "id_birth"),
    ],
)  # fmt: skip
def test_an_identity_number_that_cannot_be_says_why(cell: object, code: str):
    with pytest.raises(Unreadable) as fault:
        id_of(cell)
    assert fault.value.code == code


def test_a_foreigners_card_and_a_look_alike_x_are_taken():
    assert id_of("USA110198501011")[1] == "foreigner"
    assert id_of("11010519491231002×")[0] == "11010519491231002X"


@pytest.mark.parametrize(
    ("cell", "name", "remark"),
    [
        ("张　三", "张三", ""), (" 欧阳 建国 ", "欧阳建国", ""), ("张三（组长）", "张三", "name_bracket"),
        ("阿卜杜拉•买买提", "阿卜杜拉·买买提", ""), ("John  Smith", "John Smith", ""), ("张", "张", "name_single"),
        ("㛃𬭎", "㛃𬭎", ""), ("Ｌｉ Ｌｅｉ", "Li Lei", ""),
    ],
)  # fmt: skip
def test_a_name_is_read_without_its_dress(cell: str, name: str, remark: str):
    assert name_of(cell) == (name, remark)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("", "name_missing"), (" / ", "name_missing"), ("张3", "name_digits"), ("张?", "name_lost_sign"),
        ("张三@", "name_signs"), ("甲" * 65, "name_long"), (12.0, "name_digits"),
    ],
)  # fmt: skip
def test_what_is_no_name_says_why(cell: object, code: str):
    with pytest.raises(Unreadable) as fault:
        name_of(cell)
    assert fault.value.code == code


@given(st.text())
def test_text_once_plain_stays_plain(text: str):
    assert text_of(text_of(text)) == text_of(text)
