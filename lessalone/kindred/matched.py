"""What two people's losses are compared by: read from answers, from rows, and back into rows."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lessalone.kindred import codes
from lessalone.kindred.models import NOTHING
from lessalone.people.facets import Answer, Use
from lessalone.ui.forms import PartialDate

Values = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Matched:
    """What may be compared of one loss and who lived it. Nothing that is hidden is in it."""

    values: Values = field(default_factory=dict)
    """By facet: its values. Words of one's own are `own:…`."""
    groups: frozenset[str] = frozenset()
    """The groups of the kinds."""
    weeks: int | None = None
    weeks_band: int | None = None
    """Instead of the weeks, where only that may be compared."""
    since: int | None = None
    """Months since the year 0."""
    year: int | None = None
    """Instead of the month."""
    shown: frozenset[str] = frozenset()
    """The facets that may be said; and `codes.WORDS` where words of stories may be compared."""

    def has(self, facet: str) -> bool:
        """Whether anything of this facet may be compared."""
        if facet == "weeks":
            return self.weeks is not None or self.weeks_band is not None
        if facet == "since":
            return self.since is not None or self.year is not None
        return bool(self.values.get(facet)) or (facet == "kinds" and bool(self.groups))

    @property
    def is_empty(self) -> bool:
        return not any(self.has(facet) for facet in codes.FACETS)

    def one(self, facet: str) -> str | None:
        """The value of a facet with one answer."""
        return next(iter(self.values.get(facet, ())), None)

    def only_with(self, other: Matched) -> Matched:
        """What is here and in `other` too, said where both say so: nothing is added."""
        values = {facet: here & other.values.get(facet, frozenset()) for facet, here in self.values.items()}
        kept = {facet: here for facet, here in values.items() if here}
        return Matched(
            values=kept,
            groups=codes.groups_of(kept.get("kinds", ())),
            weeks=self.weeks if self.weeks == other.weeks else None,
            since=self.since if self.since == other.since else None,
            shown=self.shown & other.shown,
        )

    def kept(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "values": {facet: sorted(here) for facet, here in sorted(self.values.items())},
            "weeks": self.weeks,
            "since": self.since,
            "shown": sorted(self.shown),
        }

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Matched:
        """From JSON."""
        values = {facet: frozenset(here) for facet, here in kept.get("values", {}).items()}
        return cls(
            values=values,
            groups=codes.groups_of(values.get("kinds", ())),
            weeks=kept.get("weeks"),
            since=kept.get("since"),
            shown=frozenset(kept.get("shown", ())),
        )


def matched_of(answers: Mapping[str, Answer]) -> Matched:
    """What may be compared of all answers about a loss and about its member: those in use, and no others."""
    used = {facet: answer for facet, answer in answers.items() if answer.is_used and facet in codes.FACETS}
    values = {
        facet: frozenset(answer.values) for facet, answer in used.items() if facet not in ("weeks", "since")
    }
    weeks, since = used.get("weeks"), used.get("since")
    return Matched(
        values=values,
        groups=codes.groups_of(values.get("kinds", ())),
        weeks=int(weeks.values[0].partition("+")[0]) if weeks else None,
        since=_months(PartialDate.parse(since.values[0])) if since else None,
        shown=frozenset(facet for facet, answer in used.items() if answer.use == Use.SHOWN),
    )


def _months(date: PartialDate | None) -> int | None:
    """Of a year alone, its middle."""
    return None if date is None else date.year * 12 + (date.month - 1 if date.month else 6)


def months_of(day: dt.date) -> int:
    """A day as months since the year 0."""
    return day.year * 12 + day.month - 1


def banded(matched: Matched, level: int) -> Matched:
    """The same in bands, as coarse as this: 4 role, group, band of weeks, year; 3 without the year; 2 without
    weeks; 1 the role alone; 0 nothing. Nothing else is compared under a cover name.
    """
    role = matched.values.get("role", frozenset())
    band = None if matched.weeks is None else codes.weeks_band(matched.weeks)
    return Matched(
        values={"role": role} if level >= 1 and role else {},
        groups=frozenset(list(matched.groups)) if level >= 2 else frozenset(),
        weeks_band=band if level >= 3 else None,
        year=matched.since // 12 if level >= 4 and matched.since is not None else None,
        shown=matched.shown & {"role", "kinds", "weeks", "since"},
    )


# --- Rows.


def columns_of(matched: Matched) -> dict[str, Any]:
    """The columns of `Compared`."""
    made: dict[str, Any] = {facet: codes.code(facet, matched.one(facet)) for facet in codes.ONE}
    made |= {facet: codes.bits(facet, matched.values.get(facet, ())) for facet in codes.SEVERAL}
    made["kinds"] |= codes.group_bits(matched.groups)
    made["group"] = codes.first_group(matched.groups)
    for name in ("weeks", "weeks_band", "since", "year"):
        value = getattr(matched, name)
        made[name] = NOTHING if value is None else value
    made["own"] = [list(one) for one in own_words(matched)]
    made["shown"] = codes.shown_bits(matched.shown)
    return made


def own_words(matched: Matched) -> list[tuple[str, str]]:
    """Words of one's own, each as (facet, value)."""
    return [
        (facet, value)
        for facet in codes.OWN
        for value in sorted(matched.values.get(facet, ()))
        if value.startswith("own:")
    ]


def matched_in(row: Any) -> Matched:
    """What the columns of a row say: of a `Compared`, or the same as the database gives them."""
    values: dict[str, frozenset[str]] = {}
    for facet in codes.ONE:
        if number := getattr(row, facet):
            values[facet] = frozenset(filter(None, (codes.answer(facet, number),)))
    for facet in codes.SEVERAL:
        if several := codes.answers(facet, getattr(row, facet)):
            values[facet] = several
    for facet, word in json.loads(row.own) if isinstance(row.own, str) else row.own:
        values[facet] = values.get(facet, frozenset()) | {word}
    return Matched(
        values=values,
        groups=codes.groups_in(row.kinds),
        weeks=_or_none(row.weeks),
        weeks_band=_or_none(row.weeks_band),
        since=_or_none(row.since),
        year=_or_none(row.year),
        shown=codes.shown_in(row.shown),
    )


def _or_none(number: int) -> int | None:
    return None if number == NOTHING else number
