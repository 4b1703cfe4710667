"""Many stories ranked at once count as `likeness` does, and walks find what a look at all of them finds."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from lessalone.kindred import candidates as walks
from lessalone.kindred import codes
from lessalone.kindred.candidates import candidates, scan
from lessalone.kindred.likeness import POINT, score, terms_of, weights
from lessalone.kindred.matched import Matched, banded, columns_of, matched_in
from lessalone.kindred.models import Told
from lessalone.kindred.packing import SEVERAL, TOGETHER, WIDTH, pack, ranked
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


def without_own_words(theirs: Matched) -> Matched:
    values = {facet: frozenset(v for v in given if v[:4] != "own:") for facet, given in theirs.values.items()}
    return replace(theirs, values={facet: given for facet, given in values.items() if given})


def sometimes_in_bands(chance: random.Random, theirs: Matched) -> Matched:
    return banded(theirs, chance.randint(1, 4)) if chance.random() < 0.3 else theirs


def test_many_at_once_count_as_each_by_itself(chance):
    theirs = {n: sometimes_in_bands(chance, anyone(chance)) for n in range(1, 3001)}
    texts = "".join(pack(n, columns_of(one)) for n, one in theirs.items())
    compared = 0
    for _number in range(40):
        terms = terms_of(without_own_words(anyone(chance)), COUNTS, NOW)
        found = ranked([(0, texts)], terms, 200)
        assert found == [(n, score(terms, theirs[n])) for n, _points in found]
        best = sorted((score(terms, one) for one in theirs.values()), reverse=True)[:200]
        assert [points for _n, points in found] == best
        compared += sum(points > 0 for points in best)
    assert compared > 7000


def test_every_answer_has_room_in_the_text():
    rooms = dict(facet for facets in TOGETHER for facet in facets)
    assert {*rooms, "country"} == {*codes.ONE}
    assert all(len(codes.ONE[facet]) < room for facet, room in rooms.items())
    assert {*SEVERAL} == {*codes.SEVERAL}
    assert all(len(codes.SEVERAL[facet]) <= 6 * signs for facet, signs in SEVERAL.items())
    everything = Matched(
        values={facet: frozenset(given[-1:]) for facet, given in codes.ONE.items()}
        | {facet: frozenset(given) for facet, given in codes.SEVERAL.items()},
        groups=frozenset(codes.GROUPS),
        weeks=45,
        since=NOW,
    )
    text = pack(2**32, columns_of(everything))
    assert len(text) == WIDTH <= 40
    assert text.isascii()
    assert text.isprintable()
    assert ranked([(7, text)], terms_of(Matched(), {}, NOW), 1) == [(2**32, 7)]


def test_the_most_that_two_can_have_in_common_fits():
    assert sum(weights().most.values()) * POINT + weights().most["causes"] * POINT < 2**16


def test_walks_find_what_a_look_at_all_of_them_finds(chance):
    for _number in range(60):
        theirs = anyone(chance)
        is_banded = chance.random() < 0.3
        a_told_row(banded(theirs, chance.randint(1, 4)) if is_banded else theirs, is_banded=is_banded)
    for _number in range(25):
        mine = anyone(chance)
        terms = terms_of(mine, COUNTS, NOW)
        found = candidates(mine, terms, but_not_of=0)
        assert len(found) == 60
        assert sorted(found) == sorted(scan(mine, terms, but_not_of=0))
        for item_id, points in found:
            by_itself = score(terms, matched_in(Told.objects.get(item=item_id)))
            assert points >= by_itself
            if without_own_words(mine) == mine:
                assert points == by_itself


@pytest.mark.parametrize("known", ["role", "kinds", "weeks", "since", "country"])
def test_whoever_told_only_one_thing_finds_those_who_have_it(known, chance, monkeypatch):
    """Also where the newest of all are others."""
    monkeypatch.setattr(walks, "NEWEST", 1)
    like = Matched(
        values={"role": frozenset({"father"}), "kinds": frozenset({"molar"}), "country": frozenset({"FR"})},
        groups=frozenset({"early"}),
        weeks=12,
        since=NOW - 5,
    )
    told = a_told_row(like)
    for _number in range(5):
        a_told_row(Matched(values={"country": frozenset({"GB"})}, weeks=30))
    values = {known: like.values[known]} if known in like.values else {}
    mine = Matched(
        values=values,
        groups=like.groups if known == "kinds" else frozenset(),
        weeks=like.weeks if known == "weeks" else None,
        since=like.since if known == "since" else None,
    )
    assert candidates(mine, terms_of(mine, {}, NOW), but_not_of=0)[0][0] == told.item_id


def test_nothing_of_oneself_is_found(chance):
    ana = a_member("Ana")
    mine = anyone(chance)
    a_told_row(mine, ana)
    assert candidates(mine, terms_of(mine, {}, NOW), but_not_of=ana.pk) == []


def test_the_same_rare_words_are_found_among_many(chance, monkeypatch):
    monkeypatch.setattr(walks, "NEWEST", 1)
    words = {"causes": frozenset({"own:a rare condition"})}
    told = a_told_row(Matched(values=words, weeks=39))
    for _number in range(30):
        a_told_row(Matched(values={"role": frozenset({"mother"})}, weeks=20))
    mine = Matched(values={**words, "role": frozenset({"mother"})}, weeks=8)
    terms = terms_of(mine, {}, NOW)
    found = dict(candidates(mine, terms, but_not_of=0, limit=40))
    assert found[told.item_id] == score(terms, matched_in(told)) > 0
