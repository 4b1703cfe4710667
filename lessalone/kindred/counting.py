"""Counting on a fixed day, and reading what is said until the next one: the same for every viewer."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import groupby
from operator import attrgetter

from django.conf import settings
from django.utils import timezone

from lessalone.kindred.counts import Cell, cells_in, may_be_said, publish
from lessalone.kindred.established import established
from lessalone.kindred.models import Profile, SafeCounts

SETTLED = dt.timedelta(days=28)
"""Who is counted has been an established member, with the same answers, for so long before the fixed day."""


def count_safely() -> None:
    """Count anew, once for the first day of each month, however often it is asked for."""
    day = timezone.now().date().replace(day=1)
    row = SafeCounts.objects.first() or SafeCounts()
    if row.counted_on == day:
        return
    counts = Counter(cell for cells in _settled(day) for cell in cells)
    said = publish(counts, _read(row.said), secret=settings.SECRET_KEY, k=_smallest())
    row.said = {" ".join(cell): number for cell, number in sorted(said.items())}
    row.counted_on = day
    row.save()


def said() -> dict[Cell, int]:
    """What is published: of each cell, the number that it has more of. One query."""
    return published(SafeCounts.objects.values_list("said", flat=True).first() or {})


def published(said: Mapping[str, int]) -> dict[Cell, int]:
    """The same of `SafeCounts.said`. A smallest group that was raised since the last count holds at once."""
    return {cell: number for cell, number in _read(said).items() if may_be_said(number, _smallest())}


def _read(said: Mapping[str, int]) -> dict[Cell, int]:
    return {tuple(cell.split()): number for cell, number in said.items()}


def _smallest() -> int:
    return int(settings.ENVIRONMENT.smallest_count)


def _settled(day: dt.date) -> Iterator[set[Cell]]:
    """The cells of each settled, established member, each once, whatever number of losses they told of."""
    until = dt.datetime.combine(day, dt.time(), tzinfo=dt.UTC) - SETTLED
    profiles = Profile.objects.filter(
        established("member__"), member__admitted_at__lte=until, same_since__lte=until
    )
    rows = profiles.order_by("member").only("member_id", "role", "kinds", "weeks").iterator()
    for _member, losses in groupby(rows, key=attrgetter("member_id")):
        yield {cell for loss in losses for cell in cells_in(loss)}
