"""Stories: what they leave is what the pages published, and what is printed is counted, never typed."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.conf import LazySettings

from niangjia.demand.reads import people_asking
from niangjia.events.actions import register_list
from niangjia.events.models import Activity, Claim, Occurrence, TeamResult
from niangjia.events.reads.mine import feedback_of
from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.ledger.reads import prove
from niangjia.notify.models import Message
from niangjia.people.models import Person
from niangjia.programmes.models import Application
from niangjia.stories import contests, degree_subsidy, festival, friendship, gatherings, health_check
from niangjia.stories.cli import story as command
from niangjia.stories.library import STORIES
from niangjia.stories.people import people
from niangjia.stories.story import Counted, PublishedFigure, Telling, missing_rows, rows, tell
from niangjia.trail.models import Line

BY_KEY = {one.key: one for one in STORIES}


@pytest.fixture(autouse=True)
def files_apart(settings: LazySettings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.mark.django_db
@pytest.mark.parametrize(
    "key",
    ["solar-aid", "double-hundred", "craftsman", "stations", "table-tennis", "shared-space", "big-benefit",
     "route-inspection", "health-check", "commuter-line", "volunteering"],
)  # fmt: skip
def test_a_story_told_in_full_counts_every_published_figure(key: str) -> None:
    told = tell(BY_KEY[key], Telling())
    assert [(one.figure.name, one.counted, one.ok) for one in told.figures if not one.ok] == []
    prove()


@pytest.mark.django_db(transaction=True)
def test_a_year_of_gatherings_counts_every_published_figure() -> None:
    """In transactions of its own, as in life: a thousand savepoints inside one slow PostgreSQL down."""
    told = tell(BY_KEY["gatherings"], Telling())
    assert [(one.figure.name, one.counted, one.ok) for one in told.figures if not one.ok] == []
    (lecture,) = Activity.objects.filter(occurrences__in=gatherings.of_row(21))
    said = feedback_of(lecture)
    assert (said.is_shown, said.answers, said.came) == (True, 37, 74)


@pytest.mark.django_db
def test_who_is_employed_by_a_firm_is_told_that_the_health_check_is_for_new_form_workers() -> None:
    tell(BY_KEY["health-check"], Telling(share=0.1))
    activity = Activity.objects.get(title=health_check.TITLE)
    employed = Person.objects.get(memberships__union__name=health_check.EMPLOYED)
    assert not Claim.objects.filter(activity=activity, person=employed).exists()
    listed = Line.objects.get(verb="register_list", thing_id=activity.pk)
    assert listed.detail == {"listed": 1, "registered": 0}
    with clock.at(activity.opens_at):
        wanted = list(activity.occurrences.values_list("pk", flat=True))
        answer = register_list(activity, [employed.pk], wanted=wanted, actor=Actor.system("registry"))[employed.pk]
    assert health_check.NEW_FORM["text_zh"] in str(answer.refusal)


@pytest.mark.django_db
@pytest.mark.parametrize("key", sorted(BY_KEY))
def test_before_a_story_is_told_none_of_its_figures_holds(key: str) -> None:
    """A figure that held without records would be typed in, not counted."""
    assert [figure.name for figure in BY_KEY[key].figures if Counted(figure, figure.count()).ok] == []


@pytest.mark.django_db
def test_team_contests_at_a_fraction_count_the_same_teams_and_items_of_fewer_people() -> None:
    told = tell(BY_KEY["team-contests"], Telling(share=0.1))
    counted = {one.figure.name: one.counted for one in told.figures}
    games = contests.GAMES
    smaller = {
        "r20_workers": contests.EXERCISE.teams * 2,
        "r79_athletes": len(games.team_items) * games.teams * 2 + len(games.solo_items) * round(games.alone * 0.1),
    }
    assert counted == {one.figure.name: one.figure.published for one in told.figures} | smaller
    published = Occurrence.objects.filter(results_at__isnull=False)
    assert set(published.values_list("title", flat=True)) == {*contests.EXERCISE.team_items, *games.team_items}
    reached = TeamResult.objects.filter(team__occurrence__activity__title=contests.EXERCISE.title)
    assert [one.place for one in reached] == list(range(1, contests.EXERCISE.teams + 1))


@pytest.mark.django_db
def test_a_festival_at_a_fraction_arranges_all_that_was_asked_for_and_hands_out_one_lunch_each() -> None:
    told = tell(BY_KEY["logistics-festival"], Telling(share=0.1))
    counted = {one.figure.name: one.counted for one in told.figures}
    drivers = round(festival.DRIVERS * 0.1)
    assert counted == {"editions": 3, "services": len(festival.SERVICES), "lunches": drivers}
    third = Activity.objects.get(title=festival.NAMES[-1])
    assert third.answers is not None
    poll = third.answers.poll
    assert (poll.is_open, people_asking(poll)) == (False, drivers)
    asked = {one.title: one.wishes.count() for one in poll.options.all()}
    assert asked == {one.title: one.presences.came().count() for one in third.occurrences.all()}
    assert Message.objects.filter(kind="demand_answered", link=f"/activities/{third.pk}/").count() == drivers
    prove()


@pytest.mark.django_db
def test_yuhang_at_a_fraction_counts_that_fraction_to_the_yuan() -> None:
    told = tell(BY_KEY["degree-subsidy"], Telling(share=0.012))
    counted = {one.figure.name: one.counted for one in told.figures}
    a_year = round(degree_subsidy.ENROLLED_A_YEAR * 0.012)
    assert counted["enrolled"] == a_year * len(degree_subsidy.YEARS)
    assert counted["subsidised"] == sum(round(places * 0.012) for places in degree_subsidy.PLACES.values())
    granted = Application.objects.filter(state=Application.State.GRANTED).select_related("entitlement")
    assert counted["paid_yuan"] == sum(one.entitlement.amount_fen for one in granted) // 100
    refused = Application.objects.filter(state=Application.State.REFUSED)
    assert refused.count() == counted["enrolled"] - counted["subsidised"]
    assert all(one.result_reason for one in refused)
    prove()


@pytest.mark.django_db
def test_shengzhou_at_a_fraction_counts_that_fraction_of_its_singles() -> None:
    told = tell(BY_KEY["friendship"], Telling(share=0.08))
    counted = {one.figure.name: one.counted for one in told.figures}
    assert (counted["events"], counted["of_more_than_a_hundred"]) == (17, 0)
    assert counted["singles"] == sum(Telling(share=0.08).of(one.guests) for one in friendship.GATHERINGS)
    assert counted["on_2_september"] == Telling(share=0.08).of(friendship.ON_THE_DAY)


def test_nothing_that_a_page_counts_happens_after_it_was_printed() -> None:
    printed = {date(2023, 6, 12): (1, 39), date(2023, 2, 28): (40, 68), date(2022, 4, 30): (86, 108),
               date(2023, 9, 30): (109, 121)}  # fmt: skip
    ends = {row: day for day, (first, last) in printed.items() for row in range(first, last + 1)}
    late = [(one.row, one.title) for one in gatherings.gatherings() if max(one.dates()).date() > ends[one.row]]
    assert late == []
    assert max(one.day for one in friendship.GATHERINGS) <= ends[114]


@pytest.mark.parametrize(
    ("comparator", "published", "counted", "ok"),
    [("=", 10, 10, True), ("=", 10, 11, False), (">", 10, 10, False), (">=", 10, 10, True), ("<=", 10, 11, False),
     ("~", 100, 91, True), ("~", 100, 89, False)],
)  # fmt: skip
def test_a_count_is_held_against_the_page_as_the_page_words_it(
    comparator: str, published: int, counted: int, ok: bool
) -> None:
    figure = PublishedFigure("any", "people", published, comparator, lambda: counted)
    assert Counted(figure, counted).ok is ok


def test_the_dossier_has_121_rows_and_those_without_a_story_are_named() -> None:
    assert [one.row for one in rows()] == list(range(1, 122))
    enacted = {row for one in STORIES for row in one.rows}
    assert {45, 52, 57, 58, 70, 73, 101} <= enacted
    assert {one.row for one in missing_rows(STORIES)} == set(range(1, 122)) - enacted


def test_the_list_names_key_title_rows_and_number_of_figures() -> None:
    said = json.loads(CliRunner().invoke(command, ["list", "--json"]).output)
    assert {"key": "solar-aid", "title": BY_KEY["solar-aid"].title, "rows": [57, 58], "figures": 3} in said


def test_an_unknown_story_is_answered_with_the_stories_there_are() -> None:
    answer = CliRunner().invoke(command, ["run", "moon-aid"])
    assert answer.exit_code == 2
    assert "solar-aid" in answer.output


def test_invented_people_are_the_same_every_time_and_nobody_twice() -> None:
    first, second = people("330624", "x"), people("330624", "x")
    made = [(next(first), next(second)) for _ in range(300)]
    assert all((a.name, a.id_number) == (b.name, b.id_number) for a, b in made)
    assert len({a.id_number for a, _ in made}) == 300
