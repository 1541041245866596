"""Files as unions really keep them: each kind of ugliness gets its verdict and its sentence, and no row vanishes."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from niangjia.orgs.models import Organisation
from niangjia.orgs.roster.columns import HEADERS, find_header, plain_header
from niangjia.orgs.roster.faults import FileFault
from niangjia.orgs.roster.gateways import workbook as gateway
from niangjia.orgs.roster.tests.factories import HEAD, codes, file_fault, someone, verdicts, workbook
from niangjia.orgs.tests.factories import make_union
from niangjia.people.tests.factories import a_phone, an_id_number

pytestmark = pytest.mark.django_db


@pytest.fixture
def union() -> Organisation:
    return make_union()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "roster.xlsx"


def csv_text(*rows: list[str], separator: str = ",") -> str:
    return "".join(separator.join(row) + "\r\n" for row in [list(HEAD), *rows])


def test_a_clean_file_has_nothing_but_ok(path: Path, union: Organisation):
    said = verdicts(workbook(path, [someone(), someone("李四")]), union)
    assert said == {2: ("ok", ""), 3: ("ok", "")}


def test_title_rows_merged_cells_and_full_width_signs_are_read(path: Path, union: Organisation):
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = "新昌县某某厂工会会员花名册"
    sheet.merge_cells("A1:F1")
    sheet.append(["填报单位：某某厂", "", "", "", "2023年5月"])
    sheet.append(["序号", "姓　名 *", "身份证号码（18位）", "联系 电话", "入会时间", "所在单位"])
    wide = an_id_number().translate({code: code + 0xFEE0 for code in range(0x30, 0x3A)})
    sheet.append([1, "张　三", wide, "１３８０００１３８００", 45047, "某某厂"])
    sheet.append([2, "李四", an_id_number(), a_phone(), "2023.5.1", None])
    sheet.merge_cells("F4:F5")
    book.save(path)
    assert verdicts(path, union) == {4: ("ok", ""), 5: ("ok", "")}


def test_a_header_of_two_lines_with_merged_cells_is_found(path: Path, union: Organisation):
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["姓名", "证件", None, "联系电话"])
    sheet.append([None, "证件类型", "证件号码", None])
    sheet.merge_cells("A1:A2")
    sheet.merge_cells("D1:D2")
    sheet.merge_cells("B1:C1")
    sheet.append(["张三", "身份证", an_id_number(), a_phone()])
    book.save(path)
    assert verdicts(path, union) == {3: ("ok", "")}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (["", "{id}", "{phone}"], ["name_missing"]),
        (["张三", "", ""], ["nothing_to_know_by"]),
        (["张三", "/", "无"], ["nothing_to_know_by"]),
        (["张三", "33010219900101123", "{phone}"], ["id_length"]),
        (["张三", "3.30102E+17", "{phone}"], ["digits_lost"]),
        (["张三", 330102199001011234, "{phone}"], ["digits_lost"]),
        (["张三", "330102********1234", "{phone}"], ["id_masked"]),
        (["张三", "{id}", "1380013800"], ["phone_length"]),
        (["张三", "", "1380013800"], ["phone_length", "phone_only_bad"]),
        (["张三", "{id}", "0571-88888888"], ["phone_landline"]),
        (["张三", "{id}", "13800138001/13800138002"], ["phone_second"]),
        (["张三", "{id}、{id}", "{phone}"], ["two_numbers"]),
        (["张三、李四", "{id}", "{phone}"], ["people_unpaired"]),
        (["张三\n李四", "{id}\n{id}", "{phone}\n{phone}"], ["split_from_cell", "split_from_cell"]),
        (["张三 李四", "{id} {id}", ""], ["split_from_cell", "split_from_cell"]),
        (["合计", "", "35人"], ["total_line"]),
        (["小 计：", "", ""], ["total_line"]),
        (["填表人：王五", "", ""], ["remark_line"]),
        (["注：本表一式两份，报县总工会", "", ""], ["remark_line"]),
        (["姓名", "身份证号", "手机号"], ["header_again"]),
        (["张三（退休）", "{id}", "{phone}"], ["name_bracket"]),
        (["张?", "{id}", "{phone}"], ["name_lost_sign"]),
        (["13800138000", "{id}", "张三"], ["name_digits", "phone_signs"]),
    ],
)
def test_each_ugly_row_is_told_what_is_wrong(row: list[object], expected: list[str], path: Path, union: Organisation):
    filled = [
        cell.replace("{id}", an_id_number(), 1).replace("{id}", an_id_number()).replace("{phone}", a_phone(), 1)
        .replace("{phone}", a_phone()) if isinstance(cell, str) else cell
        for cell in row
    ]  # fmt: skip
    workbook(path, [someone("好人"), filled])
    found = codes(path, union)
    assert found[3] == expected
    assert found[2] == []


def test_a_wrong_last_sign_is_named_with_row_and_column(path: Path, union: Organisation):
    right = an_id_number()
    wrong = right[:17] + ("1" if right[17] != "1" else "2")
    verdict, said = verdicts(workbook(path, [["张三", wrong, a_phone()]]), union)[2]
    assert verdict == "refused"
    assert "第2行" in said
    assert "身份证号" in said
    assert f"应为{right[17]}" in said.replace(" ", "")


EXTRA = (*HEAD, "性别", "出生日期", "入会时间", "用工形式", "岗位")


@pytest.mark.parametrize(
    ("extra", "verdict", "expected"),
    [
        (["女", "", "", "", ""], "warned", ["sex_differs"]),
        (["不详", "", "", "", ""], "warned", ["sex_unreadable"]),
        (["男", "1980-01-01", "", "", ""], "warned", ["birth_differs"]),
        (["男", "1985年5月", "", "", ""], "ok", []),
        (["男", "看身份证", "", "", ""], "warned", ["birth_unreadable"]),
        (["", "", "23.5.1", "", ""], "refused", ["date_short_year"]),
        (["", "", "2099-01-01", "", ""], "refused", ["date_future"]),
        (["", "", "2023年5月", "", ""], "warned", ["date_month_only"]),
        (["", "", "1990-01-01", "", ""], "warned", ["joined_young"]),
        (["", "", 2023.1, "", ""], "refused", ["date_january_or_october"]),
        (["", "", date(2023, 5, 1), "劳务派遣", "焊工"], "ok", []),
        (["", "", "", "临时帮忙", ""], "warned", ["form_unreadable"]),
        (["", "", "", "", "焊" * 70], "warned", ["trade_long"]),
    ],
)
def test_other_columns_are_checked_too(
    extra: list[object], verdict: str, expected: list[str], path: Path, union: Organisation
):
    row = ["张三", an_id_number(date(1985, 5, 20), serial=771), a_phone(), *extra]
    workbook(path, [row], head=EXTRA)
    assert codes(path, union)[2] == expected
    assert verdicts(path, union)[2][0] == verdict


def test_the_same_person_twice_is_taken_once_and_one_number_under_two_names_not_at_all(path: Path, union: Organisation):
    one, two = someone(), someone("李四")
    again, other = [one[0], one[1], ""], ["王五", two[1], ""]
    said = verdicts(workbook(path, [one, two, again, other]), union)
    assert [said[row][0] for row in (2, 3, 4, 5)] == ["ok", "refused", "refused", "refused"]
    assert "2" in said[4][1]
    assert "5" in said[3][1]


def test_a_phone_that_serves_two_people_is_recorded_for_neither(path: Path, union: Organisation):
    phone = a_phone()
    rows = [["张三", an_id_number(), phone], ["李四", an_id_number(), phone], ["王五", "", phone]]
    found = codes(workbook(path, rows), union)
    assert found == {2: ["phone_shared"], 3: ["phone_shared"], 4: ["phone_shared_alone"]}


def test_hidden_rows_formulas_without_result_and_errors_are_told(path: Path, union: Organisation):
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEAD)
    for row in (someone(), ["=A2", an_id_number(), a_phone()], ["李四", "#N/A", a_phone()]):
        sheet.append(row)
    sheet.row_dimensions[2].hidden = True
    hidden = book.create_sheet("旧表")
    hidden.append(HEAD)
    hidden.append(someone())
    hidden.sheet_state = "hidden"
    book.create_sheet("填写说明").append(["请按模板填写"])
    book.save(path)
    assert codes(path, union) == {2: ["hidden_row"], 3: ["formula_uncounted"], 4: ["cell_error"]}


def test_every_sheet_with_a_header_is_read(path: Path, union: Organisation):
    book = Workbook()
    for name in ("一车间", "二车间"):
        sheet = book.create_sheet(name)
        sheet.append(HEAD)
        sheet.append(someone())
    book.save(path)
    assert len(codes(path, union)) == 1  # row 2 of both sheets
    assert list(codes(path, union)) == [2]


def test_two_phone_columns_give_the_mobile_one(path: Path, union: Organisation):
    rows = [["张三", an_id_number(), "0571-88888888", a_phone()]]
    assert verdicts(workbook(path, rows, head=("姓名", "身份证号", "联系电话", "手机")), union)[2] == ("ok", "")


def test_dates_of_a_book_that_counts_from_1904_are_right(path: Path, union: Organisation):
    workbook(path, [[*someone(), 43585]], head=(*HEAD, "入会时间"))
    with zipfile.ZipFile(path) as box:
        parts = {name: box.read(name) for name in box.namelist()}
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b"<workbookPr", b'<workbookPr date1904="1"')
    with zipfile.ZipFile(path, "w") as box:
        for name, content in parts.items():
            box.writestr(name, content)
    assert codes(path, union)[2] == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_text_files_are_read_in_every_encoding_and_cut(
    encoding: str, separator: str, tmp_path: Path, union: Organisation
):
    path = tmp_path / "roster.csv"
    path.write_bytes(csv_text(someone(), someone("李四"), separator=separator).encode(encoding))
    assert verdicts(path, union) == {2: ("ok", ""), 3: ("ok", "")}


def test_quoted_line_breaks_and_blank_lines_keep_the_row_numbers(tmp_path: Path, union: Organisation):
    path = tmp_path / "roster.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerows([HEAD, [], ["张三\n李四", f"{an_id_number()}\n{an_id_number()}", ""], someone("王五")])
    assert sorted(verdicts(path, union)) == [3, 4]


def test_an_opendocument_sheet_is_read_and_one_that_unfolds_without_end_refused(tmp_path: Path, union: Organisation):
    def ods(name: str, repeated: int) -> Path:
        row = "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
            for cell in someone()
        )
        head = "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in HEAD
        )
        space = "urn:oasis:names:tc:opendocument:xmlns:"
        content = (
            f'<?xml version="1.0"?><office:document-content xmlns:office="{space}office:1.0" '
            f'xmlns:table="{space}table:1.0" xmlns:text="{space}text:1.0"><office:body><office:spreadsheet>'
            f'<table:table table:name="一车间"><table:table-row>{head}</table:table-row>'
            f'<table:table-row table:number-rows-repeated="{repeated}">{row}</table:table-row>'
            "</table:table></office:spreadsheet></office:body></office:document-content>"
        )
        path = tmp_path / name
        with zipfile.ZipFile(path, "w") as box:
            box.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
            box.writestr("content.xml", content)
            manifest = f'<manifest:manifest xmlns:manifest="{space}manifest:1.0"/>'
            box.writestr("META-INF/manifest.xml", manifest)
        return path

    assert verdicts(ods("a.ods", 1), union) == {2: ("ok", "")}
    assert file_fault(ods("b.ods", 900_000_000), union) == "bomb"


def test_a_number_in_a_shifted_column_is_not_quoted(path: Path, union: Organisation):
    number = an_id_number()
    row = ["张三", a_phone(), a_phone(), number, number, number, number]
    workbook(path, [row], head=(*HEAD, "性别", "出生日期", "入会时间", "用工形式"))
    said = verdicts(path, union)[2][1]
    assert number[:3] in said
    assert number[:6] not in said


def _broken_zip(path: Path) -> None:
    workbook(path, [someone()])
    path.write_bytes(path.read_bytes()[:-800] + b"\0" * 400)


def _no_sheet_xml(path: Path) -> None:
    workbook(path, [someone()])
    with zipfile.ZipFile(path) as box:
        parts = {name: box.read(name) for name in box.namelist()}
    parts["xl/worksheets/sheet1.xml"] = b"<worksheet><sheetData><row r='1'><c r='A1'"
    with zipfile.ZipFile(path, "w") as box:
        for name, content in parts.items():
            box.writestr(name, content)


def _bomb(path: Path) -> None:
    workbook(path, [someone()])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as box:
        box.writestr("xl/media/image1.bin", b"\0" * 30_000_000)


def _far_cell(path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEAD)
    sheet["XFD1048576"] = "x"
    book.save(path)


def _word(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as box:
        box.writestr("word/document.xml", "<document/>")


def _archive(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as box:
        box.writestr("roster.csv", "姓名")


FILES: dict[str, Callable[[Path], object]] = {
    "empty": lambda path: path.write_bytes(b""),
    "damaged": _broken_zip,
    "damaged ": _no_sheet_xml,
    "bomb": _bomb,
    "too_wide": _far_cell,
    "word": _word,
    "archive": _archive,
    "locked": lambda path: path.write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600
    ),
    "damaged  ": lambda path: path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\1" * 5000),
    "web_page": lambda path: path.write_text("<html><table><tr><td>姓名</td></tr></table></html>", "utf-8"),
    "wrong_type": lambda path: path.write_bytes(b"%PDF-1.7 ..."),
    "wrong_type ": lambda path: path.write_bytes(bytes(range(1, 256)) * 20),
    "encoding": lambda path: path.write_bytes("姓名,手机号\n".encode() + b"\xff\xff\xff,1\n"),
    "quotes": lambda path: path.write_text('姓名,手机号\n张三,13800138000\n"李四,13800138001\n', "utf-8"),
    "no_header": lambda path: workbook(path, [someone()], head=None),
    "columns_missing": lambda path: workbook(path, [["张三", "男"]], head=("姓名", "性别")),
    "columns_missing ": lambda path: workbook(path, [[an_id_number(), a_phone()]], head=("身份证号", "手机号")),
    "no_rows": lambda path: workbook(path, []),
}


@pytest.mark.parametrize("kind", FILES)
def test_a_file_that_cannot_be_read_says_which_way_and_what_to_do(kind: str, path: Path, union: Organisation):
    FILES[kind](path)
    assert file_fault(path, union) == kind.strip()


def test_a_part_that_unfolds_beyond_its_declaration_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch):
    workbook(path, [someone()])
    monkeypatch.setattr(gateway, "UNPACKED_LIMIT", 100)
    with pytest.raises(FileFault):
        next(iter(gateway.open_workbook(path)))


def test_every_alias_is_found_as_a_header():
    for field, names in HEADERS.items():
        for name in names.split():
            assert plain_header(f" {name}* ") == name, name
            header = find_header([(1, ["姓名", "身份证号", name])])
            assert header is not None
            assert field in header.columns


def test_an_emergency_contact_is_not_the_members_phone():
    header = find_header([(1, ["姓名", "身份证号", "紧急联系人电话", "配偶姓名"])])
    assert header is not None
    assert set(header.columns) == {"name", "id_number"}
    assert header.unknown == ("紧急联系人电话", "配偶姓名")


CELLS = st.one_of(
    st.text(max_size=12).filter(lambda text: not any(ord(sign) < 32 for sign in text)),
    st.integers(-(10**17), 10**17), st.floats(allow_nan=False, allow_infinity=False), st.dates(),
    st.sampled_from(["张三", "合计", "姓名", "110105194912310029", "13800138000", "张三、李四", "=1+1", None]),
)  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=6))
def test_no_row_vanishes_and_none_is_without_a_verdict(rows: list[list[object]], path: Path, union: Organisation):
    workbook(path, rows)
    typed = load_workbook(path).active
    assert typed is not None
    expected = {
        number for number, row in enumerate(typed.iter_rows(values_only=True), start=1)
        if number > 1 and any(cell is not None and str(cell).strip() for cell in row)
    }  # fmt: skip
    if not expected:
        assert file_fault(path, union) == "no_rows"
        return
    said = verdicts(path, union)
    assert set(said) == expected
    assert all(verdict == "ok" or sentence for verdict, sentence in said.values())
