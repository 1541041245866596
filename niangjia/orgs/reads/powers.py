"""Who acts, with which powers."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from niangjia.kit import clock
from niangjia.kit.actor import Actor, Office, Power, Role
from niangjia.orgs.models import Appointment
from niangjia.people.models import Account, Person


def powers_of(person_id: int) -> tuple[Power, ...]:
    """The offices a person holds today. One query."""
    today = clock.today()
    held = Appointment.objects.on(today).filter(person_id=person_id).select_related("organisation")
    return tuple(
        Power(
            organisation_id=appointment.organisation_id,
            path=appointment.organisation.path,
            office=Office(appointment.office),
            is_union=appointment.organisation.is_union,
            level=appointment.organisation.level,
            organisation_name=appointment.organisation.name,
        )
        for appointment in held
        if appointment.organisation.closed_on is None or appointment.organisation.closed_on > today
    )


def actor_for(person: Person, account_id: int | None = None) -> Actor:
    """This person, acting with the powers they hold today."""
    powers = powers_of(person.pk)
    roles = {Role.WORKER}
    for power in powers:
        if power.is_union:
            roles.add(Role.OFFICER)
        elif power.office is Office.HR:
            roles.add(Role.EMPLOYER)
        else:
            roles.add(Role.PARTNER)
    return Actor(
        kind="person", name=person.name, person_id=person.pk, account_id=account_id, powers=powers,
        roles=frozenset(roles),
    )  # fmt: skip


def actor_of(user: AbstractBaseUser | AnonymousUser) -> Actor:
    """The actor behind a signed-in account; nobody when there is none, or it has no person."""
    if not isinstance(user, Account):
        return Actor.nobody()
    if user.person is None:
        return Actor(kind="nobody", name="", account_id=user.pk)
    return actor_for(user.person, user.pk)
