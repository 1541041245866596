"""The cluster: the same questions asked of Spark, for when one machine is outgrown. Needs pyspark and Java 17."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
from django.utils.translation import gettext as _

from niangjia.kit import env
from niangjia.kit.refusal import Refusal
from niangjia.matching.carrying import quoted
from niangjia.matching.engines import (
    LISTS,
    REASONS,
    Job,
    Tell,
    fresh_directory,
    keep_counts,
    keep_reason_bits,
    silent,
)
from niangjia.rules.bulk import Bulk
from niangjia.rules.tally import Counts, Tally

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

TABLES = ".tables"  # in the directory of the results, which every worker can reach

# What the answers depend on; asked back once the session stands, for a cluster may be configured otherwise.
MEANING = {
    "spark.sql.ansi.enabled": "true",  # an overflow is an error, not another number
    "spark.sql.caseSensitive": "false",
    "spark.sql.legacy.timeParserPolicy": "CORRECTED",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",  # a date is the same date before 1582
    "spark.sql.parser.escapedStringLiterals": "false",  # sqlglot doubles backslashes
    "spark.sql.session.timeZone": "UTC",
}
MANNERS = {
    "spark.app.name": "niangjia",
    "spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs": "false",
    "spark.log.level": "ERROR",
    # A clause is worked out once and then used; Spark would write it out again in every place.
    "spark.sql.optimizer.excludedRules": "org.apache.spark.sql.catalyst.optimizer.CollapseProject",
    "spark.sql.parquet.compression.codec": "zstd",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
ON_THIS_MACHINE = {"spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1"}


class SparkEngine:
    """Runs on the cluster of this master; snapshot and results lie where every worker can reach them."""

    def __init__(self, master: str = "", options: Mapping[str, str] | None = None) -> None:
        """Refuses here, before anything has been prepared for it, where pyspark or Java is missing."""
        _require_spark()
        self.master = master or env.text("NIANGJIA_SPARK_MASTER", "local[*]")
        self.options = options

    def match(self, job: Job, facts: Path, out: Path, *, reasons: bool = False, tell: Tell = silent) -> Counts:
        """Hold the job against the snapshot `facts` and leave the results in `out`."""
        fresh_directory(out, LISTS, *([REASONS] if reasons else []))
        bulk = job.bulk("spark")
        tally = Tally(bulk)
        tell(0.0, self.master)
        with connected(self.master, self.options) as session:
            people = session.read.parquet(*(_address(file) for file in sorted(facts.glob("*.parquet"))))
            people.createOrReplaceTempView("facts")
            self._hand_over(session, job, bulk, people, out / TABLES)
            steps = (("cells", bulk.cells("facts")), ("judged", bulk.judged()), ("listed", bulk.listed()))
            kept = [_kept(session, f"bulk_{name}", select) for name, select in steps]
            tell(0.1, "lists")
            _written(session, bulk.lists(), out / LISTS)
            tell(0.7, "counts")
            tally.add(people.count(), *self._counted(session, bulk))
            if reasons:
                tell(0.8, "reasons")
                _written(session, bulk.reasons(), out / REASONS)
            for table in kept:
                table.unpersist()
        shutil.rmtree(out / TABLES)
        counts = tally.counts()
        keep_counts(counts, out)
        if reasons:
            keep_reason_bits(bulk, out)
        tell(1.0, f"{counts.people:,}")
        return counts

    def _hand_over(self, session: SparkSession, job: Job, bulk: Bulk, people: DataFrame, directory: Path) -> None:
        """The small tables, written as files by DuckDB: as statements, a thousand programmes are minutes of parsing."""
        codes: set[str] = set()
        if bulk.place is not None:
            codes = {code for (code,) in people.select(bulk.place.column).distinct().collect() if code is not None}
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir()
        with duckdb.connect() as engine:
            for name, select in (*bulk.tables("duckdb"), ("region_parameters", job.places(codes, "duckdb"))):
                file = directory / f"{name}.parquet"
                engine.execute(f"COPY ({select}) TO {quoted(file)} (FORMAT parquet)")
                session.read.parquet(_address(file)).createOrReplaceTempView(name)

    def _counted(self, session: SparkSession, bulk: Bulk) -> list[list[Any]]:
        statements = (bulk.count_cells(), bulk.count_listed(), bulk.count_asked(), bulk.count_open())
        return [session.sql(statement).collect() for statement in statements]


def _kept(session: SparkSession, name: str, select: str) -> DataFrame:
    """A table that is worked out once, in the workers' memory and on their disks."""
    table = session.sql(select).persist()
    table.createOrReplaceTempView(name)
    return table


def _written(session: SparkSession, select: str, directory: Path) -> None:
    session.sql(select).write.mode("append").parquet(_address(directory))


def _address(path: Path) -> str:
    """Spark takes the letters of an address as they are; without file:// a cluster would look into its own storage."""
    return f"file://{path.resolve()}"


@contextmanager
def connected(master: str, options: Mapping[str, str] | None = None) -> Iterator[SparkSession]:
    """A session on the cluster; the one that stands already in this process, if there is one."""
    _require_spark()
    from pyspark.sql import SparkSession

    standing = SparkSession.getActiveSession()
    if standing is not None:
        yield standing
        return
    builder = SparkSession.builder.master(master)
    local = ON_THIS_MACHINE if master.startswith("local") else {}
    for name, value in (MANNERS | local | dict(options or {}) | MEANING).items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    try:
        require_meaning(session)
        yield session
    finally:
        session.stop()


def _require_spark() -> None:
    if importlib.util.find_spec("pyspark") is None:
        raise Refusal(
            _("Matching on a cluster needs pyspark, which is not installed here."),
            remedy=_("Install it with: pip install 'niangjia[spark]', or choose the engine duckdb."),
        )
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        raise Refusal(
            _("Matching on a cluster needs Java, which cannot be found here."),
            remedy=_("Install Java 17 or set JAVA_HOME, or choose the engine duckdb."),
        )


def require_meaning(session: SparkSession) -> None:
    """Refuse a cluster on which the same words would mean something else."""
    for name, value in MEANING.items():
        if str(session.conf.get(name)).lower() != value.lower():
            raise Refusal(
                _("On this cluster %(name)s is %(found)s; the answers are right only with %(value)s.")
                % {"name": name, "found": session.conf.get(name), "value": value},
                remedy=_("Correct spark-defaults.conf on the cluster."),
            )
