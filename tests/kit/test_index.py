"""The index of words: the same on every database, newest first, and nothing left of what was dropped."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path

import pytest
from django.db import connections, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lessalone.kit.derived import index
from lessalone.kit.derived.models import Indexed, Leftover, Vector
from lessalone.kit.derived.words import NEAR, wanted, words_in

NOON = dt.datetime(2026, 3, 9, 12, tzinfo=dt.UTC)
FAR = index.place_of(timezone.now() + dt.timedelta(days=9))


def entry(number: int, *marks: str, hour: dt.datetime | None = None) -> index.Entry:
    return index.Entry(
        item_id=number,
        version=1,
        hour=hour or NOON + dt.timedelta(hours=number),
        marks=frozenset({"w", *marks}),
    )


def find(typed: str, *, are_near=False, any_of=("w",), none_of=(), before=FAR, limit=50) -> list[int]:
    asked = wanted(typed, are_near=are_near)
    found = index.candidates(asked, any_of=any_of, none_of=none_of, before=before, limit=limit)
    assert [one.place for one in found] == sorted((one.place for one in found), reverse=True)
    return [one.item_id for one in found]


def test_all_words_wherever_they_stand():
    index.put(entry(1), "The yellow blanket", "She slept in the window.")
    index.put(entry(2), "A window", "Nothing yellow.")
    assert find("yellow") == [2, 1]
    assert find("blankets yellow") == [1]
    assert find("yellow window") == [2, 1]
    assert find("yellow hospital") == []


def test_phrases_stand_in_one_piece_and_never_across_the_title():
    index.put(entry(1), "The yellow", "blanket was warm. Not alone.")
    assert find('"not alone"') == [1]
    assert find('"alone not"') == []
    assert find('"yellow blanket"') == []
    assert find("yellow blanket") == [1]
    assert find("yellow blanket", are_near=True) == [], "the title is far from the words"


@pytest.mark.parametrize(
    ("typed", "there"),
    [
        ("window hospital", "hospital"),
        ("hospital window", "hospital"),
        ('window "the hospital room"', "the hospital room"),
        ('"the hospital room" window', "the hospital room"),
    ],
)
def test_near_words(typed, there):
    for number, between in ((1, NEAR), (3, NEAR + 1)):
        index.put(entry(number), "Before", f"{there} {'a ' * between} window")
        index.put(entry(number + 1), "After", f"window {'a ' * between} {there}")
    assert set(find(typed)) == {1, 2, 3, 4}
    assert set(find(typed, are_near=True)) == {1, 2}


def test_marks_choose():
    index.put(entry(1, "c5"), "yellow", "")
    index.put(entry(2, "npregnancy"), "yellow", "")
    assert find("yellow", any_of=["c5"]) == [1]
    assert find("yellow", any_of=["c5", "w"], none_of=["npregnancy"]) == [1]
    assert find("yellow", any_of=["c6"]) == []
    assert find("c5") == find("w") == [], "nobody can type a mark"


def test_pages_of_the_newest_first_and_two_of_the_same_hour():
    for number in (3, 1, 2):
        index.put(entry(number, hour=NOON), "yellow", "")
    first = index.candidates(wanted("yellow"), any_of=["w"], none_of=[], before=FAR, limit=2)
    rest = find("yellow", before=first[-1].place)
    assert sorted([one.item_id for one in first] + rest) == [1, 2, 3]


def test_another_version_takes_the_place_of_the_first():
    index.put(entry(1), "yellow", "")
    index.put(entry(1), "green", "")
    assert find("yellow") == []
    assert find("green") == [1]


def test_what_is_dropped_is_found_by_none_of_its_words():
    index.put(entry(1), "yellow", "")
    index.put(entry(2), "yellow", "")
    index.drop([1])
    index.drop([1])
    assert find("yellow") == [2]
    assert set(index.stamps([1, 2])) == {2}


@pytest.mark.parametrize(
    "typed", ["NEAR(a b)", "a OR", "NOT", "title : x", "a*", "^a", "a AND NOT b", "x'); DROP", "\\ a", "%s a"]
)
def test_no_word_is_a_command(typed):
    index.put(entry(1), "one", "two")
    assert find(typed, any_of=["w"]) == []


WORDS = ["night", "window", "letter", "candle", "snow"]


def as_said(title: str, text: str, typed: str, are_near: bool) -> bool:
    """The same in plain Python."""
    parts = [words_in(title), words_in(text)]
    asked = wanted(typed, are_near=are_near)

    def starts(words, phrase):
        return [n for n in range(len(words)) if tuple(words[n : n + len(phrase)]) == phrase]

    def is_near(words):
        found = [[(at, at + len(phrase)) for at in starts(words, phrase)] for phrase in asked.phrases]
        return any(
            all(any(end >= last - NEAR and start <= last for start, end in one) for one in found)
            for last in range(len(words))
        )

    if asked.are_near:
        return any(map(is_near, parts))
    return all(any(starts(words, phrase) for words in parts) for phrase in asked.phrases)


texts = st.lists(st.sampled_from([*WORDS, "a", "a", "a"]), max_size=40).map(" ".join)
typing = st.lists(st.sampled_from([*WORDS, '"night window"', '"a letter a"']), min_size=1, max_size=3).map(
    " ".join
)


@settings(
    deadline=None, derandomize=True, max_examples=150, suppress_health_check=list(HealthCheck), database=None
)
@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=6), typing, st.booleans())
def test_every_database_finds_what_plain_python_finds(stories, typed, are_near):
    with transaction.atomic("derived"):
        for number, (title, text) in enumerate(stories, 1):
            index.put(entry(number), title, text)
        expected = {n for n, (title, text) in enumerate(stories, 1) if as_said(title, text, typed, are_near)}
        assert set(find(typed, are_near=are_near)) == expected
        transaction.set_rollback(True, "derived")


# --- Nothing is left.

SAID = "Quillfeather zinnober"
"""Words that begin as no other does: the index writes of a word only what differs from the one before it."""


def files() -> bytes:
    name = str(connections["derived"].settings_dict["NAME"])
    return b"".join(Path(name + end).read_bytes() for end in ("", "-wal") if Path(name + end).exists())


def is_there(words: str) -> bool:
    """Whether any of the words is in a file of the store, as it was written or as it is indexed."""
    found = files().lower()
    return any(word[1:].encode() in found for word in [*words.lower().split(), *words_in(words)])


def fill(count: int) -> None:
    chance = random.Random(3)
    for number in range(100, 100 + count):
        index.put(
            entry(number),
            chance.choice(WORDS),
            " ".join(f"{chance.choice(WORDS)}{chance.randrange(999)}" for _ in range(60)),
        )


@pytest.mark.sqlite
@pytest.mark.parametrize("others_after", [0, 300])
def test_what_was_dropped_for_good_is_in_no_file_of_the_store(transactional_db, others_after):
    fill(150)
    index.put(entry(1), "Told", SAID)
    for number in range(others_after):
        index.put(entry(1000 + number), "other", f"words{number} " * 20)
    assert is_there(SAID), "else the test shows nothing"
    index.drop_for_good([1])
    assert not is_there(SAID)
    assert not Leftover.objects.exists()
    assert find("window") != [], "the others are still found"


@pytest.mark.sqlite
def test_its_vector_is_in_no_file_of_the_store_either(transactional_db):
    fill(20)
    index.put(entry(1), "Told", SAID)
    vector = bytes(Vector.objects.get(item_id=1).words)
    assert vector in files(), "else the test shows nothing"
    index.drop_for_good([1])
    assert vector not in files()
    assert Vector.objects.count() == 20


@pytest.mark.sqlite
def test_an_older_version_is_in_no_file_either_once_the_task_ran(transactional_db):
    fill(20)
    index.put(entry(1), "Told", SAID)
    index.put(entry(1), "Told", "otherwise")
    assert Leftover.objects.exists()
    index.forget_leftovers()
    assert not is_there(SAID)
    assert find("otherwise") == [1]


def test_a_deletion_during_the_merge_is_not_taken_for_done(monkeypatch):
    index.put(entry(1), "yellow", "")
    index.put(entry(2), "yellow", "")
    index.drop([1])
    work = "_merge" if connections["derived"].vendor == "sqlite" else "_vacuum"
    real = getattr(index, work)

    def meanwhile(connection):
        real(connection)
        index.drop([2])

    monkeypatch.setattr(index, work, meanwhile)
    monkeypatch.setattr(index, "removes_at_once", lambda connection: False)
    index.forget_leftovers()
    assert Leftover.objects.exists()
    assert not Indexed.objects.exists()
