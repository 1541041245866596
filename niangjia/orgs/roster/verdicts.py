"""What is said about a row: a verdict, and for each fault a sentence that names the cell, the matter and the remedy."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypedDict

from django.db.models import TextChoices
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from niangjia.kit.refusal import Sentence
from niangjia.orgs.roster.columns import LABELS, Field


class Verdict(TextChoices):
    OK = "ok", _("can be imported")
    WARNED = "warned", _("can be imported, with a remark")
    REFUSED = "refused", _("cannot be imported")
    SKIPPED = "skipped", _("not a person")


class Fault(TypedDict, total=False):
    """One fault as it is stored. `names` fills the sentence and never holds a name or a number of a person."""

    code: str
    field: str
    names: dict[str, str]


# Faults that stop a row. Everything else lets it through with a remark.
REFUSES: dict[str, Sentence] = {
    "name_missing": _("is empty. Fill in the name."),
    "name_lost_sign": _(
        "holds a sign that was lost when the file was saved, as happens to rare characters. Type it again."
    ),
    "name_digits": _("holds digits. Is it in the right column?"),
    "name_signs": _("holds signs that no name has. Check the cell."),
    "name_long": _("is longer than 64 signs. Check the cell."),
    "nothing_to_know_by": _("identity and mobile number are both empty. One of them is needed."),
    "id_masked": _("is hidden behind stars. The full number is needed."),
    "id_length": _("has %(count)s signs; a resident's number has 18. Compare it with the card."),
    "id_signs": _("holds signs that no identity number has. Compare it with the card."),
    "id_birth": _("gives an impossible date of birth in digits 7 to 14. Compare it with the card."),
    "id_check": _("the last sign should be %(expected)s, so one of the 18 is mistyped. Compare it with the card."),
    "id_other_paper": _(
        "looks like a passport or travel permit. Give the residence permit number instead, or only a mobile number."
    ),
    "digits_lost": _(
        "was stored as a number and its last digits are gone. Set the column to text and type the numbers again."
    ),
    "two_numbers": _("holds two numbers for one person. Leave one."),
    "phone_only_bad": _("cannot be used, and there is no identity number. One of them must be right."),
    "people_unpaired": _(
        "holds %(people)s people, but it is not clear which numbers are whose. Give each person a row."
    ),
    "date_short_year": _("“%(value)s” has a year of two digits. Write all four: 2023-05-01."),
    "date_year_last": _("“%(value)s” can be read in two ways. Write the year first: 2023-05-01."),
    "date_year_only": _("“%(value)s” is only a year. Write year and month at least: 2023-05."),
    "date_january_or_october": _("“%(value)s” is a number and may mean January or October. Write it as text: 2023-10."),
    "date_impossible": _("“%(value)s” is a day that no calendar has. Correct it."),
    "date_too_early": _("“%(value)s” lies before 1900. Correct it."),
    "date_unreadable": _("“%(value)s” is not a date. Write it like 2023-05-01."),
    "date_future": _("“%(value)s” lies in the future. Correct it."),
    "formula_uncounted": _(
        "is a formula without a stored result. Open the file in a spreadsheet program, save it and upload again."
    ),
    "cell_error": _("shows an error of the spreadsheet instead of a value. Correct the formula."),
    "repeated": _("the same person already stands in row %(row)s. This row was left out."),
    "same_id_other_name": _("row %(row)s has the same number under another name. Find out whose it is."),
    "phone_shared_alone": _(
        "row %(row)s has the same number under another name, and there is no identity number to tell them apart."
    ),
    "phone_of_another": _(
        "is recorded for somebody of another name, and there is no identity number to tell them apart."
    ),
    "name_differs": _(
        "differs from the name recorded under this identity number. Check both; "
        "a changed name is corrected on the person's page first."
    ),
    "id_differs": _("differs from the number recorded for this name and mobile number. Check both."),
    "several_match": _("fits several recorded people. Add the identity number."),
    "member_elsewhere": _("is a member of another union. Ask for a transfer of membership; an import moves nobody."),
    "applies_elsewhere": _("has an open application at another union. It must be decided or withdrawn first."),
    "applies_here": _("has an open application at this union. Admit it under the applications to join."),
}
REMARKS: dict[str, Sentence] = {
    "name_bracket": _("has a remark in brackets, which was left out."),
    "name_single": _("has one sign only. Check that it is complete."),
    "phone_masked": _("is hidden behind stars and was left out."),
    "phone_landline": _("is a landline number and was left out."),
    "phone_length": _("has %(count)s digits, not 11, and was left out."),
    "phone_prefix": _("is no mobile number and was left out."),
    "phone_signs": _("is no mobile number and was left out."),
    "phone_digits_lost": _("was stored as a number and its last digits are gone; it was left out."),
    "phone_second": _("holds two numbers; the first was taken."),
    "phone_shared": _("row %(row)s has the same number for somebody else; it was recorded for neither."),
    "phone_of_other": _("is recorded for somebody else and was left out."),
    "phone_differs": _("differs from the recorded one, which stays. Only the person changes their own number."),
    "sex_differs": _("differs from the identity number, which counts."),
    "sex_unreadable": _("“%(value)s” could not be read and was left out."),
    "birth_differs": _("differs from the identity number, which counts."),
    "birth_unreadable": _("could not be read; the identity number counts."),
    "date_month_only": _("gives no day; the first of the month was taken."),
    "age_young": _("makes the person younger than 16. Check it."),
    "age_old": _("makes the person older than 100. Check it."),
    "joined_young": _("lies before the person's 16th birthday. Check it."),
    "form_unreadable": _("“%(value)s” is no form of work we know; “labour contract” was taken."),
    "trade_long": _("is longer than 64 signs and was cut."),
    "also_employed": _("another employment is recorded and stays; this one is added."),
    "already_member": _("is already a member here; the membership stays as it is."),
    "split_from_cell": _("held %(people)s people in one cell; they were taken apart in order."),
    "hidden_row": _("is hidden in the spreadsheet, perhaps by a filter, and was read all the same."),
}
SKIPS: dict[str, Sentence] = {
    "total_line": _("looks like a total and was not taken as a person."),
    "remark_line": _("looks like a note or signature line and was not taken as a person."),
    "header_again": _("repeats the header and was not taken as a person."),
    "only_numbered": _("holds no name and no number and was not taken as a person."),
}
SENTENCES: dict[str, Sentence] = {**REFUSES, **REMARKS, **SKIPS}
STOPPING = frozenset(REFUSES)


def verdict_of(faults: Iterable[Fault]) -> Verdict:
    """The verdict that these faults make together."""
    codes = {fault["code"] for fault in faults}
    if codes & STOPPING:
        return Verdict.REFUSED
    if codes & SKIPS.keys():
        return Verdict.SKIPPED
    return Verdict.WARNED if codes else Verdict.OK


def sentence(row: int, fault: Fault) -> str:
    """One fault as an officer reads it: 第7行 身份证号：末位校验码应为 X……"""
    matter = str(SENTENCES[fault["code"]])
    names: dict[str, Any] = fault.get("names") or {}
    said = matter % names if names else matter
    field = fault.get("field", "")
    if not field:
        return gettext("Row %(row)s %(matter)s") % {"row": row, "matter": said}
    label = str(LABELS[Field(field)])
    return gettext("Row %(row)s, %(column)s: %(matter)s") % {"row": row, "column": label, "matter": said}


def worst(verdicts: Iterable[str]) -> Verdict:
    """The verdict of a spreadsheet row that held several people."""
    found = set(verdicts)
    order = (Verdict.REFUSED, Verdict.SKIPPED, Verdict.WARNED)
    return next((verdict for verdict in order if verdict in found), Verdict.OK)
