"""How hard our own words are to read, by Flesch and Kincaid's grade (Kincaid et al. 1975).

`python -m tests.ui.readability` prints the grade of each room and the sentences that weigh most.
The words are collected from the templates (`translate`, `blocktranslate`) and the code (`gettext` and
its sisters) as they stand there, so that a string no test ever shows is read too.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2] / "lessalone"
FUNCTIONS = {"_", "gettext", "gettext_lazy", "pgettext", "pgettext_lazy", "ngettext", "ngettext_lazy"}
LIMIT = 6.0

TRANSLATE = re.compile(r"\{%\s*trans(?:late)?\s+(\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')")
BLOCK = re.compile(r"\{%\s*blocktrans(?:late)?\b[^%]*%\}(.*?)\{%\s*endblocktrans(?:late)?\s*%\}", re.DOTALL)
PLURAL = re.compile(r"\{%\s*plural\s*%\}")
PLACE = re.compile(r"\{\{.*?\}\}|%\(\w+\)[sd]|%[sd]|\{\w*\}")
TAG = re.compile(r"<[^>]+>")
WORD = re.compile(r"[A-Za-zÀ-ž]+(?:[’'\-][A-Za-zÀ-ž]+)*")
SENTENCE_END = re.compile(r"[.?!]+(?=\s|”|$)")


@dataclass(frozen=True)
class Said:
    """One string of the interface, and where it stands."""

    room: str
    place: str
    text: str


def _clean(text: str) -> str:
    text = PLACE.sub("Jack", TAG.sub(" ", text))
    return re.sub(r"\s+", " ", text).strip()


def _of_template(path: Path) -> Iterator[str]:
    source = path.read_text()
    for match in TRANSLATE.finditer(source):
        yield match[1][1:-1].replace('\\"', '"').replace("\\'", "'")
    for match in BLOCK.finditer(source):
        yield from PLURAL.split(match[1])


def _of_code(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name not in FUNCTIONS:
            continue
        texts = node.args[1:2] if name.startswith("pgettext") else node.args[:2]
        for argument in texts if name.startswith(("pgettext", "ngettext")) else node.args[:1]:
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                yield argument.value


def collect(root: Path = ROOT) -> list[Said]:
    """Every string of every room."""
    found = []
    for path in sorted([*root.rglob("*.html"), *root.rglob("*.txt"), *root.rglob("*.py")]):
        if "migrations" in path.parts or "vendor" in path.parts:
            continue
        strings = _of_code(path) if path.suffix == ".py" else _of_template(path)
        place = path.relative_to(root)
        found += [Said(place.parts[0], str(place), text) for raw in strings if (text := _clean(raw))]
    return found


KNOWN = {
    **dict.fromkeys(("people", "quiet", "every"), 2),
    **dict.fromkeys(("everything", "everyone", "idea", "ideas", "created", "quietly"), 3),
    "everybody": 4,
}


def syllables(word: str) -> int:
    """How many syllables an English word has, near enough: one for each sounded group of vowels."""
    word = re.sub(r"['’]s?$|['’]", "", word.lower())
    if word in KNOWN:
        return KNOWN[word]
    if len(word) <= 3:
        return 1
    word = word.replace("some", "som") if len(word) > 4 else word  # someone
    word = re.sub(r"e(?=(?:ful|ly|less|ness|ment)(?:ly|s)?$)", "", word)  # careful, safely
    word = re.sub(r"(?<=[^aeiouytd])ed$", "d", word)  # asked, but wanted
    word = re.sub(r"(?<=[^aeiouycsgxz])es$", "s", word) if not re.search(r"[cs]hes$", word) else word
    word = re.sub(r"(?<=[aeiouy][lrw])e$|(?<=[^aeiouyl])e$", "", word)  # whole, shared; but little
    word = re.sub(r"^y(?=[aeiou])", "", word)
    count = len(re.findall(r"[aeiouyà-ž]+", word))
    count += len(re.findall(r"ia|io(?!n)|eo|iu|uou|[aeiouy]ing$|[aeiouy]ings$", word))
    return max(1, count)


def grade(texts: Iterable[str]) -> float:
    """The Flesch-Kincaid grade of these texts together. A text without a full stop is one sentence."""
    words = sentences = sounds = 0
    for text in texts:
        found = WORD.findall(text)
        if not found:
            continue
        words += len(found)
        sounds += sum(syllables(part) for word in found for part in word.split("-"))
        sentences += max(1, len(SENTENCE_END.findall(text)))
    return 0.39 * words / sentences + 11.8 * sounds / words - 15.59 if words else 0.0


def sentences_of(said: Iterable[Said]) -> list[Said]:
    """What is read as a sentence. Labels of one to three words are left out: they would flatter the grade."""
    return [one for one in said if len(WORD.findall(one.text)) >= 4]


def grades(said: Iterable[Said]) -> dict[str, float]:
    """The grade of each room."""
    rooms: dict[str, list[str]] = {}
    for one in sentences_of(said):
        rooms.setdefault(one.room, []).append(one.text)
    return {room: grade(texts) for room, texts in sorted(rooms.items())}


def heaviest(said: Iterable[Said], most: int = 12) -> list[tuple[float, Said]]:
    """The texts that weigh most, for someone who wants to make them lighter."""
    weighed = [(grade([one.text]), one) for one in sentences_of(said)]
    return sorted(weighed, key=lambda pair: -pair[0])[:most]


def main() -> int:
    """Print the grades."""
    said = collect()
    total = grade(one.text for one in sentences_of(said))
    for room, value in grades(said).items():
        print(f"{value:5.1f}  {room}")
    print(f"{total:5.1f}  all {len(said)} strings together\n\nThe heaviest:")
    for value, one in heaviest(said):
        print(f"{value:5.1f}  {one.place}: {one.text}")
    return 0 if total <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
