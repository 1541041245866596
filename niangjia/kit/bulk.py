"""Many rows in one statement and one parameter: for the few places where hundreds of people wait on an insert."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models


def insert(model: type[models.Model], rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Insert rows given by column, all with the same columns, and return their ids in the order given.

    `bulk_create` builds a parameter for every value; here the rows travel as one JSON text that PostgreSQL takes
    apart, at a fifth of the work. Values must be what JSON can say: no sealed columns, no expressions, no defaults.
    """
    if not rows:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_statement(model, tuple(rows[0])), [json.dumps(rows, cls=DjangoJSONEncoder, ensure_ascii=False)])
        return [number for (number,) in cursor.fetchall()]


@lru_cache(maxsize=32)
def _statement(model: type[models.Model], columns: tuple[str, ...]) -> str:
    kinds = {field.column: field.db_type(connection) for field in model._meta.concrete_fields}
    names = ", ".join(columns)
    table, key = model._meta.db_table, model._meta.pk.column
    told = ", ".join(f"{column} {kinds[column]}" for column in columns)
    rows = f"SELECT {names} FROM jsonb_to_recordset(%s::jsonb) AS told({told})"  # noqa: S608 - our own models
    return f"INSERT INTO {table} ({names}) {rows} RETURNING {key}"
