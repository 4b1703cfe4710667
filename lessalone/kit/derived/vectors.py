"""What items are compared by: a small vector of their words, and one of what they mean where the operator wants it, in
the derived store beside the index of words.

`index` makes it with its row and forgets it with its row. It opens nothing: whoever compares has asked policy before.
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

from django.db import connections

from lessalone.kit.derived import meaning
from lessalone.kit.derived.meaning import Meaning
from lessalone.kit.derived.models import Vector

MOST = 250
"""Different words of one text that are kept, so that it takes 1,000 bytes; of a longer text the longest words."""
MOST_TIMES = 255
_SELECT = f"SELECT item_id, words, meaning FROM {Vector._meta.db_table} WHERE item_id IN"  # noqa: S608


def packed(words: Iterable[str]) -> bytes:
    """A text's words, as `words.words_in` makes them, in at most 1,000 bytes: for each its number and how often."""
    counted = Counter(words)
    longest = sorted(counted, key=lambda word: (-len(word), number_of(word)))[:MOST]
    numbers = [number_of(word) << 8 | min(counted[word], MOST_TIMES) for word in longest]
    return struct.pack(f"<{len(numbers)}I", *sorted(numbers))


def unpacked(vector: bytes) -> dict[int, int]:
    """How often each word is in it."""
    return {one >> 8: one & 255 for one in struct.unpack(f"<{len(vector) // 4}I", vector)}


@lru_cache(maxsize=8_192)
def number_of(word: str) -> int:
    """24 bits that stand for a word. Two words that have the same are taken for one: one pair in 16 million."""
    return int.from_bytes(blake2b(word.encode(), digest_size=3).digest(), "big")


@dataclass(frozen=True, slots=True)
class Compared:
    """What a text is compared by."""

    words: Mapping[int, int]
    """How often each word is in it, by its number."""
    meaning: Meaning | None


def kind() -> str:
    """Another one where vectors are made of something else."""
    return meaning.MODEL if meaning.is_compared() else ""


def made_of(item_id: int, words: Iterable[str], text: str) -> Vector:
    """The vector of an item with these words, not yet saved."""
    return Vector(item_id=item_id, words=packed(words), meaning=meaning.packed(text))


def read(item_ids: Sequence[int]) -> dict[int, Compared]:
    """What those of these items are compared by that have a vector, by item id. One query; plain SQL, as in `kept`."""
    if not item_ids:
        return {}
    places = ", ".join(["%s"] * len(item_ids))
    with connections["derived"].cursor() as cursor:
        cursor.execute(f"{_SELECT} ({places})", list(item_ids))
        return {
            item_id: Compared(unpacked(bytes(words)), meaning.unpacked(bytes(means)) if means else None)
            for item_id, words, means in cursor.fetchall()
        }
