"""kill -9 at every named point of sharing, stories, responses and erasure, while people do the real thing.

Everything that was acknowledged is there and identical; a story is seen as before or as after, by everyone;
an erasure that was begun completes; whoever saw no answer does it again, and nothing is doubled.
"""

from __future__ import annotations

import pytest

from lessalone.kit import faults
from lessalone.vault.models import ErasureRequest
from tests.cast import Cast
from tests.crash import family, scenarios, soundness
from tests.crash.scenarios import SCENARIOS, Scenario
from tests.crash.seen import Seen, differences, seen
from tests.crash.workers import Deed, Workers

ROOMS = ("sharing.", "stories.", "responses.", "erasure.")
AGAIN: list[Deed] = [("begin_again", {})]
WORK: list[Deed] = [("work", {})]
EVERY = [
    pytest.param(scenario, point, id=f"{name}-{point}")
    for name, scenario in SCENARIOS.items()
    for point in scenario.points
]


def test_every_declared_point_is_one_that_somebody_is_interrupted_at():
    declared = {name for name in faults.names if name.startswith(ROOMS)}
    tried = {point.partition(":")[0] for scenario in SCENARIOS.values() for point in scenario.points}
    assert declared, "the rooms must have been imported, or this shows nothing"
    assert tried == declared


@pytest.mark.django_db(transaction=True, databases="__all__")
@pytest.mark.parametrize(("scenario", "point"), EVERY)
def test_who_is_killed_at_any_point_loses_nothing_and_shows_nothing_half(
    scenario: Scenario, point: str, cast: Cast, workers: Workers
) -> None:
    deeds = scenario.given(cast)
    before, counted = seen(cast), soundness.counts()

    killed = workers.run([*deeds, *WORK], fault=point)
    assert killed.was_killed, f"nobody came by {point}"
    between = _look(cast)
    is_begun = ErasureRequest.objects.filter(finished_at=None).exists()

    soundness.lease_ends()
    resumed = workers.run(AGAIN)
    assert resumed.done == ["begin_again"]
    when_resumed = _look(cast)
    soundness.assert_every_erasure_is_complete()

    again = workers.run([*deeds, *WORK])
    after = _look(cast)
    scenario.expected(after)
    assert _more(counted) == dict(scenario.makes), "something is missing or doubled"

    is_whole = len(deeds) == len([name for name, _ in deeds if name in killed.done])
    if is_whole and not scenario.is_seen_later:
        assert differences(between, after) == {}, "it was acknowledged, and is not there"
    elif len(deeds) == 1:
        assert between in (before, after), (differences(between, before), differences(between, after))
    if is_whole or is_begun:
        assert differences(when_resumed, after) == {}, "what was begun was not finished"
    elif len(deeds) == 1:
        assert when_resumed in (before, after)
    assert again.done or again.refused

    if not is_whole:  # else they have pressed twice already
        workers.run([*deeds, *WORK])
        assert differences(after, _look(cast)) == {}, "a second press changed something"
        assert _more(counted) == dict(scenario.makes), "a second press doubled something"


@pytest.mark.django_db(transaction=True, databases="__all__")
@pytest.mark.parametrize(
    "point",
    ["sharing.version-written", "sharing.published", "stories.words-written", "stories.draft-saved:2"],
)
def test_words_that_were_acknowledged_are_there_whatever_is_killed_after(
    point: str, cast: Cast, workers: Workers
) -> None:
    """One process saves a draft, and is killed while it does the next thing."""
    saving = ("save", {"member": cast.ana.pk, "contents": family.COVER.to_json()})
    saving_again = ("save", {"member": cast.ana.pk, "contents": family.CHANGED.to_json()})
    draft = family.a_draft(cast.ana, family.NAMED, baby=cast.jack)
    asking = ("ask", {"member": cast.ana.pk, "draft": draft.pk})
    killed = workers.run([saving, saving_again if "draft" in point else asking], fault=point)
    assert killed.was_killed
    assert killed.done == ["save"]
    found = _look(cast)
    words = family.CHANGED.words if "draft" in point else family.COVER.words
    assert scenarios.writers(found, words) == {"ana"}
    assert not scenarios.readers(found, words)


def _look(cast: Cast) -> Seen:
    soundness.assert_nothing_is_half_there()
    soundness.assert_no_key_is_missing()
    return seen(cast)


def _more(counted: dict[str, int]) -> dict[str, int]:
    now = soundness.counts()
    return {name: now[name] - counted[name] for name in now if now[name] != counted[name]}
