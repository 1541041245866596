"""The list of achievements, a county that gives titles, and a worker of it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from niangjia.credentials import actions
from niangjia.credentials.models import Credential
from niangjia.kit.actor import Actor, Office
from niangjia.orgs.models import Organisation
from niangjia.orgs.tests.factories import (
    REGISTRY,
    make_actor,
    make_member,
    make_officer,
    make_person,
    make_tree,
    make_union,
)
from niangjia.people.models import Person


@dataclass
class Register:
    """Who gives, and who receives."""

    county: Organisation
    union: Organisation
    handler: Actor
    worker: Person

    @property
    def me(self) -> Actor:
        return make_actor(self.worker)

    def craftsman(self, holder: Person | None = None, **rest) -> Credential:
        return actions.issue_credential(
            "craftsman_county", holder=holder or self.worker, issuer=self.county, actor=self.handler, **rest
        )


@pytest.fixture
def register(db: None) -> Register:
    actions.plant_achievements(actor=REGISTRY)
    tree = make_tree()
    union = make_union(tree.county)
    worker = make_person("方小满")
    make_member(union, worker)
    return Register(tree.county, union, make_officer(tree.county, Office.HANDLER).actor, worker)
