"""Words as they are looked for: without accents and endings, the same in the index and in what someone types.

Made here and not by a database, so that every database finds the same: "Births", "births" and "birth" are one word,
"Zoë" is "zoe", "don’t" is "dont". Scripts that set no spaces are taken sign by sign.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings

MOST_WORDS = 12
"""Of what someone types. What comes after them is not looked for."""
NEAR = 10
"""Words that stand near each other have at most this many others between the first and the last."""
LONGEST = 40
"""A word in letters. What is longer is no word."""
_LASTING_MARKS = 10
"""Marks below this combining class belong to the letter (nukta, virama); those above stand on it (accents)."""
_STEMMERS = {
    "ar": "arabic",
    "ca": "catalan",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "eu": "basque",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "ne": "nepali",
    "nl": "dutch",
    "no": "norwegian",
    "nb": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
}
"""By language: whose endings are known (Snowball)."""
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
_MARKS = "".join(chr(n) for n in range(0x0900, 0x1A00) if unicodedata.category(chr(n)) in ("Mn", "Mc"))
_SIGNS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
"""Thai, Lao, Burmese, Khmer, kana and Han: no spaces between words."""
_WORD = re.compile(
    rf"(?![^{_SIGNS}])[^\W_][{_MARKS}]*"
    rf"|(?:(?![{_SIGNS}])[^\W_][{_MARKS}]*)+(?:['’ʼ](?:(?![{_SIGNS}])[^\W_][{_MARKS}]*)+)*"
)
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»″＂", '"'))


def words_in(text: str) -> list[str]:
    """The words of a text, in order, as they are looked for."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(c for c in folded if unicodedata.combining(c) < _LASTING_MARKS)
    found = _WORD.findall(unicodedata.normalize("NFC", plain).translate(_LETTERS))
    return [_stem(word) for word in found if len(word) <= LONGEST]


@lru_cache(maxsize=8_192)
def _stem(word: str) -> str:
    whole = re.sub(r"['’ʼ]s$", "", word)
    whole = re.sub(r"['’ʼ]", "", whole)
    stemmer = _stemmer(settings.LANGUAGE_CODE)
    if stemmer is None:
        return whole
    with _one_at_a_time:
        return stemmer.stemWord(whole) or whole


_one_at_a_time = threading.Lock()
"""A stemmer remembers the word that it is at."""


@lru_cache(maxsize=2)
def _stemmer(language: str) -> Any | None:
    import snowballstemmer  # 3 MB, for whoever searches or makes something findable

    name = _STEMMERS.get(language.split("-")[0])
    return snowballstemmer.stemmer(name) if name else None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What someone looks for: words and phrases, all of them, perhaps near each other."""

    phrases: tuple[tuple[str, ...], ...]
    """Each a word, or several that follow each other."""
    are_near: bool = False

    def __bool__(self) -> bool:
        return bool(self.phrases)


def wanted(typed: str, *, are_near: bool = False) -> Wanted:
    """What these typed words ask for. "In quotes" is one phrase; so is what is joined, as mother-in-law.

    Whatever is typed, it is never an error: what is no word is left out.
    """
    parts = typed.translate(_QUOTES).split('"')
    phrases = []
    for number, part in enumerate(parts):
        is_quoted = number % 2 == 1 and number < len(parts) - 1
        phrases += [words_in(part)] if is_quoted else [words_in(piece) for piece in part.split()]
    kept: list[tuple[str, ...]] = []
    for phrase in phrases:
        room = MOST_WORDS - sum(map(len, kept))
        if phrase and room > 0:
            kept.append(tuple(phrase[:room]))
    phrases_once = tuple(dict.fromkeys(kept))
    return Wanted(phrases_once, are_near and len(phrases_once) > 1)


def stand_near(phrases: tuple[tuple[str, ...], ...], places: dict[str, list[int]]) -> bool:
    """Whether all phrases stand near each other in a text whose words are at these places.

    As SQLite's FTS5 says it: some phrase is last, and from the end of each other one to it are at most `NEAR` words.
    """
    starts = [_starts(phrase, places) for phrase in phrases]
    return any(
        all(
            any(last - len(phrase) - NEAR <= start <= last for start in found)
            for phrase, found in zip(phrases, starts, strict=True)
        )
        for last in sorted({start for found in starts for start in found})
    )


def _starts(phrase: tuple[str, ...], places: dict[str, list[int]]) -> list[int]:
    following = [set(places.get(word, ())) for word in phrase]
    return [
        start
        for start in places.get(phrase[0], ())
        if all(start + offset in there for offset, there in enumerate(following))
    ]
