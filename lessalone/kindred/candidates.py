"""Which stories may be near: walks along an index find them, many at a time, and `packing` ranks all that were found.

A walk goes through cells of one role and one week (or one group of kinds), from the viewer's own time on in both
directions; for who gave no time, from those on who answered most. In a community of up to `NEWEST` stories that is
every one. Nothing here asks who may see a story: `near` does, for the best of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from lessalone.kindred import codes
from lessalone.kindred.likeness import Terms
from lessalone.kindred.matched import Matched
from lessalone.kindred.models import NOTHING, OwnWord, Told
from lessalone.kindred.packing import numbers_in, ranked
from lessalone.sharing.prepared import CANDIDATES

MOST = len(CANDIDATES)
"""So many are asked of policy."""
SAME, BESIDE, NEAR, FAR = 20_000, 3_000, 700, 200
"""How many stories a walk goes through of the viewer's own role and week; one week beside; two weeks beside, of the
next roles or without weeks; up to six weeks beside. Role, week and time count most, so the 20 nearest among 1,000,000
of `bench/kindred` are almost always in these. Half as many miss about twice as many, twice as many hardly fewer."""
WIDE, OTHER = 30_000, 10_000
"""The same where no weeks were given: of the group of kinds; of each other one, or where there are no kinds either."""
WITHOUT_ROLE = 4
"""Who gave no role walks through all of them, a quarter as far each."""
WORDS, NEWEST = 1_000, 2_000
"""The same with words of one's own in common; and the newest of all, so that there is always somebody."""
WEEKS_BESIDE = 6
_OWN = -1
"""Instead of points: these are the member's own."""
_TOLD, _WORD = Told._meta.db_table, OwnWord._meta.db_table


@dataclass(frozen=True, slots=True)
class Walk:
    """Cells of a role and `what` (weeks, or group of kinds), and how many stories of each are looked at."""

    what: str
    cells: Sequence[tuple[int, int]]
    most: int


class _Sql:
    """SQL with named values, put together piece by piece."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        join = "group_concat" if connection.vendor == "sqlite" else "string_agg"
        self.joined = f"{join}(packed, '')"

    def value(self, value: int) -> str:
        """A place for this value."""
        name = f"v{len(self.values)}"
        self.values[name] = value
        return f"%({name})s"


def candidates(mine: Matched, terms: Terms, *, but_not_of: int, limit: int = MOST) -> list[tuple[int, int]]:
    """The stories that have most in common with `mine`, each its number and its points, the most first; none by this
    member. One query.
    """
    sql = _Sql()
    parts = [part for walk in _walks(mine) for part in _along(sql, walk, mine.since)]
    parts += _by_words(sql, terms, WORDS)
    parts.append(_found(sql, f"SELECT packed FROM {_TOLD} ORDER BY item_id DESC LIMIT {NEWEST:d}"))  # noqa: S608
    return _best(sql, parts, terms, but_not_of, limit)


def scan(mine: Matched, terms: Terms, *, but_not_of: int, limit: int = MOST) -> list[tuple[int, int]]:
    """The same from all stories there are: slow. For the bench, and for tests."""
    sql = _Sql()
    everything = _found(sql, f"SELECT packed FROM {_TOLD}")  # noqa: S608
    parts = [everything, *_by_words(sql, terms, 1_000_000)]
    return _best(sql, parts, terms, but_not_of, limit)


def _best(sql: _Sql, parts: list[str], terms: Terms, but_not_of: int, limit: int) -> list[tuple[int, int]]:
    own = _found(sql, f"SELECT packed FROM {_TOLD} WHERE member_id = {sql.value(but_not_of)}", _OWN)  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join([*parts, own]), sql.values)
        rows = [(points, joined) for points, joined in cursor.fetchall() if joined]
    left_out = {number for points, joined in rows if points == _OWN for number in numbers_in(joined)}
    found = [(points, joined) for points, joined in rows if points != _OWN]
    best = ranked(found, terms, limit + len(left_out))
    return [(number, points) for number, points in best if number not in left_out][:limit]


# --- Walks.


def _walks(mine: Matched) -> Iterator[Walk]:
    """The nearest cells first."""
    role, group = codes.code("role", mine.one("role")), codes.first_group(mine.groups)
    roles = [role] if role else range(len(codes.ONE["role"]) + 1)
    less = 1 if role else WITHOUT_ROLE
    next_roles = _next_roles(mine.one("role"))
    if mine.weeks is not None:
        for apart, most in ((0, SAME), (1, BESIDE), (2, NEAR)):
            weeks = {mine.weeks - apart, mine.weeks + apart}
            yield Walk("weeks", [(one, week) for one in roles for week in sorted(weeks)], most // less)
        yield Walk("weeks", [(one, NOTHING) for one in roles], NEAR // less)
        yield Walk("weeks", [(one, mine.weeks) for one in next_roles], FAR)
        far = [mine.weeks + apart for apart in range(-WEEKS_BESIDE, WEEKS_BESIDE + 1) if abs(apart) > 2]
        yield Walk("weeks", [(one, week) for one in roles for week in far], FAR // less)
        yield Walk("group", [(one, group) for one in roles], NEAR // less)
    else:
        others = [other for other in range(len(codes.GROUPS) + 1) if other != group]
        yield Walk("group", [(one, group) for one in roles], (WIDE if group else OTHER) // less)
        yield Walk(
            "group", [(one, other) for one in roles for other in others], (NEAR if group else OTHER) // less
        )
    yield Walk("group", [(one, group) for one in next_roles], FAR)


def _next_roles(role: str | None) -> list[int]:
    """Those near this one, and those who did not say."""
    near = {other for group in codes.ROLE_GROUPS if role in group for other in group if other != role}
    return [0, *sorted(codes.code("role", other) for other in near)] if role else []


def _along(sql: _Sql, walk: Walk, since: int | None) -> Iterator[str]:
    if not walk.cells:
        return
    cells = ", ".join(f"({sql.value(role)}, {sql.value(number)})" for role, number in walk.cells)
    ways = [("", "answered DESC", walk.most)]
    if since is not None:
        at = sql.value(since)
        ways = [
            (f"AND since {sign} {at}", f"since {order}", walk.most // 2)
            for sign, order in ((">=", ""), ("<", "DESC"))
        ]
    for where, order, most in ways:
        found = (
            f'SELECT packed FROM {_TOLD} WHERE role = cell.column1 AND "{walk.what}" = cell.column2 {where} '  # noqa: S608
            f"ORDER BY {order} LIMIT {most:d}"
        )
        yield f"{_found(sql, found)} FROM (VALUES {cells}) AS cell"


def _by_words(sql: _Sql, terms: Terms, most: int) -> Iterator[str]:
    for facet, values in terms.same.items():
        for value, points in values.items():
            if value.startswith("own:"):
                found = (
                    f"SELECT packed FROM {_WORD} JOIN {_TOLD} ON {_TOLD}.id = told_id "  # noqa: S608
                    f"WHERE key = {sql.value(codes.key_of(facet, value))} ORDER BY told_id DESC LIMIT {most:d}"
                )
                yield _found(sql, found, points)


def _found(sql: _Sql, walk: str, more: int = 0) -> str:
    """A row: what these stories have in common beside what is in their texts, and all the texts joined."""
    return f"SELECT {more:d}, (SELECT {sql.joined} FROM ({walk}) AS walked)"  # noqa: S608
