"""What `bench roster` measures at a million rows, held at twenty thousand: memory does not grow with the file."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection

from niangjia.orgs.models import Membership
from niangjia.web.benches import roster, rosters_made
from niangjia.web.benches.harness import apart
from niangjia.web.benches.roster_alone import import_alone


@pytest.mark.django_db(transaction=True)
def test_ten_times_the_rows_take_no_more_memory(tmp_path: Path):
    union = roster._union()
    peaks = []
    for count in (2_000, 20_000):
        file = rosters_made.made_csv(tmp_path / f"{count}.csv", count)
        rows, peak = apart(import_alone, str(connection.settings_dict["NAME"]), union.pk, file)
        assert rows == count
        peaks.append(peak)
    assert Membership.objects.count() > 19_000
    assert peaks[1] < peaks[0] * 1.2


def test_the_roster_of_the_benchmark_is_the_same_every_time_and_a_hundredth_is_dirty():
    rows = list(rosters_made.rows(2_000))
    assert rows == list(rosters_made.rows(2_000))
    assert len({cells[2] for cells in rows if cells[2]}) == sum(cells[2] != "" for cells in rows)
    again = list(rosters_made.rows(2_000, changed=0.1))
    changed = [before for before, after in zip(rows, again, strict=True) if before != after]
    assert 100 < len(changed) < 300
    assert sum(before[:8] != after[:8] for before, after in zip(rows, again, strict=True)) == 0
