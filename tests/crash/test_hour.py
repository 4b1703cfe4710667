"""The hour of publishing: agreed to, it is nobody's before it comes, whatever is interrupted between."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
import time_machine
from django.utils import timezone

from lessalone.stories import actions as stories
from tests.cast import Cast
from tests.crash import family, soundness
from tests.crash.family import CHANGED, DESCRIPTION, NAMED
from tests.crash.scenarios import BEREAVED, FAMILY, finders, readers
from tests.crash.seen import seen
from tests.crash.workers import Deed, Workers

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
WORK: list[Deed] = [("begin_again", {}), ("work", {})]


def _in(hours: float) -> dt.datetime:
    return (timezone.now() + dt.timedelta(hours=hours)).replace(microsecond=0)


@pytest.mark.parametrize("point", ["sharing.consent-written", "sharing.published"])
def test_a_story_that_was_agreed_to_waits_for_its_hour_also_across_a_crash(
    point: str, cast: Cast, workers: Workers
) -> None:
    hour = _in(2)
    item = family.asked(cast, replace(NAMED, when="at", at=hour), photo=family.a_photo(cast))
    agreeing: list[Deed] = [("answer", {"member": cast.sam.pk, "item": item.pk, "choice": "agree"})]
    assert workers.run(agreeing, fault=point).was_killed
    assert readers(seen(cast), NAMED.words) <= FAMILY
    workers.run([*WORK, *agreeing, *WORK])
    waiting = seen(cast)
    assert readers(waiting, NAMED.words) == readers(waiting, DESCRIPTION) == FAMILY, "agreed, and not yet"
    soundness.assert_nothing_is_half_there()

    later: list[Deed] = [("save", {"member": cast.ana.pk, "contents": CHANGED.to_json()})]
    stories.revise(actor=cast.ana, item=item)
    assert workers.run(later, fault="stories.draft-saved").was_killed
    workers.run(WORK)
    with time_machine.travel(hour - dt.timedelta(seconds=1), tick=False):
        assert readers(seen(cast), NAMED.words) == FAMILY
    with time_machine.travel(hour, tick=False):
        come = seen(cast)
        assert readers(come, NAMED.words) == finders(come, NAMED.words) == BEREAVED | FAMILY


def test_a_story_that_was_taken_back_before_its_hour_does_not_come_up(cast: Cast, workers: Workers) -> None:
    hour = _in(2)
    item = family.shared(cast, replace(NAMED, when="at", at=hour))
    back: list[Deed] = [("take_back", {"member": cast.sam.pk, "item": item.pk})]
    assert workers.run(back, fault="sharing.taken-back").was_killed
    assert workers.run(back).done == ["take_back"]
    with time_machine.travel(hour + dt.timedelta(hours=1), tick=False):
        assert readers(seen(cast), NAMED.words) == FAMILY


@pytest.mark.parametrize(("first", "second"), [(2, 5), (5, 2)])
def test_other_words_agreed_to_before_the_hour_bring_their_own_hour(
    first: float, second: float, cast: Cast
) -> None:
    """All agreed to exactly that hour: neither earlier nor later."""
    old, new = _in(first), _in(second)
    item = family.shared(cast, replace(NAMED, when="at", at=old))
    stories.ask_to_share(
        actor=cast.ana, draft=family.a_revision(cast, item, replace(CHANGED, when="at", at=new))
    )
    family.agree(cast.sam, item)
    with time_machine.travel(new - dt.timedelta(seconds=1), tick=False):
        assert readers(seen(cast), CHANGED.words) == FAMILY
    with time_machine.travel(new, tick=False):
        assert readers(seen(cast), CHANGED.words) == BEREAVED | FAMILY
        assert not readers(seen(cast), NAMED.words)


def test_other_words_agreed_to_after_the_hour_keep_the_storys_place(cast: Cast) -> None:
    """An edit does not lift a story to the top of the list, for nothing is ranked but by time."""
    item = family.shared(cast)
    up_since = item.published_at
    with time_machine.travel(_in(48), tick=False):
        stories.ask_to_share(actor=cast.ana, draft=family.a_revision(cast, item))
        family.agree(cast.sam, item)
        item.refresh_from_db()
        assert item.published_at == up_since
        assert readers(seen(cast), CHANGED.words) == BEREAVED | FAMILY


def test_nothing_has_to_run_at_the_hour_for_a_machine_may_be_off_then(cast: Cast, workers: Workers) -> None:
    hour = _in(2)
    family.shared(cast, replace(NAMED, when="at", at=hour))
    with time_machine.travel(hour - dt.timedelta(seconds=1), tick=False):
        assert "bea" not in readers(seen(cast), NAMED.words)
    with time_machine.travel(hour + dt.timedelta(days=1), tick=False):
        assert "bea" in readers(seen(cast), NAMED.words)
