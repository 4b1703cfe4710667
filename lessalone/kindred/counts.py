"""Safe counts: "More than 200 fathers here.", so that no difference between pages, days or viewers reveals anyone.

Pure functions. What they promise together (promise 5 of the design; docs/decisions):

- Only cells of one or two facets, of established members who have settled: nothing that changed lately is counted.
- A cell is published only from K members, in wide bands, always as "more than": the sentence is true.
- What is published is recounted on a fixed day, never in between; so no answer depends on who asks, or on when.
- Where in its band a cell steps up is moved by an amount that is drawn once for each cell from a secret. So neither
  false accounts that are added one by one, nor many days of looking, average it away.
- What was said stays until the count has moved well past its step: one person who comes or goes changes nothing.
- Where only one value of a facet would be missing beside a published whole, a second one is left out too.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

K = 11
"""The smallest group that is ever counted. A setting may raise it, never lower it."""
STEPS = (10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000)
"""What can be said: "more than" one of these."""
LARGEST_MOVE = 0.3
"""A count is lowered by up to this share of it before its step is looked up."""
HOLD = 0.15
"""A published step changes only when the count is this share past it."""
DAYS_BETWEEN = 28
"""Days between two recounts."""
SETTLED_DAYS = 28
"""Who is counted has been an established member, with the same answers, for this many days."""

Cell = tuple[tuple[str, str], ...]
"""One or two (facet, value), sorted: (("kind", "stillborn"), ("role", "father"))."""


@dataclass(frozen=True, slots=True)
class Counted:
    """The facets of a settled, established member that they allow to be used, each with its values."""

    values: Mapping[str, tuple[str, ...]]


def tally(members: Iterable[Counted], pairs: Iterable[tuple[str, str]]) -> dict[Cell, int]:
    """How many members are in each cell: of every facet by itself, and of these pairs of facets."""
    found: dict[Cell, int] = defaultdict(int)
    wanted = [tuple(sorted(pair)) for pair in pairs]
    for member in members:
        for facet, values in member.values.items():
            for value in set(values):
                found[((facet, value),)] += 1
        for one, other in wanted:
            for first in set(member.values.get(one, ())):
                for second in set(member.values.get(other, ())):
                    found[((one, first), (other, second))] += 1
    return dict(found)


def publish(
    counts: Mapping[Cell, int], before: Mapping[Cell, int], *, secret: bytes, k: int = K
) -> dict[Cell, int]:
    """What is said until the next recount: for each cell the number that it has more of. Absent: nothing is said.

    `before` is what was said until now. ValueError for a `k` under 11.
    """
    if k < K:
        raise ValueError("no group under 11 is counted")
    said = {}
    for cell, count in counts.items():
        step = _step(count, cell, before.get(cell), secret, k)
        if step is not None:
            said[cell] = step
    return _without_differences(counts, said)


def _step(count: int, cell: Cell, before: int | None, secret: bytes, k: int) -> int | None:
    moved = count * (1 - LARGEST_MOVE * _share(cell, secret))
    if before is not None and count >= k and count > before:
        lowest, highest = (_below(moved * past, k) or 0 for past in (1 / (1 + HOLD), 1 + HOLD))
        if lowest <= before <= highest:
            return before
    return _below(moved, k)


def _below(count: float, k: int) -> int | None:
    """The largest step that there are more of, if there are enough for any."""
    if count < k:
        return None
    return max((step for step in STEPS if step < count), default=None)


def _share(cell: Cell, secret: bytes) -> float:
    """From 0 to 1, drawn once for each cell: nobody without the secret can know it."""
    name = "\x1f".join(f"{facet}\x1e{value}" for facet, value in cell).encode()
    digest = hmac.new(secret, name, hashlib.sha256).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def _without_differences(counts: Mapping[Cell, int], said: dict[Cell, int]) -> dict[Cell, int]:
    """Leave out a second cell of a row in which one alone is missing: the whole would tell it by difference."""
    rows: dict[tuple[Cell, str], list[Cell]] = defaultdict(list)
    for cell in counts:
        if len(cell) == 1:
            rows[((), cell[0][0])].append(cell)
        else:
            first, second = cell
            rows[((first,), second[0])].append(cell)
            rows[((second,), first[0])].append(cell)
    for (whole, _facet), cells in rows.items():
        if whole and whole not in said:
            continue
        missing = [cell for cell in cells if cell not in said]
        shown = [cell for cell in cells if cell in said]
        if len(missing) == 1 and shown:
            said.pop(min(shown, key=lambda cell: (counts[cell], cell)))
    return said
