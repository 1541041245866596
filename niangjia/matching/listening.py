"""What matching does when the house's tables are up to date."""

from __future__ import annotations

from niangjia.kit.happenings import TablesMigrated
from niangjia.matching import table


def make_table(_migrated: TablesMigrated) -> None:
    """The facts table and its triggers are as the declared facts ask for; it is filled at the next refresh."""
    table.make()
