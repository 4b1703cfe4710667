"""Erasing, in an order that no crash can turn into half an erasure.

    1. a durable request: a row, and a line in the ledger outside the database's backup
    2. the keys, from the key store: from here on nothing can be read again, also not from a backup
    3. the encrypted files
    4. what the rooms above hold of it (`@purges`)
    5. a receipt

Each step can be repeated. `run_erasure` is a task, so it goes on after a kill; `replay_ledger` does again
what a restore from an older backup brought back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone

from lessalone.kit import faults, queue
from lessalone.vault import blobs, ledger, photo_keys, words
from lessalone.vault.models import Blob, ErasureRequest, Keeping, Photo, Receipt

Purge = Callable[[int], object]
PHOTO = "photo"

REQUESTED = faults.declare("erasure.requested")
LEDGERED = faults.declare("erasure.ledgered")
WORD_KEYS_DESTROYED = faults.declare("erasure.word-keys-destroyed")
PHOTO_KEYS_DESTROYED = faults.declare("erasure.photo-keys-destroyed")
KEYS_NOTED = faults.declare("erasure.keys-noted")
FILE_REMOVED = faults.declare("erasure.file-removed")
BYTES_NOTED = faults.declare("erasure.bytes-noted")
PURGED = faults.declare("erasure.purged")
RECEIVED = faults.declare("erasure.receipt-written")

_purges: dict[str, list[Purge]] = defaultdict(list)


def purges(kind: str) -> Callable[[Purge], Purge]:
    """Register what a room above removes for an erasure of this kind.

    Called with the subject's id, after keys and files are gone; it must be able to run twice, also when the
    subject is not there. `photo` is called with the id of each photo that nobody keeps any more.
    """

    def register(purge: Purge) -> Purge:
        if purge not in _purges[kind]:
            _purges[kind].append(purge)
        return purge

    return register


def request_erasure(
    *,
    actor_id: int | None,
    kind: str,
    subject_id: int,
    key_ids: Sequence[UUID],
    photo_ids: Sequence[int] = (),
) -> ErasureRequest:
    """Ask for an erasure, in the caller's transaction: with its commit it is certain, and runs soon after.

    `photo_ids` are photos that `actor_id` lets go of with it: each is destroyed only if nobody else keeps it.
    From the commit on no read returns them.
    """
    with transaction.atomic():
        request = ErasureRequest.objects.create(
            actor_id=actor_id,
            kind=kind,
            subject_id=subject_id,
            key_ids=[str(key_id) for key_id in key_ids],
            photos=[_let_go(photo, actor_id) for photo in _locked(photo_ids)],
            requested_at=timezone.now(),
        )
        queue.enqueue(run_erasure, unique_key=str(request.pk), request_id=request.pk)
        transaction.on_commit(lambda: _write_ledger(request))
    return request


@queue.task(name="vault.run-erasure", attempts=40)
def run_erasure(request_id: int) -> None:
    """Carry an erasure through, from wherever it stopped. Repeatable."""
    request = ErasureRequest.objects.filter(pk=request_id, finished_at=None).first()
    if request is None:
        return
    receipt, _ = Receipt.objects.get_or_create(request=request)
    if request.ledgered_at is None:
        _write_ledger(request)
    if request.keys_destroyed_at is None:
        _destroy_keys(request, receipt)
    if request.bytes_removed_at is None:
        _remove_bytes(request, receipt)
    if request.purged_at is None:
        _purge(request)
    _note(request, "finished_at")
    faults.reach(RECEIVED)


def unfinished(older_than: timedelta = timedelta(0)) -> Iterable[ErasureRequest]:
    """Requests that were begun and are not done."""
    return ErasureRequest.objects.filter(finished_at=None, requested_at__lte=timezone.now() - older_than)


def replay_ledger() -> int:
    """Erase again what a restore from an older backup brought back: each line this database does not know of.

    Run it before the restored database is served, for that may give out the same row numbers anew. It also
    finishes what was begun, so that nothing is served of what an earlier, interrupted run began. How many it
    did not know of.
    """
    for request in unfinished():
        run_erasure(request_id=request.pk)
    known = set(ErasureRequest.objects.values_list("public_id", flat=True))
    count = 0
    for entry in ledger.entries():
        if entry["id"] in known:
            continue
        known.add(entry["id"])
        run_erasure(request_id=_request_again(entry).pk)
        count += 1
    return count


# --- The steps ---


def _write_ledger(request: ErasureRequest) -> None:
    faults.reach(REQUESTED)
    ledger.append(
        {
            "id": request.public_id,
            "kind": request.kind,
            "subject": request.subject_id,
            "keys": request.key_ids,
            "photos": request.photos,
            "at": request.requested_at.isoformat(),
        }
    )
    _note(request, "ledgered_at")
    faults.reach(LEDGERED)


def _destroy_keys(request: ErasureRequest, receipt: Receipt) -> None:
    count = words.destroy(UUID(key_id) for key_id in request.key_ids)
    faults.reach(WORD_KEYS_DESTROYED)
    for entry in request.photos:
        if entry["whole"]:
            count += photo_keys.destroy([UUID(entry["key"])])
        elif entry["holder"]:
            count += photo_keys.let_go(UUID(entry["key"]), UUID(entry["holder"]))
    faults.reach(PHOTO_KEYS_DESTROYED)
    receipt.keys += count
    receipt.photos = len(_whole(request))
    receipt.photos_kept_by_others = len(request.photos) - receipt.photos
    receipt.save(update_fields=["keys", "photos", "photos_kept_by_others"])
    _note(request, "keys_destroyed_at")
    faults.reach(KEYS_NOTED)


def _remove_bytes(request: ErasureRequest, receipt: Receipt) -> None:
    for blob in Blob.objects.filter(photo__public_id__in=_whole(request)):
        size = blobs.remove(blob.pk)
        faults.reach(FILE_REMOVED)
        with transaction.atomic():
            blob.delete()
            receipt.files += 1
            receipt.bytes += size
            receipt.save(update_fields=["files", "bytes"])
    _note(request, "bytes_removed_at")
    faults.reach(BYTES_NOTED)


def _purge(request: ErasureRequest) -> None:
    for photo in Photo.objects.filter(public_id__in=_whole(request)):
        for purge in _purges[PHOTO]:
            purge(photo.pk)
        _remove_row(photo)
    if request.kind != PHOTO:
        for purge in _purges[request.kind]:
            purge(request.subject_id)
    _note(request, "purged_at")
    faults.reach(PURGED)


def _remove_row(photo: Photo) -> None:
    """The row goes too. Where a room above still points at it, an empty row without keys or files remains."""
    try:
        photo.delete()
    except ProtectedError:
        photo.patch_sets.all().delete()
        photo.keepings.all().delete()


# --- What they need ---


def _locked(photo_ids: Sequence[int]) -> list[Photo]:
    """The photos, locked in one order, so that two who let go at once see each other."""
    if not photo_ids:
        return []
    return list(Photo.objects.select_for_update().filter(pk__in=photo_ids, erased_at=None).order_by("pk"))


def _let_go(photo: Photo, actor_id: int | None) -> dict[str, Any]:
    """End the actor's keeping. When nobody keeps the photo any more, it is not read again from now on."""
    now = timezone.now()
    keeping = Keeping.objects.filter(photo=photo, member_id=actor_id or 0, until=None).first()
    if keeping is not None:
        keeping.until = now
        keeping.save(update_fields=["until"])
    is_whole = not Keeping.objects.filter(photo=photo, until=None).exists()
    if is_whole:
        photo.erased_at = now
        photo.save(update_fields=["erased_at"])
    return {
        "photo": photo.public_id,
        "key": str(photo.key_id),
        "holder": str(keeping.holder_id) if keeping else None,
        "whole": is_whole,
    }


def _request_again(entry: dict[str, Any]) -> ErasureRequest:
    """The request of a ledger line, as new, and what it took away from the sight of its keepers."""
    with transaction.atomic():
        for photo in entry["photos"]:
            found = Photo.objects.filter(public_id=photo["photo"], key_id=photo["key"])
            if photo["whole"]:
                found.update(erased_at=entry["at"])
            if photo["holder"]:
                Keeping.objects.filter(photo__in=found, holder_id=photo["holder"], until=None).update(
                    until=entry["at"]
                )
        request = ErasureRequest(
            kind=entry["kind"],
            subject_id=entry["subject"],
            key_ids=entry["keys"],
            photos=entry["photos"],
            requested_at=datetime.fromisoformat(entry["at"]),
            ledgered_at=timezone.now(),
        )
        request.public_id = entry["id"]
        request.save()
    return request


def _whole(request: ErasureRequest) -> list[str]:
    return [entry["photo"] for entry in request.photos if entry["whole"]]


def _note(request: ErasureRequest, step: str) -> None:
    setattr(request, step, timezone.now())
    request.save(update_fields=[step])
