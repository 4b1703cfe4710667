"""Two processes do the same, or the opposite, at the same moment: as when a button is pressed twice."""

from __future__ import annotations

import datetime as dt
import time

import pytest
import time_machine
from django.utils import timezone

from lessalone.families import actions as families
from lessalone.families.models import Baby, Parent
from lessalone.kit import queue
from lessalone.kit.derived import kept
from lessalone.kit.derived.models import Kept
from lessalone.sharing import actions as sharing
from lessalone.sharing.actions import Refused
from lessalone.sharing.models import FirstReader, Item, Version
from lessalone.stories import actions as stories
from lessalone.stories.models import Draft, FamilyLine
from lessalone.vault.models import Receipt
from tests.cast import Cast
from tests.crash import family, scenarios, soundness
from tests.crash.family import NAMED
from tests.crash.scenarios import SCENARIOS
from tests.crash.seen import seen
from tests.crash.workers import Deed, Ended, Workers

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
PHOTO = "lets-a-photo-go"
PRESSED = [name for name in SCENARIOS if not name.startswith("saves") and name != PHOTO]


def _together(workers: Workers, *each: list[Deed]) -> list[Ended]:
    at = time.monotonic() + 0.15
    running = [workers.start(deeds, at=at) for deeds in each]
    return [worker.wait() for worker in running]


@pytest.mark.parametrize("name", PRESSED)
def test_pressing_twice_at_the_same_moment_is_the_same_as_once(
    name: str, cast: Cast, workers: Workers
) -> None:
    scenario = SCENARIOS[name]
    deeds = scenario.given(cast)
    counted = soundness.counts()
    ended = _together(workers, deeds, deeds)
    assert any(one.done for one in ended)
    workers.run([("work", {}), ("begin_again", {})])
    soundness.assert_nothing_is_half_there()
    scenario.expected(seen(cast))
    now = soundness.counts()
    assert {key: now[key] - counted[key] for key in now if now[key] != counted[key]} == dict(scenario.makes)


def test_letting_a_photo_go_twice_at_the_same_moment_destroys_it_once(cast: Cast, workers: Workers) -> None:
    """Each press has its receipt; the second one's says that nothing was left."""
    deeds = SCENARIOS[PHOTO].given(cast)
    before = set(Receipt.objects.values_list("pk", flat=True))
    _together(workers, deeds, deeds)
    workers.run([("work", {}), ("begin_again", {})])
    SCENARIOS[PHOTO].expected(seen(cast))
    soundness.assert_every_erasure_is_complete()
    made = Receipt.objects.exclude(pk__in=before)
    assert sum(receipt.photos for receipt in made) == 1
    assert len([receipt for receipt in made if receipt.keys]) == 1


def test_of_agreeing_and_erasing_at_once_erasing_stays(cast: Cast, workers: Workers) -> None:
    item = family.asked(cast)
    agreeing: list[Deed] = [("answer", {"member": cast.sam.pk, "item": item.pk, "choice": "agree"})]
    erasing: list[Deed] = [("erase_story", {"member": cast.ana.pk, "item": item.pk})]
    _together(workers, agreeing, erasing)
    workers.run([("work", {}), ("begin_again", {})])
    assert not scenarios.readers(seen(cast), NAMED.words)
    soundness.assert_every_erasure_is_complete()


def test_nobody_agrees_to_what_was_erased_while_they_looked_at_it(cast: Cast) -> None:
    item = family.asked(cast)
    version = Version.objects.get(item=item)
    sharing.erase(actor=cast.ana, item=item)
    with pytest.raises(Refused):
        sharing.answer(actor=cast.sam, version=version, choice="agree")
    item.refresh_from_db()
    assert item.current is None


def test_of_agreeing_and_taking_back_at_once_one_comes_first_and_nothing_is_half(
    cast: Cast, workers: Workers
) -> None:
    """Either it was taken back while it was asked for, and the asking ended; or it came up, and went."""
    item = family.asked(cast)
    agreeing: list[Deed] = [("answer", {"member": cast.sam.pk, "item": item.pk, "choice": "agree"})]
    taking_back: list[Deed] = [("take_back", {"member": cast.ana.pk, "item": item.pk})]
    _together(workers, agreeing, taking_back)
    soundness.assert_nothing_is_half_there()
    assert scenarios.readers(seen(cast), NAMED.words) <= scenarios.FAMILY


def test_a_page_that_was_being_made_while_its_story_was_erased_keeps_nothing_of_it(
    cast: Cast, workers: Workers
) -> None:
    """Bea's page asked policy and opened the words; then they are erased; then her page keeps what it made."""
    item = family.shared(cast)

    def made_slowly(_missing: list[int]) -> dict[int, str]:
        words = stories.telling_of(item.current).words
        workers.run([("erase_story", {"member": cast.ana.pk, "item": item.pk}), ("work", {})])
        return {item.pk: words}

    kept.get_many("story", [(item.pk, item.current_id)], made_slowly)
    assert Kept.objects.filter(html__contains=NAMED.words).exists(), "else this shows nothing"
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=11)):
        queue.run_due()
    assert not Kept.objects.filter(html__contains=NAMED.words).exists()
    soundness.assert_every_erasure_is_complete()


# --- What has no scenario of its own, for nothing in it can be half done.


def test_two_presses_at_the_same_moment_begin_one_story_and_one_page(cast: Cast, workers: Workers) -> None:
    start: list[Deed] = [("start", {"member": cast.bea.pk, "baby": None})]
    ended = _together(workers, start, start, start)
    assert [one.done for one in ended] == [["start"]] * 3
    assert Draft.objects.filter(writer=cast.bea).count() == Item.objects.filter(author=cast.bea).count() == 1
    add: list[Deed] = [("add_baby", {"member": cast.bea.pk})]
    ended = _together(workers, add, add, add)
    assert [one.done for one in ended] == [["add_baby"]] * 3
    assert Baby.objects.filter(made_by=cast.bea).count() == 1


def test_two_presses_at_the_same_moment_say_one_line_and_name_one_reader(
    cast: Cast, workers: Workers
) -> None:
    item = family.shared(cast)
    line: list[Deed] = [("say_line", {"member": cast.sam.pk, "item": item.pk, "said": "Shall we?"})]
    _together(workers, line, line, line)
    assert FamilyLine.objects.count() == 1
    named = {"item": item.pk, "reader": cast.noa.pk}
    _together(
        workers, *([("name_first_reader", {"member": who.pk, **named})] for who in (cast.ana, cast.sam))
    )
    assert FirstReader.objects.filter(item=item, ended_at=None).count() == 1


def test_who_accepts_an_invitation_twice_at_the_same_moment_is_in_and_meets_no_refusal(
    cast: Cast, workers: Workers
) -> None:
    ana = Parent.objects.get(baby=cast.jack, member=cast.ana)
    invitation, token = families.invite(actor=cast.ana, parent=ana, kind="parent")
    families.agree_to_invitation(actor=cast.sam, invitation=invitation)
    accept: list[Deed] = [("accept", {"member": cast.bea.pk, "token": token})]
    ended = _together(workers, accept, accept, accept)
    assert [one.done for one in ended] == [["accept"]] * 3
    assert Parent.objects.filter(baby=cast.jack, member=cast.bea).count() == 1


def test_of_two_who_open_a_one_time_link_at_the_same_moment_one_has_it(cast: Cast, workers: Workers) -> None:
    item = family.own_words(cast.ana)
    seat, token = sharing.make_seat(actor=cast.ana, item=item, label="Mum")
    ended = _together(
        workers, *([("take_seat", {"member": who.pk, "token": token})] for who in (cast.bea, cast.carl))
    )
    gave = [line["gave"] for one in ended for line in one.lines if "done" in line]
    assert sorted(gave, key=str) == [item.pk, None]
    seat.refresh_from_db()
    assert seat.member in (cast.bea, cast.carl)
