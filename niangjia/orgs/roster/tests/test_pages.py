"""The officer's desk, the worker's jobs and the command, from the file to the undo."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from openpyxl import load_workbook

from niangjia.kit.actor import Actor
from niangjia.orgs import jobs
from niangjia.orgs.models import Membership, Organisation
from niangjia.orgs.models_roster import RosterBatch, RosterProgress
from niangjia.orgs.roster import actions, views
from niangjia.orgs.roster.progress import telling
from niangjia.orgs.roster.tests.factories import HEAD, someone, workbook
from niangjia.orgs.tests.factories import REGISTRY, make_account, make_officer, make_union
from niangjia.trail.models import Line

pytestmark = pytest.mark.django_db


@pytest.fixture
def union() -> Organisation:
    return make_union(name="测试厂工会")


@pytest.fixture
def desk(union: Organisation, client: Client) -> Client:
    client.force_login(make_account(make_officer(union).person))
    return client


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return workbook(tmp_path / "花名册.xlsx", [someone(), ["李四", "110105194912310020", ""]])


def upload(desk: Client, union: Organisation, content: bytes, name: str = "花名册.xlsx") -> RosterBatch:
    answer = desk.post("/rosters/", {"union": union.code, "file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 302, answer.content.decode()
    batch = RosterBatch.objects.latest("pk")
    assert answer.url == f"/rosters/{batch.pk}/"  # type: ignore[attr-defined]
    return batch


def test_from_upload_to_undo(desk: Client, union: Organisation, path: Path):
    batch = upload(desk, union, path.read_bytes())
    page = desk.get(f"/rosters/{batch.pk}/").content.decode()
    assert "末位校验码应为" in page
    assert "导入 1 行" in page
    assert not Membership.objects.filter(union=union).exists()
    assert desk.post(f"/rosters/{batch.pk}/apply/").status_code == 302
    assert Membership.objects.get(union=union).person.name == "张三"
    assert "撤销导入" in desk.get(f"/rosters/{batch.pk}/").content.decode()
    assert desk.post(f"/rosters/{batch.pk}/undo/").status_code == 302
    assert not Membership.objects.filter(union=union).exists()
    assert "已撤销" in desk.get("/rosters/").content.decode()


def test_refused_rows_are_downloaded_and_the_look_is_recorded(desk: Client, union: Organisation, path: Path):
    batch = upload(desk, union, path.read_bytes())
    answer = desk.post(f"/rosters/{batch.pk}/refused/")
    sheet = load_workbook(BytesIO(answer.content)).active
    assert sheet is not None
    assert [row[2] for row in sheet.iter_rows(values_only=True)] == [HEAD[0], "李四"]
    assert Line.objects.filter(verb="looked_at", thing_type="orgs.rosterbatch", thing_id=batch.pk).exists()
    assert desk.get(f"/rosters/{batch.pk}/refused/").status_code == 405


def test_the_template_is_a_roster_that_lacks_only_people(desk: Client, union: Organisation):
    answer = desk.get("/rosters/template/")
    book = load_workbook(BytesIO(answer.content))
    sheet = book.active
    assert sheet is not None
    assert sheet["B2"].number_format == "@"
    sheet["A2"], sheet["B2"], sheet["C2"] = someone()
    out = BytesIO()
    book.save(out)
    assert upload(desk, union, out.getvalue()).counts["ok"] == 1


def test_a_file_that_cannot_be_read_says_so_on_its_page(desk: Client, union: Organisation):
    batch = upload(desk, union, b"%PDF-1.7 whatever", "roster.xlsx")
    assert "文件不是电子表格" in desk.get(f"/rosters/{batch.pk}/").content.decode()


@pytest.mark.parametrize(("code", "file"), [("no-such", b"x"), ("", b"x"), (None, None)])
def test_an_upload_without_union_or_file_is_asked_for_again(
    code: str | None, file: bytes | None, desk: Client, union: Organisation
):
    sent = {"union": union.code if code is None else code}
    answer = desk.post("/rosters/", {**sent, **({"file": SimpleUploadedFile("a.csv", file)} if file else {})})
    assert answer.status_code == 422
    assert not RosterBatch.objects.exists()


def test_rows_are_filtered_by_verdict_and_fault(desk: Client, union: Organisation, path: Path):
    batch = upload(desk, union, path.read_bytes())
    refused = desk.get(f"/rosters/{batch.pk}/?verdict=refused").content.decode()
    assert "李四" in refused
    assert "张三" not in refused
    assert "李四" in desk.get(f"/rosters/{batch.pk}/?fault=id_check").content.decode()
    assert desk.get(f"/rosters/{batch.pk}/?fault=nonsense&verdict=nonsense&page=x").status_code == 200


def test_an_officer_of_another_union_finds_no_roster(union: Organisation, path: Path, client: Client):
    batch = actions.preview_roster(path, actor=REGISTRY, union=union)
    client.force_login(make_account(make_officer(make_union()).person))
    assert client.get(f"/rosters/{batch.pk}/").status_code == 404
    for verb in ("apply", "undo", "refused"):
        assert client.post(f"/rosters/{batch.pk}/{verb}/").status_code == 404


def test_the_page_asks_the_same_number_of_questions_for_any_number_of_rows(
    desk: Client, union: Organisation, tmp_path: Path, django_assert_max_num_queries: object
):
    few = actions.preview_roster(workbook(tmp_path / "a.xlsx", [someone()]), actor=REGISTRY, union=union)
    many = actions.preview_roster(
        workbook(tmp_path / "b.xlsx", [someone() for _ in range(40)]), actor=REGISTRY, union=union
    )
    for batch in (few, many):
        with django_assert_max_num_queries(9):  # type: ignore[operator]
            assert desk.get(f"/rosters/{batch.pk}/").status_code == 200


# --- long work ------------------------------------------------------------------------------------------------------


def waiting_jobs() -> list[dict[str, object]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = 'work_on_roster' ORDER BY id")
        return [json.loads(args) if isinstance(args, str) else args for (args,) in cursor.fetchall()]


def test_long_work_is_left_to_the_worker_and_the_page_shows_how_far_it_is(
    desk: Client, union: Organisation, path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(views, "READ_AT_ONCE", 10)
    monkeypatch.setattr(views, "WRITTEN_AT_ONCE", 1)
    batch = upload(desk, union, path.read_bytes())
    assert waiting_jobs() == [{"batch_id": batch.pk, "work": "read"}]
    assert "data-poll" in desk.get(f"/rosters/{batch.pk}/").content.decode()
    jobs.work_on_roster(batch_id=batch.pk, work="read")
    assert "data-poll" not in desk.get(f"/rosters/{batch.pk}/work/").content.decode()

    desk.post(f"/rosters/{batch.pk}/apply/")
    assert waiting_jobs()[1:] == [{"batch_id": batch.pk, "work": "apply"}]
    RosterProgress.objects.filter(batch=batch).update(done=3, total=4)
    part = desk.get(f"/rosters/{batch.pk}/work/").content.decode()
    assert 'value="3"' in part
    assert not Membership.objects.filter(union=union).exists()
    jobs.work_on_roster(batch_id=batch.pk, work="apply")
    assert Membership.objects.filter(union=union).count() == 1
    desk.post(f"/rosters/{batch.pk}/undo/")
    jobs.work_on_roster(batch_id=batch.pk, work="undo")
    batch.refresh_from_db()
    assert (batch.state, batch.trouble) == ("undone", "")


def test_work_that_breaks_off_is_noted_and_can_be_begun_again(
    union: Organisation, path: Path, monkeypatch: pytest.MonkeyPatch
):
    batch = actions.preview_roster(path, actor=REGISTRY, union=union)
    actions.hand_to_worker(batch, actor=REGISTRY, work="apply")

    def die(*_args: object, **_kwargs: object) -> None:
        raise MemoryError

    monkeypatch.setitem(jobs.WORK, "apply", die)
    with pytest.raises(MemoryError):
        jobs.work_on_roster(batch_id=batch.pk, work="apply")
    batch.refresh_from_db()
    assert batch.state == "previewed"
    assert batch.trouble
    monkeypatch.undo()
    assert actions.apply_roster(batch, actor=REGISTRY).trouble == ""


@pytest.mark.django_db(transaction=True)
def test_progress_is_seen_by_others_while_the_work_is_still_open(union: Organisation, path: Path):
    batch = actions.preview_roster(path, actor=REGISTRY, union=union)
    with telling(batch.pk) as tell:
        tell(2, 7)
        tell(3, 7)  # too soon after the last to be worth a write
        progress = RosterProgress.objects.get(batch=batch)
        assert (progress.done, progress.total) == (2, 7)


def test_old_rosters_are_cleared_by_the_clock(union: Organisation, path: Path):
    actions.preview_roster(path, actor=REGISTRY, union=union)
    jobs.forget_old_rosters(timestamp=0)
    assert RosterBatch.objects.get().pieces.exists()


# --- the command ----------------------------------------------------------------------------------------------------


def niangjia(*arguments: object) -> tuple[int, str]:
    from niangjia.web.commands.rosters import roster

    answer = CliRunner().invoke(roster, [str(argument) for argument in arguments])
    if answer.exception and not isinstance(answer.exception, SystemExit):
        raise answer.exception
    return answer.exit_code, answer.stdout


def test_the_command_previews_in_json_and_keeps_nothing(union: Organisation, path: Path):
    code, said = niangjia(path, "--union", union.code, "--preview", "--json")
    told = json.loads(said)
    assert code == 0
    assert told["file_fault"] is None
    assert [(row["sheet"], row["row"], row["verdict"]) for row in told["rows"]] == [
        ("Sheet", 2, "ok"),
        ("Sheet", 3, "refused"),
    ]
    assert "末位校验码应为" in told["rows"][1]["faults"][0]
    assert not RosterBatch.objects.exists()
    assert not Membership.objects.filter(union=union).exists()


def test_a_line_that_is_no_person_counts_as_refused_to_a_program(union: Organisation, tmp_path: Path):
    file = workbook(tmp_path / "a.xlsx", [someone(), ["合计", "", ""]])
    told = json.loads(niangjia(file, "--union", union.code, "--preview", "--json")[1])
    assert [row["verdict"] for row in told["rows"]] == ["ok", "refused"]


def test_the_command_tells_a_file_fault_as_data(union: Organisation, tmp_path: Path):
    file = tmp_path / "empty.xlsx"
    file.touch()
    code, said = niangjia(file, "--union", union.code, "--preview", "--json")
    assert code == 0
    assert json.loads(said)["rows"] == []
    assert "空" in json.loads(said)["file_fault"]


def test_the_command_imports_writes_the_refused_rows_and_undoes(union: Organisation, path: Path, tmp_path: Path):
    out = tmp_path / "refused.xlsx"
    code, said = niangjia(path, "--union", union.code, "--json", "--refused", out)
    assert code == 0
    assert Membership.objects.filter(union=union).count() == 1
    assert load_workbook(out).active is not None
    batch = json.loads(said)["batch"]
    assert json.loads(niangjia("--undo", batch, "--json")[1]) == {"batch": batch, "state": "undone"}
    assert not Membership.objects.filter(union=union).exists()


def test_the_command_shows_a_table_to_people(union: Organisation, path: Path):
    code, said = niangjia(path, "--union", union.code, "--preview")
    assert code == 0
    assert "refused 1" in said
    assert "末位校验码应为" in said


@pytest.mark.parametrize("arguments", [[], ["--undo", "999"], ["{path}"], ["{path}", "--union", "none"]])
def test_the_command_says_what_it_needs(arguments: list[str], path: Path):
    code, _said = niangjia(*[argument.format(path=path) for argument in arguments])
    assert code == 2


def test_the_command_acts_under_its_own_name(union: Organisation, path: Path):
    niangjia(path, "--union", union.code)
    assert Line.objects.filter(verb="import_roster", actor_kind=Actor.system("x").kind).exists()
