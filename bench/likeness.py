"""How well words find their like: the two halves of one person's text have to find each other among all others.

    bench/likeness           all texts
    bench/likeness --quick   at most 100 people of each kind, under 45 seconds

The texts are other people's, and nobody here wrote them; they lie beside this folder, in ../shared/data/text, and not
in it. Nothing of them is printed. Three kinds:

- questions: what people in trouble asked on counselchat.com (counsel-chat, MIT), of 40 words or more;
- answers: what one counsellor answered to one of them (the same), of 100 words or more;
- talks: what one person said of a sad time in one conversation (EmpatheticDialogues, CC BY-NC 4.0, for measuring
  only), of 40 words or more.

Half of the people, by a hash of their text, are for choosing; figures are of the other half, with intervals (95 of 100
resamples of people). Compared as on the page "Like yours": `kindred.wording.alike` of `kit.derived.vectors`.

- mrr: one over the rank of the other half among all other halves, on the mean; recall_at_10: how often it is among the
  first ten. `among_60`: among 59 others, as on the page.
- chosen_…: on the part for choosing, by letters (each word in pieces of four) instead of by words; and what
  `weights.toml` says of likeness: `least`, which three of four strangers do not reach, and `full`, which one in ten
  halves reaches.
"""

from __future__ import annotations

import csv
import hashlib
import html
import os
import random
import re
import shutil
import statistics
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import measure

TEXTS = measure.ROOT.parent / "shared" / "data" / "text"
COUNSELCHAT = TEXTS / "counselchat" / "data" / "counselchat-data.csv"
DIALOGUES = TEXTS / "empathetic-dialogues" / "sad_lonely_devastated_sentimental.csv"
LEAST_WORDS = {"questions": 40, "answers": 100, "talks": 40}
ON_THE_PAGE = 60
QUICK = 100
RESAMPLES = 2_000
SEED = 7
BUDGET = {
    # `measure.report` holds figures to be at most their budget; what is lacking to a whole is such a figure.
    "lacking_of_mrr_of_questions": 0.78,
    "lacking_of_mrr_of_answers": 0.62,
    "lacking_of_mrr_of_talks": 0.89,
    "least_is_apart_by": 0.02,
    "full_is_apart_by": 0.05,
}
"""The lower end of the interval when it was chosen: so that no change makes it worse unseen."""
Words = Mapping[int, int]
Compare = Callable[[Sequence[Words], int, Sequence[int]], Mapping[int, float]]
"""Of all halves, the number of one and those of others: how alike each of the others is to it."""


def main() -> int:
    """Read, choose, compare, report."""
    options = measure.arguments(__doc__.partition("\n")[0])
    absent = [path for path in (COUNSELCHAT, DIALOGUES) if not path.exists()]
    if absent:
        names = "\n".join(f"  {path.relative_to(measure.ROOT.parent)}" for path in absent)
        print(
            "This bench reads texts that do not belong to the project and are not here. It looks for them beside this "
            f"folder:\n{names}\nWithout them nothing can be measured; everything else works without them.",
            file=sys.stderr,
        )
        return 2
    folder = Path(tempfile.mkdtemp(prefix="lessalone-bench-likeness-"))
    try:
        _set_up(folder)
        figures = _figures(QUICK if options.quick else None)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return measure.report("likeness", figures, BUDGET, as_json=options.json)


def _set_up(folder: Path) -> None:
    os.environ.update(LESSALONE_DATA=str(folder), DJANGO_SETTINGS_MODULE="lessalone.config.settings")
    import django

    django.setup()


# --- Texts, in halves.


@dataclass(frozen=True, slots=True)
class Text:
    """One person's text in two halves."""

    first: str
    second: str

    @property
    def is_for_choosing(self) -> bool:
        return hashlib.sha256(self.first.encode()).digest()[0] % 2 == 0


def _texts() -> dict[str, list[Text]]:
    csv.field_size_limit(10_000_000)
    with COUNSELCHAT.open(newline="") as file:
        rows = list(csv.DictReader(file))
    read = {
        "questions": [row["questionText"] for row in rows],
        "answers": [row["answerText"] for row in rows],
        "talks": list(_talks()),
    }
    return {
        kind: [
            text for one in sorted({_plain(one) for one in texts}) for text in _halves(one, LEAST_WORDS[kind])
        ]
        for kind, texts in read.items()
    }


def _talks() -> Iterator[str]:
    said: dict[str, list[str]] = {}
    with DIALOGUES.open(newline="") as file:
        for row in csv.DictReader(file):
            if row["actor"] == "speaker":
                said.setdefault(row["dialog"], []).append(row["text"])
    return (" ".join(lines) for lines in said.values())


def _plain(text: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", " ", text)).strip()


def _halves(text: str, least: int) -> Iterator[Text]:
    """Cut after the sentence that reaches the middle; none where a half is then short."""
    if len(text.split()) < least:
        return
    sentences = [one for one in re.split(r"(?<=[.!?])\s+|\n+", text) if one.strip()]
    lengths = [len(one.split()) for one in sentences]
    middle = next(n for n in range(1, len(lengths) + 1) if 2 * sum(lengths[:n]) >= sum(lengths))
    if min(sum(lengths[:middle]), sum(lengths[middle:])) >= least // 4:
        yield Text(" ".join(sentences[:middle]), " ".join(sentences[middle:]))


# --- Figures.


def _figures(most: int | None) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    strangers: list[float] = []
    halves: list[float] = []
    for kind, texts in _texts().items():
        choosing, others = (
            [one for one in texts if one.is_for_choosing is chooses][:most] for chooses in (True, False)
        )
        for name, count in (("words", _words), ("letters", _letters)):
            ranks = _ranks(_counted(choosing, count), _in_words)
            figures[f"chosen_mrr_of_{kind}_by_{name}"] = _mrr(ranks)
        near, far = _nearness(_counted(choosing, _words))
        halves += near
        strangers += far
        figures |= _reported(kind, _counted(others, _words))
    return figures | _as_in_the_file(halves, strangers)


def _reported(kind: str, counted: list[Words]) -> dict[str, Any]:
    ranks = _ranks(counted, _in_words)
    low, high = _interval(ranks)
    return {
        f"people_of_{kind}": len(counted) // 2,
        f"mrr_of_{kind}": _mrr(ranks),
        f"mrr_of_{kind}_low": low,
        f"mrr_of_{kind}_high": high,
        f"recall_at_10_of_{kind}": statistics.mean(rank <= 10 for pair in ranks for rank in pair),
        f"mrr_of_{kind}_among_{ON_THE_PAGE}": _mrr(_ranks(counted, _in_words, ON_THE_PAGE)),
        f"lacking_of_mrr_of_{kind}": 1 - _mrr(ranks),
    }


def _as_in_the_file(halves: list[float], strangers: list[float]) -> dict[str, float]:
    from lessalone.kindred.likeness import weights

    least, full = statistics.quantiles(strangers, n=4)[2], statistics.quantiles(halves, n=10)[8]
    return {
        "chosen_least": least,
        "chosen_full": full,
        "least_is_apart_by": abs(least - weights().words["least"]),
        "full_is_apart_by": abs(full - weights().words["full"]),
    }


# --- Counting and comparing.


def _words(text: str) -> Words:
    """As the index of words keeps them."""
    from lessalone.kit.derived import vectors
    from lessalone.kit.derived.words import words_in

    return vectors.unpacked(vectors.packed(words_in(text)))


def _letters(text: str) -> Words:
    from lessalone.kit.derived import vectors
    from lessalone.kit.derived.words import words_in

    pieces = [f"_{word}_" for word in words_in(text)]
    return Counter(
        vectors.number_of(word[at : at + 4]) for word in pieces for at in range(max(len(word) - 3, 1))
    )


def _counted(texts: Sequence[Text], count: Callable[[str], Words]) -> list[Words]:
    """All halves; those of one text follow each other."""
    return [count(half) for text in texts for half in (text.first, text.second)]


def _in_words(halves: Sequence[Words], one: int, others: Sequence[int]) -> Mapping[int, float]:
    from lessalone.kindred.wording import alike

    return alike(halves[one], {other: halves[other] for other in others})


def _other_half(one: int) -> int:
    return one ^ 1


def _ranks(halves: Sequence[Words], compare: Compare, among: int | None = None) -> list[tuple[int, int]]:
    """For each person the rank of the second half for the first, and of the first for the second."""
    chance = random.Random(SEED)
    ranks = []
    for one in range(len(halves)):
        others = [other for other in range(len(halves)) if other not in (one, _other_half(one))]
        if among is not None:
            others = chance.sample(others, min(among - 1, len(others)))
        found = compare(halves, one, [*others, _other_half(one)])
        ranks.append(1 + sum(found[other] >= found[_other_half(one)] for other in others))
    return list(zip(ranks[::2], ranks[1::2], strict=True))


def _nearness(halves: Sequence[Words]) -> tuple[list[float], list[float]]:
    """How alike the halves of one person are among 60, and those of strangers."""
    chance = random.Random(SEED)
    near, far = [], []
    for one in range(len(halves)):
        others = [other for other in range(len(halves)) if other not in (one, _other_half(one))]
        others = chance.sample(others, min(ON_THE_PAGE - 1, len(others)))
        found = _in_words(halves, one, [*others, _other_half(one)])
        near.append(found[_other_half(one)])
        far += [found[other] for other in others]
    return near, far


def _mrr(ranks: Sequence[tuple[int, int]]) -> float:
    return statistics.mean(1 / rank for pair in ranks for rank in pair)


def _interval(ranks: Sequence[tuple[int, int]]) -> tuple[float, float]:
    """Of the mean reciprocal rank: 95 of 100 resamples of people lie between."""
    chance = random.Random(SEED)
    worth = [statistics.mean((1 / first, 1 / second)) for first, second in ranks]
    means = sorted(statistics.fmean(chance.choices(worth, k=len(worth))) for _ in range(RESAMPLES))
    return means[RESAMPLES // 40], means[-RESAMPLES // 40]


if __name__ == "__main__":
    sys.exit(main())
