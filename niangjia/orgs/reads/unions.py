"""Unions as their pages show them, and the one a worker can join."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, F, Func, Q, QuerySet, TextField, Value
from django.utils.translation import gettext_lazy as _

from niangjia.kit import clock
from niangjia.kit.actor import RUNNERS, Actor, Office
from niangjia.kit.asked import whole_number
from niangjia.kit.permit import Permit
from niangjia.kit.refusal import Invalid, NotFound
from niangjia.orgs.models import (
    CAN_HAVE_CHILDREN,
    UNION_KINDS,
    Appointment,
    Coverage,
    Employer,
    Kind,
    Membership,
    Organisation,
)
from niangjia.orgs.permissions import (
    can_appoint,
    can_close,
    can_found,
    can_move,
    can_register,
    can_relieve,
    is_holder,
)
from niangjia.people.models import Person

FOUND_AT_MOST = 20
JOINABLE = (Kind.GRASSROOTS_UNION, Kind.JOINT_UNION, Kind.INDUSTRY_JOINT_UNION)


@dataclass(frozen=True, slots=True)
class Branch:
    """A body below another, with the members in its whole subtree."""

    body: Organisation
    members: int


@dataclass(frozen=True, slots=True)
class OfficeHeld:
    """An office with what the actor may do about it."""

    appointment: Appointment
    relieve: Permit
    mine: bool


@dataclass(frozen=True, slots=True)
class Guest:
    """An enterprise or partner the union brought in; an employer it does not cover yet can be covered."""

    body: Organisation
    employer_id: int | None


@dataclass(frozen=True, slots=True)
class UnionPage:
    """One body with all that stands around it."""

    body: Organisation
    above: tuple[Organisation, ...]
    members: int
    branches: tuple[Branch, ...]
    offices: tuple[OfficeHeld, ...]
    coverages: tuple[Coverage, ...]
    guests: tuple[Guest, ...]
    found: Permit
    appoint: Permit
    close: Permit
    move: Permit
    register: Permit


def roots_of(actor: Actor) -> tuple[Branch, ...]:
    """The bodies an officer's powers begin at, with their members."""
    held = [power.organisation_id for power in actor.powers if power.is_union]
    bodies = Organisation.objects.filter(pk__in=held).order_by("path")
    return tuple(Branch(body, members_under(body.path)) for body in bodies)


def members_under(path: str) -> int:
    return Membership.objects.main().members().filter(union__path__startswith=path).count()


def visible_body(actor: Actor, organisation_id: int) -> Organisation:
    """A body the actor may see, or nothing at all."""
    bodies = Organisation.objects.visible_to(actor).select_related("parent", "host", "successor")
    body = bodies.filter(pk=organisation_id).first()
    if body is None:
        raise NotFound
    return body


def union_page(actor: Actor, organisation_id: int) -> UnionPage:
    body = visible_body(actor, organisation_id)
    held = Appointment.objects.on(clock.today()).filter(organisation=body).select_related("person")
    for appointment in held:
        appointment.organisation = body
    branches = _branches(body) if body.is_union else ()
    coverages = tuple(_standing(body))
    covered = {coverage.employer_id for coverage in coverages}
    own = sum(branch.members for branch in branches)
    here = Membership.objects.main().members().filter(union=body).count()
    return UnionPage(
        body=body,
        above=tuple(Organisation.objects.above(body.path).exclude(pk=body.pk)) if body.is_union else (),
        members=here + own,
        branches=branches,
        offices=tuple(
            OfficeHeld(appointment, can_relieve(actor, appointment), is_holder(actor, appointment))
            for appointment in held
        ),
        coverages=coverages,
        guests=tuple(
            Guest(guest, employer_id if employer_id not in covered else None) for guest, employer_id in _guests(body)
        ),
        found=can_found(actor, body),
        appoint=can_appoint(actor, body, Office.HANDLER),
        close=can_close(actor, body),
        move=can_move(actor, body, body),
        register=can_register(actor, body),
    )


def _standing(body: Organisation) -> QuerySet[Coverage]:
    standing = Coverage.objects.filter(union=body, until=None).select_related("employer__organisation")
    return standing.order_by("employer__organisation__name")


def _guests(body: Organisation) -> list[tuple[Organisation, int | None]]:
    guests = list(Organisation.objects.filter(host=body, closed_on=None).order_by("name")[:200])
    employers = dict(Employer.objects.filter(organisation__in=guests).values_list("organisation_id", "pk"))
    return [(guest, employers.get(guest.pk)) for guest in guests]


def _branches(body: Organisation) -> tuple[Branch, ...]:
    """The open bodies right below, each with the members of its subtree: two queries, whatever their number."""
    depth = body.path.count(".")
    step = Func(F("union__path"), Value("."), Value(depth + 1), function="SPLIT_PART", output_field=TextField())
    rows = (
        Membership.objects.main()
        .members()
        .filter(union__path__startswith=body.path)
        .exclude(union=body)
        .annotate(step=step)
        .order_by()
        .values("step")
        .annotate(people=Count("pk"))
        .values_list("step", "people")
    )
    counts = dict(rows)
    children = Organisation.objects.filter(parent=body, closed_on=None).order_by("division_code", "name")
    return tuple(Branch(child, counts.get(str(child.pk), 0)) for child in children)


def joinable_unions(county: str, words: str) -> tuple[Organisation, ...]:
    """Open unions of a county whose name holds these words; names are no secret, members are."""
    unions = Organisation.objects.active_on(clock.today()).filter(kind__in=JOINABLE, division_code__startswith=county)
    for word in words.split():
        unions = unions.filter(name__icontains=word)
    return tuple(unions.order_by("name")[:FOUND_AT_MOST])


def union_to_join(organisation_id: int) -> Organisation:
    """An open union, by its number."""
    bodies = Organisation.objects.active_on(clock.today()).filter(kind__in=UNION_KINDS)
    body = bodies.filter(pk=organisation_id).first()
    if body is None:
        raise NotFound
    return body


def bodies_of(actor: Actor) -> tuple[Organisation, ...]:
    """The unions in which this actor is chair or case handler and so can begin something, the widest first."""
    held = [power.organisation_id for power in actor.powers if power.is_union and power.office in RUNNERS]
    return tuple(Organisation.objects.active_on(clock.today()).filter(pk__in=held).order_by("path"))


def union_for(*, division_code: str = "", trade: str = "", employer: Employer | None = None) -> Organisation | None:
    """The union a worker can join: the employer's; else the trade's or the area's; else the county federation.

    Nobody is turned away for want of an employer: without a union nearer by, the county's officers find a place.
    """
    today = clock.today()
    open_unions = Organisation.objects.active_on(today)
    if employer is not None:
        covering = open_unions.filter(coverages__employer=employer, coverages__until=None)
        if (union := covering.exclude(kind=Kind.FEDERATION).order_by("pk").first()) is not None:
            return union
    township, county = division_code[:9], division_code[:6]
    if not county:
        return None
    wanted = Q(kind=Kind.FEDERATION, division_code__in=(township, county))
    wanted |= Q(kind=Kind.JOINT_UNION, division_code=township)
    if trade:
        wanted |= Q(kind__in=JOINABLE, trade=trade, division_code__startswith=county)
    return min(open_unions.filter(wanted), key=lambda body: _distance(body, township, trade), default=None)


def _distance(body: Organisation, township: str, trade: str) -> tuple[bool, bool, bool, int]:
    """The worker's trade first, then their township, then a union of members rather than a federation."""
    return (
        not trade or body.trade != trade,
        body.division_code != township,
        body.kind == Kind.FEDERATION,
        body.pk,
    )


def is_federation(body: Organisation) -> bool:
    """A federation takes transfers into its county's pool; members belong to the unions below."""
    return body.kind == Kind.FEDERATION


def person_with_phone(phone: str) -> Person:
    """The one person recorded under a phone number; an officer names people so, and never by a list."""
    people = list(Person.objects.with_phone(phone).filter(merged_into=None, erased_on=None)[:2])
    if len(people) == 1:
        return people[0]
    sentence = _("Several people share this number.") if people else _("Nobody is recorded under this number.")
    raise Invalid(
        sentence, remedy=_("Ask the person to sign in once with a number of their own."), faults={"phone": sentence}
    )


def visible_appointment(actor: Actor, appointment_id: int) -> Appointment:
    """An office in a body the actor may see."""
    bodies = Organisation.objects.visible_to(actor)
    held = Appointment.objects.filter(pk=appointment_id, organisation__in=bodies).select_related("organisation")
    appointment = held.first()
    if appointment is None:
        raise NotFound
    return appointment


def visible_employer(actor: Actor, employer_id: str) -> Employer:
    bodies = Organisation.objects.visible_to(actor)
    known = Employer.objects.filter(organisation__in=bodies, pk=whole_number(employer_id))
    employer = known.first()
    if employer is None:
        raise NotFound
    return employer


def places_for(actor: Actor, body: Organisation) -> tuple[Organisation, ...]:
    """Where this union could be put: federations and joint unions of the actor's subtrees, outside its own."""
    places = Organisation.objects.visible_to(actor).active_on(clock.today()).filter(kind__in=CAN_HAVE_CHILDREN)
    return tuple(places.exclude(path__startswith=body.path).order_by("division_code", "name")[:500])


def siblings_of(actor: Actor, body: Organisation) -> tuple[Organisation, ...]:
    """Open unions beside this one, which could take its members over."""
    beside = Organisation.objects.visible_to(actor).active_on(clock.today()).filter(parent=body.parent_id)
    return tuple(beside.exclude(pk=body.pk).exclude(kind=Kind.FEDERATION).unions().order_by("name")[:500])
