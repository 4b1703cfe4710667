"""The sample's stories and answers: the written ones, read from their files, and variations made of them.

A variation is not a new story: some paragraphs are left out, the baby has another name, a Monday may be a
Wednesday. It says so in its last line.
"""

from __future__ import annotations

import random
import re
import tomllib
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from lessalone.config.sample import names
from lessalone.people.notes import STORY_KEYS

FOLDER = Path(__file__).parent
MARK = "*This is a sample. It was written for trying out this community, and the people in it are made up.*"
MARK_OF_VARIATION = "*A sample, a variation of “%s”. The people in it are made up.*"
MARK_OF_ANSWER = "*A sample, a variation.*"
FEWEST_WORDS = 80


@dataclass(frozen=True, slots=True)
class SamplePicture:
    """A picture by its kind, with its calm description."""

    kind: str
    description: str


@dataclass(frozen=True, slots=True)
class SampleAnswer:
    """An answer: who wrote it, by their part in a family, and perhaps what the story's own people said back."""

    by: str
    words: str
    reply: str = ""
    is_reply_by_other: bool = False
    """The other parent said it back, not the one who told the story."""
    is_variation: bool = False


@dataclass(frozen=True, slots=True)
class SampleStory:
    """A story with everything that sharing it needs."""

    slug: str
    title: str
    words: str
    role: str
    kinds: tuple[str, ...]
    weeks: int
    years: float
    country: str
    audience: str
    notes: tuple[str, ...]
    answers: tuple[SampleAnswer, ...]
    age_days: int | None = None
    told_by: str = ""
    """For a story told under their own name: who tells it. Empty: it is under `cover`."""
    cover: str = ""
    baby: str = ""
    parents: int = 1
    pictures: tuple[SamplePicture, ...] = ()
    variation_of: str = ""
    tells: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """What is known of it beside, by facet, as those who tell the story would answer."""

    @property
    def marked_words(self) -> str:
        """The words with the line that says that this is a sample."""
        mark = MARK_OF_VARIATION % self.variation_of if self.variation_of else MARK
        return f"{self.words}\n\n{mark}"


@cache
def written_stories() -> tuple[SampleStory, ...]:
    """The stories that were truly written, in the order of their files."""
    return tuple(_story(path) for path in sorted((FOLDER / "stories").glob("*.toml")))


@cache
def answers_for_any() -> tuple[SampleAnswer, ...]:
    """Answers that fit under any story."""
    content = tomllib.loads((FOLDER / "answers_for_any.toml").read_text(encoding="utf-8"))
    return tuple(_answer(entry) for entry in content["response"])


def _story(path: Path) -> SampleStory:
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    return SampleStory(
        slug=path.stem,
        title=content["title"],
        words=content["words"].strip(),
        role=content["role"],
        kinds=tuple(content["kinds"]),
        weeks=content["weeks"],
        years=content["years"],
        country=content["country"],
        audience=content["audience"],
        notes=tuple(note for note in content["notes"] if note in STORY_KEYS),
        answers=tuple(_answer(entry) for entry in content["response"]),
        age_days=content.get("age_days"),
        told_by=content.get("named", ""),
        cover=content.get("cover", ""),
        baby=content.get("baby", ""),
        parents=content.get("parents", 1),
        pictures=tuple(SamplePicture(**entry) for entry in content.get("pictures", ())),
        tells={
            key: (said,) if isinstance(said, str) else tuple(said)
            for key, said in content.get("tells", {}).items()
        },
    )


def _answer(entry: dict[str, Any]) -> SampleAnswer:
    return SampleAnswer(
        by=entry["by"],
        words=entry["words"].strip(),
        reply=entry.get("reply", "").strip(),
        is_reply_by_other=entry.get("reply_by") == "other",
    )


# --- Variations -------------------------------------------------------------------------------------


def varied(story: SampleStory, number: int, seed: int) -> SampleStory:
    """A variation of a written story, the same for the same number and seed. Under a cover name, no pictures."""
    rng = random.Random(f"{seed}:{story.slug}:{number}")  # noqa: S311 - a made-up story, not a secret
    change = _changes(story, rng)
    covers = names.COVERS.get(story.role, names.COVERS["mother"])
    return replace(
        story,
        slug=f"{story.slug}-{number}",
        title=f"{change(story.title)} ({number + 1})",
        words=change(_shorter(story.words, rng)),
        weeks=max(4, story.weeks + rng.randint(-2, 2)) if story.weeks < 40 else 40,
        years=rng.choice((0.2, 0.5, 1, 1, 2, 2, 3, 4, 5, 7, 9, 12, 18)),
        audience=_audience_like(story, rng),
        answers=tuple(_varied_answer(answer, change, rng) for answer in story.answers),
        told_by="",
        cover=rng.choice(covers),
        baby="",
        parents=1,
        pictures=(),
        variation_of=story.title,
    )


AUDIENCES = ("public", "members", "bereaved", "circles", "people", "link", "only-us")
AUDIENCE_SHARES = (26, 36, 27, 5, 2, 2, 2)


def _audience_like(story: SampleStory, rng: random.Random) -> str:
    """Any audience; but what was meant for bereaved members is never for everyone."""
    chosen = rng.choices(AUDIENCES, AUDIENCE_SHARES)[0]
    return "bereaved" if story.audience == "bereaved" and chosen == "public" else chosen


def _changes(story: SampleStory, rng: random.Random) -> Any:
    """A function from a text to the same text with other weekdays and another name for the baby."""
    turn = rng.randrange(1, 7)
    other = {day: names.WEEKDAYS[(place + turn) % 7] for place, day in enumerate(names.WEEKDAYS)}
    if story.baby:
        other[story.baby] = rng.choice(names.BABIES)
    pattern = re.compile(rf"\b({'|'.join(map(re.escape, other))})(?=s?\b)")
    return lambda text: pattern.sub(lambda found: other[found[1]], text)


def _shorter(words: str, rng: random.Random) -> str:
    """Some of the paragraphs between the first and the last are left out, as long as enough is left."""
    paragraphs = words.split("\n\n")
    for place in rng.sample(range(1, max(1, len(paragraphs) - 1)), max(0, len(paragraphs) - 2)):
        without = [text for n, text in enumerate(paragraphs) if n != place]
        if rng.random() < 0.4 and len(" ".join(filter(None, without)).split()) >= FEWEST_WORDS:
            paragraphs[place] = ""
    return "\n\n".join(text for text in paragraphs if text)


def _varied_answer(answer: SampleAnswer, change: Any, rng: random.Random) -> SampleAnswer:
    sentences = re.split(r"(?<=[.!?])\s+(?=[A-Z“\"])", change(answer.words))
    if len(sentences) > 2 and rng.random() < 0.5:
        del sentences[rng.randrange(1, len(sentences))]
    return SampleAnswer(by=answer.by, words=f"{' '.join(sentences)}\n\n{MARK_OF_ANSWER}", is_variation=True)
