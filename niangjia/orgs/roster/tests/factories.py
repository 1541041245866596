"""Real spreadsheet files as unions keep them, and what the house says of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from openpyxl import Workbook

from niangjia.orgs.models import Organisation
from niangjia.orgs.roster import actions, reads
from niangjia.orgs.roster.faults import FileFault
from niangjia.orgs.tests.factories import REGISTRY
from niangjia.people.tests.factories import a_phone, an_id_number

HEAD = ("姓名", "身份证号", "手机号")


def someone(name: str = "张三") -> list[Any]:
    """A row that nothing is wrong with."""
    return [name, an_id_number(), a_phone()]


def workbook(path: Path, rows: Sequence[Sequence[Any]], *, head: Sequence[Any] | None = HEAD) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in ([head] if head else []) + [*rows]:
        sheet.append(list(row))
    book.save(path)
    return path


def verdicts(path: Path, union: Organisation) -> dict[int, tuple[str, str]]:
    """Row → (verdict, all its sentences), of the first sheet."""
    with transaction.atomic():
        batch = actions.preview_roster(path, actor=REGISTRY, union=union, keep=False)
        said = list(reads.rows_said(batch, staged=True))
        transaction.set_rollback(True)
    return {row.row: (row.verdict, " ".join(row.faults)) for row in said if row.sheet == said[0].sheet}


def codes(path: Path, union: Organisation) -> dict[int, list[str]]:
    """Row → the codes of its faults."""
    with transaction.atomic():
        batch = actions.preview_roster(path, actor=REGISTRY, union=union)
        found: dict[int, list[str]] = {}
        for row in batch.rows.order_by("number"):
            found.setdefault(row.row, []).extend(fault["code"] for fault in row.faults)
        transaction.set_rollback(True)
    return found


def file_fault(path: Path, union: Organisation) -> str:
    """The code of what is wrong with the whole file."""
    with pytest.raises(FileFault) as caught, transaction.atomic():
        actions.preview_roster(path, actor=REGISTRY, union=union, keep=False)
    assert caught.value.sentence
    assert caught.value.remedy
    return caught.value.code.removeprefix("roster_")
