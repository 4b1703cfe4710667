"""Gone means gone: whatever is interrupted, and whatever a backup brings back."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from lessalone.kit import faults, queue
from lessalone.vault import blobs, erasure, keyring, ledger, photo_keys, photos, tasks, words
from lessalone.vault.keystore.models import DataKey, Key, PhotoKey
from lessalone.vault.models import Blob, ErasureRequest, Keeping, Photo, Receipt
from tests import cast
from tests.children import run_child
from tests.vault.conftest import a_file, kept

ERASURE_FAULTS = sorted(name for name in faults.names if name.startswith("erasure."))
REALLY = pytest.mark.django_db(transaction=True, databases="__all__")


@pytest.fixture
def purged():
    """A room above, which notes what it was asked to remove."""
    asked: list[int] = []
    erasure.purges("tests")(asked.append)
    erasure.purges("photo")(asked.append)
    yield asked
    erasure._purges["tests"].remove(asked.append)
    erasure._purges["photo"].remove(asked.append)


def request(actor, key_ids, photo_ids=(), subject=7):
    return erasure.request_erasure(
        actor_id=actor.pk, kind="tests", subject_id=subject, key_ids=key_ids, photo_ids=photo_ids
    )


@REALLY
def test_words_and_photos_go_in_order_and_a_receipt_counts_them(purged):
    ana = cast.a_member("ana")
    shelf = cast.a_shelf(ana)
    photo = kept(shelf, ana)
    key = words.new_key(purpose="story")
    sealed = words.seal(key, "Jack.", context="body")
    files = Blob.objects.filter(photo=photo).count()
    asked = request(ana, [key], [photo.pk])
    assert not Photo.objects.kept_by(ana.pk).exists(), "no read returns it from the request on"
    queue.run_due()
    with pytest.raises(words.Gone):
        words.unseal(key, sealed, context="body")
    assert purged == [photo.pk, 7]
    receipt = Receipt.objects.get(request=asked)
    assert (receipt.photos, receipt.files) == (1, files)
    assert receipt.keys == 1 + 1 + files
    assert receipt.bytes > 1000
    asked.refresh_from_db()
    assert asked.finished_at is not None


@REALLY
def test_a_request_that_is_rolled_back_never_was(purged):
    ana = cast.a_member("ana")
    key = words.new_key(purpose="story")
    with transaction.atomic():
        request(ana, [key])
        transaction.set_rollback(True)
    queue.run_due()
    assert Key.objects.filter(pk=key).exists()
    assert list(ledger.entries()) == []
    assert purged == []


@REALLY
def test_running_again_does_nothing_again(purged):
    ana = cast.a_member("ana")
    asked = request(ana, [words.new_key(purpose="story")])
    erasure.run_erasure(request_id=asked.pk)
    erasure.run_erasure(request_id=asked.pk)
    queue.run_due()
    assert purged == [7]
    assert Receipt.objects.count() == 1


@REALLY
def test_the_ledger_holds_ids_and_no_words(purged):
    ana = cast.a_member("ana")
    photo = kept(cast.a_shelf(ana), ana)
    asked = request(ana, [words.new_key(purpose="story")], [photo.pk])
    (entry,) = ledger.entries()
    assert entry["id"] == asked.public_id
    assert set(entry) == {"id", "kind", "subject", "keys", "photos", "at"}
    assert ana.handle not in json.dumps(entry)
    assert ledger.path().stat().st_mode & 0o777 == 0o600
    assert settings.LEDGER not in settings.BLOBS.parents


@REALLY
def test_a_line_cut_off_by_a_crash_spoils_no_other():
    ledger.append({"id": "first"})
    with ledger.path().open("ab") as file:
        file.write(b'{"id":"cut')
    ledger.append({"id": "third"})
    assert [entry["id"] for entry in ledger.entries()] == ["first", "third"]


@REALLY
@pytest.mark.parametrize("fault", ERASURE_FAULTS)
def test_an_erasure_that_is_killed_anywhere_is_finished_when_work_begins_again(fault, tmp_path):
    ana = cast.a_member("ana")
    photo = kept(cast.a_shelf(ana), ana)
    key = words.new_key(purpose="story")
    paths = [blobs.path_of(blob.pk) for blob in Blob.objects.filter(photo=photo)]
    ended = run_child("tests.vault.crash_child:let_go", fault=fault, member=ana.pk, photo=photo.pk)
    if not ended.was_killed:  # a point after the request: the task reaches it
        assert run_child("tests.vault.crash_child:work", fault=fault).was_killed
    else:
        assert ErasureRequest.objects.exists(), "the request was durable before anything else"
    assert not Photo.objects.kept_by(ana.pk).exists(), "nothing half-visible"
    with pytest.raises(photos.NotThere):
        photos.read_veil(photo)
    _time_passes()
    assert run_child("tests.vault.crash_child:work").code == 0
    asked = ErasureRequest.objects.get()
    assert asked.finished_at is not None
    assert asked.receipt.photos == 1
    assert [entry["id"] for entry in ledger.entries()].count(asked.public_id) >= 1
    assert not PhotoKey.objects.exists()
    assert not DataKey.objects.exists()
    assert not Photo.objects.exists()
    assert not any(path.exists() for path in paths)
    assert Key.objects.filter(pk=key).exists(), "nobody asked for that one"


@REALLY
def test_an_erasure_whose_task_was_lost_is_taken_up_again():
    ana = cast.a_member("ana")
    asked = request(ana, [words.new_key(purpose="story")])
    from lessalone.kit.models import QueuedTask

    QueuedTask.objects.all().delete()
    tasks.resume_erasures()
    assert not QueuedTask.objects.exists(), "it may be at it now"
    ErasureRequest.objects.update(requested_at=timezone.now() - timedelta(minutes=10))
    tasks.resume_erasures()
    queue.run_due()
    asked.refresh_from_db()
    assert asked.finished_at


@REALLY
def test_an_older_backup_does_not_bring_back_what_was_erased(purged):
    """The database and the files come back from before the erasure; the ledger has stayed."""
    ana, sam = cast.a_member("ana"), cast.a_member("sam")
    shelf = cast.a_shelf(ana, sam)
    photo, other = kept(shelf, ana), kept(shelf, ana)
    backup = _back_up()
    photos.let_go(actor=ana, photo=photo)
    photos.let_go(actor=sam, photo=photo)
    photos.let_go(actor=ana, photo=other)
    key = words.new_key(purpose="story")
    request(ana, [key], subject=12)
    queue.run_due()
    purged.clear()
    _restore(*backup)
    assert Photo.objects.count() == 2, "it must have come back, or this shows nothing"
    assert erasure.replay_ledger() == 4
    assert set(Photo.objects.kept_by(sam.pk)) == {other}
    assert set(Photo.objects.kept_by(ana.pk)) == set()
    assert not any(blobs.path_of(blob).exists() for blob, name in backup[2] if name == photo.public_id)
    assert 12 in purged
    assert erasure.replay_ledger() == 0, "once is enough"


@REALLY
def test_replaying_spares_a_new_photo_that_was_given_an_erased_ones_number(purged):
    ana = cast.a_member("ana")
    shelf = cast.a_shelf(ana)
    erased = kept(shelf, ana)
    photos.let_go(actor=ana, photo=erased)
    queue.run_due()
    ErasureRequest.objects.all()
    Receipt.objects.all().delete()
    ErasureRequest.objects.all().delete()
    newer = kept(shelf, ana)
    Photo.objects.filter(pk=newer.pk).update(added_at=timezone.now())
    assert erasure.replay_ledger() == 1
    assert set(Photo.objects.kept_by(ana.pk)) == {newer}
    assert b"".join(photos.read_original(newer)) == a_file()


@REALLY
def test_an_old_copy_of_the_key_store_opens_nothing_after_the_master_key_was_turned():
    ana = cast.a_member("ana")
    photo = kept(cast.a_shelf(ana), ana)
    stolen = list(Key.objects.values())
    keyring.add_active_key()
    keyring.rewrap_all()
    keyring.drop_old_keys()
    assert photos.read_veil(photo)
    ring = keyring.keyring()
    with pytest.raises(keyring.KeyFileProblem):
        ring.key(stolen[0]["wrapped_by"])


@REALLY
def test_keys_of_one_photo_go_and_those_of_others_stay():
    ana = cast.a_member("ana")
    shelf = cast.a_shelf(ana)
    first, second = kept(shelf, ana), kept(shelf, ana)
    photo_keys.destroy([first.key_id])
    assert photos.read_veil(second)
    with pytest.raises(photos.NotThere):
        photos.read_veil(first)


# --- What they need ---


def _time_passes() -> None:
    """The lease of a killed worker ends."""
    from lessalone.kit.models import QueuedTask

    QueuedTask.objects.update(due_at=timezone.now() - timedelta(seconds=1))


def _back_up():
    rows = {model: list(model.objects.all()) for model in (Photo, Keeping, Blob)}
    files = {blob.pk: blobs.path_of(blob.pk).read_bytes() for blob in rows[Blob]}
    names = [(blob.pk, blob.photo.public_id) for blob in Blob.objects.select_related("photo")]
    return rows, files, names


def _restore(rows, files, _names) -> None:
    Receipt.objects.all().delete()
    ErasureRequest.objects.all().delete()
    for model in (Blob, Keeping, Photo):
        model.objects.all().delete()
    for model in (Photo, Keeping, Blob):
        model.objects.bulk_create(rows[model])
    for blob_id, content in files.items():
        blobs.path_of(blob_id).write_bytes(content)
