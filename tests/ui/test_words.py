"""How the interface speaks: `voice.md` of the design, as far as a machine can hear it."""

from __future__ import annotations

import re

import pytest

from tests.ui import readability
from tests.ui.readability import LIMIT, SENTENCE_END, Said, grade, grades, heaviest, sentences_of, syllables

SAID = readability.collect()
ROOMS = grades(SAID)
LONGEST = 34

# Never in our own words. A member may say them; then they are not strings of the interface.
NEVER = [
    "!",
    "oops",
    "closure",
    "move on",
    "your journey",
    "healing process",
    "trigger",
    "graphic content",
    "sensitive content",
    "success rate",
    "spontaneous abortion",
    "incompetent cervix",
    "products of conception",
    "contents of the womb",
    "failed",
    "invalid",
    "at least you",
    "both of you",
    "you two",
]


def test_there_are_words_to_read() -> None:
    assert len(SAID) > 200
    assert {"ui", "people", "care"} <= set(ROOMS)


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_a_child_of_eleven_could_read_each_room(room: str) -> None:
    own = [one for one in SAID if one.room == room]
    weights = "\n".join(f"{value:.1f} {one.place}: {one.text}" for value, one in heaviest(own, 6))
    assert ROOMS[room] <= LIMIT, weights


def test_the_whole_interface_is_plain() -> None:
    assert grade(one.text for one in sentences_of(SAID)) <= LIMIT


def test_no_sentence_is_too_long_for_a_tired_night() -> None:
    long = [
        f"{one.place}: {sentence}"
        for one in SAID
        for sentence in SENTENCE_END.split(one.text)
        if len(sentence.split()) > LONGEST
    ]
    assert long == []


def _heard(text: str, never: str) -> bool:
    if never == "!":
        return "!" in text
    return re.search(rf"\b{re.escape(never)}\b", text, re.IGNORECASE) is not None


# A hint must quote what hurts in order to speak of it.
MAY_QUOTE = ("care/hints", "care/platitudes")


@pytest.mark.parametrize("never", NEVER)
def test_some_words_are_never_ours(never: str) -> None:
    said = [f"{one.place}: {one.text}" for one in SAID if not one.place.startswith(MAY_QUOTE)]
    assert [line for line in said if _heard(line.partition(": ")[2], never)] == []


def test_these_checks_can_fail() -> None:
    hard = (
        "Notwithstanding the aforementioned considerations, administrators retain discretionary authority "
        "regarding the availability of individual contributions."
    )
    assert grade([hard]) > 18
    assert grade(["Only you can see this. You can change it later."]) < 4
    assert _heard("Oops, that did not work", "oops")
    assert grades([Said("ui", "x", hard)])["ui"] > LIMIT


@pytest.mark.parametrize(
    ("word", "count"),
    [
        *[(word, 1) for word in ("closed", "shared", "asked", "whole", "gone", "choice", "names", "there")],
        *[
            (word, 2)
            for word in ("baby", "people", "wanted", "pages", "being", "someone", "little", "safely")
        ],
        *[(word, 3) for word in ("hospital", "together", "family", "pregnancy", "nobody")],
        *[(word, 4) for word in ("moderator", "community", "available", "miscarriage")],
    ],
)
def test_syllables_are_counted_as_one_says_them(word: str, count: int) -> None:
    assert syllables(word) == count
