"""Opening workbooks that strangers send: what they claim is checked before the reader that trusts it is let in."""

from __future__ import annotations

import contextlib
import html
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog
from python_calamine import CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from niangjia.orgs.roster.faults import FileFault

log = structlog.get_logger(__name__)

UNPACKED_LIMIT = 800 * 1024 * 1024
PART_LIMIT = 5_000
RATIO_LIMIT = 200  # XML of tables packs 8 to 60 fold
RATIO_MATTERS_FROM = 20 * 1024 * 1024
CELL_LIMIT = 20_000_000  # the reader lays a sheet out as one rectangle of 32 bytes a cell
PIECE = 4 * 1024 * 1024

_SHEET = re.compile(rb'<(?:\w+:)?sheet\b[^>]*\br?:?id="([^"]+)"[^>]*>')
_RELATION = re.compile(rb"<Relationship\b[^>]*>")
_ROW = re.compile(rb'row\s[^>]*?\br="(\d+)"[^>]*>')  # begins with letters, which the engine finds ten times sooner
_WIDE = re.compile(rb' r="([A-Z]{2,3})\d+"[^>]*[^/]>')
_ODD_CELL = re.compile(
    rb'<c r="([A-Z]+)(\d+)"([^>]*)>(?:<f[^>]*/>|<f[^>]*>[^<]*</f>)?(<v\s*/>|<v></v>|<v>[^<]*</v>)?</c>'
)


@dataclass(slots=True)
class Sheet:
    """One sheet as found: its rows from the first, and what the reader itself does not tell."""

    name: str
    rows: Iterator[list[Any]]
    first_column: int = 0
    merged: list[tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)  # as the spreadsheet counts them
    marks: dict[int, list[tuple[int, str]]] = field(default_factory=dict)  # row → (column, fault code)
    hidden: bool = False
    from_1904: bool = False


@dataclass(slots=True)
class _Told:
    """What the XML of a sheet says about its size, hidden rows and cells without a value."""

    last_row: int = 0
    last_column: int = 26
    hidden_rows: set[int] = field(default_factory=set)
    marks: dict[int, list[tuple[int, str]]] = field(default_factory=dict)


def open_workbook(path: Path) -> Iterator[Sheet]:
    """The sheets of a workbook in their order, or the sentence why it cannot be opened."""
    told: list[_Told] = []
    from_1904 = False
    if zipfile.is_zipfile(path):
        told, from_1904 = _inspect(path)
    with _reader(path) as book:
        for index, about in enumerate(book.sheets_metadata):
            if about.typ is not SheetTypeEnum.WorkSheet:
                continue
            said = told[index] if index < len(told) else _Told()
            if said.last_row * said.last_column > CELL_LIMIT:
                raise FileFault("too_wide", sheet=about.name)
            hidden = about.visible is not SheetVisibleEnum.Visible
            if hidden:
                yield Sheet(about.name, iter(()), hidden=True)
                continue
            sheet = _sheet(book, index)
            yield Sheet(
                about.name,
                _rows(sheet),
                first_column=sheet.start[1] if sheet.start else 0,
                merged=sheet.merged_cell_ranges or [],
                hidden_rows=said.hidden_rows,
                marks=said.marks,
                from_1904=from_1904,
            )


@contextlib.contextmanager
def _reader(path: Path) -> Iterator[CalamineWorkbook]:
    book = _guarded(lambda: CalamineWorkbook.from_path(path))
    try:
        yield book
    finally:
        book.close()


def _sheet(book: CalamineWorkbook, index: int) -> CalamineSheet:
    sheet: CalamineSheet = _guarded(lambda: book.get_sheet_by_index(index))
    return sheet


def _rows(sheet: CalamineSheet) -> Iterator[list[Any]]:
    yield from sheet.iter_rows()


def _guarded(work: Any) -> Any:
    """Run the foreign reader; whatever it dies of is a damaged file to the officer, and a line in our log."""
    try:
        return work()
    except PasswordError as fault:
        raise FileFault("locked") from fault
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as fault:  # a panic of the reader, which is written in Rust, is no Exception
        log.warning("workbook_unreadable", kind=type(fault).__name__)
        raise FileFault("damaged") from fault


def _inspect(path: Path) -> tuple[list[_Told], bool]:
    """Check a zipped workbook's size before anything unpacks it, and read what the reader leaves out."""
    try:
        with zipfile.ZipFile(path) as box:
            _refuse_bombs(box)
            names = set(box.namelist())
            if "xl/workbook.bin" in names:
                raise FileFault("binary_sheet")
            if "content.xml" in names:
                _refuse_wide_ods(box)
                return [], False
            if "xl/workbook.xml" not in names:
                raise FileFault("word" if "word/document.xml" in names else "archive")
            book = box.read("xl/workbook.xml")
            return [_told(box, part) if part in names else _Told() for part in _sheet_parts(box, book, names)], (
                re.search(rb'date1904="(1|true)"', book) is not None
            )
    except FileFault:
        raise
    except Exception as fault:
        log.warning("workbook_uninspectable", kind=type(fault).__name__)
        raise FileFault("damaged") from fault


def _refuse_bombs(box: zipfile.ZipFile) -> None:
    parts = box.infolist()
    if any(part.flag_bits & 1 for part in parts):
        raise FileFault("locked")
    if len(parts) > PART_LIMIT or sum(part.file_size for part in parts) > UNPACKED_LIMIT:
        raise FileFault("bomb")
    for part in parts:
        if part.file_size > RATIO_MATTERS_FROM and part.file_size > RATIO_LIMIT * max(part.compress_size, 1):
            raise FileFault("bomb")


def _refuse_wide_ods(box: zipfile.ZipFile) -> None:
    """An OpenDocument cell can say that it stands a million times: bound what such words unfold to."""
    content = box.read("content.xml")
    unfolded = 0
    for row in re.findall(rb"<table:table-row\b.*?(?:</table:table-row>|/>)", content, re.DOTALL):
        if b"office:value-type" not in row:
            continue
        times = re.match(rb'[^>]*number-rows-repeated="(\d+)"', row)
        cells = [int(count) for count in re.findall(rb'number-columns-repeated="(\d+)"', row)]
        unfolded += (int(times[1]) if times else 1) * (sum(cells) + row.count(b"<table:table-cell"))
        if unfolded > 4 * CELL_LIMIT:
            raise FileFault("bomb")


def _sheet_parts(box: zipfile.ZipFile, book: bytes, names: set[str]) -> list[str]:
    """The part of each sheet, in the workbook's order."""
    relations = box.read("xl/_rels/workbook.xml.rels") if "xl/_rels/workbook.xml.rels" in names else b""
    targets: dict[str, str] = {}
    for relation in _RELATION.findall(relations):
        said = dict(re.findall(rb'(\w+)="([^"]*)"', relation))
        target = html.unescape(said.get(b"Target", b"").decode())
        targets[said.get(b"Id", b"").decode()] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return [targets.get(key.decode(), "") for key in _SHEET.findall(book)]


def _told(box: zipfile.ZipFile, part: str) -> _Told:
    told = _Told()
    rest = b""
    with box.open(part) as stream:
        while piece := stream.read(PIECE):
            rest += piece
            cut = rest.rfind(b"row>") + 4
            _scan(rest[:cut], told)
            rest = rest[cut:]
            if len(rest) > 16 * PIECE:
                raise FileFault("bomb")
    _scan(rest, told)
    return told


def _scan(xml: bytes, told: _Told) -> None:
    for row in _ROW.finditer(xml):
        number = int(row[1])
        told.last_row = max(told.last_row, number)
        if b'hidden="1"' in row[0] or b'hidden="true"' in row[0]:
            told.hidden_rows.add(number)
    for letters in set(_WIDE.findall(xml)):
        told.last_column = max(told.last_column, _column(letters) + 1)
    if b"<f" in xml or b't="e"' in xml:
        for cell in _ODD_CELL.finditer(xml):
            code = _odd(cell[0], cell[3], cell[4])
            if code:
                told.marks.setdefault(int(cell[2]), []).append((_column(cell[1]), code))


def _odd(whole: bytes, attributes: bytes, value: bytes | None) -> str:
    if b't="e"' in attributes:
        return "cell_error"
    empty = value is None or not value.removeprefix(b"<v").strip(b" /<>v")
    return "formula_uncounted" if b"<f" in whole and empty and b't="str"' not in attributes else ""


def _column(letters: bytes) -> int:
    """`A` is 0, `AA` is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
