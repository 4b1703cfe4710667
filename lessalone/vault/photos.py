"""Photos: kept, read, let go of.

Kept: keys, then files, then rows, each durable before the next; only then is anything acknowledged. Read:
by its keepers through `Photo.objects.kept_by`; by others only through `sharing`, which asks its policy and
then `read_rendition`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

import structlog
from django.db import transaction
from django.http import Http404

from lessalone.kit import faults, queue
from lessalone.people.models import Member
from lessalone.vault import blobs, erasure, formats, photo_keys, refusals, words
from lessalone.vault.darkroom import job
from lessalone.vault.darkroom.wishes import Region
from lessalone.vault.models import Blob, ErasureRequest, Keeping, PatchSet, Photo, Shelf, ShelfKeeper

log = structlog.get_logger()

WIDTHS = (320, 960, 2048)
WEBP, JPEG = "image/webp", "image/jpeg"
Source = Callable[[], Iterator[bytes]]
"""The original's bytes; each call begins anew."""

DEVELOPED = faults.declare("upload.developed")
KEYS_MADE = faults.declare("upload.keys-made")
BLOB_WRITTEN = faults.declare("upload.blob-written")
COMMITTED = faults.declare("upload.committed")
PICTURES_COMMITTED = faults.declare("upload.pictures-committed")


class NotThere(Http404):
    """There is nothing to give: it was erased, or no such picture was made. A page answers 404."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A rendition or a veil, decrypted."""

    data: bytes
    media_type: str
    width: int
    height: int


# --- Keeping ---


def keep(
    *, actor: Member, shelf: Shelf, source: Source, size: int, on_kept: Callable[[Photo], object]
) -> Photo:
    """Keep one original and what is made of it. When this returns, it is encrypted, on the disk, and
    committed.

    `on_kept(photo)` runs in the same transaction as the rows. Raises `refusals.Refused`, and then nothing
    of it stays.
    """
    form = _recognise(source, size)
    answer = _develop(source, form)
    faults.reach(DEVELOPED)
    holders = _holders(shelf, actor)
    blob_id, key_id = uuid4(), uuid4()
    ids = [uuid4() for _part in answer.parts]
    keys = photo_keys.make(key_id, list(holders.values()), [blob_id, *ids])
    faults.reach(KEYS_MADE)
    blobs.write(blob_id, keys.data_keys[blob_id], source())
    faults.reach(BLOB_WRITTEN)
    _write_parts(answer.parts, ids, keys.data_keys)
    with transaction.atomic():
        photo = Photo.objects.create(
            shelf=shelf,
            added_by=actor,
            key_id=key_id,
            format=form.name,
            state=Photo.State.READY if answer.parts else Photo.State.KEPT,
            width=answer.width,
            height=answer.height,
        )
        on_kept(photo)
        Keeping.objects.bulk_create(
            Keeping(photo=photo, member_id=pk, holder_id=holder)
            for pk, holder in _still(holders, shelf, actor).items()
        )
        original = Blob(
            id=blob_id, photo=photo, role=Blob.Role.ORIGINAL, media_type=form.media_type, size=size
        )
        Blob.objects.bulk_create([original, *_rows(photo, None, answer.parts, ids)])
        if answer.peak < 0:
            queue.enqueue(develop_later, unique_key=str(photo.pk), photo_id=photo.pk)
    faults.reach(COMMITTED)
    return photo


@queue.task(name="vault.develop-photo", attempts=8)
def develop_later(photo_id: int) -> None:
    """Make what can be shown of a photo that was kept while the darkroom was busy. Repeatable."""
    photo = Photo.objects.filter(pk=photo_id, state=Photo.State.KEPT, erased_at=None).first()
    if photo is None or not formats.BY_NAME[photo.format].is_shown:
        return
    try:
        answer = job.develop(read_original(photo))
    except refusals.Refused as refusal:
        log.warning("a kept photo cannot be shown", error=refusal.reason)
        return
    ids = [uuid4() for _part in answer.parts]
    _write_parts(answer.parts, ids, photo_keys.add_data_keys(photo.key_id, ids))
    with transaction.atomic():
        locked = Photo.objects.select_for_update().get(pk=photo_id)
        if locked.erased_at is not None or locked.state == Photo.State.READY or not answer.parts:
            return
        Blob.objects.bulk_create(_rows(locked, None, answer.parts, ids))
        locked.width, locked.height, locked.state = answer.width, answer.height, Photo.State.READY
        locked.save(update_fields=["width", "height", "state"])
    faults.reach(PICTURES_COMMITTED)


def develop_patched(photo: Photo, regions: Sequence[Region], make: Callable[[], PatchSet]) -> PatchSet:
    """The renditions of a photo with soft patches; `make` writes the set's row in the same transaction as
    theirs."""
    answer = job.develop(read_original(photo), regions=regions)
    parts = [part for part in answer.parts if part.role == Blob.Role.RENDITION]
    if not parts:
        raise NotThere
    ids = [uuid4() for _part in parts]
    _write_parts(parts, ids, photo_keys.add_data_keys(photo.key_id, ids))
    with transaction.atomic():
        patch_set = make()
        Blob.objects.bulk_create(_rows(photo, patch_set, parts, ids))
    return patch_set


def let_go(*, actor: Member, photo: Photo) -> ErasureRequest:
    """The actor no longer keeps the photo: their own wrapped key goes. When nobody else keeps it, the
    original and all that was made of it are destroyed."""
    return erasure.request_erasure(
        actor_id=actor.pk, kind=erasure.PHOTO, subject_id=photo.pk, key_ids=[], photo_ids=[photo.pk]
    )


def keepers_besides(photo: Photo, member_id: int) -> int:
    """How many others keep it. For the keeper's own page only."""
    return Keeping.objects.filter(photo=photo, until=None).exclude(member_id=member_id).count()


# --- Reading ---


def read_rendition(
    photo: Photo, width: int, patch_set: PatchSet | int | None = None, *, webp: bool = True
) -> Shown:
    """The smallest rendition whose longest side may be `width` or more; else the largest there is.

    With `patch_set`, its softened renditions and no others. Without `webp`, the JPEG for old phones. Raises
    `NotThere`.
    """
    wanted = patch_set.pk if isinstance(patch_set, PatchSet) else patch_set
    found = Blob.objects.filter(
        photo=photo,
        photo__erased_at=None,
        patch_set=wanted,
        role=Blob.Role.RENDITION,
        media_type=WEBP if webp else JPEG,
    )
    rows = sorted(found, key=lambda blob: blob.box)
    if not rows:
        raise NotThere
    return _open(next((blob for blob in rows if blob.box >= width), rows[-1]))


def read_veil(photo: Photo) -> Shown:
    """Nine colours, flowing into each other. Raises `NotThere`."""
    blob = Blob.objects.filter(photo=photo, photo__erased_at=None, role=Blob.Role.VEIL).first()
    if blob is None:
        raise NotThere
    return _open(blob)


def original_of(photo: Photo) -> Blob:
    """The original's blob, with its size and media type. Raises `NotThere`."""
    blob = Blob.objects.filter(photo=photo, photo__erased_at=None, role=Blob.Role.ORIGINAL).first()
    if blob is None:
        raise NotThere
    return blob


def read_original(photo: Photo, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
    """The untouched original, in pieces, from `start` up to before `stop`. For its keepers only. Raises
    `NotThere`."""
    blob = original_of(photo)
    return blobs.read_range(blob.pk, _key_of(blob), start, stop)


def _open(blob: Blob) -> Shown:
    try:
        data = blobs.read(blob.pk, _key_of(blob))
    except FileNotFoundError:
        raise NotThere from None
    return Shown(data, blob.media_type, blob.width, blob.height)


def _key_of(blob: Blob) -> bytes:
    try:
        return photo_keys.open_data_key(blob.pk)
    except words.Gone:
        raise NotThere from None


# --- What keeping needs ---


def _recognise(source: Source, size: int) -> formats.Format:
    if size == 0:
        raise refusals.Refused(refusals.EMPTY)
    head = b""
    for piece in source():
        head += piece
        if len(head) >= formats.HEAD:
            break
    return recognise(head)


def recognise(head: bytes) -> formats.Format:
    """What a file is by its first bytes. Raises `refusals.Refused` for what is no photo."""
    form = formats.recognise(head[: formats.HEAD])
    if form is None:
        raise refusals.Refused(refusals.VIDEO if formats.is_video(head) else refusals.NO_PHOTO)
    return form


def _develop(source: Source, form: formats.Format) -> job.Answer:
    """What the darkroom says; nothing to show for a raw file. `peak` -1: it was busy, and is asked again
    later."""
    if not form.is_shown:
        return job.Answer(0, 0, [], 0, True)
    try:
        return job.develop(source())
    except (job.Busy, job.OutOfOrder):
        return job.Answer(0, 0, [], -1, True)


def _holders(shelf: Shelf, actor: Member) -> dict[int, UUID]:
    """Who will keep it: the shelf's keepers. Who adds it keeps it in any case; and alone, if they no longer
    keep the shelf with the others, for what is added after parting is not the others'."""
    rows = (
        ShelfKeeper.objects.filter(shelf=shelf).order_by("pk").values_list("member_id", "holder_id", "until")
    )
    current = {member_id: holder for member_id, holder, until in rows if until is None}
    if actor.pk in current:
        return current
    own = [holder for member_id, holder, _until in rows if member_id == actor.pk]
    if not own:
        raise refusals.Refused(refusals.NOT_YOURS)
    return {actor.pk: own[-1]}


def _still(holders: dict[int, UUID], shelf: Shelf, actor: Member) -> dict[int, UUID]:
    """Those of them who are still to keep it, now that the rows are written. A key wrapped for one who left
    in between is swept."""
    Shelf.objects.select_for_update().get(pk=shelf.pk)
    now = _holders(shelf, actor)
    return {pk: holder for pk, holder in holders.items() if now.get(pk) == holder}


def _write_parts(parts: Sequence[job.Part], ids: Sequence[UUID], keys: dict[UUID, bytes]) -> None:
    for part, blob_id in zip(parts, ids, strict=True):
        blobs.write(blob_id, keys[blob_id], [part.content])
        faults.reach(BLOB_WRITTEN)


def _rows(
    photo: Photo, patch_set: PatchSet | None, parts: Iterable[job.Part], ids: Iterable[UUID]
) -> list[Blob]:
    return [
        Blob(
            id=blob_id,
            photo=photo,
            patch_set=patch_set,
            role=part.role,
            box=part.box,
            width=part.width,
            height=part.height,
            media_type=part.media_type,
            size=len(part.content),
        )
        for part, blob_id in zip(parts, ids, strict=True)
    ]
