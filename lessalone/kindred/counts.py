"""Safe counts: "More than 200 fathers are here.", so that no difference between pages, days or viewers reveals anyone.

Pure functions. What they promise together (docs/decisions/0017-safe-counts.md):

- A cell has one or two answers: a role, a kind or a band of weeks; or a role with one of the other two.
- Said is one of a few round numbers, never below k - 1, and always "more than": it is true.
- Where a cell steps up is its own secret, drawn once for each cell and step. Neither false accounts that come one by
  one nor many days of looking average it away.
- What was said stays until the count is well past it: it does not follow one person who comes and goes.
- Two answers together never say more than each alone. Where one value alone of all would be missing beside the
  others, the smallest of them is left out too. Both follow from what would be said, never from a count.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.crypto import salted_hmac

from lessalone.kindred import codes
from lessalone.kindred.established import MOST_ALONE
from lessalone.kindred.models import NOTHING

Cell = tuple[str, ...]
"""One or two answers: ("role:father",) or ("role:father", "kinds:stillborn")."""
STEPS = (10, 50, 200, 1_000, 5_000, 20_000, 100_000, 500_000)
"""What can be said: "more than" one of these. Few and far apart, so that a number seldom changes."""
SPREAD = 0.5
"""A step is said from somewhere between itself and this part more of it."""
HOLD = 1.5
"""To rise to a step takes so many times what keeps it."""

_ROLES = tuple(f"role:{role}" for role in codes.ONE["role"])
_OTHERS = (
    tuple(f"kinds:{kind}" for kind in codes.SEVERAL["kinds"]),
    tuple(f"weeks:{first}" for first in codes.WEEKS),
)
_SINGLES = tuple(tuple((value,) for value in values) for values in (_ROLES, *_OTHERS))
_PAIRS = (
    *(tuple((role, value) for value in values) for values in _OTHERS for role in _ROLES),
    *(tuple((role, value) for role in _ROLES) for values in _OTHERS for value in values),
)
"""Rows of cells: all values of one facet, alone or each with the same other answer. Who knows the whole of a row and
all cells but one knows that one."""


def cells_of(role: str | None, kinds: Iterable[str], weeks: int | None) -> list[Cell]:
    """The cells that someone with these answers is in."""
    others = [f"kinds:{kind}" for kind in sorted(kinds)]
    others += [] if weeks is None else [f"weeks:{codes.weeks_band(weeks)}"]
    alone: list[Cell] = [(value,) for value in others]
    if not role:
        return alone
    own = f"role:{role}"
    return [(own,), *alone, *((own, value) for value in others)]


def cells_in(row: Any) -> list[Cell]:
    """The cells of a `Profile`, from its columns."""
    return cells_of(
        codes.answer("role", row.role),
        codes.answers("kinds", row.kinds),
        None if row.weeks == NOTHING else row.weeks,
    )


def publish(
    counts: Mapping[Cell, int], before: Mapping[Cell, int], *, secret: str, k: int = MOST_ALONE
) -> dict[Cell, int]:
    """What is said until the next count: of each cell, the number that it has more of. Absent: nothing is said.

    `before` is what was said until now. ValueError for a `k` under 11.
    """
    if k < MOST_ALONE:
        raise ValueError("no group under 11 is counted")
    stepped = {
        cell: step
        for cell, count in counts.items()
        if (step := _step(count, cell, before.get(cell, 0), secret, k))
    }
    said = _without_differences({cell: step for cell, step in stepped.items() if len(cell) == 1}, _SINGLES)
    pairs = {}
    for cell, step in stepped.items():
        alone = [said.get((value,), 0) for value in cell]
        if len(cell) == 2 and all(alone):
            pairs[cell] = min(step, *alone)
    return said | _without_differences(pairs, _PAIRS)


def may_be_said(step: int, k: int) -> bool:
    """Whether "more than" this is of no group below `k`."""
    return step >= k - 1


def _step(count: int, cell: Cell, before: int, secret: str, k: int) -> int:
    """The step that is said of so many, 0 for none: `before`, unless the count is well past where that holds."""
    steps = [step for step in STEPS if may_be_said(step, k) and step < count]
    keeps = {step: step * (1 + SPREAD * _share(cell, step, secret)) for step in steps}
    highest = max((step for step in steps if count > keeps[step]), default=0)
    risen = max((step for step in steps if count > keeps[step] * HOLD), default=0)
    return min(max(before if may_be_said(before, k) else 0, risen), highest)


def _share(cell: Cell, step: int, secret: str) -> float:
    """From 0 to 1, drawn once for each cell and step: nobody without the secret can know it."""
    name = f"{' '.join(cell)} {step}"
    digest = salted_hmac("lessalone.kindred.counts", name, secret=secret, algorithm="sha256").digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def _without_differences(said: dict[Cell, int], rows: Iterable[tuple[Cell, ...]]) -> dict[Cell, int]:
    """Leave out a second cell of every row in which one alone is missing, until there is none."""
    kept, is_left_out = dict(said), True
    while is_left_out:
        is_left_out = False
        for row in rows:
            shown = [cell for cell in row if cell in kept]
            if len(shown) == len(row) - 1:
                del kept[min(shown, key=lambda cell: (kept[cell], cell))]
                is_left_out = True
    return kept
