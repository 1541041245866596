"""Members as pages show them: one's own standing, the officer's list, the queues."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Q

from niangjia.kit import clock
from niangjia.kit.actor import Actor, Role
from niangjia.kit.permit import Permit
from niangjia.kit.refusal import Invalid, NotFound
from niangjia.orgs.models import (
    MEMBER_STATES,
    Appointment,
    Employment,
    HardshipFile,
    Kind,
    Membership,
    MembershipQuerySet,
    Organisation,
    Transfer,
    within,
)
from niangjia.orgs.permissions import can_decide_joining, can_keep_membership, can_leave, can_request_transfer
from niangjia.people import identifiers
from niangjia.people.models import HouseholdMember, Person

PAGE = 50
SEALED = ("person__id_number", "person__phone")
STATES = Membership.State


@dataclass(frozen=True, slots=True)
class MyUnion:
    """Where a person stands in the union."""

    person: Person
    membership: Membership | None
    transfer: Transfer | None
    past: tuple[Membership, ...]
    employments: tuple[Employment, ...]
    offices: tuple[Appointment, ...]

    @property
    def can_join(self) -> bool:
        return self.membership is None


def my_union(actor: Actor) -> MyUnion:
    person = Person.objects.filter(pk=actor.person_id).first() if actor.person_id else None
    if person is None:
        raise NotFound
    rows = list(Membership.objects.main().filter(person=person).select_related("union"))
    standing = next((row for row in rows if row.state in (STATES.APPLICANT, *MEMBER_STATES)), None)
    transfer = None
    if standing is not None and standing.state == STATES.TRANSFERRING:
        transfer = standing.transfers.waiting().select_related("target", "pool").first()
    return MyUnion(
        person=person,
        membership=standing,
        transfer=transfer,
        past=tuple(row for row in rows if row is not standing),
        employments=tuple(Employment.objects.filter(person=person).select_related("employer__organisation")),
        offices=tuple(Appointment.objects.on(clock.today()).filter(person=person).select_related("organisation")),
    )


def my_membership(actor: Actor) -> Membership:
    """The actor's standing main membership or application."""
    own = Membership.objects.main().standing().filter(person=actor.person_id, person__isnull=False)
    membership = own.select_related("union", "person").first()
    if membership is None:
        raise NotFound
    return membership


@dataclass(frozen=True, slots=True)
class Search:
    """What an officer looks for in the list."""

    words: str = ""
    state: str = ""
    union_id: int | None = None


def _found(rows: MembershipQuerySet, words: str) -> MembershipQuerySet:
    """By name or its pinyin; by the whole phone or identity number, which match by keyed hash only."""
    try:
        return rows.filter(person__in=Person.objects.with_phone(identifiers.phone(words)))
    except Invalid:
        pass
    try:
        return rows.filter(person__in=Person.objects.with_id_number(identifiers.identity(words).number))
    except Invalid:
        return rows.filter(Q(person__name__icontains=words) | Q(person__name_key__startswith=words.lower()))


def members(actor: Actor, search: Search, page: int) -> Page[Membership]:
    """The members in the actor's subtrees, a page at a time. Three queries."""
    rows = Membership.objects.visible_to(actor).filter(within(actor.paths, "union__path"))
    rows = rows.filter(state=search.state) if search.state in STATES.values else rows.members()
    if search.union_id is not None:
        union = Organisation.objects.visible_to(actor).filter(pk=search.union_id).first()
        rows = rows.filter(union__path__startswith=union.path) if union else rows.none()
    if search.words.strip():
        rows = _found(rows, search.words.strip())
    listed = rows.select_related("person", "union").defer(*SEALED).order_by("person__name_key", "pk")
    return Paginator(listed, PAGE).get_page(page)


@dataclass(frozen=True, slots=True)
class MemberPage:
    """One member, as the officers of their union see them."""

    membership: Membership
    person: Person
    past: tuple[Membership, ...]
    employments: tuple[Employment, ...]
    hardship: HardshipFile | None
    household: HouseholdMember | None
    transfer: Transfer | None
    decide: Permit
    keep: Permit
    move: Permit
    leave: Permit


def visible_membership(actor: Actor, membership_id: int) -> Membership:
    """A membership in the actor's subtree, or nothing at all."""
    if Role.OFFICER not in actor.roles and not actor.is_system:
        raise NotFound
    rows = Membership.objects.visible_to(actor).filter(within(actor.paths, "union__path"))
    membership = rows.filter(pk=membership_id).select_related("union", "person").first()
    if membership is None:
        raise NotFound
    return membership


def member_page(actor: Actor, membership_id: int) -> MemberPage:
    membership = visible_membership(actor, membership_id)
    person = membership.person
    place = HouseholdMember.objects.filter(person=person, until=None).select_related("household").first()
    files = HardshipFile.objects.filter(closed_on=None, household=place.household_id) if place else None
    return MemberPage(
        membership=membership,
        person=person,
        past=tuple(
            Membership.objects.visible_to(actor).filter(person=person).exclude(pk=membership.pk).select_related("union")
        ),
        employments=tuple(Employment.objects.filter(person=person).select_related("employer__organisation")),
        hardship=files.first() if files is not None else None,
        household=place,
        transfer=membership.transfers.waiting().select_related("target", "pool").first(),
        decide=can_decide_joining(actor, membership),
        keep=can_keep_membership(actor, membership),
        move=can_request_transfer(actor, membership),
        leave=can_leave(actor, membership),
    )


def join_requests(actor: Actor, page: int) -> Page[Membership]:
    """Applications waiting for an answer in the actor's subtrees, the oldest first."""
    rows = Membership.objects.visible_to(actor).filter(within(actor.paths, "union__path"), state=STATES.APPLICANT)
    rows = rows.select_related("person", "union").defer(*SEALED).order_by("applied_on", "pk")
    return Paginator(rows, PAGE).get_page(page)


def chosen_requests(actor: Actor, ids: list[int]) -> list[Membership]:
    """Those of these applications that the actor may see."""
    rows = Membership.objects.visible_to(actor).filter(within(actor.paths, "union__path"), pk__in=ids)
    return list(rows.select_related("person", "union").order_by("pk"))


@dataclass(frozen=True, slots=True)
class TransferRow:
    """A waiting transfer, with the unions the actor could take the member into."""

    transfer: Transfer
    can_take: bool
    outgoing: bool


def waiting_transfers(actor: Actor) -> tuple[TransferRow, ...]:
    """Transfers waiting in, out of, or in a pool around the actor's subtrees; the most urgent first."""
    rows = Transfer.objects.visible_to(actor).waiting().exclude(membership__person=actor.person_id)
    rows = rows.select_related("membership__person", "membership__union", "target", "pool")
    found = []
    for transfer in rows.defer("membership__person__id_number", "membership__person__phone")[: PAGE * 4]:
        wanted = transfer.target or transfer.pool
        can_take = any(wanted.path.startswith(path) for path in actor.paths)
        if transfer.target is None:
            can_take = can_take or any(path.startswith(wanted.path) for path in actor.paths)
        found.append(TransferRow(transfer, can_take, outgoing=not can_take))
    return tuple(found)


def visible_transfer(actor: Actor, transfer_id: int) -> Transfer:
    rows = Transfer.objects.visible_to(actor).select_related("membership__union", "target", "pool")
    transfer = rows.filter(pk=transfer_id).first()
    if transfer is None:
        raise NotFound
    return transfer


def my_transfer(actor: Actor, transfer_id: int) -> Transfer:
    """The actor's own transfer: an officer sends a member back through another door, in their own words."""
    transfer = visible_transfer(actor, transfer_id)
    if transfer.membership.person_id != actor.person_id:
        raise NotFound
    return transfer


def unions_to_take_into(actor: Actor, transfer: Transfer) -> tuple[Organisation, ...]:
    """Where the actor could put this member."""
    if transfer.target is not None:
        return (transfer.target,)
    unions = Organisation.objects.visible_to(actor).under(transfer.pool.path).active_on(clock.today())
    return tuple(unions.exclude(kind=Kind.FEDERATION).order_by("name")[:500])


def visible_hardship_file(actor: Actor, file_id: int) -> HardshipFile:
    files = HardshipFile.objects.filter(within(actor.paths, "union__path"), pk=file_id).select_related("union")
    file = files.first()
    if file is None:
        raise NotFound
    return file
