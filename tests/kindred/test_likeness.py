"""How near two losses are: pure sums, the same from both sides, the same in Python and in the database."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessalone.families.experiences import OF_LOSS
from lessalone.kindred import codes
from lessalone.kindred.likeness import parts, rarity, score, terms_of, weights
from lessalone.kindred.matched import Matched, banded, columns_of, matched_in
from lessalone.kindred.models import Told
from lessalone.kindred.reasons import TITLES
from lessalone.people.facets import OWN

FACETS = {**OWN, **OF_LOSS}
NOW = 2026 * 12 + 10
COUNTS = {"role": {"": 1000, "mother": 750, "father": 150}, "causes": {"": 400, "cord": 40}}


def matched(weeks=None, since=None, shown=(), **values):
    given_values = {key: frozenset(value.split(",")) for key, value in values.items()}
    return Matched(
        values=given_values,
        groups=codes.groups_of(given_values.get("kinds", ())),
        weeks=weeks,
        since=since,
        shown=frozenset(shown),
    )


def points(mine, theirs, counts=COUNTS):
    return score(terms_of(mine, counts, NOW), theirs)


def test_every_answer_has_a_number_a_weight_and_a_title():
    for key, facet in FACETS.items():
        if key in codes.ONE:
            assert set(facet.values) <= set(codes.ONE[key]), key
        elif key in codes.SEVERAL:
            assert set(facet.values) == set(codes.SEVERAL[key]), key
        else:
            assert key in ("weeks", "since", "culture")
        assert weights().most[key] > 0
        assert TITLES[key]
        assert facet.takes_own == (key in codes.OWN)
    assert set(codes.FACETS) == set(FACETS) == set(weights().most)


def test_every_kind_is_in_one_group():
    grouped = [kind for kinds in codes.GROUPS.values() for kind in kinds]
    assert sorted(grouped) == sorted(codes.SEVERAL["kinds"])


def test_a_rare_answer_in_common_counts_more_than_a_common_one():
    mothers = points(matched(role="mother"), matched(role="mother"))
    fathers = points(matched(role="father"), matched(role="father"))
    assert 0 < mothers < fathers <= weights().most["role"] * 1000


def test_role_and_kind_weigh_most():
    most = weights().most
    assert most["role"] == most["kinds"] == max(most.values())


def test_what_either_left_out_counts_nothing():
    assert points(matched(role="father", weeks=20), matched(weeks=20)) == 5000
    assert points(matched(weeks=20), matched(role="father")) == 0
    assert points(matched(), matched(role="father", weeks=20)) == 0


def test_weeks_count_by_how_far_apart_they_are():
    mine = matched(weeks=20)
    near = [points(mine, matched(weeks=20 + apart)) for apart in range(8)]
    assert near == sorted(near, reverse=True)
    assert near[0] == 5000
    assert near[7] == 0
    assert points(mine, matched(weeks=17)) == points(mine, matched(weeks=23))


def test_two_years_and_three_are_nearer_than_two_months_and_a_year():
    def ago(months):
        return matched(since=NOW - months)

    assert points(ago(24), ago(36)) > points(ago(2), ago(14))
    assert points(ago(24), ago(24)) == 3000


def test_a_stillborn_child_and_a_late_miscarriage_are_near_and_the_same_is_nearer():
    mine = matched(kinds="stillborn")
    assert (
        points(mine, matched(kinds="stillborn"))
        > points(mine, matched(kinds="miscarriage-from-14"))
        > points(mine, matched(kinds="ectopic"))
        == 0
    )


def test_an_answer_that_nobody_gave_yet_is_not_endlessly_rare():
    assert rarity({}, "causes", "own:anything") <= 1
    assert 0.5 <= rarity({}, "role", "mother") < 1


ONES = {facet: st.none() | st.sampled_from(values) for facet, values in codes.ONE.items()}
SEVERALS = {
    facet: st.frozensets(
        st.sampled_from([*values, "own:a", "own:b"] if facet in codes.OWN else list(values)), max_size=3
    )
    for facet, values in codes.SEVERAL.items()
}


@st.composite
def someone(draw):
    values = {facet: draw(one) for facet, one in ONES.items()}
    made = {facet: frozenset({value}) for facet, value in values.items() if value}
    made |= {facet: several for facet, one in SEVERALS.items() if (several := draw(one))}
    if culture := draw(st.frozensets(st.sampled_from(["own:a", "own:b"]), max_size=1)):
        made["culture"] = culture
    return Matched(
        values=made,
        groups=codes.groups_of(made.get("kinds", ())),
        weeks=draw(st.none() | st.integers(0, 45)),
        since=draw(st.none() | st.integers(NOW - 500, NOW)),
        shown=draw(st.frozensets(st.sampled_from(codes.FACETS))),
    )


@st.composite
def anyone(draw):
    """Also under a cover name."""
    whole, level = draw(someone()), draw(st.none() | st.integers(0, 4))
    return whole if level is None else banded(whole, level)


@given(anyone())
def test_a_row_says_what_was_put_into_it(one):
    assert matched_in(Told(**columns_of(one))) == one


@given(someone(), someone())
def test_from_both_sides_it_is_the_same(one, other):
    assert points(one, other) == points(other, one)


@given(someone(), anyone())
def test_the_parts_are_the_sum_and_nobody_is_nearer_than_oneself(one, other):
    terms = terms_of(one, COUNTS, NOW)
    found = parts(terms, other)
    assert sum(part.points for part in found) == score(terms, other) <= score(terms, one)
    assert all(part.points > 0 for part in found)
    assert all(one.has(part.facet) and other.has(part.facet) for part in found)


@given(anyone())
def test_bands_say_no_more_than_role_group_weeks_and_year(one):
    for level in range(5):
        coarse = banded(one, level)
        assert coarse.weeks is None
        assert coarse.since is None
        assert set(coarse.values) <= {"role"}
        assert coarse.shown <= {"role", "kinds", "weeks", "since"}


def test_the_file_of_weights_is_whole():
    assert all(part < weights().common for part in weights().near.values())
    assert list(weights().apart) == sorted(weights().apart, reverse=True)
    assert weights().apart[0] == 1.0
    with pytest.raises(KeyError):
        weights().most["shoe size"]
