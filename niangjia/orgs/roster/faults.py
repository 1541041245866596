"""What is wrong with a whole file: one sentence each, with what to do next; and what is remarked about it."""

from __future__ import annotations

from typing import TypedDict

from django.utils.translation import gettext_lazy as _

from niangjia.kit.refusal import Invalid, Sentence

_SAVE_AS = _("Open it in a spreadsheet program and save it as .xlsx or .csv, then upload that file.")
FILE_FAULTS: dict[str, tuple[Sentence, Sentence]] = {
    "empty": (_("The file is empty."), _("Choose the file that holds the roster.")),
    "too_big": (
        _("The file is larger than %(limit)s MB."),
        _("Delete pictures and other sheets, or split the roster into several files."),
    ),
    "too_wide": (
        _("Sheet “%(sheet)s” spans more cells than a roster can have."),
        _("Delete the empty rows and columns around the table, or copy the table into a new file."),
    ),
    "bomb": (
        _("The file unpacks to far more than its own size, as no roster does."),
        _("Copy the table into a new file and upload that."),
    ),
    "locked": (
        _("The file is protected by a password."),
        _("Open it, take the password off, save it and upload it again."),
    ),
    "damaged": (_("The file is damaged and cannot be opened."), _SAVE_AS),
    "web_page": (_("The file is a web page that was named like a spreadsheet."), _SAVE_AS),
    "word": (
        _("The file is a text document, not a spreadsheet."),
        _("Copy the table into a spreadsheet and upload that."),
    ),
    "archive": (_("The file is an archive."), _("Unpack it and upload the spreadsheet inside.")),
    "binary_sheet": (_("The file is a binary workbook (.xlsb)."), _SAVE_AS),
    "wrong_type": (_("The file is not a spreadsheet."), _("Upload a file that ends in .xlsx, .xls, .ods or .csv.")),
    "encoding": (
        _("Row %(row)s of the file is in no encoding we know (UTF-8, GB18030, UTF-16)."),
        _SAVE_AS,
    ),
    "quotes": (
        _("Row %(row)s of the file cannot be read: its quotation marks do not match."),
        _("Correct the row, or save the table as .xlsx."),
    ),
    "no_header": (
        _("No line in the file names the columns."),
        _("Above the first person, name the columns: name, and identity number or mobile number. Or use the template."),
    ),
    "columns_missing": (
        _("Row %(row)s heads the columns, but these are missing: %(columns)s."),
        _("Add the columns, or use the template."),
    ),
    "no_rows": (_("Nobody stands below the header."), _("Fill in the roster and upload it again.")),
}
NOTES: dict[str, Sentence] = {
    "unknown_columns": _("Sheet “%(sheet)s”: these columns were not imported: %(columns)s."),
    "no_header": _("Sheet “%(sheet)s” has no line that names the columns and was not read."),
    "columns_missing": _("Sheet “%(sheet)s” was not read: it lacks %(columns)s."),
    "hidden_sheet": _(
        "Sheet “%(sheet)s” is hidden and was not read. Show it and upload again if it belongs to the roster."
    ),
    "unit_unknown": _(
        "Employer “%(unit)s” (%(count)s rows) is not in the register, so where these people work was not recorded. "
        "Register it, then import the roster again."
    ),
    "unit_several": _(
        "Employer “%(unit)s” (%(count)s rows) fits several in the register, so where these people work "
        "was not recorded. Add the credit code."
    ),
    "units_more": _("%(count)s more employers are not in the register."),
    "blank_rows": _("Sheet “%(sheet)s”: %(count)s empty rows were passed over."),
}


class Note(TypedDict):
    """Something the officer should know about the file, though no row is at fault."""

    code: str
    names: dict[str, str]


class FileFault(Invalid):
    """The file as a whole cannot be read."""

    def __init__(self, fault: str, **names: object) -> None:
        sentence, remedy = FILE_FAULTS[fault]
        super().__init__(str(sentence) % names if names else sentence, remedy=remedy, code=f"roster_{fault}")


def note_sentence(note: Note) -> str:
    return str(NOTES[note["code"]]) % note["names"]
