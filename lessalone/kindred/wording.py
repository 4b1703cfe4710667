"""How alike the words of a story are to those of one's own stories: stories that facets found are ranked once more.

One's own are the words of stories of this loss that one wrote, told under one's name and shared with somebody. Nothing
is compared that is told under a cover name, on either side; nothing without consent to compare what is about health;
no draft; nothing that the other parent wrote. Compared is with stories that policy shows to this viewer, and with
no others: whoever writes words to see whose story comes nearer can read that story.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.db import models

from lessalone.kindred.codes import WORDS
from lessalone.kindred.likeness import POINT, Part, weights
from lessalone.kit.derived import meaning, vectors
from lessalone.kit.derived.vectors import Compared
from lessalone.people.viewer import Viewer
from lessalone.sharing.models import Item
from lessalone.sharing.policy import is_out

MOST_OWN = 5
"""So many of one's own stories of a loss are compared, the newest."""
Words = Mapping[int, int]
"""How often each word is in a text, by its number."""


def in_words(own_ids: Sequence[int], others: Sequence[int]) -> dict[int, Part]:
    """What the words of others' stories have in common with the viewer's own, by item id; those of which it counts.

    `own_ids` are `own_stories` of who agreed to it. The others are shown to this viewer, and who wrote them agreed to
    it too. One query; none for whoever told nothing.
    """
    if not own_ids or not others:
        return {}
    kept = vectors.read([*own_ids, *others])
    own = together(kept[item_id] for item_id in own_ids if item_id in kept)
    counted = points(own, {item_id: kept[item_id] for item_id in others if item_id in kept})
    return {item_id: Part(WORDS, number) for item_id, number in counted.items() if number}


def own_stories(viewer: Viewer, experience_id: int) -> models.QuerySet[Any]:
    """The viewer's own stories of this loss that are compared."""
    assert viewer.member_id is not None
    own = Item.objects.owned_by(viewer.member_id).filter(
        is_out(), told__profile=experience_id, author=viewer.member_id, voice__is_cover=False
    )
    return own.order_by("-pk")[:MOST_OWN]


def together(texts: Iterable[Compared]) -> Compared:
    """Several texts as one."""
    words: Counter[int] = Counter()
    meanings = []
    for text in texts:
        words.update(text.words)
        meanings += [text.meaning] if text.meaning else []
    return Compared(words, meaning.together(meanings) if meanings else None)


def points(own: Compared, others: Mapping[int, Compared]) -> dict[int, int]:
    """What each of the others counts for how alike it is to one's own, by the keys of `others`."""
    in_words = alike_in_words(own.words, {key: other.words for key, other in others.items()})
    return {key: _points(own, other, in_words[key]) for key, other in others.items()}


def _points(own: Compared, other: Compared, in_words: float) -> int:
    if meaning.is_compared() and own.meaning and other.meaning:
        return scaled(joined(in_words, meaning.alike(own.meaning, other.meaning)), weights().meaning)
    return scaled(in_words, weights().words)


def joined(in_words: float, in_meaning: float) -> float:
    """How alike two texts are in both, as one number."""
    share = weights().meaning["share"]
    return share * in_meaning + (1 - share) * in_words


def scaled(nearness: float, scale: Mapping[str, float]) -> int:
    """What texts that are so much alike count. What strangers' texts have in common counts nothing."""
    part = (nearness - scale["least"]) / (scale["full"] - scale["least"])
    return round(weights().words["most"] * POINT * min(max(part, 0), 1))


def alike_in_words(own: Words, others: Mapping[int, Words]) -> dict[int, float]:
    """How alike the words of each of the others are to one's own: 0 to about 1, by the keys of `others`.

    The cosine of TF-IDF, with the logarithm of how often. How rare a word is, is counted among these texts alone: so
    no text that is not here changes anything, and nothing has to be kept of all. Only one's own words are counted; the
    words of the others are taken to be as rare on the whole.
    """
    shared = {key: own.keys() & words.keys() for key, words in others.items()}
    held = Counter(number for numbers in shared.values() for number in numbers)
    rare = {number: math.log((len(others) + 2) / (held[number] + 1.5)) for number in own}
    weight = {number: _often(times) * rare[number] ** 2 for number, times in own.items()}
    whole = sum(_often(own[number]) * counts for number, counts in weight.items())
    if not whole:
        return dict.fromkeys(others, 0.0)
    return {
        key: sum(weight[number] * _often(words[number]) for number in shared[key])
        / whole
        * math.sqrt(_length(own) / _length(words) if words else 0)
        for key, words in others.items()
    }


def _length(words: Words) -> float:
    return sum(_often(times) ** 2 for times in words.values())


@lru_cache(maxsize=4_096)
def _often(times: int) -> float:
    return 1 + math.log(times)
