"""Queries that are built once and then only filled in.

Building a query in Django, compiling it and finding out what its columns are costs many times what the database needs
to answer it. So that is done once, with marks where values will stand; in the SQL they are named parameters.

PostgreSQL also needs long to plan policy's queries, so each of its connections is told a statement once (`PREPARE`).
Not where a pooler gives each transaction another connection: Django is told that by DISABLE_SERVER_SIDE_CURSORS.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import namedtuple
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

Marks = Mapping[str, Any]
Join = Callable[[list[str]], str]
_PLACE = re.compile(r"(?<!%)%s")
_MAKERS: Mapping[type, Callable[[int], Any]] = {
    int: lambda number: 4_611_686_018_427_000_000 + number,
    str: lambda number: f"mark {number} ###",
    dt.datetime: lambda number: dt.datetime(1777, 1, 1, 7, 7, 7, number, tzinfo=dt.UTC),
}
_POSTGRES_TYPES = {int: "bigint", str: "text", dt.datetime: "timestamptz"}


def marks(**types: type) -> Marks:
    """For each name a value that stands for another of that type: `int`, `str` or `datetime`."""
    return {name: _MAKERS[kind](number) for number, (name, kind) in enumerate(types.items(), 1)}


def union_all(queries: list[str]) -> str:
    """Several queries with the same columns as one: all their rows."""
    return " UNION ALL ".join(
        f"SELECT * FROM ({sql}) AS branch_{number}"  # noqa: S608 - Django's own SQL
        for number, sql in enumerate(queries)
    )


class Prepared:
    """The query that `build` makes of marks, as in `Prepared(build, member=int)`.

    `build` is called once, so the query must depend on nothing but what is marked.
    """

    def __init__(self, build: Callable[[Marks], models.QuerySet[Any]], **types: type) -> None:
        self._build = build
        self._marks = marks(**types)

    @cached_property
    def _statement(self) -> Statement:
        return statement([self._build(self._marks)], self._marks)

    def fetch(self, **values: Any) -> list[Any]:
        """The rows that the query has for these values of its marks."""
        return self._statement.fetch(values)


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL with named parameters, and how its rows are read."""

    alias: str
    sql: str
    constants: Mapping[str, Any]
    """The parameters that are always the same."""
    converters: list[tuple[int, list[Any], Any]]
    """For a column: functions that make what the database gives into Python's, and the expression it is of."""
    make: Callable[[list[Any]], Any]
    """What a row becomes: the model's instance, or for `values_list` its values by name."""
    on_postgres: _OnPostgres | None = None

    def fetch(self, values: Mapping[str, Any]) -> list[Any]:
        """The rows for these values of the marks."""
        connection = connections[self.alias]
        given = {name: _adapted(connection, value) for name, value in values.items()}
        with connection.cursor() as cursor:
            if self.on_postgres is None:
                cursor.execute(self.sql, {**self.constants, **given})
            else:
                cursor.execute(self.on_postgres.told(connection.connection), given)
            rows = [list(row) for row in cursor.fetchall()]
        for column, converters, expression in self.converters:
            for convert in converters:
                for row in rows:
                    row[column] = convert(row[column], expression, connection)
        return [self.make(row) for row in rows]


def statement(
    queries: list[models.QuerySet[Any]], marked: Marks, join: Join = "".join, *, is_lasting: bool = True
) -> Statement:
    """One statement of queries with the same columns: of several, `join` makes one.

    `is_lasting`: it will be used again and again.
    """
    alias = queries[0].db
    connection = connections[alias]
    compilers = [query.query.get_compiler(alias) for query in queries]
    compiled = [compiler.as_sql() for compiler in compilers]
    sql, constants = _named(
        join([sql for sql, _parameters in compiled]),
        [parameter for _sql, parameters in compiled for parameter in parameters],
        {_adapted(connection, value): name for name, value in marked.items()},
    )
    first, fields = compilers[0], queries[0]._fields  # type: ignore[attr-defined]
    converters = first.get_converters(expression for expression, *_ in first.select)
    return Statement(
        alias=alias,
        sql=sql,
        constants=constants,
        converters=[(column, *found) for column, found in converters.items()],
        make=_row(fields) if fields else _instance(first, alias),
        on_postgres=_on_postgres(sql, constants, marked) if is_lasting and _can_prepare(connection) else None,
    )


def _named(sql: str, parameters: Iterable[Any], names: Mapping[Any, str]) -> tuple[str, dict[str, Any]]:
    """SQL with a name for each parameter, and the values of those that no mark stands for."""
    start, *pieces = _PLACE.split(sql)
    made = [start]
    constants: dict[str, Any] = {}
    known: dict[Any, str] = {}
    for value, piece in zip(parameters, pieces, strict=True):
        key = (type(value), value) if isinstance(value, Hashable) else id(value)
        name = names.get(value) if isinstance(value, Hashable) else None
        if name is None:
            name = known.setdefault(key, f"constant{len(known)}")
            constants[name] = value
        made.append(f"%({name})s{piece}")
    return "".join(made), constants


def _adapted(connection: BaseDatabaseWrapper, value: Any) -> Any:
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, dt.datetime) else value


# --- Rows.


def _row(fields: tuple[str, ...]) -> Callable[[list[Any]], Any]:
    """Makes a row its values by name."""
    made: Any = namedtuple("Row", fields)  # type: ignore[misc]
    return made._make  # type: ignore[no-any-return]


def _instance(compiler: Any, alias: str) -> Callable[[list[Any]], Any]:
    """Makes a row the model's instance, as Django's `ModelIterable` does."""
    model, columns = compiler.klass_info["model"], compiler.klass_info["select_fields"]
    fields = [compiler.select[column][0].target.attname for column in columns]
    annotations = list(compiler.annotation_col_map.items())

    def make(row: list[Any]) -> Any:
        made = model.from_db(alias, fields, [row[column] for column in columns])
        for name, column in annotations:
            setattr(made, name, row[column])
        return made

    return make


# --- PostgreSQL.


@dataclass(frozen=True, slots=True)
class _OnPostgres:
    """What a connection is told once, and how it is asked afterwards."""

    prepare: str
    constants: Mapping[str, Any]
    execute: str
    _told: WeakKeyDictionary[Any, bool] = field(default_factory=WeakKeyDictionary)

    def told(self, connection: Any) -> str:
        """The SQL that asks this connection of psycopg, which has been told the statement."""
        if connection not in self._told:
            from psycopg import ClientCursor

            ClientCursor(connection).execute(self.prepare, self.constants)
            self._told[connection] = True
        return self.execute


_numbers = count(1)


def _can_prepare(connection: BaseDatabaseWrapper) -> bool:
    return connection.vendor == "postgresql" and not connection.settings_dict["DISABLE_SERVER_SIDE_CURSORS"]


def _on_postgres(sql: str, constants: Mapping[str, Any], marked: Marks) -> _OnPostgres:
    used = [name for name in marked if f"%({name})s" in sql]
    places = {name: f"${number}" for number, name in enumerate(used, 1)}
    name = f"prepared_{next(_numbers)}"
    types = ", ".join(_POSTGRES_TYPES[type(marked[one])] for one in used)
    given = ", ".join(f"%({one})s" for one in used)
    for one, place in places.items():
        sql = sql.replace(f"%({one})s", place)
    return _OnPostgres(
        prepare=f"PREPARE {name}{f' ({types})' if types else ''} AS {sql}",
        constants=constants,
        execute=f"EXECUTE {name}{f' ({given})' if given else ''}",
    )
