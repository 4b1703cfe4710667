"""What the words of an item are compared by: a small vector of them, in the derived store beside the index of words.

`index` makes it with its row and forgets it with its row. It opens nothing: whoever compares has asked policy before.
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import blake2b

from django.db import connections

from lessalone.kit.derived.models import Vector

MOST = 250
"""Different words of one text that are kept, so that it takes 1,000 bytes; of a longer text the longest words."""
MOST_TIMES = 255
_SELECT = f"SELECT item_id, words FROM {Vector._meta.db_table} WHERE item_id IN"  # noqa: S608


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


def read(item_ids: Sequence[int]) -> dict[int, dict[int, int]]:
    """The words of those of these items that have any here, by item id. One query; plain SQL, as in `kept`."""
    if not item_ids:
        return {}
    places = ", ".join(["%s"] * len(item_ids))
    with connections["derived"].cursor() as cursor:
        cursor.execute(f"{_SELECT} ({places})", list(item_ids))
        return {item_id: unpacked(bytes(vector)) for item_id, vector in cursor.fetchall()}
