"""A round with cases at its steps, and people of every side signed in: what the tests of the desk stand on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.test import Client
from django.urls import reverse

from niangjia.kit.actor import Actor, Office
from niangjia.orgs.models import Organisation
from niangjia.orgs.tests.factories import make_account, make_member, make_person, make_union
from niangjia.people.models import Account, Person
from niangjia.programmes.models import Application, Round
from niangjia.programmes.tests import factories

TEXT = (Path(__file__).parent / "all_steps.yaml").read_text("utf-8")


@dataclass(frozen=True)
class Desk:
    """Somebody at their desk."""

    actor: Actor
    client: Client

    def get(self, name: str, /, *args: Any, query: dict[str, Any] | None = None, **headers: Any) -> Any:
        return self.client.get(reverse(name, args=args), query or {}, **headers)

    def post(self, name: str, /, *args: Any, **data: Any) -> Any:
        return self.client.post(reverse(name, args=args), data)

    def part(self, name: str, /, *args: Any, **query: Any) -> Any:
        return self.client.get(reverse(name, args=args), query, headers={"HX-Request": "true"})


def sign_in(actor: Actor) -> Desk:
    client = Client()
    client.force_login(account_of(actor))
    return Desk(actor, client)


def person_of(actor: Actor) -> Person:
    assert actor.person_id is not None
    return Person.objects.get(pk=actor.person_id)


def account_of(actor: Actor) -> Account:
    person = person_of(actor)
    return Account.objects.filter(person=person).first() or make_account(person)


def desk_of(body: Organisation, office: str = Office.HANDLER, *, nth: int = 0) -> Desk:
    return sign_in(factories.officer(body, office, nth=nth))


def case(
    of: Round, name: str = "", *, until: str = "review", union: Organisation | None = None, **given: Any
) -> Application:
    """A handed-in application resting at this step."""
    union = union or make_union(of.organisation)
    application = factories.apply(of, make_member(union, make_person(name)).person, **given)
    return factories.carry_on(application, until=until)


def decision(application: Application, way: str, **typed: Any) -> dict[str, Any]:
    """What the decision form of the drawer sends."""
    run = factories.current(application)
    return {"way": way, "run": run.pk, "seen": application.revision, "back": reverse("desk"), **typed}
