"""Which stories may be near: facets find them by indexes, a bounded number of rows, ranked in the database.

Each branch walks one index a little way. The sum of points is the one of `likeness`, in SQL; words of one's own are
added where a branch found a story by them. Nothing here asks who may see a story: `near` does, for all that is found.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from django.db import connection

from lessalone.kindred import codes
from lessalone.kindred.likeness import Terms
from lessalone.kindred.matched import Matched, traits_of
from lessalone.kindred.models import NOTHING, Told, Trait
from lessalone.sharing.prepared import CANDIDATES

MOST = len(CANDIDATES)
"""So many are asked of policy."""
CELL, WIDE, SIDE, BY_TRAIT, BY_BAND, NEWEST = 600, 4000, 100, 150, 100, 100
"""How many rows a branch reads."""
PAIRED, WALK, BY_PAIR = 4, 6000, 600
"""Of so many traits each two are looked for together: along so many rows, for so many."""
TRAITS, RAREST = 8, 3
"""How many traits are looked for; and how many of them also where little else is the same."""
_TOLD, _TRAIT = Told._meta.db_table, Trait._meta.db_table
_FIELDS = Told._meta.concrete_fields
_COLUMNS = ", ".join(f't."{one.column}"' for one in _FIELDS)
Candidate = namedtuple("Candidate", [*(one.attname for one in _FIELDS), "points"])  # type: ignore[misc]
"""A story that may be near: the columns of its `Told`, and the database's sum. Not the model: that costs ten times."""


@dataclass(slots=True)
class _Sql:
    """SQL with named values, put together piece by piece."""

    values: dict[str, Any] = field(default_factory=dict)

    def value(self, value: int) -> str:
        """A place for this value."""
        name = f"v{len(self.values)}"
        self.values[name] = value
        return f"%({name})s"


def candidates(mine: Matched, terms: Terms, *, but_not_of: int, limit: int = MOST) -> list[Any]:
    """The stories that have most in common with `mine`, each a `Candidate`, the most first; none by this member."""
    sql = _Sql()
    return _ranked(sql, list(_branches(sql, mine, terms)), terms, but_not_of, limit)


def scan(mine: Matched, terms: Terms, *, but_not_of: int, limit: int = MOST) -> list[Any]:
    """The same from all stories there are: slow. For the bench, and for tests."""
    sql = _Sql()
    branches = [f"SELECT item_id, 0 AS own FROM {_TOLD}"]  # noqa: S608 - our own names
    branches += [
        f"SELECT told_id AS item_id, {points:d} AS own FROM {_TRAIT} "  # noqa: S608
        f"WHERE key = {sql.value(codes.key_of(facet, value))}"
        for facet, values in terms.same.items()
        for value, points in values.items()
        if value.startswith("own:")
    ]
    return _ranked(sql, branches, terms, but_not_of, limit)


def _ranked(sql: _Sql, branches: list[str], terms: Terms, but_not_of: int, limit: int) -> list[Any]:
    joined = " UNION ALL ".join(
        f"SELECT * FROM ({branch}) AS b{n}"  # noqa: S608 - our own SQL
        for n, branch in enumerate(branches)
    )
    statement = f"""
        SELECT {_COLUMNS}, c.own + {_points(sql, terms)} AS points
        FROM (SELECT item_id, MAX(own) AS own FROM ({joined}) AS found GROUP BY item_id) AS c
        JOIN {_TOLD} AS t ON t.item_id = c.item_id
        WHERE t.member_id <> {sql.value(but_not_of)}
        ORDER BY points DESC, t.item_id DESC LIMIT {limit:d}
    """  # noqa: S608 - our own names; every value is a parameter
    with connection.cursor() as cursor:
        cursor.execute(statement, sql.values)
        rows = cursor.fetchall()
    return [Candidate._make(row) for row in rows]


# --- Branches: each gives item ids, and points for words of one's own.


def _branches(sql: _Sql, mine: Matched, terms: Terms) -> Iterator[str]:
    role = codes.code("role", mine.one("role"))
    group = codes.first_group(mine.groups)
    cell = {name: value for name, value in (("role", role), ("group", group)) if value}
    if mine.weeks is not None:
        yield from _around_weeks(sql, cell, mine)
    elif cell:
        yield from _around_time(sql, cell, mine.since, WIDE)
    yield from _by_pairs(sql, mine, terms, cell)
    for less in _with_less(role, group, mine.weeks):
        yield from _around_time(sql, less, mine.since, SIDE)
    yield from _by_traits(sql, mine, terms, cell)
    if role:
        banded = {"role": role, **({"group": group} if group else {})}
        band = -1 if mine.weeks is None else codes.weeks_band(mine.weeks)
        yield _rows(sql, {**banded, "weeks_band": band}, BY_BAND, "AND is_banded")
        yield _rows(sql, banded, BY_BAND, "AND is_banded")
    yield f"SELECT item_id, 0 AS own FROM {_TOLD} ORDER BY item_id DESC LIMIT {NEWEST}"  # noqa: S608


def _with_less(role: int, group: int, weeks: int | None) -> Iterator[dict[str, int]]:
    """Where one of these three is left out or another: the next best."""
    if role and group and weeks is not None:
        yield {"role": role, "group": 0, "weeks": weeks}
        yield {"role": role, "group": group, "weeks": NOTHING}
    if group and weeks is not None:
        yield {"role": 0, "group": group, "weeks": weeks}
    if weeks is not None:
        if role and group:
            yield {"role": role, "weeks": weeks}
        if role or group:
            yield {"weeks": weeks}
    if role:
        yield {"role": role, "weeks": NOTHING}


def _around_weeks(sql: _Sql, cell: dict[str, int], mine: Matched) -> Iterator[str]:
    assert mine.weeks is not None
    for apart, limit in ((0, CELL), (-1, SIDE), (1, SIDE), (-2, SIDE // 2), (2, SIDE // 2)):
        yield from _around_time(sql, {**cell, "weeks": mine.weeks + apart}, mine.since, limit)


def _around_time(sql: _Sql, cell: dict[str, int], since: int | None, limit: int) -> Iterator[str]:
    """From one moment on in both directions, where the index goes on with the time."""
    if since is None:
        yield _rows(sql, cell, limit)
        return
    for sign, order in ((">=", ""), ("<", "DESC")):
        yield _rows(sql, cell, limit // 2, f"AND since {sign} {sql.value(since)} ORDER BY since {order}")


def _rows(sql: _Sql, cell: dict[str, int], limit: int, more: str = "") -> str:
    where = " AND ".join(f'"{name}" = {sql.value(value)}' for name, value in cell.items()) or "1 = 1"
    return f"SELECT item_id, 0 AS own FROM {_TOLD} WHERE {where} {more} LIMIT {limit:d}"  # noqa: S608


def _by_traits(sql: _Sql, mine: Matched, terms: Terms, cell: dict[str, int]) -> Iterator[str]:
    """By one of the rarer things: of the same role, group and week, then of less."""
    for place, (facet, value) in enumerate(_traits(mine, terms)[:TRAITS]):
        key = sql.value(codes.key_of(facet, value))
        own = terms.same[facet][value] if _is_own((facet, value)) else 0
        start = f"SELECT told_id AS item_id, {own:d} AS own FROM {_TRAIT} WHERE key = {key}"  # noqa: S608
        theirs = start + "".join(f' AND "{name}" = {sql.value(number)}' for name, number in cell.items())
        if mine.weeks is not None and cell:
            for apart, limit in ((0, BY_TRAIT), (-1, BY_TRAIT // 2), (1, BY_TRAIT // 2)):
                yield f"{theirs} AND weeks = {sql.value(mine.weeks + apart)} LIMIT {limit:d}"
        if cell and (mine.weeks is None or place < RAREST):
            yield f"{theirs} LIMIT {BY_TRAIT * 2 if mine.weeks is None else BY_TRAIT // 2:d}"
        if place < RAREST or own:
            yield f"{start} LIMIT {BY_TRAIT // 2:d}"


def _by_pairs(sql: _Sql, mine: Matched, terms: Terms, cell: dict[str, int]) -> Iterator[str]:
    """By two of the rarer things at once, of the same role, group and week: where so many share each one of them
    that a walk along it ends long before its end, few share both. (SQLite takes a CROSS JOIN in the order it stands.)
    """
    if not cell:
        return
    same = {**cell, **({} if mine.weeks is None else {"weeks": mine.weeks})}
    traits = _traits(mine, terms)[:PAIRED]
    for place, (first, second) in enumerate(combinations(traits, 2)):
        one, other = (sql.value(codes.key_of(*trait)) for trait in (first, second))
        where = "".join(f' AND "{name}" = {sql.value(value)}' for name, value in same.items())
        walk = f'SELECT told_id, role, "group", weeks FROM {_TRAIT} WHERE key = {one}{where} LIMIT {WALK:d}'  # noqa: S608
        yield (
            f"SELECT a.told_id AS item_id, 0 AS own FROM ({walk}) AS a CROSS JOIN {_TRAIT} AS b WHERE b.key = {other} "  # noqa: S608
            f'AND b.role = a.role AND b."group" = a."group" AND b.weeks = a.weeks AND b.told_id = a.told_id '
            f"LIMIT {BY_PAIR if place < RAREST else BY_PAIR // 2:d}"
        )


def _traits(mine: Matched, terms: Terms) -> list[tuple[str, str]]:
    """Words of one's own first, for they are the rarest, then what counts most."""
    return sorted(traits_of(mine), key=lambda trait: (not _is_own(trait), -terms.same[trait[0]][trait[1]]))


def _is_own(trait: tuple[str, str]) -> bool:
    return trait[1].startswith("own:")


# --- Points, as `likeness.parts` counts them.


def _points(sql: _Sql, terms: Terms) -> str:
    said = [_one(sql, terms, facet) for facet in terms.same if facet in codes.ONE and facet != "role"]
    said += [_several(sql, terms, facet) for facet in terms.same if facet in codes.SEVERAL]
    if "role" in terms.same:
        said.append(_role(sql, terms))
    if terms.weeks is not None:
        whens = " ".join(f"WHEN {sql.value(week)} THEN {points:d}" for week, points in terms.weeks.items())
        said.append(
            f"(CASE t.weeks {whens} WHEN {NOTHING} THEN "
            f"CASE t.weeks_band WHEN {sql.value(terms.band or 0)} THEN {terms.in_band:d} ELSE 0 END ELSE 0 END)"
        )
    if terms.elapsed is not None:
        said.append(_since(sql, terms))
    return " + ".join(said or ["0"])


def _one(sql: _Sql, terms: Terms, facet: str) -> str:
    ((value, points),) = terms.same[facet].items()
    return f'(CASE t."{facet}" WHEN {sql.value(codes.code(facet, value))} THEN {points:d} ELSE 0 END)'


def _role(sql: _Sql, terms: Terms) -> str:
    ((value, points),) = terms.same["role"].items()
    near = " ".join(
        f"WHEN {codes.code('role', role):d} THEN {terms.near_role:d}"
        for role in sorted(terms.near_roles)
        if role != value
    )
    return f"(CASE t.role WHEN {sql.value(codes.code('role', value))} THEN {points:d} {near} ELSE 0 END)"


def _several(sql: _Sql, terms: Terms, facet: str) -> str:
    by_points: dict[int, set[str]] = {}
    for value, points in terms.same[facet].items():
        by_points.setdefault(points, set()).add(value)
    whens = [
        f'WHEN t."{facet}" & {sql.value(codes.bits(facet, values))} <> 0 THEN {points:d}'
        for points, values in sorted(by_points.items(), reverse=True)
        if codes.bits(facet, values)
    ]
    if facet == "kinds" and terms.groups:
        whens.append(
            f"WHEN t.kinds & {sql.value(codes.group_bits(terms.groups))} <> 0 THEN {terms.near_kinds:d}"
        )
    return f"(CASE {' '.join(whens)} ELSE 0 END)" if whens else "0"


def _since(sql: _Sql, terms: Terms) -> str:
    mine = sql.value(terms.elapsed or 0)
    theirs = f"({sql.value(terms.now + 6)} - t.since)"
    squares = f"{terms.since:d} * {{0}} * {{0}} / ({{1}} * {{1}})"
    return (
        f"(CASE WHEN t.since >= 0 THEN CASE WHEN {theirs} < {mine} THEN {squares.format(theirs, mine)} "
        f"ELSE {squares.format(mine, theirs)} END "
        f"WHEN t.year = {sql.value(terms.year or 0)} THEN {terms.in_year:d} ELSE 0 END)"
    )
