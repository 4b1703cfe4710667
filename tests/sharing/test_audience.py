"""Narrower is only what is provably narrower."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessalone.sharing.audience import ONLY_US, AudienceSpec, is_provably_narrower
from lessalone.sharing.models import Rung

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
ids = st.frozensets(st.integers(1, 4), max_size=3)
specs = st.builds(
    AudienceSpec,
    rung=st.sampled_from(list(Rung)),
    seats=ids,
    circles=ids,
    ends_at=st.none() | st.integers(1, 3).map(lambda days: NOW + dt.timedelta(days=days)),
)


@given(specs)
def test_every_audience_is_as_narrow_as_itself(spec):
    assert is_provably_narrower(spec, spec)


@given(specs, specs, specs)
def test_narrower_than_narrower_is_narrower(one, two, three):
    if is_provably_narrower(one, two) and is_provably_narrower(two, three):
        assert is_provably_narrower(one, three)


@given(specs)
def test_only_us_is_narrower_than_all_and_nothing_else_is_narrower_than_only_us(spec):
    assert is_provably_narrower(ONLY_US, spec)
    assert is_provably_narrower(spec, ONLY_US) == (spec.rung == Rung.ONLY_US)


@pytest.mark.parametrize(
    ("new", "old"),
    [
        (AudienceSpec(Rung.PEOPLE, seats=frozenset({1, 2})), AudienceSpec(Rung.PEOPLE, seats=frozenset({1}))),
        (AudienceSpec(Rung.PEOPLE, seats=frozenset({1})), AudienceSpec(Rung.BEREAVED)),
        (AudienceSpec(Rung.CIRCLES, circles=frozenset({1})), AudienceSpec(Rung.BEREAVED)),
        (AudienceSpec(Rung.CIRCLES, circles=frozenset({1})), AudienceSpec(Rung.PEOPLE, seats=frozenset({1}))),
        (AudienceSpec(Rung.MEMBERS), AudienceSpec(Rung.BEREAVED)),
        (AudienceSpec(Rung.LINK), AudienceSpec(Rung.MEMBERS)),
        (AudienceSpec(Rung.MEMBERS), AudienceSpec(Rung.LINK)),
        (AudienceSpec(Rung.PUBLIC), AudienceSpec(Rung.LINK)),
        (AudienceSpec(Rung.BEREAVED), AudienceSpec(Rung.BEREAVED, ends_at=NOW)),
    ],
)
def test_what_is_not_provably_narrower_counts_as_wider(new, old):
    assert not is_provably_narrower(new, old)


@pytest.mark.parametrize(
    ("new", "old"),
    [
        (AudienceSpec(Rung.PEOPLE, seats=frozenset({1})), AudienceSpec(Rung.PEOPLE, seats=frozenset({1, 2}))),
        (AudienceSpec(Rung.BEREAVED), AudienceSpec(Rung.MEMBERS)),
        (AudienceSpec(Rung.MEMBERS), AudienceSpec(Rung.PUBLIC)),
        (AudienceSpec(Rung.LINK), AudienceSpec(Rung.PUBLIC)),
        (AudienceSpec(Rung.BEREAVED, ends_at=NOW), AudienceSpec(Rung.BEREAVED)),
    ],
)
def test_what_is_provably_narrower(new, old):
    assert is_provably_narrower(new, old)
    assert not is_provably_narrower(old, new)
