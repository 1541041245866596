"""Enterprises and partners beside the tree, and who works where."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from stdnum.cn import uscc as credit_code
from stdnum.exceptions import InvalidChecksum, ValidationError

from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.guard import keeping
from niangjia.kit.refusal import Invalid
from niangjia.orgs.models import (
    UNION_KINDS,
    Coverage,
    Employer,
    Employment,
    EmploymentForm,
    Kind,
    Organisation,
    Post,
    UnitNature,
)
from niangjia.orgs.permissions import can_cover, can_employ, can_register
from niangjia.people.models import Person
from niangjia.trail import actions as trail


def _credit_code(typed: str) -> tuple[str, bool]:
    """The plain code and whether its check digit holds. Some early real codes fail it: noted, not refused."""
    plain = "".join(typed.split()).upper()
    try:
        return str(credit_code.validate(plain)), True
    except InvalidChecksum:
        return plain, False
    except ValidationError as fault:
        sentence = _("A credit code has 18 characters: digits and capital letters without I, O, S, V, Z.")
        remedy = _("Copy it from the business licence.")
        raise Invalid(sentence, remedy=remedy, faults={"uscc": sentence}, code="bad_uscc") from fault


@transaction.atomic
def register_partner(
    *, actor: Actor, host: Organisation, kind: str, name: str, code: str = "", division_code: str = ""
) -> Organisation:
    """Bring a park, school, bureau or other partner into the house, looked after by a union."""
    host = Organisation.objects.lock(host.pk)
    can_register(actor, host).require()
    name = " ".join(name.split())
    if not name or Kind(kind) in UNION_KINDS:
        sentence = _("A partner needs a name, and is not a union.")
        raise Invalid(sentence, remedy=_("Type the name and choose its kind."), faults={"name": sentence})
    body = Organisation(
        kind=kind, name=name, host=host, division_code=division_code or host.division_code,
        code=code or f"new-{clock.now().timestamp()}-{host.pk}",
    )  # fmt: skip
    with keeping(Organisation):
        body.save(force_insert=True)
        body.path, body.code = f"{body.pk}.", code or f"P{body.pk}"
        body.save(update_fields=["path", "code"])
    trail.record(actor, "register_partner", body, host=host.pk)
    return body


@transaction.atomic
def register_employer(
    *, actor: Actor, host: Organisation, name: str, uscc: str = "", division_code: str = "",
    nature: str = UnitNature.ENTERPRISE, sector: str = "", above_scale: bool = False, headcount: int | None = None,
) -> Employer:  # fmt: skip
    """Record an employer, apart from any union of its workers."""
    plain, sound = _credit_code(uscc) if uscc.strip() else ("", True)
    body = register_partner(
        actor=actor, host=host, kind=Kind.ENTERPRISE, name=name, code=plain, division_code=division_code
    )
    with keeping(Employer):
        employer = Employer.objects.create(
            organisation=body, uscc=plain, nature=UnitNature(nature), sector=sector, above_scale=above_scale,
            headcount=headcount,
        )  # fmt: skip
    trail.record(actor, "register_employer", employer, check_digit_holds=sound)
    return employer


@transaction.atomic
def cover(union: Organisation, employer: Employer, *, actor: Actor, since: date | None = None) -> Coverage:
    """Record that a union covers the workers of an employer."""
    union = Organisation.objects.lock(union.pk)
    can_cover(actor, union).require()
    with keeping(Coverage):
        coverage = Coverage.objects.create(union=union, employer=employer, since=since or clock.today())
    trail.record(actor, "cover", coverage, union=union.pk, employer=employer.pk)
    return coverage


@transaction.atomic
def uncover(coverage: Coverage, *, actor: Actor, on: date | None = None) -> Coverage:
    """End a coverage."""
    coverage = Coverage.objects.select_for_update(of=("self",)).select_related("union").get(pk=coverage.pk)
    can_cover(actor, coverage.union).require()
    if coverage.until is None:
        coverage.until = on or clock.today()
        coverage.save(update_fields=["until"])
        trail.record(actor, "uncover", coverage)
    return coverage


@transaction.atomic
def employ(
    person: Person, *, actor: Actor, employer: Employer | None = None, form: str = EmploymentForm.CONTRACT,
    post: str = "", occupation: str = "", since: date | None = None, over: str = "",
) -> Employment:  # fmt: skip
    """Record where a person works now. A platform worker or a self-employed one may have no employer."""
    Person.objects.lock(person.pk)
    can_employ(actor, person, over).require()
    values: dict[str, Any] = {
        "employer": employer, "form": EmploymentForm(form), "post": Post(post) if post else "",
        "occupation": occupation[:64],
    }  # fmt: skip
    with keeping(Employment):
        employment = Employment.objects.create(person=person, since=since, **values)
    trail.record(actor, "employ", employment, person=person.pk)
    return employment


@transaction.atomic
def end_employment(employment: Employment, *, actor: Actor, on: date | None = None, over: str = "") -> Employment:
    """Record that a job ended. Membership goes on: the union keeps its member until they transfer."""
    employment = Employment.objects.select_for_update(of=("self",)).select_related("person").get(pk=employment.pk)
    can_employ(actor, employment.person, over).require()
    employment.until = on or clock.today()
    with keeping(Employment):
        employment.save(update_fields=["until"])
    trail.record(actor, "end_employment", employment)
    return employment
