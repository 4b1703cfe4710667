"""A key whose row was never written is removed after a grace time, and no other."""

from __future__ import annotations

import pytest
from django.db.models import F

from lessalone.vault import sweep
from lessalone.vault.keystore.models import Key
from tests.cast import Cast
from tests.crash import family, soundness
from tests.crash.seen import seen
from tests.crash.workers import Deed, Workers

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
AGAIN: list[Deed] = [("begin_again", {})]


@pytest.mark.parametrize("point", ["sharing.key-written", "responses.key-written"])
def test_a_key_that_a_crash_left_without_its_row_is_swept_and_no_other(
    point: str, cast: Cast, workers: Workers
) -> None:
    story = family.shared(cast, photo=family.a_photo(cast))
    family.an_answer(cast.bea, story, "Answered before.")
    family.a_draft(cast.ana, family.COVER, baby=cast.jack)
    doing: dict[str, Deed] = {
        "sharing.key-written": ("begin", {"member": cast.bea.pk, "baby": None}),
        "responses.key-written": (
            "respond",
            {"member": cast.carl.pk, "story": family.own_words(cast.bea).pk, "words": "Yes.", "form": ""},
        ),
    }
    before, keys = seen(cast), set(Key.objects.values_list("pk", flat=True))
    assert workers.run([doing[point]], fault=point).was_killed
    workers.run(AGAIN)
    assert Key.objects.count() == len(keys) + 1, "not before the grace time: it may be in use in a moment"
    Key.objects.update(made_at=F("made_at") - 2 * sweep.GRACE)
    workers.run(AGAIN)
    assert set(Key.objects.values_list("pk", flat=True)) == keys
    soundness.assert_no_key_is_missing()
    soundness.assert_nothing_is_half_there()
    assert seen(cast) == before
