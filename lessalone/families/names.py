"""Is a baby's name in these words? Also when it is misspelt, spaced out or disguised.

Own words under a cover name need only their author, as long as the baby's name is not in them; the name is
every parent's. So this looks, and nobody has to tick a box. It fails closed where a reader would still
recognise the name, and leaves ordinary words alone: "jacket" is not Jack, and "I hope" is not Hope.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

MAX_LETTERS_FOR_EXACT = 3

# Letters that look alike, or that decomposition leaves whole. To the plain letter a reader would see.
_LOOKALIKES = str.maketrans(
    {
        "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t",
        "ɑ": "a", "ɡ": "g", "ǃ": "i", "ⅼ": "l", "ꞁ": "l",
        # Cyrillic
        "а": "a", "в": "b", "с": "c", "ԁ": "d", "е": "e", "һ": "h", "н": "h", "і": "i", "ј": "j", "к": "k",
        "ӏ": "l", "м": "m", "п": "n", "о": "o", "р": "p", "ԛ": "q", "г": "r", "ѕ": "s", "т": "t", "у": "y",
        "ѵ": "v", "ԝ": "w", "х": "x",
        # Greek
        "α": "a", "β": "b", "ε": "e", "η": "n", "ι": "i", "κ": "k", "μ": "m", "ν": "v", "ο": "o", "ρ": "p",
        "τ": "t", "υ": "u", "χ": "x", "ζ": "z", "ς": "s", "σ": "s",
    }
)  # fmt: skip
_FIGURES = str.maketrans("01345789@$!|", "oieastbgasii")
_FIGURES_L = str.maketrans("01345789@$!|", "oleastbgasll")
_SOUND_ALIKE = {frozenset(pair) for pair in ("ck", "gj", "sz", "iy", "vw", "fp", "kq", "cs")}
_APOSTROPHES = "'’ʼ`´＇"
_POSSESSIVE = re.compile(rf"(?:[{_APOSTROPHES}]s|s[{_APOSTROPHES}])$")
_WORD = re.compile(rf"[^\W_]+(?:[{_APOSTROPHES}][^\W_]+)*[{_APOSTROPHES}]?")
_PIECES = re.compile(r"[^\W_]+(?:[-._*/~·•+=]+[^\W_]+)+")
_SPACED = re.compile(r"(?<![^\W_])[^\W_](?:[\s\-._*/~·•+=,|]+[^\W_](?![^\W_])){2,}")
_NEIGHBOURS = re.compile(r"(?<![^\W_])(?=([^\W_]+)[ \t]+([^\W_]+)(?![^\W_]))")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_UNSPACED_SCRIPT = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]"
)
_PREFIXED_SCRIPT = re.compile(r"[\u0590-\u06ff]")
_NOT_NAMES = {
    "a", "al", "and", "angel", "babies", "baby", "bin", "bint", "boy", "da", "de", "del", "der", "di",
    "du", "el", "girl", "ibn", "la", "le", "little", "of", "our", "own", "son", "sweet", "the", "twin", "van",
    "von", "y",
}  # fmt: skip
_BEFORE_A_NAME = ("baby", "angel", "little", "sweet", "for", "our", "my", "dear")


def mentions_name(text: str, names: str | Iterable[str]) -> bool:
    """Whether any of the names (first names, whole names, nicknames) is in the text.

    Names of up to three letters are matched exactly, but for case, accents and look-alikes; from four to
    seven letters one slip is allowed, up to ten two, above that three (Damerau–Levenshtein, transpositions
    counted as one). A name that is also an ordinary word counts when it is written as a name.
    """
    wanted = _parts([names] if isinstance(names, str) else names)
    if not wanted or not text:
        return False
    tokens = set(_tokens(text))
    as_names: set[str] | None = None
    for name in wanted:
        if name in _ordinary_words():
            as_names = _written_as_names(text) if as_names is None else as_names
            if name in as_names:
                return True
        elif name in tokens or any(_is_misspelt(token, name) for token in tokens):
            return True
        if _is_spelt_out(text, name) or _is_inside_unspaced(text, name):
            return True
    return False


def fold(text: str) -> str:
    """Lower case, without accents and invisible characters, look-alike letters made plain."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    kept = (c for c in plain if unicodedata.category(c) not in ("Mn", "Mc", "Me", "Cf"))
    return "".join(kept).translate(_LOOKALIKES)


def _parts(names: Iterable[str]) -> set[str]:
    """Every part of every name by which a reader would know the baby, folded."""
    found: set[str] = set()
    for name in names:
        words = [_POSSESSIVE.sub("", word) for word in _WORD.findall(fold(name))]
        words = ["".join(c for c in word if c not in _APOSTROPHES) for word in words]
        telling = [w for w in words if w not in _NOT_NAMES and (len(w) > 1 or not w.isascii())]
        found.update(telling or (["".join(words)] if len("".join(words)) > 1 else []))
        if len(words) > 1 and "-" in name:
            found.add("".join(words))
    return found


def _tokens(text: str) -> Iterator[str]:
    """Every way in which a word of the text could be read."""
    folded = fold(text)
    for source in {folded, fold(_CAMEL.sub(" ", text))}:
        for word in _WORD.findall(source):
            yield from _readings(word)
        for word in re.findall(r"[^\s\"“”„«»(),.;:?]+", source):
            if re.search(r"[^\W\d_]", word) and re.search(r"[\d@$!|]", word):
                yield from _readings(word.strip("!|").translate(_FIGURES))
                yield from _readings(word.strip("!|").translate(_FIGURES_L))
    for pieces in _PIECES.findall(folded):
        yield from _readings("".join(re.split(r"[\W_]+", pieces)))
    for one, other in _NEIGHBOURS.findall(folded):
        if min(len(one), len(other)) == 1 and not {one, other} & {"a", "i", "o", "s"}:
            yield from _readings(one + other)


def _readings(word: str) -> Iterator[str]:
    bare = "".join(c for c in word if c not in _APOSTROPHES)
    yield bare
    if bare in _ordinary_words():
        return
    stem = _POSSESSIVE.sub("", word)
    yield "".join(c for c in stem if c not in _APOSTROPHES)
    if bare.endswith("s") and len(bare) > 2:
        yield bare[:-1]
    if re.search(r"(.)\1\1", bare):
        yield re.sub(r"(.)\1{2,}", r"\1", bare)
        yield re.sub(r"(.)\1{2,}", r"\1\1", bare)
    for prefix in _BEFORE_A_NAME:
        if bare.startswith(prefix) and len(bare) >= len(prefix) + 3:
            yield bare[len(prefix) :]
    if len(bare) > 3 and _PREFIXED_SCRIPT.match(bare):
        yield bare[1:]


def _is_misspelt(token: str, name: str) -> bool:
    """A slip of the pen away from the name, and not an ordinary word."""
    length = len(name)
    if length <= MAX_LETTERS_FOR_EXACT:
        return False
    slips = 1 if length <= 7 else 2 if length <= 10 else 3
    if abs(len(token) - length) > slips or len(token) < 3 or token in _ordinary_words():
        return False
    if token[0] != name[0] and token[:2] != name[1::-1] and not _sounds_alike(token, name):
        return False
    return distance(token, name, at_most=slips) <= slips


def _sounds_alike(token: str, name: str) -> bool:
    """Another first letter that sounds the same: Karl and Carl, Sofia and Zofia."""
    return frozenset((token[0], name[0])) in _SOUND_ALIKE


def distance(one: str, other: str, *, at_most: int) -> int:
    """Damerau–Levenshtein distance with adjacent transpositions (Wagner and Fischer's table, three rows).

    Gives up, with `at_most + 1`, as soon as it must be more.
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        older, before, row = before, row, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > at_most:
            return at_most + 1
    return row[-1]


def _written_as_names(text: str) -> set[str]:
    """The words that begin with a capital, or own something with an apostrophe: as a name is written."""
    found: set[str] = set()
    for word in _WORD.findall(_CAMEL.sub(" ", unicodedata.normalize("NFKC", text))):
        if word[0].isupper() or _POSSESSIVE.search(word.casefold()):
            found.update((fold(word), fold(_POSSESSIVE.sub("", word.casefold()))))
    return found


def _is_spelt_out(text: str, name: str) -> bool:
    """J a c k, J.a.c.k, J-a-c-k: a row of single letters with the name in it, also with one slip."""
    for run in _SPACED.findall(fold(text)):
        letters = "".join(re.findall(r"[^\W_]", run)).translate(_FIGURES)
        if name in letters:
            return True
        if (
            len(name) > MAX_LETTERS_FOR_EXACT
            and len(letters) <= len(name) + 1
            and _is_misspelt(letters, name)
        ):
            return True
    return False


def _is_inside_unspaced(text: str, name: str) -> bool:
    """In scripts that put no spaces between words, two signs of a name in a row are the name."""
    return len(name) > 1 and bool(_UNSPACED_SCRIPT.search(name)) and name in fold(text)


@lru_cache(maxsize=1)
def _ordinary_words() -> frozenset[str]:
    return frozenset((Path(__file__).parent / "ordinary_words.txt").read_text(encoding="utf-8").split())
