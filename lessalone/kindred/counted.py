"""Safe counts in sentences: of those who share a member's own role, kind or weeks; and for a visitor.

What is hidden selects no sentence: `Matched` does not hold it. What nothing is said of leaves no trace, and no zero.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lessalone.kindred import codes
from lessalone.kindred.counts import Cell, cells_of
from lessalone.kindred.matched import Matched

Text = str | Promise
MOTHERS, FATHERS = ("role:mother",), ("role:father",)
"""What is said to visitors too."""

ROLES: dict[str, Text] = {
    "mother": gettext_lazy("More than %(number)s mothers, or parents who were pregnant, are here."),
    "father": gettext_lazy("More than %(number)s fathers are here."),
    "partner": gettext_lazy("More than %(number)s partners, or other mothers, are here."),
    "intended": gettext_lazy("More than %(number)s parents by surrogacy or adoption are here."),
    "grandparent": gettext_lazy("More than %(number)s grandparents are here."),
    "sibling": gettext_lazy("More than %(number)s brothers and sisters are here."),
    "kin": gettext_lazy("More than %(number)s people of the wider family are here."),
    "friend": gettext_lazy("More than %(number)s people who were there as a friend are here."),
    "professional": gettext_lazy("More than %(number)s people who were there in their work are here."),
}
KINDS: dict[str, Text] = {
    "chemical": gettext_lazy("For %(these)s, it was a chemical pregnancy."),
    "miscarriage-to-13": gettext_lazy("For %(these)s, it was a miscarriage before 14 weeks."),
    "miscarriage-from-14": gettext_lazy("For %(these)s, it was a miscarriage at 14 weeks or after."),
    "missed": gettext_lazy("For %(these)s, it was a missed miscarriage."),
    "ectopic": gettext_lazy("For %(these)s, it was an ectopic pregnancy."),
    "molar": gettext_lazy("For %(these)s, it was a molar pregnancy."),
    "before-labour": gettext_lazy("For %(these)s, the baby died before labour."),
    "in-labour": gettext_lazy("For %(these)s, the baby died during labour."),
    "stillborn": gettext_lazy("For %(these)s, the baby was stillborn."),
    "tfmr": gettext_lazy("For %(these)s, a pregnancy was ended for medical reasons."),
    "reduction": gettext_lazy("For %(these)s, there was a selective reduction."),
    "first-month": gettext_lazy("For %(these)s, the baby died in the first weeks of life."),
    "first-year": gettext_lazy("For %(these)s, the baby died in the first year of life."),
    "sudden": gettext_lazy("For %(these)s, the baby died suddenly."),
}


def sentences(mine: Matched, said: Mapping[Cell, int], unsaid: frozenset[str] = frozenset()) -> list[str]:
    """At most two: of those with their role; and, of these or else of all, the nearest to theirs that is said.

    Without the kinds in `unsaid`, which this reader does not want to meet.
    """
    kinds = mine.values.get("kinds", frozenset()) - unsaid
    known = [cell for cell in cells_of(mine.one("role"), kinds, mine.weeks) if cell in said]
    made = [_role(cell, said[cell]) for cell in known if cell[0].startswith("role:") and len(cell) == 1]
    others = [cell for cell in known if not cell[-1].startswith("role:")]
    together = [cell for cell in others if len(cell) == 2]
    if nearest := min(together or others, key=lambda cell: said[cell], default=None):
        made.append(_other(nearest, said[nearest]))
    return made


def for_visitors(said: Mapping[Cell, int]) -> str:
    """One sentence for whoever has no account, or none."""
    mothers, fathers = said.get(MOTHERS), said.get(FATHERS)
    if mothers and fathers:
        return _(
            "More than %(mothers)s mothers, or parents who were pregnant, and more than %(fathers)s fathers are here."
        ) % {"mothers": _shown(mothers), "fathers": _shown(fathers)}
    return next((_role(cell, said[cell]) for cell in (MOTHERS, FATHERS) if cell in said), "")


def _role(cell: Cell, number: int) -> str:
    return str(ROLES[cell[0].partition(":")[2]]) % {"number": _shown(number)}


def _other(cell: Cell, number: int) -> str:
    of_them, of_all = _("more than %(number)s of them"), _("more than %(number)s people here")
    these = (of_them if len(cell) == 2 else of_all) % {"number": _shown(number)}
    facet, _colon, value = cell[-1].partition(":")
    return _weeks(int(value), these) if facet == "weeks" else str(KINDS[value]) % {"these": these}


def _weeks(first: int, these: str) -> str:
    after = next((week for week in codes.WEEKS if week > first), None)
    if first == 0:
        return _("For %(these)s, it was before 6 weeks.") % {"these": these}
    if after is None:
        return _("For %(these)s, it was at 37 weeks or later.") % {"these": these}
    weeks = {"these": these, "first": first, "last": after - 1}
    return _("For %(these)s, it was at %(first)s to %(last)s weeks.") % weeks


def _shown(number: int) -> str:
    return str(number_format(number, use_l10n=True, force_grouping=True))
