"""A list of people for an activity, held against members, conditions and seats before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from niangjia.events.actions.claiming import Answer, try_seats
from niangjia.events.admission.bulk import wishes_of
from niangjia.events.models import Activity, Occurrence
from niangjia.events.permissions import can_run_activity
from niangjia.events.reads.running import dates_to_come
from niangjia.kit import crypto
from niangjia.kit.actor import Actor
from niangjia.kit.refusal import Conflict
from niangjia.orgs.models import Membership
from niangjia.orgs.reads.lists import Listed, people_listed
from niangjia.people.models import Person

MOST = 10_000  # people of one file


@dataclass(frozen=True, slots=True)
class Row:
    """One person of a file: where they stand in it, who they are among the members, or why nobody can be told."""

    sheet: str
    row: int
    name: str
    person: int | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A row and what becomes, or became, of it: `Answer.what`, or `already`, or `unclear` with the reason."""

    row: Row
    what: str
    why: str = ""


def dates_for_lists(activity: Activity) -> list[Occurrence]:
    """The dates a list can be registered for: those to come that are for single people."""
    return [one for one in dates_to_come(activity) if not one.is_for_teams]


def read(activity: Activity, path: Path, name: str) -> tuple[list[Row], tuple[str, ...]]:
    """Who stands in a file, each found among the members of the organiser and of the unions below it; and its notes."""
    listed = people_listed(path, name=name, most=MOST)
    by_id, by_phone = _members(activity, listed.people)
    rows: list[Row] = []
    seen: dict[int, int] = {}
    for one in listed.people:
        person, why = (None, one.fault) if one.fault else _found(one, by_id, by_phone)
        if person is not None and (first := seen.setdefault(person, one.row)) != one.row:
            person, why = None, _("Stands in row %d already.") % first
        rows.append(Row(one.sheet, one.row, Person(name=one.name).masked_name, person, why))
    return rows, listed.notes


def _members(
    activity: Activity, people: Iterable[Listed]
) -> tuple[dict[str, list[tuple[int, str]]], dict[str, list[tuple[int, str]]]]:
    """The members these numbers belong to, by the hash of identity number and of phone: person and name."""
    inside = Membership.objects.members().main().filter(union__path__startswith=activity.path)
    hash_id, hash_phone = crypto.hasher("person.id"), crypto.hasher("person.phone")
    found: list[dict[str, list[tuple[int, str]]]] = []
    for column, hashes in (
        ("id_hash", {hash_id(one.id_number) for one in people if one.id_number}),
        ("phone_hash", {hash_phone(one.phone) for one in people if one.phone}),
    ):
        known = inside.filter(**{f"person__{column}__in": hashes}).order_by("person").distinct("person")
        by_hash: dict[str, list[tuple[int, str]]] = {}
        for hashed, person, name in known.values_list(f"person__{column}", "person", "person__name"):
            by_hash.setdefault(hashed, []).append((person, name))
        found.append(by_hash)
    return found[0], found[1]


def _found(
    one: Listed, by_id: Mapping[str, list[tuple[int, str]]], by_phone: Mapping[str, list[tuple[int, str]]]
) -> tuple[int | None, str]:
    """Who is meant: the member with the identity number, else with the phone, who is called so."""
    known = by_id.get(crypto.keyed_hash(one.id_number, "person.id"), []) if one.id_number else []
    known = known or (by_phone.get(crypto.keyed_hash(one.phone, "person.phone"), []) if one.phone else [])
    if not known:
        return None, _("No member of ours.")
    called = [person for person, name in known if name == one.name]
    if len(called) != 1:
        return None, _("The number belongs to a member of another name.")
    return called[0], ""


def tried(activity: Activity, rows: Sequence[Row], wanted: Sequence[int], *, actor: Actor) -> list[Told]:
    """What would become of each row at this moment. Nothing is written, and no seat is kept for them."""
    can_run_activity(actor, activity).require()
    people = [row.person for row in rows if row.person is not None]
    wishes, shut = wishes_of(activity, people, wanted, actor)
    answers = dict(zip((wish.person_id for wish in wishes), try_seats(activity, wishes, actor=actor), strict=True))
    return told(rows, {who: Answer(None, refusal=why) for who, why in shut.items()} | answers)


def told(rows: Sequence[Row], answers: Mapping[int, Answer]) -> list[Told]:
    """Each row with its answer."""
    return [Told(row, "unclear", row.why) if row.person is None else _told(row, answers[row.person]) for row in rows]


def _told(row: Row, answer: Answer) -> Told:
    if answer.refusal is not None:
        return Told(row, "refused", str(answer.refusal))
    return Told(row, "already" if answer.stood else answer.what)


def refuse_unlistable(activity: Activity) -> None:
    """Refuse a list where nobody can be registered: not announced, or no date for single people is to come."""
    if activity.state != Activity.State.ANNOUNCED:
        raise Conflict(_("“%s” is not announced; nobody can be registered.") % activity.title)
    if not dates_for_lists(activity):
        raise Conflict(_("No date of “%s” is to come for which single people register.") % activity.title)
