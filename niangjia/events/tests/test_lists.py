"""Lists of people: looked at before anything is written, registered once, and never past the seats there are."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook

from niangjia.events.models import Activity, Claim, Pool, Registration
from niangjia.events.occupancy import miscounts
from niangjia.events.tests.factories import claim, make_activity, make_workers
from niangjia.events.tests.test_desk import officer_of
from niangjia.kit import clock
from niangjia.kit.actor import Office
from niangjia.orgs.tests.factories import make_account, make_member, make_officer, make_tree, make_union
from niangjia.people.models import Person
from niangjia.people.tests.factories import make_person
from niangjia.trail.models import Line

pytestmark = pytest.mark.django_db


def workbook(*rows: tuple[Any, ...], sheets: int = 1, merge: str = "") -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (("姓名", "手机号"), *rows):
        sheet.append(row)
    if merge:
        sheet.merge_cells(merge)
    for number in range(1, sheets):
        book.create_sheet(f"空{number}").append(["说明"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def of(*people: Person) -> list[tuple[str, str]]:
    return [(one.name, one.phone) for one in people]


def look(activity: Activity, content: bytes, client: Client | None = None, name: str = "名单.xlsx") -> Any:
    file = SimpleUploadedFile(name, content)
    return (client or officer_of(activity)).post(f"/desk/activities/{activity.pk}/list/", {"file": file})


def sealed(answer: Any) -> str:
    found = re.search(r'name="sealed" value="([^"]+)"', answer.content.decode())
    assert found is not None
    return found[1]


def register(activity: Activity, looked: Any) -> Any:
    given = {"step": "register", "sealed": sealed(looked)}
    return officer_of(activity).post(f"/desk/activities/{activity.pk}/list/", given)


def words(answer: Any) -> list[tuple[str, str]]:
    """By row what stands in the table: its number and its state."""
    page = answer.content.decode()
    return [
        (row, state)
        for row, state in re.findall(r'data-label="行号">(\d+)<.*?class="tag[^>]*>(?:<svg.*?</svg>)?([^<]+)<', page)
    ]


def test_each_row_is_told_what_would_become_of_it_and_nothing_is_written() -> None:
    activity = make_activity(seats=2)
    first, second, third, has_it = make_workers(4)
    stranger = make_member(make_union(make_tree().other_county)).person
    claim(activity, has_it)
    officer, before = officer_of(activity), Line.objects.count()
    content = workbook(*of(first, second, has_it, stranger, first), ("错名字", third.phone))
    answer = look(activity, content, officer)
    assert sorted(words(answer)) == [
        ("2", "有名额"), ("3", "候补中"), ("4", "此前已报名"), ("5", "未找到"), ("6", "未找到"), ("7", "未找到"),
    ]  # fmt: skip
    page = answer.content.decode()
    assert "第2行已有" in page
    assert first.phone not in page
    assert first.name not in page
    assert (Claim.objects.count(), Line.objects.count(), Pool.objects.get().taken) == (1, before, 1)


def test_registered_twice_it_is_registered_once_and_never_past_the_seats() -> None:
    activity = make_activity(seats=2)
    people = make_workers(3)
    looked = look(activity, workbook(*of(*people)))
    assert sorted(state for _row, state in words(register(activity, looked))) == ["候补中", "有名额", "有名额"]
    assert {state for _row, state in words(register(activity, looked))} == {"此前已报名"}
    assert Registration.objects.live().count() == Pool.objects.get().taken == 2
    assert Claim.objects.order_by("rank").last().person_id == people[2].pk  # type: ignore[union-attr]
    assert Line.objects.filter(verb="register_list").count() == 2
    assert miscounts(activity) == []


def test_seats_gone_between_looking_and_registering_are_not_given_twice() -> None:
    activity = make_activity(seats=1)
    listed, quick = make_workers(2)
    looked = look(activity, workbook(*of(listed)))
    claim(activity, quick)
    assert [state for _row, state in words(register(activity, looked))] == ["候补中"]
    assert Pool.objects.get().taken == 1


def test_the_conditions_and_the_window_hold_for_a_list_too_and_say_why() -> None:
    grown = [{"key": "grown", "text_zh": "年满18周岁", "rule": "worker.age >= 18"}]
    activity = make_activity(seats=5, conditions=grown)
    worker = make_member(make_union(), make_person(born=clock.today() - timedelta(days=17 * 365))).person
    page = look(activity, workbook(*of(worker)))
    assert words(page) == [("2", "不能报名")]
    assert "年满18周岁" in page.content.decode()
    later = make_activity(seats=5)
    with clock.at(later.closes_at + timedelta(minutes=1)):
        answer = look(later, workbook(*of(worker)))
        assert "报名已截止" in answer.content.decode()
        assert 'name="sealed"' not in answer.content.decode()


def test_in_a_draw_they_enter_and_of_a_course_they_have_all_dates() -> None:
    drawn = make_activity(seats=5, mode=Activity.Mode.DRAW)
    course = make_activity(seats=5, dates=3, all_dates=True)
    (worker,) = make_workers(1)
    register(drawn, look(drawn, workbook(*of(worker))))
    assert Claim.objects.get(activity=drawn).state == Claim.State.ENTERED
    register(course, look(course, workbook(*of(worker))))
    assert Registration.objects.live().filter(claim__activity=course).count() == 3


WRONG = {
    "empty": (b"", "文件是空的"),
    "damaged": (b"PK\x03\x04" + b"x" * 500, "损坏"),
    "picture": (b"\x89PNG\r\n\x1a\n" + b"\x00" * 300, "不是"),
    "web page": (b"<html><table><tr><td>1</td></tr></table></html>", "网页"),
    "no header": (workbook().replace(b"zzz", b""), "没有"),
}


@pytest.mark.parametrize("kind", sorted(WRONG))
def test_a_file_that_cannot_be_read_is_told_in_a_sentence(kind: str) -> None:
    content, said = WRONG[kind]
    activity = make_activity(seats=2)
    answer = look(activity, content)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Claim.objects.exists()


def test_more_sheets_formulas_and_merged_cells_are_read_or_named_by_row() -> None:
    activity = make_activity(seats=9)
    one, two, three = make_workers(3)
    content = workbook(
        *of(one), (two.name, f"={two.phone}"), ("合计", "=COUNTA(A2:A3)"), (three.name, three.phone), ("", three.phone),
        sheets=3, merge="A5:A6",
    )  # fmt: skip
    answer = look(activity, content)
    assert [what for what in words(answer) if what[1] == "有名额"] == [("2", "有名额"), ("5", "有名额")]
    assert ("3", "未找到") in words(answer)
    assert "没有写明各列" in answer.content.decode() or "空1" in answer.content.decode()


def test_more_than_ten_thousand_people_are_refused_with_the_way_out() -> None:
    activity = make_activity(seats=9)
    rows = b"".join(f"张三,{13800000000 + n}\n".encode() for n in range(10_001))
    answer = look(activity, "姓名,手机号\n".encode() + rows, name="名单.csv")
    assert answer.status_code == 422
    assert "10000" in answer.content.decode().replace(",", "")


def test_a_list_of_another_activity_or_a_forged_one_is_refused() -> None:
    activity, other = make_activity(seats=2), make_activity(seats=2)
    looked = look(activity, workbook(*of(*make_workers(1))))
    address = f"/desk/activities/{other.pk}/list/"
    for given in (sealed(looked), "x", ""):
        assert officer_of(other).post(address, {"step": "register", "sealed": given}).status_code == 409
    assert not Claim.objects.exists()


def test_only_who_runs_the_activity_may_send_a_list() -> None:
    activity = make_activity(seats=2)
    beside = Client()
    beside.force_login(make_account(make_officer(make_tree().other_county, Office.HANDLER).person))
    assert look(activity, workbook(), beside).status_code == 404
    assert look(activity, workbook(), officer_of(activity, Office.FINANCE)).status_code == 403
    assert look(make_activity(announced=False), workbook()).status_code == 409
    assert look(make_activity(seats=4, team=(2, 2)), workbook()).status_code == 409
