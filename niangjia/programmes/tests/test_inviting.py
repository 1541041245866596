"""Who is found for a round stays true as facts change, whichever way and however often one looks."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.refusal import Conflict, Forbidden, Refusal
from niangjia.matching import actions as matching
from niangjia.matching.tests.crowd import DEEDS, Crowd
from niangjia.notify.models import Message
from niangjia.orgs import actions as orgs
from niangjia.orgs.models import Membership
from niangjia.orgs.reads import actor_for
from niangjia.orgs.tests.factories import make_member, make_tree, make_union
from niangjia.programmes import actions, inviting
from niangjia.programmes.actions import inviting as inviting_actions
from niangjia.programmes.models import Match, Round
from niangjia.programmes.reads.targets import targets
from niangjia.programmes.tests import factories

KEEPER = Actor.system("matching")
Lines = dict[int, tuple[str, str]]
PRACTICES = ("solar-aid", "degree-subsidy", "craftsman", "double-hundred")


def lines(of: Round) -> Lines:
    """Whom the round is for."""
    suited = Match.objects.filter(round=of).exclude(verdict=Match.Verdict.NO).order_by()
    found = suited.values_list("person", "verdict", "missing")
    return {person: (verdict, missing) for person, verdict, missing in found}


def from_scratch(of: Round) -> Lines:
    """What somebody finds who has never looked before."""
    with transaction.atomic():
        Match.objects.filter(round=of).delete()
        matching.rebuild_facts(actor=KEEPER)
        invitation = inviting.Invitation(of, as_of=clock.today())
        invitation.note(0, inviting.LAST)
        found = lines(of)
        transaction.set_rollback(True)
    return found


def apply_somehow(crowd: Crowd, open_rounds: list[Round]) -> None:
    """Somebody asks for something, and whoever asked before may withdraw."""
    to = crowd.chance.choice(open_rounds)
    with suppress(Refusal):
        application = factories.apply(to, crowd.somebody())
        if crowd.chance.random() < 0.4:
            actions.withdraw_application(application, actor=actor_for(application.person))


LIVES = st.lists(st.sampled_from([*sorted(DEEDS), "a day passes", "match", "apply", "move"]), min_size=4, max_size=20)


@pytest.mark.django_db
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(seed=st.integers(0, 10**6), deeds=LIVES, batch=st.integers(1, 7))
def test_looking_again_at_who_changed_finds_what_looking_at_everybody_finds(
    seed: int, deeds: list[str], batch: int, tmp_path: Path
) -> None:
    with transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(inviting, "BATCH", batch)
        crowd, now = Crowd(seed, tmp_path, people_first=5), clock.now()
        open_rounds = [factories.open_round(practice, crowd.county) for practice in PRACTICES]
        for deed in [*deeds, "match"]:
            now += timedelta(days=1 if deed == "a day passes" else 0)
            with clock.at(now):
                if deed == "match":
                    actions.invite_again(actor=KEEPER)
                elif deed == "apply":
                    apply_somehow(crowd, open_rounds)
                elif deed == "move":
                    orgs.move_union(crowd.unions[0], parent=crowd.chance.choice(crowd.elsewhere), actor=KEEPER)
                elif deed in DEEDS:
                    crowd.deed(deed)
        with clock.at(now):
            for of in open_rounds:
                assert lines(of) == from_scratch(of)
        transaction.set_rollback(True)


@pytest.fixture
def of() -> Round:
    return factories.open_round("craftsman", make_tree().county)


def a_skilled_worker(of: Round) -> Membership:
    member = make_member(make_union(of.organisation))
    factories.tell(member.person, worker__trade_years=12)
    return member


@pytest.mark.django_db
def test_somebody_who_comes_to_suit_is_told_and_nobody_else_again(of: Round) -> None:
    first = a_skilled_worker(of)
    actions.invite_again(actor=KEEPER)
    told = Message.objects.count()
    second = a_skilled_worker(of)
    (invited,) = actions.invite_again(actor=KEEPER)
    assert (invited.everybody, invited.found, invited.gone) == (False, 1, 0)
    assert set(lines(of)) == {first.person_id, second.person_id}
    assert Message.objects.count() == told + 1
    (nothing,) = actions.invite_again(actor=KEEPER)
    assert (nothing.found, nothing.gone) == (0, 0)


@pytest.mark.django_db
def test_somebody_who_no_longer_suits_is_told_no_more_and_their_line_stays(of: Round) -> None:
    member = a_skilled_worker(of)
    actions.invite_again(actor=KEEPER)
    orgs.leave(member, actor=KEEPER)
    (invited,) = actions.invite_again(actor=KEEPER)
    assert invited.gone == 1
    assert Match.objects.get(round=of, person=member.person).verdict == Match.Verdict.NO
    assert lines(of) == {}


@pytest.mark.django_db
def test_an_application_stays_as_it_is_when_its_maker_no_longer_suits(of: Round) -> None:
    member = a_skilled_worker(of)
    application = factories.apply(of, member.person)
    state = application.state
    orgs.leave(member, actor=KEEPER)
    actions.invite_again(actor=KEEPER)
    application.refresh_from_db()
    assert application.state == state


@pytest.mark.django_db
def test_a_new_day_looks_at_everybody_and_so_does_a_moved_tree(of: Round) -> None:
    a_skilled_worker(of)
    assert not actions.invite_again(actor=KEEPER)[0].everybody
    with clock.at(clock.now() + timedelta(days=1)):
        assert actions.invite_again(actor=KEEPER)[0].everybody
        union = make_union(make_tree().city)
        orgs.move_union(union, parent=of.organisation, actor=KEEPER)
        assert actions.invite_again(actor=KEEPER)[0].everybody


@pytest.mark.django_db
def test_a_run_that_was_broken_off_goes_on_where_it_stopped(of: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each batch is its own: what was noted stays, nobody is told twice, and the rest is made up."""
    members = [a_skilled_worker(of) for _ in range(5)]
    monkeypatch.setattr(inviting, "BATCH", 2)
    kept = matching.refresh_facts(actor=KEEPER)
    first_batch = next(inviting.Invitation(of, as_of=kept.day).batches())
    inviting.Invitation(of, as_of=kept.day).note(*first_batch)
    assert len(lines(of)) == 2
    (invited,) = actions.invite_again(actor=KEEPER)
    assert invited.found == 3
    assert set(lines(of)) == {member.person_id for member in members}
    assert Message.objects.filter(kind="found").count() == 5


@pytest.mark.django_db
def test_progress_is_told_round_by_round_and_batch_by_batch(of: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(4):
        a_skilled_worker(of)
    monkeypatch.setattr(inviting, "BATCH", 2)
    said: list[float] = []
    actions.invite_again(actor=KEEPER, tell=lambda *told: said.append(told[0]))
    assert len(said) == 3
    assert said == sorted(said)


@pytest.mark.django_db
def test_what_an_engine_listed_is_noted_and_who_changed_since_is_left_to_the_next_look(
    of: Round, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inviting_actions, "BATCH", 2)
    stays, gone = [a_skilled_worker(of) for _ in range(3)], a_skilled_worker(of)
    changes, outsider = a_skilled_worker(of), make_member(make_union(make_tree().other_county))
    factories.tell(outsider.person, worker__trade_years=12)
    actions.invite_again(actor=KEEPER)
    Match.objects.filter(person__in=[member.person_id for member in stays]).delete()
    orgs.leave(gone, actor=KEEPER)
    (target,) = targets([f"round-{of.pk}"])
    matching.match({target.name: target.clauses}, as_of=clock.today(), engine="duckdb", out=tmp_path, actor=KEEPER)
    orgs.leave(changes, actor=KEEPER)
    matching.refresh_facts(actor=KEEPER)
    noted = actions.invite_listed(of, tmp_path, name=target.name, actor=KEEPER)
    assert (noted.found, noted.gone) == (3, 1)
    assert set(lines(of)) == {member.person_id for member in [*stays, changes]}  # nobody from outside its union
    (invited,) = actions.invite_again(actor=KEEPER)
    assert (invited.everybody, invited.gone) == (False, 1)
    assert lines(of) == from_scratch(of)


@pytest.mark.django_db
def test_lists_of_another_day_invite_nobody(of: Round, tmp_path: Path) -> None:
    a_skilled_worker(of)
    (target,) = targets([f"round-{of.pk}"])
    yesterday = clock.today() - timedelta(days=1)
    matching.match({target.name: target.clauses}, as_of=yesterday, engine="duckdb", out=tmp_path, actor=KEEPER)
    with pytest.raises(Conflict, match=str(yesterday)):
        actions.invite_listed(of, tmp_path, name=target.name, actor=KEEPER)


@pytest.mark.django_db
def test_only_the_system_looks_at_everybody(of: Round) -> None:
    with pytest.raises(Forbidden):
        actions.invite_again(actor=factories.officer(of.organisation, "handler"))
