"""An import is whole or nothing, and an undo leaves no trace."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from openpyxl import load_workbook

from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.refusal import Conflict, Forbidden
from niangjia.orgs import actions as orgs
from niangjia.orgs.models import Employment, Membership, Organisation
from niangjia.orgs.models_roster import RosterBatch, RosterPiece, RosterRow
from niangjia.orgs.roster import actions, applying, reads
from niangjia.orgs.roster.tests.factories import HEAD, codes, someone, verdicts, workbook
from niangjia.orgs.tests.factories import (
    REGISTRY,
    make_account,
    make_employer,
    make_member,
    make_officer,
    make_person,
    make_union,
)
from niangjia.people import actions as people
from niangjia.people.models import Person
from niangjia.people.tests.factories import a_phone, an_id_number
from niangjia.trail.models import Line

pytestmark = pytest.mark.django_db
WIDE = (*HEAD, "性别", "入会时间", "所在单位", "工种", "职务", "用工形式", "入职时间")
TABLES = ("people_person", "orgs_membership", "orgs_employment")


def picture() -> dict[str, list[Any]]:
    """Every row of the tables an import writes to, to the last column."""
    with connection.cursor() as cursor:
        found = {}
        for table in TABLES:
            cursor.execute(f"SELECT row_to_json(t)::text FROM {table} t ORDER BY id")
            found[table] = cursor.fetchall()
    return found


@pytest.fixture
def union() -> Organisation:
    return make_union()


@pytest.fixture
def officer(union: Organisation) -> Actor:
    return make_officer(union).actor


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "roster.xlsx"


def imported(path: Path, union: Organisation, rows: list[list[Any]], head: tuple[str, ...] = HEAD) -> RosterBatch:
    workbook(path, rows, head=head)
    batch = actions.preview_roster(path, actor=REGISTRY, union=union)
    return actions.apply_roster(batch, actor=REGISTRY)


def test_a_row_becomes_a_person_a_member_and_an_employment(path: Path, union: Organisation, officer: Actor):
    employer = make_employer(union, "新昌轴承（集团）厂")
    number, phone = an_id_number(), a_phone()
    rows = [["单　小红", number, phone, "", "2019.3.1", "新昌轴承(集团)厂", "焊工", "班组长", "劳务派遣", "20180401"]]
    workbook(path, rows, head=WIDE)
    batch = actions.preview_roster(path, actor=officer, union=union)
    actions.apply_roster(batch, actor=officer)
    person = Person.objects.with_id_number(number).get()
    assert (person.name, person.name_key, person.id_number, person.phone) == ("单小红", "shan xiao hong", number, phone)
    assert (person.id_kind, person.birth_date is not None, person.sex != "") == ("citizen", True, True)
    assert Person.objects.with_phone(phone).get() == person
    membership = Membership.objects.get(person=person)
    assert (membership.union, membership.state, membership.route) == (union, "member", "roster")
    assert str(membership.since) == str(membership.joined_on) == "2019-03-01"
    employment = Employment.objects.get(person=person)
    assert (employment.employer, employment.occupation, employment.post) == (employer, "焊工", "team_leader")
    assert (employment.form, str(employment.since)) == ("dispatch", "2018-04-01")
    assert Line.objects.filter(verb="apply_roster", thing_type="people.person", thing_id=person.pk).exists()


def test_what_is_unknown_stays_unknown(path: Path, union: Organisation):
    imported(path, union, [someone()])
    membership = Membership.objects.get(union=union)
    assert membership.since is None
    assert not Employment.objects.exists()


def test_nothing_is_written_by_a_preview(path: Path, union: Organisation, officer: Actor):
    before = picture()
    actions.preview_roster(workbook(path, [someone()]), actor=officer, union=union)
    assert picture() == before


def mixed_roster(union: Organisation) -> list[list[Any]]:
    """New people, known people of every kind, and rows that are refused."""
    employer = make_employer(union, "某某厂")
    member = make_member(union).person
    bare = make_person("王小明", id_number="")
    known = make_person("李大勇", phone="", id_number=an_id_number())
    orgs.employ(known, actor=REGISTRY, employer=employer, occupation="钳工")
    return [
        [*someone("新人"), "", "2020-05-01", "某某厂", "焊工", "", "", ""],
        [member.name, "", member.phone, "", "", "某某厂", "电工", "", "", ""],
        ["王小明", an_id_number(), bare.phone, "", "", "", "司机", "", "", ""],
        ["李大勇", known.id_number, a_phone(), "", "", "某某厂", "铣工", "班组长", "劳务派遣", "2015-01-01"],
        ["坏人", "110105194912310020", "", "", "", "", "", "", "", ""],
        ["合计", "", "5人", "", "", "", "", "", "", ""],
    ]


def test_undoing_restores_everything_to_the_last_column(path: Path, union: Organisation):
    rows = mixed_roster(union)
    before = picture()
    batch = imported(path, union, rows, WIDE)
    assert {key: batch.counts[key] for key in ("total", "refused", "skipped", "people", "memberships", "changed")} == {
        "total": 6, "refused": 1, "skipped": 1, "people": 1, "memberships": 3, "changed": 2,
    }  # fmt: skip
    changed = picture()
    assert [len(changed[table]) - len(before[table]) for table in TABLES] == [1, 3, 3]
    known = Person.objects.with_id_number(rows[3][1]).get()
    assert [employment.occupation for employment in known.employments.all()] == ["铣工"]
    batch = actions.undo_roster(batch, actor=REGISTRY)
    assert batch.state == "undone"
    assert picture() == before
    assert actions.undo_roster(batch, actor=REGISTRY).state == "undone"


def test_importing_twice_imports_once_and_the_same_file_again_changes_nothing(path: Path, union: Organisation):
    rows = mixed_roster(union)
    batch = imported(path, union, rows, WIDE)
    after = picture()
    actions.apply_roster(batch, actor=REGISTRY)
    assert picture() == after
    again = imported(path, union, rows, WIDE)
    assert picture() == after
    assert (again.counts["people"], again.counts["memberships"], again.counts["employments"]) == (0, 0, 0)
    assert codes(path, union)[2] == ["already_member"]


@pytest.mark.parametrize("step", ["write_records", "keep_results", "record_on_people"])
def test_an_import_that_dies_on_its_way_leaves_nothing(
    step: str, path: Path, union: Organisation, monkeypatch: pytest.MonkeyPatch
):
    workbook(path, mixed_roster(union), head=WIDE)
    batch = actions.preview_roster(path, actor=REGISTRY, union=union)
    before = picture()

    def die(*_args: object, **_kwargs: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(applying, step, die)
    with pytest.raises(KeyboardInterrupt):
        actions.apply_roster(batch, actor=REGISTRY)
    batch.refresh_from_db()
    assert batch.state == "previewed"
    assert picture() == before
    monkeypatch.undo()
    assert actions.apply_roster(batch, actor=REGISTRY).state == "applied"


def test_the_register_is_asked_again_at_the_import(path: Path, union: Organisation):
    """Between the preview and the import somebody joined another union: that row alone is refused, and says so."""
    rows = [someone("张三"), someone("李四")]
    batch = actions.preview_roster(workbook(path, rows), actor=REGISTRY, union=union)
    assert batch.counts["ok"] == 2
    make_member(make_union(), make_person("张三", phone=rows[0][2], id_number=rows[0][1]))
    batch = actions.apply_roster(batch, actor=REGISTRY)
    assert (batch.counts["ok"], batch.counts["refused"]) == (1, 1)
    row = RosterRow.objects.get(batch=batch, row=2)
    assert [fault["code"] for fault in row.faults] == ["member_elsewhere"]


KNOWN: dict[str, Callable[[Organisation], tuple[list[Any], str]]] = {}


def known(code: str) -> Callable[[Callable[[Organisation], list[Any]]], Callable[[Organisation], list[Any]]]:
    def keep(make: Callable[[Organisation], list[Any]]) -> Callable[[Organisation], list[Any]]:
        KNOWN[code] = lambda union: (make(union), code)
        return make

    return keep


@known("already_member")
def _member_here(union: Organisation) -> list[Any]:
    person = make_member(union).person
    return [person.name, "", person.phone]


@known("member_elsewhere")
def _member_elsewhere(union: Organisation) -> list[Any]:
    person = make_member(make_union()).person
    return [person.name, "", person.phone]


@known("applies_here")
def _applicant(union: Organisation) -> list[Any]:
    person = make_person()
    orgs.join(person, actor=REGISTRY, union=union)
    return [person.name, "", person.phone]


@known("applies_elsewhere")
def _applicant_elsewhere(union: Organisation) -> list[Any]:
    person = make_person()
    orgs.join(person, actor=REGISTRY, union=make_union())
    return [person.name, "", person.phone]


@known("name_differs")
def _other_name(union: Organisation) -> list[Any]:
    person = make_person("张三", id_number=an_id_number())
    return ["张珊", person.id_number, ""]


@known("id_differs")
def _other_number(union: Organisation) -> list[Any]:
    person = make_person("张三", id_number=an_id_number())
    return ["张三", an_id_number(), person.phone]


@known("phone_of_another")
def _phone_alone_of_another(union: Organisation) -> list[Any]:
    return ["李四", "", make_person("张三").phone]


@known("phone_of_other")
def _phone_of_other(union: Organisation) -> list[Any]:
    return ["李四", an_id_number(), make_person("张三").phone]


@known("phone_differs")
def _phone_changed(union: Organisation) -> list[Any]:
    person = make_person("张三", id_number=an_id_number())
    return ["张三", person.id_number, a_phone()]


@known("several_match")
def _twins(union: Organisation) -> list[Any]:
    phone = a_phone()
    make_person("张三", phone)
    make_person("张三", phone)
    return ["张三", "", phone]


REFUSED = {"member_elsewhere", "applies_here", "applies_elsewhere", "name_differs", "id_differs", "phone_of_another",
           "several_match"}  # fmt: skip


@pytest.mark.parametrize("code", KNOWN)
def test_people_on_record_are_told_apart(code: str, path: Path, union: Organisation):
    row, _code = KNOWN[code](union)
    workbook(path, [row])
    assert codes(path, union) == {2: [code]}
    assert verdicts(path, union)[2][0] == ("refused" if code in REFUSED else "warned")
    before = picture()
    imported(path, union, [row])
    if code in REFUSED or code == "already_member":
        assert picture() == before


def test_a_phone_that_is_somebody_elses_is_never_written(path: Path, union: Organisation):
    owner = make_person("张三")
    number = an_id_number()
    imported(path, union, [["李四", number, owner.phone]])
    assert Person.objects.with_id_number(number).get().phone == ""
    assert Person.objects.with_phone(owner.phone).get() == owner


def test_somebody_merged_away_is_found_as_who_they_are_now(path: Path, union: Organisation):
    kept, gone = make_person("张三", id_number=""), make_person("张三", id_number=an_id_number())
    number = gone.id_number
    people.merge_people(kept, gone, actor=REGISTRY)
    imported(path, union, [["张三", number, ""]])
    assert Membership.objects.get(union=union).person == kept


def _account(person: Person, union: Organisation) -> None:
    make_account(person)


def _left(person: Person, union: Organisation) -> None:
    orgs.leave(Membership.objects.get(person=person), actor=REGISTRY)


def _household(person: Person, union: Organisation) -> None:
    people.form_household(person, actor=REGISTRY)


def _renamed(person: Person, union: Organisation) -> None:
    people.update_person(person, actor=REGISTRY, name="改名")


@pytest.mark.parametrize("later", [_account, _left, _household, _renamed])
def test_an_undo_is_refused_where_later_facts_lean_and_names_their_rows(
    later: Callable[[Person, Organisation], None], path: Path, union: Organisation
):
    batch = imported(path, union, [someone("张三"), someone("李四")])
    later(Person.objects.get(name="李四"), union)
    before = picture()
    with pytest.raises(Conflict) as refusal:
        actions.undo_roster(batch, actor=REGISTRY)
    assert "3" in str(refusal.value)
    assert picture() == before
    batch.refresh_from_db()
    assert batch.state == "applied"


def test_an_undo_comes_too_late_after_ninety_days_when_what_was_typed_is_cleared(path: Path, union: Organisation):
    batch = imported(path, union, [someone("张三")])
    with clock.at(clock.now() + timedelta(days=91)):
        with pytest.raises(Conflict):
            actions.undo_roster(batch, actor=REGISTRY)
        assert actions.forget_old_rosters(actor=REGISTRY) == 1
        assert actions.forget_old_rosters(actor=REGISTRY) == 0
    assert not RosterPiece.objects.exists()
    assert RosterRow.objects.get(batch=batch).name == ""
    assert Person.objects.filter(name="张三").exists()


def test_a_file_that_was_never_read_is_cleared_too_and_not_taken_for_work_to_be_resumed(union: Organisation):
    batch = actions.receive_roster([b"x"], actor=REGISTRY, union=union, name="a.csv")
    with clock.at(clock.now() + timedelta(days=91)):
        assert [one.pk for one in reads.broken_off()] == [batch.pk]
        assert actions.forget_old_rosters(actor=REGISTRY) == 1
        assert reads.broken_off() == []
    batch.refresh_from_db()
    assert batch.state == "unreadable"


def test_only_those_who_run_the_union_import(path: Path, union: Organisation):
    workbook(path, [someone()])
    for stranger in (make_officer(make_union()).actor, make_officer(union, "finance").actor, Actor.nobody()):
        with pytest.raises(Forbidden):
            actions.preview_roster(path, actor=stranger, union=union)
    batch = actions.preview_roster(path, actor=make_officer(union, "chair").actor, union=union)
    for verb in (actions.apply_roster, actions.undo_roster, actions.refused_rows):
        with pytest.raises(Forbidden):
            verb(batch, actor=make_officer(make_union()).actor)


def test_refused_rows_come_back_with_the_reason_and_can_be_imported_when_corrected(path: Path, union: Organisation):
    right = an_id_number()
    rows = [
        someone(),
        ["=HYPERLINK(1)", an_id_number(), a_phone()],
        ["李四", right[:17] + ("0" if right[17] != "0" else "1"), "０138"],
    ]
    workbook(path, rows)
    sheet_of_path = load_workbook(path)
    assert sheet_of_path.active is not None
    sheet_of_path.active["A3"].data_type = "s"
    sheet_of_path.save(path)
    batch = actions.preview_roster(path, actor=REGISTRY, union=union)
    book = load_workbook(BytesIO(actions.refused_rows(batch, actor=REGISTRY)))
    sheet = book.active
    assert sheet is not None
    given = list(sheet.iter_rows(values_only=True))
    assert given[0][2:] == HEAD
    assert [row[0] for row in given[1:]] == [3, 4]
    assert given[1][2] == "=HYPERLINK(1)"
    assert sheet["C2"].data_type == "s"
    assert right[17] in str(given[2][1])
    sheet["C2"], sheet["D3"], sheet["E3"] = "王五", right, a_phone()
    book.save(path)
    assert {verdict for verdict, _said in verdicts(path, union).values()} == {"ok"}


def test_a_sealed_row_is_unreadable_in_the_tables(path: Path, union: Organisation):
    row = someone()
    path = path.with_suffix(".csv")
    path.write_text(",".join(HEAD) + "\n" + ",".join(row) + "\n", "utf-8")
    batch = actions.preview_roster(path, actor=REGISTRY, union=union)
    with connection.cursor() as cursor:
        cursor.execute("SELECT encode(content, 'escape') FROM orgs_rosterpiece WHERE batch_id = %s", [batch.pk])
        [stored] = [found for (found,) in cursor.fetchall()]
        cursor.execute("SELECT row_to_json(r)::text FROM orgs_rosterrow r WHERE batch_id = %s", [batch.pk])
        stored += "".join(found for (found,) in cursor.fetchall())
    assert row[1] not in stored
    assert row[2] not in stored
