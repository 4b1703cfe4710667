"""Someone reads every published count for 60 days, adds false accounts, and guesses what one member does not show.

Made communities in which people come, leave and change their answers. The attacker knows of each one they look for:
the role, the day they came or left, and how common each answer is (base rates). They know how counts are made, but for
the secret, and have learned from other made communities what a count does when someone in it comes or goes: by what
was said before, and whether they stand in it themselves with ten false accounts. What they gain over guessing by base
rates alone, of the kind of loss and of the weeks, has to stay under one percentage point.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain

import pytest

from lessalone.kindred import counts
from lessalone.kindred.counting import SETTLED
from lessalone.kindred.counts import Cell, cells_of, publish

DAYS = 60
A_MONTH = 30
ROLES = {"mother": 62, "father": 18, "partner": 5, "grandparent": 8, "friend": 7}
KINDS = {
    "miscarriage-to-13": (40, (6, 13)),
    "missed": (14, (6, 13)),
    "miscarriage-from-14": (9, (14, 23)),
    "ectopic": (4, (4, 10)),
    "tfmr": (9, (12, 28)),
    "stillborn": (15, (20, 41)),
    "first-month": (9, (22, 41)),
}
"""How many of a hundred, and at which weeks."""
FALSE_ACCOUNTS = 10
SMOOTH = 20
"""What the attacker saw seldom counts little: as if so many more had been as usual."""


@dataclass
class Person:
    role: str
    kind: str
    weeks: int
    since: int
    """The day of being admitted, or of the last change of their answers."""
    until: int = 10_000
    is_false: bool = False

    def counted_on(self, day: int, settled: int) -> bool:
        return self.since + settled <= day < self.until

    def cells(self) -> list[Cell]:
        return cells_of(self.role, [self.kind], self.weeks)

    def answer(self, facet: str) -> str:
        return self.cells()[1 if facet == "kinds" else 2][0]


def answers_like(chance: random.Random) -> tuple[str, int]:
    kind = chance.choices(list(KINDS), [often for often, _weeks in KINDS.values()])[0]
    return kind, chance.randint(*KINDS[kind][1])


def a_person(chance: random.Random, since: int) -> Person:
    role = chance.choices(list(ROLES), list(ROLES.values()))[0]
    return Person(role, *answers_like(chance), since)


@dataclass(frozen=True)
class Change:
    """Someone began or ended to be counted between two counts; and what was said at both."""

    person: Person
    came: bool
    earlier: dict[Cell, int]
    later: dict[Cell, int]
    attacked: frozenset[Cell]
    """Where the false accounts are."""


def sixty_days(seed: int, *, every: int, settled: int) -> Iterator[Change]:
    """All that an attacker may ask about, in one community."""
    chance = random.Random(seed)
    secret = chance.randbytes(16).hex()
    busy = chance.choice([0.1, 0.5, 2])
    people = [a_person(chance, -chance.randrange(settled, 900)) for _ in range(chance.randrange(80, 900))]
    false = a_person(chance, 0)
    people += [
        Person(false.role, false.kind, false.weeks, number * DAYS // FALSE_ACCOUNTS - settled, is_false=True)
        for number in range(1, FALSE_ACCOUNTS + 1)
    ]
    for day in range(1 - settled, DAYS):
        people += [a_person(chance, day) for _ in range(5) if chance.random() < busy / 5]
        for person in chance.sample(people, 3):
            if person.until > day and chance.random() < busy / 5:
                person.until = day
                if chance.random() < 0.5:
                    people.append(Person(person.role, *answers_like(chance), day))
    earlier: dict[Cell, int] = {}
    for day in range(0, DAYS + 1, every):
        there = Counter(cell for one in people if one.counted_on(day, settled) for cell in one.cells())
        later = publish(there, earlier, secret=secret)
        for person in people if day else ():
            was, is_now = person.counted_on(day - every, settled), person.counted_on(day, settled)
            if was != is_now and not person.is_false:
                yield Change(person, is_now, earlier, later, frozenset(false.cells()))
        earlier = later


Seen = tuple[str, bool, int, int, int]


def seen(change: Change, answer: str) -> Seen:
    """What the counts that someone with this answer is in did, towards one more or one less; and how they stood."""
    together = (f"role:{change.person.role}", answer)
    sign = 1 if change.came else -1
    did = [
        sign * _sign(change.later.get(cell, 0) - change.earlier.get(cell, 0))
        for cell in ((answer,), together)
    ]
    stood = min(change.earlier.get(together, 0), 50)
    return answer, together in change.attacked, *did, stood  # type: ignore[return-value]


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)


FACETS = ("kinds", "weeks")


@cache
def base_rates(facet: str) -> Counter[str]:
    """How common each answer is: what the attacker knows without any count."""
    chance = random.Random("base rates")
    return Counter(a_person(chance, 0).answer(facet) for _each in range(20_000))


Communities = list[list[Change]]


def learned(facet: str, communities: Communities) -> dict[Seen, float]:
    """How much likelier each of these is to be seen for an answer that is true than for one that is not."""
    of_theirs: Counter[Seen] = Counter()
    of_all: Counter[Seen] = Counter()
    for change in chain.from_iterable(communities):
        for answer in base_rates(facet):
            one = seen(change, answer)
            of_all[one] += 1
            of_theirs[one] += answer == change.person.answer(facet)
    likelier = {}
    for answer in base_rates(facet):
        there = [one for one in of_all if one[0] == answer]
        everyone, theirs = (sum(counted[one] for one in there) for counted in (of_all, of_theirs))
        for one in there:
            usual = SMOOTH * of_all[one] / everyone
            others = (of_all[one] - of_theirs[one] + usual) / (everyone - theirs + SMOOTH)
            likelier[one] = (of_theirs[one] + usual) / (theirs + SMOOTH) / others
    return likelier


@dataclass(frozen=True)
class Gain:
    """Percentage points above base rates alone, and half the 95 % interval: communities are what was drawn."""

    mean: float
    half: float

    @classmethod
    def of(cls, communities: list[list[float]]) -> Gain:
        number = sum(len(gains) for gains in communities)
        mean = sum(sum(gains) for gains in communities) / number
        spread = math.sqrt(sum(sum(gain - mean for gain in gains) ** 2 for gains in communities))
        return cls(100 * mean, 196 * spread / number)

    def __str__(self) -> str:
        return f"{self.mean:+.2f} ± {self.half:.2f} points"


def advantage(facet: str, likelier: dict[Seen, float], communities: Communities) -> tuple[Gain, Gain]:
    """What the attacker gains in right guesses, and in belief in what is true."""
    base = base_rates(facet)
    total = base.total()
    by_rates = max(base, key=lambda answer: base[answer])
    guessed: list[list[float]] = []
    believed: list[list[float]] = []
    for changes in communities:
        guesses, beliefs = [], []
        for change in changes:
            truth = change.person.answer(facet)
            belief = {answer: often * likelier.get(seen(change, answer), 1) for answer, often in base.items()}
            guess = max(belief, key=lambda answer: belief[answer])
            guesses.append(float(guess == truth) - float(by_rates == truth))
            beliefs.append(belief[truth] / sum(belief.values()) - base[truth] / total)
        guessed.append(guesses)
        believed.append(beliefs)
    return Gain.of(guessed), Gain.of(believed)


def attack(communities: int, *, every: int = A_MONTH, settled: int = SETTLED.days) -> list[Gain]:
    """Learn from so many communities, and attack as many others. All that was gained."""
    known, unknown = (
        [list(sixty_days(seed, every=every, settled=settled)) for seed in range(first, first + communities)]
        for first in (0, 100_000)
    )
    gains: list[Gain] = []
    for facet in FACETS:
        guessed, believed = advantage(facet, learned(facet, known), unknown)
        print(f"{facet}: right guesses {guessed}, belief in the truth {believed}")
        gains += [guessed, believed]
    print(f"of {sum(len(changes) for changes in unknown)} people in {communities} communities")
    return gains


@pytest.mark.parametrize("communities", [150, pytest.param(1_500, marks=pytest.mark.long)])
def test_sixty_days_of_counts_tell_less_than_one_point_more_than_base_rates(communities):
    for gain in attack(communities):
        assert gain.mean + gain.half < 1


def exact(count: int, _cell: Cell, _before: int, _secret: str, k: int) -> int:
    return count if count >= k else 0


def in_steps(count: int, _cell: Cell, _before: int, _secret: str, k: int) -> int:
    return count // 5 * 5 if count >= k else 0


@pytest.mark.parametrize("step", [exact, in_steps], ids=["exact", "in steps of five"])
def test_the_same_attacker_gains_from_counts_that_are_made_with_less_care(step, monkeypatch):
    """Every day anew, of all who are there: else the test above would show nothing."""
    monkeypatch.setattr(counts, "_step", step)
    monkeypatch.setattr(counts, "_without_differences", lambda said, _rows: said)
    for gain in attack(20, every=1, settled=0):
        assert gain.mean - gain.half > 1
