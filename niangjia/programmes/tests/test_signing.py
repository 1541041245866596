"""Who may put a body's name under an agreement."""

from __future__ import annotations

import pytest

from niangjia.kit.actor import Office
from niangjia.kit.refusal import Forbidden
from niangjia.programmes import actions
from niangjia.programmes.models import Round
from niangjia.programmes.tests import factories
from niangjia.programmes.tests.desk_world import TEXT, case

pytestmark = pytest.mark.django_db


@pytest.fixture
def of() -> Round:
    return factories.open_round_of(TEXT)


@pytest.mark.parametrize("office", [Office.FINANCE, Office.JUDGE])
def test_an_office_that_is_not_the_steps_own_does_not_sign_for_its_body(of: Round, office: Office) -> None:
    waiting = case(of, until="sign")
    run = factories.current(waiting)
    union = run.bodies.get(side="union").organisation
    hand = factories.officer(union, office)
    with pytest.raises(Forbidden):
        actions.sign_agreement(run.agreement, party="union", digest=run.agreement.digest, actor=hand)
    assert not run.agreement.signatures.exists()
