"""How near two losses are to each other: a sum of parts, each for one thing in common. Pure functions.

Points are thousandths, whole numbers, so that the database and Python come to the same sum. An answer in common counts
by its information content (Resnik 1995) among established members, smoothed; weeks by how many lie between, time since
by the shorter over the longer, squared. What either left out counts nothing. The weights are in `weights.toml`.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lessalone.kindred import codes
from lessalone.kindred.matched import Matched

Counts = Mapping[str, Mapping[str, int]]
"""How often each answer is given: `{"facet": {"": how many answered, "value": how many gave it}}`."""
POINT = 1000
MOST_VALUES = 30
"""Smoothing counts no more values than so many of a facet: few of all countries are ever given."""
FIRST_MONTHS = 6
"""Added to every time since, so that the first weeks are near each other."""


@dataclass(frozen=True, slots=True)
class Weights:
    """`weights.toml`, as numbers."""

    most: Mapping[str, float]
    near: Mapping[str, float]
    apart: tuple[float, ...]
    band: float
    year: float
    common: float
    bits: float
    add: float
    words: Mapping[str, float]
    meaning: Mapping[str, float]


@cache
def weights() -> Weights:
    """As they stand in the file."""
    read = tomllib.loads((Path(__file__).parent / "weights.toml").read_text())
    return Weights(
        most=read["most"],
        near=read["near"],
        apart=tuple(read["weeks"]["apart"]),
        band=read["weeks"]["band"],
        year=read["since"]["year"],
        **read["rarity"],
        words=read["words"],
        meaning=read["meaning"],
    )


def rarity(counts: Counts, facet: str, value: str) -> float:
    """Which part of the most an answer in common counts: more, the fewer give it. At most 1."""
    known = weights()
    given = counts.get(facet, {})
    values = min(len(codes.ONE.get(facet) or codes.SEVERAL.get(facet, ())) + 1, MOST_VALUES)
    share = (given.get(value, 0) + known.add) / (given.get("", 0) + known.add * values)
    bits = min(-math.log2(share), known.bits)
    return known.common + (1 - known.common) * bits / known.bits


@dataclass(frozen=True, slots=True)
class Terms:
    """What each thing in common with one member counts, in points."""

    same: Mapping[str, Mapping[str, int]]
    """By facet and value."""
    near_roles: frozenset[str] = frozenset()
    near_role: int = 0
    groups: frozenset[str] = frozenset()
    near_kinds: int = 0
    weeks: Mapping[int, int] | None = None
    """By their weeks."""
    band: int | None = None
    in_band: int = 0
    elapsed: int | None = None
    """Months since this member's loss, and `FIRST_MONTHS`."""
    now: int = 0
    since: int = 0
    year: int | None = None
    in_year: int = 0


def terms_of(mine: Matched, counts: Counts, now: int) -> Terms:
    """What each thing in common with `mine` counts. `now` is the month, as `Matched.since`."""
    known = weights()
    most = {facet: round(weight * POINT) for facet, weight in known.most.items()}
    same = {
        facet: {value: round(most[facet] * rarity(counts, facet, value)) for value in sorted(values)}
        for facet, values in mine.values.items()
        if facet in most and values
    }
    role = mine.one("role")
    alike = next((group for group in codes.ROLE_GROUPS if role in group), frozenset())
    return Terms(
        same=same,
        near_roles=frozenset(alike),
        near_role=round(most["role"] * known.near["role"]),
        groups=mine.groups,
        near_kinds=round(most["kinds"] * known.near["kinds"]),
        weeks=None if mine.weeks is None else _weeks(mine.weeks, most["weeks"]),
        band=None if mine.weeks is None else codes.weeks_band(mine.weeks),
        in_band=round(most["weeks"] * known.band),
        elapsed=None if mine.since is None else elapsed(mine.since, now),
        now=now,
        since=most["since"],
        year=None if mine.since is None else mine.since // 12,
        in_year=round(most["since"] * known.year),
    )


def _weeks(mine: int, most: int) -> dict[int, int]:
    made = {}
    for apart, part in enumerate(weights().apart):
        for theirs in (mine - apart, mine + apart):
            made[theirs] = round(most * part)
    return made


def elapsed(since: int, now: int) -> int:
    """Months since then, at least `FIRST_MONTHS`."""
    return max(now - since, 0) + FIRST_MONTHS


@dataclass(frozen=True, slots=True)
class Part:
    """One thing in common, and what it counts."""

    facet: str
    points: int
    values: frozenset[str] = frozenset()
    """The answers in common; none where they are near but not the same."""


def parts(terms: Terms, theirs: Matched) -> list[Part]:
    """What this member and another have in common, the most first."""
    found = [part for facet in terms.same if (part := _same(terms, theirs, facet))]
    known = {part.facet for part in found}
    if "role" not in known and terms.near_roles & theirs.values.get("role", frozenset()):
        found.append(Part("role", terms.near_role))
    if "kinds" not in known and terms.groups & theirs.groups:
        found.append(Part("kinds", terms.near_kinds))
    found += [
        Part("weeks", _in_weeks(terms, theirs)),
        Part("since", in_time(terms, theirs.since, theirs.year)),
    ]
    return in_order(part for part in found if part.points)


def in_order(parts: Iterable[Part]) -> list[Part]:
    """The most first."""
    return sorted(parts, key=lambda part: (-part.points, part.facet))


def score(terms: Terms, theirs: Matched) -> int:
    """The sum of the parts."""
    return sum(part.points for part in parts(terms, theirs))


def _same(terms: Terms, theirs: Matched, facet: str) -> Part | None:
    shared = theirs.values.get(facet, frozenset()) & terms.same[facet].keys()
    if not shared:
        return None
    return Part(facet, max(terms.same[facet][value] for value in shared), frozenset(shared))


def _in_weeks(terms: Terms, theirs: Matched) -> int:
    if terms.weeks is None:
        return 0
    if theirs.weeks is not None:
        return terms.weeks.get(theirs.weeks, 0)
    return terms.in_band if theirs.weeks_band is not None and theirs.weeks_band == terms.band else 0


def in_time(terms: Terms, since: int | None, year: int | None) -> int:
    """What their time since counts: by the month, or where only that may be compared by the year."""
    if terms.elapsed is None:
        return 0
    if since is not None:
        mine, theirs = terms.elapsed, elapsed(since, terms.now)
        shorter, longer = (mine, theirs) if mine < theirs else (theirs, mine)
        return terms.since * shorter * shorter // (longer * longer)
    return terms.in_year if year is not None and year == terms.year else 0
