"""A rule pack is read exactly, and every fault in it is told with its line."""

from __future__ import annotations

from datetime import date

import pytest

from niangjia.rules import FactType, ParameterRow, ParameterStore, RuleFaults, Scope, load_pack

GOOD = """\
pack: zhejiang/lines
region: "330000"
parameters:
  param.line:
    type: money
    scope: region
    label: {zh: 低保标准, en: subsistence line}
    max: 50000
    values:
      - {from: 2026-07-01, value: 1210.5, cite: 省通知}
      - {from: 2026-07-01, region: "330624", value: 1100, cite: 县通知}
      - {from: 2027-07-01, value: none, cite: 废止}
  param.rate:
    type: num
    scope: region
    scale: 3
    values: [{from: 2026-01-01, value: 1.333, cite: x}]
  param.start:
    type: date
    scope: region
    values: [{from: 2026-01-01, value: 2026-02-28, cite: x}]
"""


def test_a_pack_is_read_exactly() -> None:
    pack = load_pack(GOOD, "lines.yaml")
    assert (pack.name, pack.origin, pack.region) == ("zhejiang/lines", "lines.yaml", "33")
    line = pack.parameters[0]
    assert (line.path, line.type, line.scope, line.scale, line.bounds) == (
        "param.line", FactType.MONEY, Scope.REGION, 2, (0, 5_000_000),
    )  # fmt: skip
    assert pack.rows == (
        ParameterRow("param.line", "33", date(2026, 7, 1), 121_050, "省通知"),
        ParameterRow("param.line", "330624", date(2026, 7, 1), 110_000, "县通知"),
        ParameterRow("param.line", "33", date(2027, 7, 1), None, "废止"),
        ParameterRow("param.rate", "33", date(2026, 1, 1), 1333, "x"),
        ParameterRow("param.start", "33", date(2026, 1, 1), date(2026, 2, 28), "x"),
    )
    figure = ParameterStore(pack.rows).at("param.line", date(2026, 8, 1), "330602")
    assert figure is not None
    assert figure.value == 121_050


def test_a_list_of_codes_is_a_parameter() -> None:
    text = "pack: p\nparameters: {param.codes: {type: list, values: [{from: 2026-01-01, value: [gig, none], cite: x}]}}"
    assert load_pack(text, "f").rows[0].value == ("gig", "none")


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("1210.5,", "1210.555,", "pack_number", 10),
        ("1210.5,", "1e3,", "pack_number", 10),
        ("1210.5,", "99999,", "pack_bounds", 10),
        ("cite: 省通知", "note: 省通知", "pack_key", 10),
        (", cite: 县通知", "", "pack_cite", 11),
        ("from: 2027-07-01", "from: 2027-02-30", "pack_date", 12),
        ('"330624"', "新昌", "pack_region", 11),
        ("type: money", "type: yuan", "pack_word", 5),
        ("type: money", "kind: money", "pack_key", 5),
        ("param.rate", "param.line", "pack_key_twice", 13),
        ("param.rate", "Rate", "pack_name", 13),
        ("pack: zhejiang/lines\n", "", "pack_missing", 1),
        ("    values: [{from: 2026-01-01, value: 1.333, cite: x}]", "    values: 3", "pack_shape", 17),
        ("    scope: region\n    scale: 3", "    scale: 3", "figure_region", 16),
        ("2027-07-01", "2026-07-01", "figure_twice", 12),
        ("value: 2026-02-28", "value: soon", "pack_date", 21),
        ('region: "330000"', "region: [1]", "pack_shape", 2),
        ("label: {zh", "label: {zh: {", "pack_yaml", 7),
    ],
)
def test_a_fault_in_a_pack_names_its_line(old: str, new: str, code: str, line: int) -> None:
    assert old in GOOD
    with pytest.raises(RuleFaults) as caught:
        load_pack(GOOD.replace(old, new, 1), "lines.yaml")
    assert (code, line) in {(fault.code, fault.line) for fault in caught.value.faults}
    assert "lines.yaml:" in caught.value.render("zh")


def test_all_faults_of_a_pack_are_told_at_once() -> None:
    text = GOOD.replace("1210.5", "x").replace("1100", "y").replace("1.333", "z")
    with pytest.raises(RuleFaults) as caught:
        load_pack(text, "lines.yaml")
    assert [fault.line for fault in caught.value.faults] == [10, 11, 17]
