"""What is near, and how far one had to look: never nothing, and the page says what was widened.

A widening says only what is the member's own. What a story's family did not offer to say is not said of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from lessalone.kindred import codes
from lessalone.kindred.matched import Matched
from lessalone.kindred.near import ON_A_PAGE, Found

ENOUGH = 5
"""So many near ones are enough not to look more widely."""
STEPS = (1, 2, 4, 8)
"""Weeks that are looked at to both sides."""
AS_LONG = 2
"""Years that a time since may be apart and still be near."""
ORDER = ("weeks", "since", "kinds", "role")
"""What can be widened."""


@dataclass(frozen=True, slots=True)
class Section:
    """Stories with one sentence above them; none above the nearest."""

    sentence: str
    found: tuple[Found, ...]


def sections(mine: Matched, found: list[Found]) -> list[Section]:
    """All that was found, at most a page: the near ones; where they are few, those for which one facet was widened,
    the one that brings the best; then the nearest of the others.
    """
    asked = [facet for facet in ORDER if mine.has(facet)]
    misses = {one.item.pk: [facet for facet in asked if not _NEAR[facet](mine, one.theirs)] for one in found}
    near = [one for one in found if not misses[one.item.pk]][:ON_A_PAGE]
    if len(near) >= ENOUGH:
        return [Section("", tuple(near))]
    made = [Section("", tuple(near))] if near else []
    facet = next((misses[one.item.pk][0] for one in found if len(misses[one.item.pk]) == 1), None)
    wider = [one for one in found if facet and misses[one.item.pk] == [facet]][: ON_A_PAGE - len(near)]
    if facet and wider:
        made.append(_section(facet, mine, wider))
    seen = {one.item.pk for section in made for one in section.found}
    rest = [one for one in found if one.item.pk not in seen][: ON_A_PAGE - len(seen)]
    if rest:
        sentence = _("We looked more widely still. These are the nearest there are.")
        made.append(Section(sentence, tuple(rest)))
    return made


def _section(facet: str, mine: Matched, found: list[Found]) -> Section:
    if facet == "weeks":
        return Section(_weeks(mine, found), tuple(found))
    sentences = {
        "since": _("We looked more widely: also at other times than yours."),
        "kinds": _("We looked more widely: also at other kinds of loss than yours."),
        "role": _("We looked more widely: also at people who are something else to their baby than you are."),
    }
    return Section(sentences[facet], tuple(found))


def _weeks(mine: Matched, found: list[Found]) -> str:
    """With numbers only where all of these offered to say their weeks."""
    weeks = [one.theirs.weeks for one in found if "weeks" in one.theirs.shown]
    if mine.weeks is None or len(weeks) < len(found) or None in weeks:
        return _("We looked more widely: also at other weeks than yours.")
    apart = max(abs(mine.weeks - week) for week in weeks if week is not None)
    step = next((step for step in STEPS if step >= apart), None)
    if step is None:
        return _("We looked more widely: also at other weeks than yours.")
    return _("We looked more widely. These families also lost a baby at %(first)s to %(last)s weeks.") % {
        "first": max(mine.weeks - step, 0),
        "last": mine.weeks + step,
    }


def _near_weeks(mine: Matched, theirs: Matched) -> bool:
    if mine.weeks is None:
        return False
    if theirs.weeks_band is not None:
        return theirs.weeks_band == codes.weeks_band(mine.weeks)
    return theirs.weeks == mine.weeks


def _near_since(mine: Matched, theirs: Matched) -> bool:
    if mine.since is None:
        return False
    if theirs.year is not None:
        return abs(mine.since // 12 - theirs.year) <= AS_LONG
    return theirs.since is not None and abs(mine.since - theirs.since) <= AS_LONG * 12


def _near_kinds(mine: Matched, theirs: Matched) -> bool:
    return bool(mine.groups & theirs.groups)


def _near_role(mine: Matched, theirs: Matched) -> bool:
    return mine.one("role") == theirs.one("role")


_NEAR: dict[str, Callable[[Matched, Matched], bool]] = {
    "weeks": _near_weeks,
    "since": _near_since,
    "kinds": _near_kinds,
    "role": _near_role,
}
