"""Eligibility rules: one language, judged for one person with reasons or for a population in SQL, with equal answers.

    schema = Schema([Fact("person.age", FactType.NUM, derive=("years", "person.birth_date")), …], [Parameter(…)])
    clauses = compile_clauses([Clause("adult", "require", "年满18周岁", "18 or older", "person.age >= 18")], schema)
    finding = weigh(clauses, facts, as_of=day, parameters=store, region_path="person.region")
    statement = select_verdicts(clauses, as_of=day, parameters=store, dialect="duckdb", region_path="person.region")

    bulk = Bulk({"aid": clauses, …}, as_of=day, parameters=store, dialect="duckdb", region_path="person.region")

`weigh` is for one person, `select_verdicts` for one programme clause by clause, `bulk` for many programmes in one scan.
The language is described in `syntax`, unknown facts in `single`, ages and dates in `dates`, persons and households in
`schema`, figures by date and place in `parameters`, rule pack files in `packs`.
"""

from niangjia.rules.clauses import Clause, ClauseSet, CompiledClause, compile_clause, compile_clauses
from niangjia.rules.errors import RuleFault, RuleFaults
from niangjia.rules.findings import ClauseFinding, FactUsed, Finding, NearestChange, ParameterUsed, Verdict
from niangjia.rules.packs import Pack, load_pack
from niangjia.rules.parameters import Figure, ParameterRow, ParameterStore
from niangjia.rules.schema import Fact, FactType, Parameter, Schema, Scope, Stored
from niangjia.rules.sql import VerdictSql, region_table_sql, require_dialects, select_verdicts
from niangjia.rules.weighing import Known, weigh

__all__ = [
    "Clause",
    "ClauseFinding",
    "ClauseSet",
    "CompiledClause",
    "Fact",
    "FactType",
    "FactUsed",
    "Figure",
    "Finding",
    "Known",
    "NearestChange",
    "Pack",
    "Parameter",
    "ParameterRow",
    "ParameterStore",
    "ParameterUsed",
    "RuleFault",
    "RuleFaults",
    "Schema",
    "Scope",
    "Stored",
    "Verdict",
    "VerdictSql",
    "compile_clause",
    "compile_clauses",
    "load_pack",
    "region_table_sql",
    "require_dialects",
    "select_verdicts",
    "weigh",
]
