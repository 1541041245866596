"""A file as tables: whatever kind of spreadsheet it is, its header found, merged cells filled, rows streamed."""

from __future__ import annotations

import codecs
import csv
import itertools
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from niangjia.orgs.roster.columns import SEARCHED_ROWS, Header, find_header
from niangjia.orgs.roster.faults import FileFault, Note
from niangjia.orgs.roster.gateways.workbook import Sheet, open_workbook

WORKBOOK_LIMIT = 60
TEXT_LIMIT = 400
MEGABYTE = 1024 * 1024
SEPARATORS = (",", "\t", ";", "|", "，")

Row = tuple[int, list[Any]]


@dataclass(slots=True)
class Table:
    """One sheet with its header found; rows come with the number the spreadsheet shows."""

    sheet: str
    header: Header
    rows: Iterator[Row]
    hidden_rows: set[int] = field(default_factory=set)
    marks: dict[int, list[tuple[int, str]]] = field(default_factory=dict)
    from_1904: bool = False


class Roster:
    """A roster file. Reading its tables to the end fills `notes` and `header_fault`."""

    def __init__(self, path: Path, name: str = "") -> None:
        self.path = path
        self.name = name or path.name
        self.notes: list[Note] = []
        self._lacking: FileFault | None = None
        self._rows = 0
        self._blank = 0

    def tables(self) -> Iterator[Table]:
        """Every table that has people in it; raises `FileFault` when the file has none."""
        found = False
        for table in self._sheets():
            found = True
            yield table
            if self._blank:
                self._note("blank_rows", sheet=table.sheet, count=str(self._blank))
        if not found:
            raise self._lacking or FileFault("no_header")
        if not self._rows:
            raise FileFault("no_rows")

    def _note(self, code: str, **names: str) -> None:
        self.notes.append({"code": code, "names": names})

    def _sheets(self) -> Iterator[Table]:
        kind = kind_of(self.path)
        sheets = _text_sheet(self.path, self.name) if kind == "text" else open_workbook(self.path)
        for sheet in sheets:
            if sheet.hidden:
                self._note("hidden_sheet", sheet=sheet.name)
                continue
            table = self._table(sheet)
            if table:
                yield table

    def _table(self, sheet: Sheet) -> Table | None:
        rows = self._filled(_unmerged(sheet), sheet.marks)
        top = list(itertools.islice(rows, SEARCHED_ROWS))
        if not top:
            return None
        header = find_header(top)
        if header is None:
            self._note("no_header", sheet=sheet.name)
            return None
        if not header.is_whole:
            missing = "、".join(str(label) for label in header.missing)
            self._lacking = FileFault("columns_missing", row=header.row, columns=missing)
            self._note("columns_missing", sheet=sheet.name, columns=missing)
            return None
        if header.unknown:
            self._note("unknown_columns", sheet=sheet.name, columns="、".join(dict.fromkeys(header.unknown)))
        below = itertools.chain((row for row in top if row[0] > header.row), rows)
        marks = {
            row: [(column - sheet.first_column, code) for column, code in cells] for row, cells in sheet.marks.items()
        }
        return Table(sheet.name, header, self._counted(below), sheet.hidden_rows, marks, sheet.from_1904)

    def _filled(self, rows: Iterable[Row], marked: Collection[int]) -> Iterator[Row]:
        """The rows that hold anything, be it a formula without a result; counts the blank ones between them."""
        self._blank = waiting = last = 0
        for last, cells in rows:
            if _is_empty(cells) and last not in marked:
                waiting += 1
                continue
            self._blank += waiting
            waiting = 0
            yield last, cells
        # A reader of values ends at the last value; a row of formulas alone may stand below it.
        yield from ((row, []) for row in sorted(marked) if row > last)

    def _counted(self, rows: Iterable[Row]) -> Iterator[Row]:
        for row in rows:
            self._rows += 1
            yield row


def _is_empty(cells: list[Any]) -> bool:
    for cell in cells:  # noqa: SIM110 - a generator costs twice as much, a million times
        if cell != "" and (not isinstance(cell, str) or not cell.isspace()):
            return False
    return True


def kind_of(path: Path) -> str:
    """`workbook` or `text`, told by what the file begins with and never by its name."""
    size = path.stat().st_size
    if size == 0:
        raise FileFault("empty")
    with path.open("rb") as file:
        head = file.read(8192)
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
        if size > WORKBOOK_LIMIT * MEGABYTE:
            raise FileFault("too_big", limit=WORKBOOK_LIMIT)
        if head.startswith(b"\xd0") and "EncryptedPackage".encode("utf-16-le") in path.read_bytes():
            raise FileFault("locked")
        return "workbook"
    if size > TEXT_LIMIT * MEGABYTE:
        raise FileFault("too_big", limit=TEXT_LIMIT)
    start = head.lstrip(codecs.BOM_UTF8).lstrip()[:512].lower()
    if start.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta", b"<style", b"<head", b"<body")):
        raise FileFault("web_page")
    if start.startswith(
        (b"%pdf", b"\x89png", b"\xff\xd8\xff", b"gif8", b"rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"{\\rtf")
    ):
        raise FileFault("archive" if start[:2] in (b"ra", b"7z", b"\x1f\x8b") else "wrong_type")
    return "text"


# --- text files -----------------------------------------------------------------------------------------------------


def _text_sheet(path: Path, name: str) -> Iterator[Sheet]:
    encoding = _encoding(path)
    with path.open(encoding=encoding, newline="") as file:
        sample = file.read(256 * 1024)
        told = re.match(r"sep=(.)\r?\n", sample, re.IGNORECASE)  # Excel reads this line and does not show it
        file.seek(0)
        if told:
            file.readline()
        separator = told[1] if told else _separator(sample)
        yield Sheet(name, _records(file, separator))


def _records(file: Iterable[str], separator: str) -> Iterator[list[Any]]:
    reader = csv.reader(file, delimiter=separator, strict=True)
    row = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as fault:
            raise FileFault("quotes", row=row + 1) from fault
        row += 1
        yield cells


def _separator(sample: str) -> str:
    """The sign that cuts the first lines into the fullest header."""
    lines = sample.splitlines(keepends=True)[: SEARCHED_ROWS + 5]

    def fullness(separator: str) -> tuple[bool, int]:
        try:
            header = find_header(list(enumerate(csv.reader(lines, delimiter=separator), start=1)))
        except csv.Error:
            return False, 0
        return (header.is_whole, len(header.columns)) if header else (False, 0)

    return max(SEPARATORS, key=fullness)


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith(codecs.BOM_UTF8):
        wanted: tuple[str, ...] = ("utf-8-sig",)
    elif head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        wanted = ("utf-16",)
    elif b"\0" in head:
        if head.count(b"\0") < len(head) // 8:
            raise FileFault("wrong_type")
        wanted = ("utf-16-le" if head[1::2].count(b"\0") >= head[::2].count(b"\0") else "utf-16-be",)
    else:
        wanted = ("utf-8", "gb18030")
    rows = []
    for encoding in wanted:
        row = _first_undecodable(path, encoding)
        if not row:
            return encoding
        rows.append(row)
    if sum(byte < 9 or 13 < byte < 32 for byte in head) > len(head) // 50:
        raise FileFault("wrong_type")
    raise FileFault("encoding", row=max(rows))  # the likeliest encoding is the one that got furthest


def _first_undecodable(path: Path, encoding: str) -> int:
    """The first line that is not in this encoding, 0 when all are."""
    decoder = codecs.getincrementaldecoder(encoding)()
    lines = 1
    with path.open("rb") as file:
        while True:
            piece = file.read(MEGABYTE)
            try:
                lines += decoder.decode(piece, final=not piece).count("\n")
            except UnicodeDecodeError as fault:
                return lines + fault.object[: fault.start].count(b"\n")
            if not piece:
                return 0


# --- merged cells ---------------------------------------------------------------------------------------------------


def _unmerged(sheet: Sheet) -> Iterator[Row]:
    """Rows numbered from 1, with what a merged cell says repeated in every row it spans."""
    tall = sorted(
        (top, bottom, column - sheet.first_column) for (top, column), (bottom, _right) in sheet.merged if bottom > top
    )
    if not tall:
        yield from enumerate(sheet.rows, start=1)
        return
    coming = iter(tall)
    upcoming = next(coming, None)
    open_now: list[tuple[int, int, Any]] = []
    for index, cells in enumerate(sheet.rows):
        if open_now:
            open_now = [span for span in open_now if span[0] >= index]
            if cells.count("") != len(cells):  # a merged cell alone does not make a row
                for _bottom, column, value in open_now:
                    if column < len(cells) and cells[column] == "":
                        cells[column] = value
        while upcoming is not None and upcoming[0] <= index:
            top, bottom, column = upcoming
            if top == index and 0 <= column < len(cells):
                open_now.append((bottom, column, cells[column]))
            upcoming = next(coming, None)
        yield index + 1, cells
