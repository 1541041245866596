"""Planting, founding, moving and closing: the shape of the union tree."""

from __future__ import annotations

from datetime import date

from django.db import connection, transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext_lazy as _

from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.divisions import Division, divisions
from niangjia.kit.guard import keeping
from niangjia.kit.happenings import announce
from niangjia.kit.refusal import Conflict, Invalid
from niangjia.orgs.committee import committee_faults
from niangjia.orgs.happenings import SubtreeMoved, UnionClosed
from niangjia.orgs.models import (
    CAN_HAVE_CHILDREN,
    Appointment,
    Coverage,
    Kind,
    Level,
    Membership,
    Organisation,
    Trade,
    TreeEdge,
)
from niangjia.orgs.permissions import can_close, can_found, can_move, can_plant
from niangjia.trail import actions as trail

TREE_LOCK = 0x6E6A74726565  # "njtree": whoever grows the tree shares it, whoever rewrites paths holds it alone
FOUNDED_BELOW = (
    Kind.UNION_FEDERATION,
    Kind.INDUSTRIAL_UNION,
    Kind.GRASSROOTS_UNION,
    Kind.JOINT_UNION,
    Kind.INDUSTRY_JOINT_UNION,
)


def _hold_tree(*, alone: bool) -> None:
    with connection.cursor() as cursor:
        lock = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
        cursor.execute(f"SELECT {lock}(%s)", [TREE_LOCK])


@transaction.atomic
def plant_tree(*, actor: Actor, only: tuple[str, ...] = ()) -> list[Organisation]:
    """Plant the federations of the province, its cities, counties and the townships known; what stands is left alone.

    `only` names the codes wanted; the divisions above them are planted with them.
    """
    can_plant(actor).require()
    _hold_tree(alone=True)
    wanted = _wanted(only)
    known = Organisation.objects.filter(code__in=[division.code for division in wanted])
    standing = {body.code: body for body in known}
    planted: list[Organisation] = []
    for level in (Level.PROVINCE, Level.CITY, Level.COUNTY, Level.TOWNSHIP):
        planted += _plant_level([d for d in wanted if d.level == level and d.code not in standing], standing)
    for division in wanted:
        if division.successor in standing and standing[division.code] in planted:
            standing[division.code].successor = standing[division.successor]
    Organisation.objects.bulk_update([body for body in planted if body.successor_id], ["successor"])
    trail.record_many(actor, "plant_tree", planted)
    return planted


def _wanted(only: tuple[str, ...]) -> list[Division]:
    if not only:
        return list(divisions())
    known = {division.code: division for division in divisions()}
    keep: set[str] = set()
    for code in only:
        step = code
        while step:
            keep.add(step)
            step = known[step].parent
    return [division for division in divisions() if division.code in keep]


def _plant_level(rows: list[Division], standing: dict[str, Organisation]) -> list[Organisation]:
    bodies = Organisation.objects.bulk_create(
        Organisation(
            kind=Kind.FEDERATION, level=row.level, code=row.code, division_code=row.code,
            name=f"{row.name}总工会",  # zh: what the body is called
            parent=standing.get(row.parent), closed_on=row.closed_on,
            **({"founded_on": row.founded_on} if row.founded_on else {}),
        )
        for row in rows
    )  # fmt: skip
    for body in bodies:
        body.path = (body.parent.path if body.parent else "") + f"{body.pk}."
        standing[body.code] = body
    Organisation.objects.bulk_update(bodies, ["path"])
    TreeEdge.objects.bulk_create(
        TreeEdge(child=body, parent=body.parent, since=body.founded_on, until=body.closed_on)
        for body in bodies
        if body.parent
    )
    return bodies


@transaction.atomic
def found_union(
    *, actor: Actor, parent: Organisation, kind: str, name: str, code: str = "", division_code: str = "",
    founded_on: date | None = None, members: int | None = None, committee_seats: int | None = None, trade: str = "",
) -> Organisation:  # fmt: skip
    """Found a union below another. Committee rules it does not meet are noted on the trail, not enforced."""
    _hold_tree(alone=False)
    parent = Organisation.objects.lock(parent.pk)
    can_found(actor, parent).require()
    kind = Kind(kind)
    name = " ".join(name.split())
    _check_founding(parent, kind, name)
    body = Organisation(
        kind=kind, level=Level.GRASSROOTS, name=name, code=code or f"new-{clock.now().timestamp()}-{parent.pk}",
        division_code=division_code or parent.division_code, parent=parent, trade=Trade(trade) if trade else "",
        committee_seats=committee_seats, founded_on=founded_on or clock.today(),
    )  # fmt: skip
    if kind is Kind.UNION_FEDERATION:
        body.level = Level.TOWNSHIP
    with keeping(Organisation):
        body.save(force_insert=True)
        body.path = f"{parent.path}{body.pk}."
        body.code = code or f"{parent.division_code or parent.pk}-{body.pk}"
        body.save(update_fields=["path", "code"])
    TreeEdge.objects.create(child=body, parent=parent, since=body.founded_on)
    warnings = [fault.code for fault in committee_faults(members, committee_seats)]
    trail.record(actor, "found_union", body, parent=parent.pk, members=members, warnings=warnings)
    return body


def _check_founding(parent: Organisation, kind: Kind, name: str) -> None:
    if not name:
        sentence = _("A union needs a name.")
        raise Invalid(sentence, remedy=_("Type its full name."), faults={"name": sentence})
    if kind not in FOUNDED_BELOW:
        sentence = _("A body of this kind is not founded here.")
        raise Invalid(sentence, remedy=_("Choose the kind of union from the list."), faults={"kind": sentence})
    if parent.closed_on is not None:
        raise Conflict(_("The union above is closed."), remedy=_("Found it under the union that followed."))
    if parent.kind not in CAN_HAVE_CHILDREN:
        raise Conflict(
            _("“%(name)s” is a union of one workplace; no union stands below it.") % {"name": parent.name},
            remedy=_("Found it under the federation or joint union above."),
            code="one_workplace",
        )


@transaction.atomic
def move_union(body: Organisation, *, actor: Actor, parent: Organisation, on: date | None = None) -> Organisation:
    """Put a union, with all below it, under another. The old place stays on record with its dates."""
    _hold_tree(alone=True)
    rows = {row.pk: row for row in _locked(body.pk, parent.pk)}
    body, parent = rows[body.pk], rows[parent.pk]
    can_move(actor, body, parent).require()
    day = on or clock.today()
    if parent.path.startswith(body.path):
        raise Conflict(_("A union cannot stand below itself."), remedy=_("Choose a union outside its own subtree."))
    if parent.kind not in CAN_HAVE_CHILDREN or parent.closed_on is not None or body.closed_on is not None:
        raise Conflict(_("No union can be put there."), remedy=_("Choose a federation or joint union that is open."))
    if body.parent_id == parent.pk:
        return body
    old_path, new_path = body.path, f"{parent.path}{body.pk}."
    with keeping(TreeEdge):
        TreeEdge.objects.filter(child=body, until=None).update(until=day)
        TreeEdge.objects.create(child=body, parent=parent, since=day)
    Organisation.objects.filter(pk=body.pk).update(parent=parent)
    Organisation.objects.under(old_path).update(path=Concat(Value(new_path), Substr(F("path"), len(old_path) + 1)))
    trail.record(actor, "move_union", body, old=old_path, new=new_path)
    announce(SubtreeMoved(organisation_id=body.pk, old_path=old_path, new_path=new_path))
    body.parent, body.path = parent, new_path
    return body


def _locked(*ids: int) -> list[Organisation]:
    """The bodies, locked in one order, with the body above each."""
    rows = Organisation.objects.select_for_update(of=("self",)).filter(pk__in=ids)
    return list(rows.select_related("parent").order_by("pk"))


@transaction.atomic
def close_union(
    body: Organisation, *, actor: Actor, reason: str, successor: Organisation | None = None, on: date | None = None
) -> Organisation:
    """Close a union. Its members pass to the successor, or are kept by the union above (Trade Union Law art. 13)."""
    _hold_tree(alone=False)
    body = next(row for row in _locked(body.pk))
    can_close(actor, body).require()
    day = on or clock.today()
    if body.closed_on is not None:
        raise Conflict(_("This union is already closed."), remedy=_("Open the union that followed it."))
    if Organisation.objects.active_on(day).filter(parent=body).exists():
        raise Conflict(_("Unions still stand below this one."), remedy=_("Move or close them first."))
    keeper = successor or body.parent
    if keeper is None or not keeper.is_union or keeper.closed_on is not None or keeper.pk == body.pk:
        raise Conflict(_("The members need an open union to go to."), remedy=_("Name the union that follows."))
    body.closed_on, body.successor = day, keeper
    with keeping(Organisation):
        body.save(update_fields=["closed_on", "successor"])
    _pass_members(body, keeper, day, kept=successor is None)
    TreeEdge.objects.filter(child=body, until=None).update(until=day)
    Coverage.objects.filter(union=body, until=None).update(until=day)
    Appointment.objects.on(day).filter(organisation=body).update(until=day)
    trail.record(actor, "close_union", body, keeper=keeper.pk, reason=reason[:200])
    announce(UnionClosed(organisation_id=body.pk, keeper_id=keeper.pk))
    return body


def _pass_members(body: Organisation, keeper: Organisation, day: date, *, kept: bool) -> None:
    """Nobody is lost: applicants and waiting transfers change hands, members go on, retained when nobody follows."""
    state = Membership.State
    belonging = Membership.objects.filter(union=body, state__in=(state.MEMBER, state.RETAINED))
    going = list(belonging.select_for_update().order_by("pk"))
    Membership.objects.filter(union=body, state__in=(state.APPLICANT, state.TRANSFERRING)).update(union=keeper)
    Membership.objects.filter(pk__in=[row.pk for row in going]).update(state=state.MOVED, until=day, reason=body.name)
    Membership.objects.bulk_create(
        Membership(
            person_id=row.person_id, union=keeper, route=Membership.Route.TRANSFER, service_only=row.service_only,
            state=state.RETAINED if kept else row.state, applied_on=row.applied_on, joined_on=row.joined_on, since=day,
        )
        for row in going
    )  # fmt: skip
