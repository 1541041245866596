"""Who is selected: laws that hold for any candidates, places, floors and ceilings."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from niangjia.programmes.definition import Bilingual, Quota
from niangjia.programmes.reads.rankings import bounds, select

GROUPS = ("front_line", "women", "riders")
Candidate = tuple[int, frozenset[str]]
some_groups = st.frozensets(st.sampled_from(GROUPS))
lists = st.lists(some_groups, max_size=14).map(lambda rows: list(enumerate(rows)))
places_ = st.integers(0, 10)


def a_quota(key: str, least: int | None = None, most: int | None = None, **percents: int) -> Quota:
    label = Bilingual(zh=key, en=key)
    return Quota(key=key, label=label, rule="worker.union.member", at_least=least, at_most=most, **percents)


@st.composite
def quota_lists(draw: st.DrawFn) -> list[Quota]:
    found = []
    for key in draw(st.lists(st.sampled_from(GROUPS), unique=True)):
        least = draw(st.none() | st.integers(1, 4))
        most = draw(st.none() | st.integers(least or 1, 6))
        if least or most:
            found.append(a_quota(key, least, most))
    return found


def heads(rows: list[Candidate], chosen: set[int], key: str) -> int:
    return sum(key in groups for run, groups in rows if run in chosen)


@given(lists, places_)
def test_without_quotas_the_best_are_selected(rows: list[Candidate], places: int) -> None:
    assert select(rows, places, []) == {run for run, _ in rows[:places]}


@given(lists, places_, quota_lists())
def test_nobody_is_selected_beyond_the_places_or_a_ceiling(
    rows: list[Candidate], places: int, quotas: list[Quota]
) -> None:
    chosen = select(rows, places, quotas)
    assert len(chosen) <= places
    assert chosen <= {run for run, _ in rows}
    for one in quotas:
        assert one.at_most is None or heads(rows, chosen, one.key) <= one.at_most


@given(lists, places_, st.integers(1, 10))
def test_a_floor_is_filled_whenever_there_are_people_and_places_for_it(
    rows: list[Candidate], places: int, least: int
) -> None:
    chosen = select(rows, places, [a_quota("women", least)])
    there = heads(rows, {run for run, _ in rows}, "women")
    assert heads(rows, chosen, "women") >= min(least, there, places)
    assert len(chosen) == min(places, len(rows))


@given(st.lists(st.sampled_from([frozenset(), *(frozenset({key}) for key in GROUPS)]), max_size=14), places_, st.data())
def test_floors_of_groups_apart_are_all_filled_when_together_they_fit(
    rows: list[frozenset[str]], places: int, data: st.DataObject
) -> None:
    numbered = list(enumerate(rows))
    left, quotas = places, []
    for key in GROUPS:
        there = sum(key in groups for groups in rows)
        if (most := min(there, left)) > 0:
            least = data.draw(st.integers(1, most))
            quotas.append(a_quota(key, least))
            left -= least
    chosen = select(numbered, places, quotas)
    for one in quotas:
        assert heads(numbered, chosen, one.key) >= (one.at_least or 0)


@given(lists, places_, st.integers(1, 5))
def test_a_floor_exchanges_nobody_it_need_not(rows: list[Candidate], places: int, least: int) -> None:
    best = {run for run, _ in rows[:places]}
    chosen = select(rows, places, [a_quota("riders", least)])
    if heads(rows, best, "riders") >= least:
        assert chosen == best
    else:
        assert len(best - chosen) <= least - heads(rows, best, "riders")


def test_a_floor_never_lifts_a_ceiling() -> None:
    """A rider who is also a woman counts against the ceiling for women even when riders are wanted."""
    both = frozenset({"women", "riders"})
    rows = [(1, both), (2, both), (3, frozenset[str]())]
    assert select(rows, 3, [a_quota("women", most=1), a_quota("riders", least=2)]) == {1, 3}


def test_percentages_round_in_the_quotas_favour() -> None:
    assert bounds(a_quota("women", at_least_percent=35), 10) == (4, None)
    assert bounds(a_quota("women", at_most_percent=35), 10) == (None, 3)
