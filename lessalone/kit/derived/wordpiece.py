"""Words in pieces, as the model of `meaning` was taught them: BERT's uncased WordPiece (Devlin et al. 2018).

Written here, because the library for it brings a dozen packages along that fetch models from elsewhere.
`minilm/vocab.txt` is that model's vocabulary (Apache-2.0, beside it).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

LONGEST = 100
"""Letters of a word; a longer one is not known."""
_ASCII_SIGNS = re.compile(r"([!-/:-@\[-`{-~])")
_HAN = re.compile(
    "([\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002a6df\U0002a700-\U0002b81d\U0002b820-\U0002ceaf"
    "\U0002f800-\U0002fa1f])"
)


@cache
def vocabulary() -> dict[str, int]:
    """The number of each piece."""
    pieces = (Path(__file__).parent / "minilm" / "vocab.txt").read_text(encoding="utf-8").split("\n")
    return {piece: number for number, piece in enumerate(pieces) if piece}


def pieces_of(text: str) -> list[int]:
    """The numbers of a text's pieces, without the marks of its beginning and end."""
    return [number for word in _words(text) for number in _pieces(word)]


def _words(text: str) -> list[str]:
    clean = "".join(_cleaned(text))
    spaced = _HAN.sub(r" \1 ", clean)
    plain = "".join(
        one for one in unicodedata.normalize("NFD", spaced) if unicodedata.category(one) != "Mn"
    ).lower()
    return "".join(f" {one} " if _is_sign(one) else one for one in plain).split()


def _cleaned(text: str) -> Iterator[str]:
    for one in text:
        if one in "\t\n\r" or unicodedata.category(one) == "Zs":
            yield " "
        elif one != "\ufffd" and unicodedata.category(one) not in ("Cc", "Cf", "Co", "Cs"):
            yield one


def _is_sign(one: str) -> bool:
    return bool(_ASCII_SIGNS.match(one)) or unicodedata.category(one).startswith("P")


def _pieces(word: str) -> list[int]:
    """The longest pieces from the left on; a word of which some piece is not known is not known."""
    known, found, start = vocabulary(), [], 0
    unknown = [known["[UNK]"]]
    if len(word) > LONGEST:
        return unknown
    while start < len(word):
        before = "##" if start else ""
        end = next((end for end in range(len(word), start, -1) if before + word[start:end] in known), None)
        if end is None:
            return unknown
        found.append(known[before + word[start:end]])
        start = end
    return found
