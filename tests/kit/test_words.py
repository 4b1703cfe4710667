"""Words as they are looked for: what is the same word, and what typed words ask for."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessalone.kit.derived.words import MOST_WORDS, stand_near, wanted, words_in


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Photographs", "photograph"),
        ("Zoë", "zoe"),
        ("don’t", "don't"),
        ("don't", "dont"),
        ("Jack’s", "Jack"),
        ("STRASSE", "straße"),
        ("søster", "soster"),
        ("ﬁrst", "first"),
        ("Ｈospital", "hospital"),
        ("été", "e\u0301te\u0301"),
        ("שָׁלוֹם", "שלום"),
    ],
)
def test_the_same_word_however_it_is_written(one, other):
    assert words_in(one) == words_in(other) != []


@pytest.mark.parametrize(
    ("one", "other"), [("mother", "father"), ("कि", "की"), ("がき", "かき"), ("week", "weak")]
)
def test_other_words_stay_apart(one, other):
    assert words_in(one) != words_in(other)


def test_scripts_without_spaces_are_taken_sign_by_sign():
    assert words_in("赤ちゃん") == ["赤", "ち", "ゃ", "ん"]
    assert wanted("赤ちゃん 母").phrases == (("赤", "ち", "ゃ", "ん"), ("母",))


def test_quotes_and_hyphens_make_phrases():
    assert wanted('"not alone" week').phrases == (("not", "alon"), ("week",))
    assert wanted("“not alone”").phrases == (("not", "alon"),)
    assert wanted("mother-in-law").phrases == (("mother", "in", "law"),)
    assert wanted("not alone").phrases == (("not",), ("alon",))


def test_a_quote_that_is_not_closed_is_no_quote():
    assert wanted('week "not alone').phrases == (("week",), ("not",), ("alon",))


def test_one_word_is_near_nothing():
    assert not wanted("week week", are_near=True).are_near
    assert wanted("week hospital", are_near=True).are_near


@settings(deadline=None, derandomize=True)
@given(st.text(max_size=300), st.booleans())
def test_nothing_that_is_typed_is_an_error(typed, are_near):
    asked = wanted(typed, are_near=are_near)
    assert sum(map(len, asked.phrases)) <= MOST_WORDS
    assert all(
        word and word.replace("’", "") and '"' not in word and "'" not in word
        for p in asked.phrases
        for word in p
    )


def test_near_is_from_the_end_of_one_to_the_next():
    places = {"a": [1], "b": [12], "c": [13]}
    assert stand_near((("a",), ("b",)), places), "ten words between them"
    assert not stand_near((("a",), ("c",)), places), "eleven"
    assert stand_near((("c",), ("b",)), places), "in any order"
    assert stand_near((("b", "c"), ("a",)), places), "to where the phrase begins"
