"""No published count reveals anyone: what is said is true, of at least eleven, and moves for no single person."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessalone.kindred.counts import STEPS, Counted, K, publish, tally

SECRET = b"drawn once"
FATHER, MOTHER = (("role", "father"),), (("role", "mother"),)
cells = st.dictionaries(
    st.sampled_from(
        [((("kind", kind),)) for kind in "abc"] + [(("kind", a), ("role", b)) for a in "abc" for b in "de"]
    ),
    st.integers(0, 400),
)


@given(cells, st.binary(min_size=16, max_size=16))
def test_what_is_said_is_true_and_of_at_least_eleven(counts, secret):
    for cell, step in publish(counts, {}, secret=secret).items():
        assert counts[cell] > step
        assert counts[cell] >= K
        assert step in STEPS


@given(cells, cells, st.binary(min_size=16, max_size=16))
def test_what_stays_said_is_still_true(first, second, secret):
    before = publish(first, {}, secret=secret)
    for cell, step in publish(second, before, secret=secret).items():
        assert second[cell] > step
        assert second[cell] >= K


def test_ten_are_never_counted_and_no_setting_makes_it_so():
    assert publish({FATHER: 10}, {}, secret=SECRET) == {}
    with pytest.raises(ValueError, match="under 11"):
        publish({}, {}, secret=SECRET, k=10)
    assert publish({FATHER: 60, MOTHER: 60}, {}, secret=SECRET, k=100) == {}


def test_where_a_cell_steps_up_is_its_own_secret():
    def first_said(secret):
        return next(n for n in range(11, 100) if publish({FATHER: n}, {}, secret=secret))

    places = {first_said(bytes([number] * 16)) for number in range(40)}
    assert len(places) > 3
    assert min(places) >= K


@pytest.mark.parametrize("count", [30, 90, 160, 420])
def test_one_person_who_comes_and_goes_changes_nothing_that_was_said(count):
    said = publish({FATHER: count}, {}, secret=SECRET)
    for near in (count - 1, count, count + 1, count - 1, count + 1):
        said_now = publish({FATHER: near}, said, secret=SECRET)
        assert said_now == said, near


def test_a_value_that_is_missing_alone_takes_a_second_one_with_it():
    counts = {
        (("role", "father"),): 300,
        (("kind", "a"), ("role", "father")): 200,
        (("kind", "b"), ("role", "father")): 95,
        (("kind", "c"), ("role", "father")): 5,
    }
    said = publish(counts, {}, secret=SECRET)
    assert (("kind", "a"), ("role", "father")) in said
    assert (("kind", "b"), ("role", "father")) not in said, "300 without 200 and 95 are 5"
    counts[(("kind", "d"), ("role", "father"))] = 4
    assert (("kind", "b"), ("role", "father")) in publish(counts, {}, secret=SECRET)


def test_a_member_is_counted_once_in_a_cell_and_only_by_the_pairs_that_are_asked():
    member = Counted({"role": ("father", "father"), "kind": ("a", "b"), "weeks": ("20",)})
    assert tally([member], [("role", "kind")]) == {
        (("role", "father"),): 1,
        (("kind", "a"),): 1,
        (("kind", "b"),): 1,
        (("weeks", "20"),): 1,
        (("kind", "a"), ("role", "father")): 1,
        (("kind", "b"), ("role", "father")): 1,
    }
