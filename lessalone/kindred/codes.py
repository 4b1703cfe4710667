"""Which small number stands for an answer in the tables of this room.

Only ever added to, at the end: rows hold the numbers. A test finds an answer of `people.facets` or
`families.experiences` that has none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from itertools import product
from string import ascii_uppercase

_LANGUAGES = (
    "ar bn cs cy da de el en es fa fi fr ga gu he hi hu id it ja ko lt nl no pa pl pt ro ru so sv sw ta tl tr uk ur "
    "vi zh sign"
)
ONE: dict[str, tuple[str, ...]] = {
    "role": (
        "mother",
        "father",
        "partner",
        "intended",
        "grandparent",
        "sibling",
        "kin",
        "friend",
        "professional",
    ),
    "child": ("son", "daughter", "unknown"),
    "lived": ("not", "hours", "1-6", "7-27", "28-364", "longer"),
    "plurality": ("one", "twin", "twins", "more"),
    "cause": ("known", "unknown", "waiting"),
    "losses": ("first", "second", "more"),
    "conception": ("unassisted", "assisted", "donor", "surrogacy"),
    "photos": ("yes", "no", "wished"),
    "funeral": ("yes", "no", "wished"),
    "again": ("hoping", "not-trying", "cannot", "pregnant", "parenting"),
    "lgbtq": ("yes",),
    "partnered": ("together", "alone", "parted", "widowed"),
    "age": ("to-24", "25-34", "35-44", "45-54", "55-64", "from-65"),
    "country": tuple("".join(two) for two in product(ascii_uppercase, repeat=2)),
}
"""Facets with one answer: a column of their own, in which 0 is none."""

SEVERAL: dict[str, tuple[str, ...]] = {
    "kinds": (
        "chemical",
        "miscarriage-to-13",
        "miscarriage-from-14",
        "missed",
        "ectopic",
        "molar",
        "before-labour",
        "in-labour",
        "stillborn",
        "tfmr",
        "reduction",
        "first-month",
        "first-year",
        "sudden",
    ),
    "causes": (
        "abruption",
        "cervix",
        "cord",
        "genetic",
        "heart",
        "infection",
        "placenta",
        "pre-eclampsia",
        "waters",
        "prematurity",
        "transfusion",
        "sickness",
        "sudden",
    ),
    "living": ("none", "before", "after"),
    "language": tuple(_LANGUAGES.split()),
    "faith": ("none", "buddhist", "christian", "hindu", "jewish", "muslim", "sikh", "searching"),
}
"""Facets with several: a column of bits each."""

OWN = ("causes", "faith", "culture")
"""Facets that take words of one's own."""

GROUPS: dict[str, frozenset[str]] = {
    "early": frozenset({"chemical", "miscarriage-to-13", "missed", "ectopic", "molar"}),
    "later": frozenset({"miscarriage-from-14", "before-labour", "in-labour", "stillborn"}),
    "ended": frozenset({"tfmr", "reduction"}),
    "lived": frozenset({"first-month", "first-year", "sudden"}),
}
"""Kinds of loss that are near each other. A baby of 20 weeks is stillborn in one country and a late miscarriage in
another, so these stand together."""
GROUP_BIT = 40
"""From this bit of `kinds` on stand the groups."""

PARENTS = frozenset({"mother", "father", "partner", "intended"})
FAMILY = frozenset({"grandparent", "sibling", "kin"})
ROLE_GROUPS = (PARENTS, FAMILY)

WEEKS = (0, 6, 10, 14, 20, 24, 28, 37)
"""The first week of each band (`evidence.md`, 6). A band is named by its first week."""

FACETS = (*ONE, *SEVERAL, "culture", "weeks", "since")
"""All answers that can be compared."""
WORDS = "words"
"""No answer, but the words of stories. Where it stands in `shown`, they may be compared, and that may be said."""
_SHOWN = (*FACETS, WORDS)
"""The place in here is the bit in `shown`."""


def code(facet: str, value: str | None) -> int:
    """The number of one answer; 0 for none."""
    return ONE[facet].index(value) + 1 if value in ONE[facet] else 0


def answer(facet: str, number: int) -> str | None:
    """The answer with this number."""
    return ONE[facet][number - 1] if 0 < number <= len(ONE[facet]) else None


def bits(facet: str, values: Iterable[str]) -> int:
    """The bits of several answers."""
    order = SEVERAL[facet]
    return sum(1 << order.index(value) for value in set(values) if value in order)


def answers(facet: str, number: int) -> frozenset[str]:
    """The answers with these bits."""
    if not number:
        return frozenset()
    return frozenset(value for place, value in enumerate(SEVERAL[facet]) if number >> place & 1)


def groups_of(kinds: Iterable[str]) -> frozenset[str]:
    """The groups in which these kinds are."""
    given = frozenset(kinds)
    return frozenset(group for group, members in GROUPS.items() if members & given)


def group_bits(groups: Iterable[str]) -> int:
    """The bits of groups within `kinds`."""
    order = tuple(GROUPS)
    return sum(1 << (GROUP_BIT + order.index(group)) for group in set(groups))


def groups_in(number: int) -> frozenset[str]:
    """The groups whose bits are in `kinds`."""
    return frozenset(group for place, group in enumerate(GROUPS) if number >> (GROUP_BIT + place) & 1)


def first_group(groups: Iterable[str]) -> int:
    """The number of the first of these groups, for the index; 0 for none."""
    given = set(groups)
    return next((place for place, group in enumerate(GROUPS, 1) if group in given), 0)


def weeks_band(weeks: int) -> int:
    """The band in which this week is."""
    return max(first for first in WEEKS if first <= weeks)


def shown_bits(facets: Iterable[str]) -> int:
    """The bits of facets that may be said."""
    return sum(1 << _SHOWN.index(facet) for facet in set(facets))


def shown_in(number: int) -> frozenset[str]:
    """The facets whose bits these are."""
    return frozenset(facet for place, facet in enumerate(_SHOWN) if number >> place & 1)


def key_of(facet: str, value: str) -> int:
    """The number by which words of one's own are found."""
    digest = hashlib.blake2b(f"{facet}\0{value}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1
