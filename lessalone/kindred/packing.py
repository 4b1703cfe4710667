"""What is compared of a story as a short text, and how tens of thousands of such texts are ranked at once.

A text has one sign in each place: of the story's number, of one answer or of several small ones together. A cell of
the index gives many of them joined; all signs of one place are then looked up at once (`bytes.translate`) and added
as one large whole number (two bytes for each story), which Python does many times as fast as story by story. The sum
is the one of `likeness`, but for words of one's own, which are in no text: whoever finds by them says what they add.
"""

from __future__ import annotations

import sys
from bisect import bisect
from collections.abc import Callable, Iterator, Mapping, Sequence
from heapq import nlargest
from itertools import compress
from typing import Any

from lessalone.kindred import codes
from lessalone.kindred.likeness import Terms, in_time
from lessalone.kindred.matched import Matched, columns_of
from lessalone.kindred.models import NOTHING

FIRST, SIGNS = 33, 94
"""A sign stands for a number from 0 on. They are those of ASCII that can be printed: no database changes them."""
BITS = 6
"""So many yes or no to a sign."""
_ALL = (1 << BITS) - 1
TOGETHER: tuple[tuple[tuple[str, int], ...], ...] = (
    (("role", 12), ("child", 7)),
    (("lived", 9), ("plurality", 10)),
    (("cause", 5), ("conception", 9), ("lgbtq", 2)),
    (("photos", 6), ("funeral", 6)),
    (("losses", 6), ("again", 9)),
    (("partnered", 8), ("age", 11)),
)
"""Facets with one answer that share a sign, each with how many answers it has room for (none is one too)."""
SEVERAL = {"kinds": 3, "causes": 3, "living": 1, "language": 7, "faith": 2}
"""Facets with several answers, and how many signs of bits each has."""
NUMBER, LONG = 5, 2
"""Signs of the story's number; of a country and of a time."""
FOUND = 3
"""How often a story may have been found: by several walks, and by each of those whose it is."""
FIRST_MONTH = 1900 * 12
"""Whoever lost a child before is compared as if then."""
BAND, YEAR = 60, 5_000
"""From these numbers on: instead of a week its band, instead of a month its year."""

_GROUPS = NUMBER + len(TOGETHER)
_SEVERAL = {facet: _GROUPS + 1 + sum(list(SEVERAL.values())[:before]) for before, facet in enumerate(SEVERAL)}
_COUNTRY = _GROUPS + 1 + sum(SEVERAL.values())
_WEEKS = _COUNTRY + LONG
_TIME = _WEEKS + 1
WIDTH = _TIME + LONG
"""Signs in all."""


# --- One text.


def told_columns(item_id: int, matched: Matched) -> dict[str, Any]:
    """The columns of `Told` in which what is compared of a story lies."""
    columns = columns_of(matched)
    answered = sum(matched.has(facet) for facet in codes.FACETS)
    return {**columns, "packed": pack(item_id, columns), "answered": answered}


def pack(item_id: int, columns: Mapping[str, Any]) -> str:
    """The text of a story, from the columns of `Compared`."""
    signs = _digits(item_id, NUMBER)
    for facets in TOGETHER:
        number = 0
        for facet, room in reversed(facets):
            number = number * room + columns[facet]
        signs.append(number)
    signs.append(columns["kinds"] >> codes.GROUP_BIT)
    for facet, how_many in SEVERAL.items():
        signs += [columns[facet] >> BITS * place & _ALL for place in range(how_many)]
    signs += _digits(columns["country"], LONG)
    signs.append(_week_sign(columns))
    signs += _digits(_time_number(columns), LONG)
    return "".join(chr(FIRST + sign) for sign in signs)


def numbers_in(joined: str) -> list[int]:
    """The stories' numbers in joined texts."""
    texts = joined.encode("ascii")
    return [_number(texts, place) for place in range(len(texts) // WIDTH)]


def _digits(number: int, how_many: int) -> list[int]:
    """The last first."""
    made = []
    for _place in range(how_many):
        number, last = divmod(number, SIGNS)
        made.append(last)
    return made


def _week_sign(columns: Mapping[str, Any]) -> int:
    if columns["weeks"] != NOTHING:
        return min(int(columns["weeks"]), BAND - 2) + 1
    return 0 if columns["weeks_band"] == NOTHING else BAND + codes.WEEKS.index(columns["weeks_band"])


def _time_number(columns: Mapping[str, Any]) -> int:
    if columns["since"] != NOTHING:
        return max(int(columns["since"]) - FIRST_MONTH, 0) + 1
    return 0 if columns["year"] == NOTHING else YEAR + max(int(columns["year"]) - FIRST_MONTH // 12, 0)


# --- Many at once.

Points = Sequence[int]
"""For each number that a sign stands for."""
_LOW, _HIGH = (0, 1) if sys.byteorder == "little" else (1, 0)


def ranked(found: Sequence[tuple[int, str]], terms: Terms, limit: int) -> list[tuple[int, int]]:
    """The best `limit` of what was found: each story's number and points, the most first; none twice.

    `found` are joined texts, each with the points that all in it have beside those of `terms`. Of a story with several
    texts counts the one that has most. Where many have as much, those that were found first.
    """
    texts = "".join(joined for _more, joined in found).encode("ascii")
    count = len(texts) // WIDTH
    total = _wide(
        b"".join(more.to_bytes(2, sys.byteorder) * (len(joined) // WIDTH) for more, joined in found)
    )
    most = max((more for more, _joined in found), default=0)
    for signs, points in _columns(texts, terms):
        total += _spread(signs, points)
        most += max(points)
    sums = total.to_bytes(2 * count, sys.byteorder)
    best: dict[int, int] = {}
    points_of = memoryview(sums).cast("H")
    for place in _best(sums, most, FOUND * limit):
        best.setdefault(_number(texts, place), points_of[place])
    return list(best.items())[:limit]


def _wide(lanes: bytes) -> int:
    return int.from_bytes(lanes, sys.byteorder)


def _spread(signs: bytes, points: Points) -> int:
    """The points of all these signs, two bytes each, as one number."""
    lanes = bytearray(2 * len(signs))
    lanes[_LOW::2] = signs.translate(_table([number & 255 for number in points]))
    lanes[_HIGH::2] = signs.translate(_table([number >> 8 for number in points]))
    return _wide(lanes)


def _table(numbers: Sequence[int]) -> bytes:
    """For `bytes.translate`: sign by sign. What is no sign stays nothing."""
    return (bytes(FIRST) + bytes(numbers)).ljust(256, b"\0")


def _number(texts: bytes, place: int) -> int:
    number = 0
    for sign in reversed(texts[place * WIDTH : place * WIDTH + NUMBER]):
        number = number * SIGNS + sign - FIRST
    return number


def _best(sums: bytes, most: int, limit: int) -> list[int]:
    """Places of the largest of these numbers of two bytes, none of which is above `most`; the largest first."""
    highs = sums[_HIGH::2]

    def reach_less(least: int) -> int:
        return -len(highs.translate(None, bytes(range(least))))

    least = max(bisect(range((most >> 8) + 1), -limit, key=reach_less) - 1, 0)
    chosen = compress(range(len(highs)), highs.translate(bytes(least).ljust(256, b"\1")))
    return nlargest(limit, chosen, key=memoryview(sums).cast("H").__getitem__)


# --- What each sign counts.


def _columns(texts: bytes, terms: Terms) -> Iterator[tuple[bytes, Points]]:
    """Signs of all stories, and what each of them counts: together the sum of `likeness.parts`."""
    for place, facets in enumerate(TOGETHER, NUMBER):
        if any(facet in terms.same for facet, _room in facets):
            yield texts[place::WIDTH], _together(facets, terms)
    for facet in SEVERAL:
        if facet in terms.same:
            yield from _several(texts, facet, terms)
    if "country" in terms.same:
        yield from _long(texts, _COUNTRY, _country(terms))
    if terms.weeks is not None:
        yield texts[_WEEKS::WIDTH], _weeks(terms.weeks, terms)
    if terms.elapsed is not None:
        yield from _long(texts, _TIME, _time(terms))


def _together(facets: Sequence[tuple[str, int]], terms: Terms) -> Points:
    made = [0]
    for facet, room in facets:
        points = _one(facet, room, terms)
        made = [before + more for more in points for before in made]
    return made


def _one(facet: str, room: int, terms: Terms) -> list[int]:
    points = [0] * room
    if facet == "role" and facet in terms.same:
        for role in terms.near_roles:
            points[codes.code("role", role)] = terms.near_role
    for value, counts in terms.same.get(facet, {}).items():
        points[codes.code(facet, value)] = counts
    return points


def _several(texts: bytes, facet: str, terms: Terms) -> Iterator[tuple[bytes, Points]]:
    """The most that any one answer in common counts."""
    bits = {codes.bits(facet, [value]): points for value, points in terms.same[facet].items()}
    near = codes.group_bits(terms.groups) >> codes.GROUP_BIT if facet == "kinds" else 0
    here = {
        place: {bit >> BITS * place & _ALL: points for bit, points in bits.items()}
        for place in range(SEVERAL[facet])
    }
    counted = {_SEVERAL[facet] + place: _by_bits(these) for place, these in here.items() if any(these)}
    if near:
        counted[_GROUPS] = _by_bits({near: terms.near_kinds})
    if len(counted) == 1:
        ((place, points),) = counted.items()
        yield texts[place::WIDTH], points
    elif counted:
        yield _greatest(texts, counted)


def _by_bits(bits: Mapping[int, int]) -> Points:
    return [
        max((points for bit, points in bits.items() if bit & sign), default=0) for sign in range(_ALL + 1)
    ]


def _greatest(texts: bytes, counted: Mapping[int, Points]) -> tuple[bytes, Points]:
    """Signs for the greatest of what the signs of several places count: for all stories at once, a byte each."""
    steps = sorted({0, *(number for points in counted.values() for number in points)})
    sign_of = {number: FIRST + step for step, number in enumerate(steps)}
    count = len(texts) // WIDTH
    tops = _wide(b"\x80" * count)
    greatest = _wide(bytes([FIRST]) * count)
    for place, points in counted.items():
        this = _wide(texts[place::WIDTH].translate(_table([sign_of[number] for number in points])))
        not_less = ((this | tops) - greatest) & tops
        greatest ^= (greatest ^ this) & (not_less - (not_less >> 7))
    return greatest.to_bytes(count, sys.byteorder), steps


def _weeks(weeks: Mapping[int, int], terms: Terms) -> Points:
    points = [0] * SIGNS
    for week, counts in weeks.items():
        if 0 <= week <= BAND - 2:
            points[week + 1] = counts
    if terms.band is not None:
        points[BAND + codes.WEEKS.index(terms.band)] = terms.in_band
    return points


def _country(terms: Terms) -> Callable[[int], int]:
    counts = {codes.code("country", value): points for value, points in terms.same["country"].items()}
    return lambda number: counts.get(number, 0)


def _time(terms: Terms) -> Callable[[int], int]:
    def counts(number: int) -> int:
        if number >= YEAR:
            return in_time(terms, None, number - YEAR + FIRST_MONTH // 12)
        return in_time(terms, number - 1 + FIRST_MONTH, None) if number else 0

    return counts


def _long(texts: bytes, place: int, counts: Callable[[int], int]) -> Iterator[tuple[bytes, Points]]:
    """Numbers of two signs: for each higher sign that counts, the lower ones of those that have it."""
    lower, higher = texts[place::WIDTH], texts[place + 1 :: WIDTH]
    all_lower = _wide(lower)
    for first in range(SIGNS):
        if first + FIRST not in higher:
            continue
        points = [counts(first * SIGNS + sign) for sign in range(SIGNS)]
        if any(points):
            those = _wide(higher.translate(bytes(first + FIRST) + b"\xff" + bytes(255 - first - FIRST)))
            yield (all_lower & those).to_bytes(len(lower), sys.byteorder), points
