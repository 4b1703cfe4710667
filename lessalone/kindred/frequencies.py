"""How often each answer is given, counted once a week: so that nobody's edit can be read off what counts how much."""

from __future__ import annotations

from collections import Counter

from django.db.models import Count

from lessalone.kindred import codes
from lessalone.kindred.established import MOST_ALONE, established
from lessalone.kindred.models import Frequencies, Profile


def count() -> None:
    """Count anew. What fewer than eleven give is not kept."""
    profiles = Profile.objects.filter(established("member__"))
    counts = {facet: _of_one(profiles, facet) for facet in codes.ONE}
    counts |= {facet: _of_several(profiles, facet) for facet in codes.SEVERAL}
    for facet, words in _of_own_words(profiles).items():
        counts[facet] = counts.get(facet, Counter()) + words
    kept = {
        facet: {value: number for value, number in values.items() if number >= MOST_ALONE}
        for facet, values in counts.items()
    }
    row = Frequencies.objects.first() or Frequencies()
    row.counts = kept
    row.save()


def _of_one(profiles, facet: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for number, how_many in profiles.exclude(**{facet: 0}).values_list(facet).annotate(Count("pk")):
        if value := codes.answer(facet, number):
            found[value] += how_many
            found[""] += how_many
    return found


def _of_several(profiles, facet: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for number, how_many in profiles.exclude(**{facet: 0}).values_list(facet).annotate(Count("pk")):
        found[""] += how_many
        for value in codes.answers(facet, number):
            found[value] += how_many
    return found


def _of_own_words(profiles) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {facet: Counter() for facet in codes.OWN}
    for own in profiles.exclude(own=[]).values_list("own", flat=True).iterator():
        for facet, word in own:
            found[facet][word] += 1
        for facet in {facet for facet, _word in own}:
            found[facet][""] += 1 if facet not in codes.SEVERAL else 0
    return found
