"""The database counts as Python does, and finds what a scan of everything finds."""

from __future__ import annotations

import random

import pytest

from lessalone.kindred.candidates import candidates
from lessalone.kindred.likeness import score, terms_of
from lessalone.kindred.matched import Matched, banded, matched_in
from tests.cast import a_member
from tests.kindred.made import NOW, a_told_row, anyone

COUNTS = {
    "role": {"": 1000, "mother": 750},
    "kinds": {"": 900, "stillborn": 200},
    "faith": {"": 99, "none": 50},
}


@pytest.fixture
def chance():
    return random.Random(20)


def test_the_sum_is_the_same_in_the_database(chance):
    for _number in range(60):
        theirs = anyone(chance)
        is_banded = chance.random() < 0.3
        a_told_row(banded(theirs, chance.randint(1, 4)) if is_banded else theirs, is_banded=is_banded)
    compared = 0
    for _number in range(25):
        mine = anyone(chance)
        terms = terms_of(mine, COUNTS, NOW)
        found = candidates(mine, terms, but_not_of=0)
        assert len(found) == 60
        for one in found:
            theirs = matched_in(one)
            own = [facet for facet in mine.values if any(w.startswith("own:") for w in mine.values[facet])]
            if not own:
                assert one.points == score(terms, theirs)
                compared += one.points > 0
            assert one.points >= score(terms, theirs)
    assert compared > 100


def test_nothing_of_oneself_is_found(chance):
    ana = a_member("Ana")
    mine = anyone(chance)
    a_told_row(mine, ana)
    assert candidates(mine, terms_of(mine, {}, NOW), but_not_of=ana.pk) == []


def test_the_same_rare_words_are_found_among_many(chance):
    words = {"causes": frozenset({"own:a rare condition"})}
    told = a_told_row(Matched(values=words, weeks=39))
    for _number in range(30):
        a_told_row(Matched(values={"role": frozenset({"mother"})}, weeks=20))
    mine = Matched(values={**words, "role": frozenset({"mother"})}, weeks=8)
    terms = terms_of(mine, {}, NOW)
    assert told.pk in [one.item_id for one in candidates(mine, terms, but_not_of=0, limit=40)]
