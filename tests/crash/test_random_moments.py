"""kill -9 at three hundred random moments, while a family, three readers and the queue are at it together.

Each round somebody is killed first and the others after them, or the power goes for all at once. Then
everything that was acknowledged is looked for, everyone is asked what they see, and it goes on from there.
"""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from tests.cast import Cast
from tests.crash import family, lives, soundness, stores
from tests.crash.remembered import Remembered
from tests.crash.seen import seen
from tests.crash.workers import Deed, Running, Workers

COMMUNITIES, ROUNDS = 20, 15
AGAIN: list[Deed] = [("begin_again", {})]


def _live_through(seed: int, rounds: int, cast: Cast, workers: Workers, folder: Path) -> Remembered:
    """So many rounds in one community."""
    dice = random.Random(seed)
    family.a_photo(cast)
    family.a_photo(cast)
    family.shared(cast)
    remembered = Remembered()
    remembered.check()
    ids = {name: member.pk for name, member in cast.members().items()}
    for number in range(rounds):
        running = [workers.start(life=life) for life in lives.everyone(ids, cast.jack.pk, f"{seed} {number}")]
        _some_time_passes(running, dice)
        if stores.is_sqlite() and dice.random() < 0.4:
            _the_power_goes(running, folder / str(number))
        else:
            _one_after_another(running, dice)
        for worker in running:
            ended = worker.wait()
            assert ended.was_killed
            remembered.hear(ended.lines)
        stores.wait_until_nobody_is_connected()
        _look(cast, remembered)
        soundness.lease_ends()
        assert workers.run(AGAIN).done == ["begin_again"]
        soundness.assert_every_erasure_is_complete()
        _look(cast, remembered)
    return remembered


@pytest.mark.long
@pytest.mark.django_db(transaction=True, databases="__all__")
@pytest.mark.parametrize("seed", range(COMMUNITIES))
def test_a_kill_at_any_moment_loses_nothing_and_shows_nothing_half(
    seed: int, cast: Cast, workers: Workers, tmp_path: Path
) -> None:
    remembered = _live_through(seed, ROUNDS, cast, workers, tmp_path)
    print(f"{ROUNDS} rounds, {remembered.count} acknowledged, {len(remembered.in_flight)} in the middle")
    assert remembered.count > ROUNDS * 10, "too little happened to show anything"
    assert len(remembered.in_flight) > ROUNDS, "nobody was in the middle of anything"


@pytest.mark.django_db(transaction=True, databases="__all__")
def test_two_kills_at_random_moments(cast: Cast, workers: Workers, tmp_path: Path) -> None:
    """The same, short, so that what the long rounds stand on is tried every day."""
    remembered = _live_through(300, 2, cast, workers, tmp_path)
    assert remembered.count > 10
    assert remembered.in_flight


def _some_time_passes(running: list[Running], dice: random.Random) -> None:
    """Until so many things are done, however slow the machine is, and then a moment more."""
    enough, until = dice.randint(1, 30), time.monotonic() + 60
    while sum(worker.acknowledged for worker in running) < enough:
        assert time.monotonic() < until, f"{enough} things were not done within a minute"
        time.sleep(0.005)
    time.sleep(dice.uniform(0, 0.3))


def _the_power_goes(running: list[Running], folder: Path) -> None:
    """All stand still; what is in the files at that moment is copied; everyone is killed; the copy is opened."""
    for worker in running:
        worker.stop()
    with stores.copied(folder) as copy:
        for worker in running:
            worker.kill()
        copy.put_back()


def _one_after_another(running: list[Running], dice: random.Random) -> None:
    for worker in dice.sample(running, len(running)):
        worker.kill()
        time.sleep(dice.choice([0, 0, 0.02, 0.1]))


def _look(cast: Cast, remembered: Remembered) -> None:
    remembered.check()
    soundness.assert_nothing_is_half_there()
    soundness.assert_no_key_is_missing()
    seen(cast)
