"""An older backup comes back, and with it what was erased since: it goes again before anything is served."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.utils import timezone

from lessalone.kit.derived.models import Kept
from lessalone.responses.models import Response
from lessalone.sharing.models import Item
from lessalone.stories.models import Words
from lessalone.vault import blobs, erasure, photos, words
from lessalone.vault.keystore.models import Key
from lessalone.vault.models import Blob, ErasureRequest, Photo
from tests.cast import Cast
from tests.crash import family, scenarios, soundness, stores
from tests.crash.family import CHANGED, COVER, DESCRIPTION, NAMED
from tests.crash.scenarios import readers
from tests.crash.seen import seen
from tests.crash.workers import Deed, Workers
from tests.vault.conftest import a_file

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
BEAS = "I sat at that window too."
STAYS = "This one stays."
START_UP: list[Deed] = [("start_up", {})]
REPLAYED = [point for point in scenarios.ERASURE if point not in ("erasure.requested", "erasure.ledgered")]


@dataclass
class Backup:
    """A community, a backup of it, and everything that was erased since."""

    copy: stores.Copy
    story: Item
    answer: Item
    photo: Photo
    sealed: list[tuple[object, bytes, str]]
    files: list[Path]


@pytest.fixture
def backup(cast: Cast, tmp_path: Path, workers: Workers) -> Iterator[Backup]:
    """Ana erases their story and lets a photo go with Sam; Bea erases an answer below Carl's story."""
    photo, second = family.a_photo(cast), family.a_photo(cast)
    story = family.shared(cast, photo=photo)
    family.an_answer(cast.bea, story, scenarios.FIRST)
    family.a_revision(cast, story)
    of_carl = family.own_words(cast.carl)
    answer = family.an_answer(cast.bea, of_carl, BEAS)
    family.an_answer(cast.dora, of_carl, STAYS)
    seen(cast)
    sealed = [(row.version.item.key_id, bytes(row.sealed), f"story-words:{row.pk}") for row in _words(story)]
    sealed.append((answer.key_id, bytes(Response.objects.get(item=answer).sealed), "response.words"))
    files = [blobs.path_of(blob.pk) for blob in Blob.objects.filter(photo=second)]
    with stores.copied(tmp_path / "backup") as copy:
        erased = workers.run(
            [
                ("erase_story", {"member": cast.ana.pk, "item": story.pk}),
                ("erase_response", {"member": cast.bea.pk, "item": answer.pk}),
                ("let_go", {"member": cast.ana.pk, "photo": second.pk}),
                ("let_go", {"member": cast.sam.pk, "photo": second.pk}),
                ("work", {}),
            ]
        )
        assert len(erased.done) == 5, erased.lines
        soundness.assert_every_erasure_is_complete()
        yield Backup(copy, story, answer, second, sealed, files)


def test_what_was_erased_since_the_backup_is_erased_again_before_anything_is_served(
    backup: Backup, cast: Cast, workers: Workers
) -> None:
    _restore(backup, cast)
    assert workers.run(START_UP).lines[-1]["gave"] == 0
    _assert_it_is_gone_again(backup, cast)
    family.shared(cast, CHANGED)
    before = seen(cast)
    assert workers.run(START_UP).lines[-1]["gave"] == 0
    assert seen(cast) == before, "it erases once, and nothing that was made since"
    assert readers(before, CHANGED.words) >= {"bea"}


def test_erasing_again_that_is_killed_at_each_point_is_finished_by_the_next_start(
    backup: Backup, cast: Cast, workers: Workers
) -> None:
    _restore(backup, cast)
    for point in REPLAYED:
        assert workers.run(START_UP, fault=point).was_killed, f"it did not come by {point}"
    assert workers.run(START_UP).lines[-1]["gave"] == 0
    _assert_it_is_gone_again(backup, cast)


def test_a_new_story_that_was_given_an_erased_ones_number_is_left_alone(
    backup: Backup, cast: Cast, workers: Workers
) -> None:
    """Somebody served the restored database without starting it up: numbers were given anew."""
    _restore(backup, cast)
    newer = family.shared(cast, CHANGED)
    answer = family.an_answer(cast.max, newer, "I remember him.")
    entry = ErasureRequest(kind="item", subject_id=newer.pk, key_ids=[], photos=[])
    erasure._purge(_saved(entry))
    other = ErasureRequest(kind="response", subject_id=answer.pk, key_ids=[], photos=[])
    erasure._purge(_saved(other))
    found = seen(cast)
    assert readers(found, CHANGED.words) == readers(found, "I remember him.") >= {"bea", "sam"}
    soundness.assert_nothing_is_half_there()


def _restore(backup: Backup, cast: Cast) -> None:
    """The old rows, keys and files; the ledger as it is now, and what can be made again was removed."""
    backup.copy.put_back()
    Kept.objects.all().delete()
    found = seen(cast)
    for text in (NAMED.words, BEAS, scenarios.FIRST, DESCRIPTION):
        assert readers(found, text), "it must have come back, or this shows nothing"
    assert all(path.exists() for path in backup.files)
    assert all(words.unseal(key, sealed, context=context) for key, sealed, context in backup.sealed)
    assert b"".join(photos.read_original(backup.photo)) == a_file()


def _assert_it_is_gone_again(backup: Backup, cast: Cast) -> None:
    found = seen(cast)
    for text in (NAMED.words, CHANGED.words, BEAS, scenarios.FIRST, DESCRIPTION):
        assert not readers(found, text) | scenarios.writers(found, text) | scenarios.asked_about(found, text)
    assert readers(found, COVER.words) >= scenarios.MEMBERS - {"carl"}, "Carl's own words stay"
    assert readers(found, STAYS) >= scenarios.MEMBERS
    for key, sealed, context in backup.sealed:
        with pytest.raises(words.Gone):
            words.unseal(key, sealed, context=context)
    assert not any(path.exists() for path in backup.files)
    with pytest.raises(photos.NotThere):
        photos.read_veil(backup.photo)
    assert not Photo.objects.filter(pk=backup.photo.pk).exists()
    soundness.assert_items_are_gone([backup.story.pk, backup.answer.pk])
    soundness.assert_every_erasure_is_complete()
    soundness.assert_nothing_is_half_there()
    soundness.assert_no_key_is_missing()
    assert ErasureRequest.objects.count() == 4
    assert Key.objects.exists()


def _words(story: Item) -> list[Words]:
    return list(Words.objects.filter(version__item=story).select_related("version__item"))


def _saved(request: ErasureRequest) -> ErasureRequest:
    request.requested_at = timezone.now()
    request.save()
    return request
