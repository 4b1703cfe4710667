"""A key whose row was never written is removed after a grace time, and no other."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connections
from django.db.models import F, UUIDField
from django.test.utils import CaptureQueriesContext

from lessalone.vault import sweep, words
from lessalone.vault.keystore.models import DataKey, Key, PhotoKey
from lessalone.vault.models import Photo
from tests.cast import Cast
from tests.crash import family, soundness
from tests.crash.seen import seen
from tests.crash.workers import Deed, Workers
from tests.privacy import scene as scenes

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


def test_every_column_that_names_a_key_is_known_to_the_sweep() -> None:
    """A key of whose rows the sweep knows nothing would stay for ever; of half of them, be destroyed in use."""
    of_photos = {(Photo, "key_id"): "the keys of photos are wrapped keys: `sweep_photo_keys`"}
    named = {column for columns in sweep.columns().values() for column in columns}
    there = {
        (model, field.name)
        for model in apps.get_models()
        if not model._meta.app_label.startswith("keystore")
        for field in model._meta.get_fields()
        if isinstance(field, UUIDField) and field.name in ("key_id", "holder_id")
        if model not in (Key, PhotoKey, DataKey)
    }
    assert there - set(of_photos) == named


def test_of_each_purpose_an_orphan_is_found_after_its_time_and_a_key_in_use_stays() -> None:
    scenes.build()
    in_use = dict(Key.objects.values_list("pk", "purpose"))
    assert set(in_use.values()) == set(sweep.columns()), "of each purpose there must be a key in use"
    orphans = {words.new_key(purpose=purpose) for purpose in sweep.columns()}
    assert sweep.sweep_keys() == 0, "not before the grace time: it may be in use in a moment"
    Key.objects.update(made_at=F("made_at") - 2 * sweep.GRACE)
    assert sweep.sweep_keys() == len(orphans)
    assert dict(Key.objects.values_list("pk", "purpose")) == in_use


def test_however_many_keys_there_are_they_are_looked_at_a_few_at_a_time(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database takes only so many values in one question; the sweep of a large place must not stop there."""
    family.an_answer(cast.bea, family.shared(cast, photo=family.a_photo(cast)), "Answered before.")
    keys = [set(model.objects.values_list("pk", flat=True)) for model in (Key, PhotoKey, DataKey)]
    orphans = [words.new_key(purpose="item:story") for _ in range(3)]
    for model in (Key, PhotoKey, DataKey):
        model.objects.update(made_at=F("made_at") - 2 * sweep.GRACE)
    monkeypatch.setattr(sweep, "BATCH", 2)
    with CaptureQueriesContext(connections["default"]) as asked:
        assert sweep.sweep_keys() == len(orphans)
        assert sweep.sweep_photo_keys() == sweep.sweep_files() == 0
    assert asked.captured_queries
    assert not [
        q for q in asked.captured_queries if q["sql"].count("', '") > 1 or q["sql"].count("::uuid") > 2
    ]
    assert [set(m.objects.values_list("pk", flat=True)) for m in (Key, PhotoKey, DataKey)] == keys
