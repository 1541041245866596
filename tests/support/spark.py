"""A small Spark cluster of several processes for the tests that ask it, started once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from niangjia.matching.engines.spark import connected

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

MASTER = "local-cluster[2,1,768]"  # two workers, each a process of its own with one core and 768 MiB
QUICK_TO_START = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"  # for jobs of a second, not of an hour
OPTIONS = {
    "spark.driver.extraJavaOptions": QUICK_TO_START,
    "spark.executor.extraJavaOptions": QUICK_TO_START,
    "spark.executor.memory": "768m",
    "spark.sql.shuffle.partitions": "2",
}


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkSession]:
    with connected(MASTER, OPTIONS) as session:
        yield session
