"""Numbers people carry: identity numbers read by GB 11643, and mobile numbers however they are typed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _
from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_11_2

from niangjia.kit import clock
from niangjia.kit.refusal import Invalid
from niangjia.people.models import IdKind, Sex

EARLIEST_BIRTH = date(1880, 1, 1)
PERMIT_PREFIXES = ("81", "82", "83")
OLD_FOREIGNER = re.compile(r"[A-Z]{3}\d{12}")
NEW_FOREIGNER = re.compile(r"9\d{17}")
MOBILE = re.compile(r"1[3-9]\d{9}")


@dataclass(frozen=True, slots=True)
class Identity:
    """What an identity number says by itself."""

    number: str
    kind: IdKind
    birth_date: date | None = None
    sex: Sex | None = None


def plain(typed: str) -> str:
    """Full-width characters as half-width ones, without spaces and dashes."""
    half = "".join(chr(ord(sign) - 0xFEE0) if 0xFF01 <= ord(sign) <= 0xFF5E else sign for sign in typed)
    return re.sub(r"[\s\-\u2010-\u2015]", "", half).upper()


def _fault(field: str, sentence: object, remedy: object) -> Invalid:
    return Invalid(str(sentence), remedy=str(remedy), faults={field: str(sentence)}, code=f"bad_{field}")


def from_fifteen(number: str) -> str:
    """The eighteen-digit form of a number issued before 1999."""
    body = f"{number[:6]}19{number[6:]}"
    return body + mod_11_2.calc_check_digit(body)


def _born(digits: str) -> date:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        born = None
    if born is None or not EARLIEST_BIRTH <= born <= clock.today():
        raise _fault(
            "id_number",
            _("Digits 7 to 14 of the identity number are not a possible date of birth."),
            _("Compare the number with the card, digit by digit."),
        )
    return born


def _numbered(number: str) -> Identity:
    """A number of the national pattern: a citizen's, or a Hong Kong, Macao or Taiwan resident's (81, 82, 83).

    The first six digits are the place of first issue: abolished codes stay valid, so they are not looked up.
    """
    born = _born(number[6:14])
    try:
        mod_11_2.validate(number)
    except ValidationError as fault:
        raise _fault(
            "id_number",
            _("The last digit of the identity number does not fit the others, so one of them is mistyped."),
            _("Compare the number with the card, digit by digit."),
        ) from fault
    kind = IdKind.RESIDENCE_PERMIT if number.startswith(PERMIT_PREFIXES) else IdKind.CITIZEN
    return Identity(number, kind, born, Sex.MALE if int(number[16]) % 2 else Sex.FEMALE)


def _foreigner(number: str) -> Identity:
    """A foreigner's permanent residence card: only its shape is checked, the old form has no public check digit."""
    if NEW_FOREIGNER.fullmatch(number):
        return Identity(number, IdKind.FOREIGNER, _born(number[6:14]), Sex.MALE if int(number[16]) % 2 else Sex.FEMALE)
    return Identity(number, IdKind.FOREIGNER)


def identity(typed: str) -> Identity:
    """Read an identity number, or say what is wrong with it."""
    number = plain(typed)
    if OLD_FOREIGNER.fullmatch(number) or NEW_FOREIGNER.fullmatch(number):
        return _foreigner(number)
    if re.fullmatch(r"\d{15}", number):
        number = from_fifteen(number)
    if not re.fullmatch(r"\d{17}[\dX]", number):
        raise _fault(
            "id_number",
            _("An identity number has 18 characters: 17 digits, then a digit or X."),
            _("Type it again as it stands on the card."),
        )
    return _numbered(number)


def phone(typed: str) -> str:
    """A mainland mobile number as eleven digits, whatever spaces, full-width digits or +86 were typed."""
    number = plain(typed)
    number = re.sub(r"^(\+|00)86", "", number)
    if len(number) == 13:
        number = number.removeprefix("86")
    if not MOBILE.fullmatch(number):
        raise _fault(
            "phone",
            _("A mobile number has 11 digits and begins with 1."),
            _("Type your mobile number again, for example 138 0000 0000."),
        )
    return number
