"""Uploads: bytes become durable before they are acknowledged; a whole file becomes a kept photo, once.

Used by the tus pages and by the plain form alike. What was acknowledged is what the row says (`offset`), and
the row is written after the bytes are on the disk. Whoever asks again after a crash or a lost answer is told
the same offset, or gets the same photo.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count, F, Sum
from django.utils import timezone

from lessalone.kit import faults, limits
from lessalone.people.models import Member
from lessalone.vault import formats, incoming, photos, refusals, words
from lessalone.vault.models import Photo, Shelf, Upload

Read = Callable[[int], bytes]

PURPOSE, METADATA = "upload", "upload.metadata"
LIFETIME = timedelta(days=7)
"""An upload that nobody goes on with is removed after this. Each piece received starts the time anew."""
REMEMBERED = timedelta(days=1)
"""For so long an upload that ended still says how it ended, to one who lost the answer."""
MOST_UNFINISHED = 60
MOST_AN_HOUR = 600
RESERVE = 256 << 20
"""Bytes of the disk that uploads leave free, so that words can still be written."""
CHECKPOINT = 8 << 20
PIECE = 256 << 10
PATIENCE = 5.0
FINISH_PATIENCE = 120.0
CHECKSUMS = ("sha1", "sha256", "md5")

CREATED = faults.declare("upload.created")
WRITTEN = faults.declare("upload.chunk-written")
SYNCED = faults.declare("upload.chunk-synced")
RECORDED = faults.declare("upload.chunk-recorded")
CLEANED = faults.declare("upload.incoming-removed")


class Conflict(Exception):
    """The bytes do not begin where the upload is."""


class TooMuch(Exception):
    """More bytes than the upload was said to have."""


class Mismatch(Exception):
    """The checksum says that the bytes are not those that were sent. None of them were kept."""


class UnknownChecksum(Exception):
    """A checksum that cannot be computed here, or cannot be read."""


class Ended(Exception):
    """The upload was refused, or is gone."""


def begin(*, actor: Member, shelf: Shelf, length: int | None, metadata: str = "") -> Upload:
    """A new upload, of `length` bytes if that is known. Its file and row are durable on return.

    Raises `refusals.Refused`: too large, too many at once, no room.
    """
    _check_length(length)
    _check_quota(actor, length or 0)
    key_id = words.new_key(purpose=PURPOSE)
    incoming.create(key_id)
    upload = Upload.objects.create(
        member=actor,
        shelf=shelf,
        key_id=key_id,
        metadata_sealed=words.seal(key_id, metadata, context=METADATA) if metadata else b"",
        length=-1 if length is None else length,
        expires_at=timezone.now() + LIFETIME,
    )
    faults.reach(CREATED)
    return upload


def append(*, upload: Upload, offset: int, read: Read, size: int, checksum: str = "") -> Upload:
    """Add `size` bytes from `read` at `offset`. What the returned row counts is on the disk.

    If they stop coming, those that came are kept, unless there is a checksum. Raises `Conflict`, `TooMuch`,
    `Mismatch`, `UnknownChecksum`, `incoming.Locked`, `Ended`; `refusals.Refused` when it is no photo.
    """
    digest = _digest(checksum)
    with incoming.locked(upload.key_id, PATIENCE) as file:
        _refresh(upload)
        if upload.ended_at is not None:
            raise Ended
        if offset != upload.offset:
            raise Conflict
        if 0 <= upload.length < offset + size:
            raise TooMuch
        writer = incoming.Writer(file, upload.key_id, offset=upload.offset, stored=upload.stored)
        _receive(upload, writer, read, size, digest)
    return upload


def complete(*, upload: Upload, length: int) -> None:
    """Say how many bytes there are, now that all have come (the plain form knows it only then)."""
    upload.length = length
    upload.save(update_fields=["length"])


def finish(*, upload: Upload) -> Upload:
    """Turn an upload that is whole into a kept photo, or refuse it. Repeatable: it yields one photo, or one
    refusal.

    Not whole yet: nothing happens. Raises `incoming.Locked` when someone else is at it for long.
    """
    if upload.ended_at is None and upload.offset == upload.length:
        try:
            with incoming.locked(upload.key_id, FINISH_PATIENCE):
                _refresh(upload)
                if upload.ended_at is None:
                    _keep(upload)
        except FileNotFoundError:
            _refresh(upload)
    if upload.ended_at is not None:
        clean(upload)
    return upload


def refuse(upload: Upload, reason: str) -> None:
    """End an upload without a photo. Nothing of its bytes stays; that it was refused is remembered for a
    day."""
    _end(upload, refusal=reason)
    clean(upload)


def terminate(*, upload: Upload) -> None:
    """Forget an upload. A photo that it has become stays: it is let go of on its own page. Repeatable."""
    try:
        with incoming.locked(upload.key_id, PATIENCE):
            forget(upload)
    except FileNotFoundError:
        forget(upload)


def forget(upload: Upload) -> None:
    """Key, file, row."""
    clean(upload)
    upload.delete()


def clean(upload: Upload) -> None:
    """Destroy the key and the file of what was on its way. Repeatable."""
    if incoming.path_of(upload.key_id).exists():
        words.destroy([upload.key_id])
        incoming.remove(upload.key_id)
    faults.reach(CLEANED)


def metadata_of(upload: Upload) -> str:
    """`Upload-Metadata` as it was sent, while the upload lasts."""
    try:
        return words.unseal(upload.key_id, bytes(upload.metadata_sealed), context=METADATA)
    except (words.Gone, words.Altered):
        return ""


def _refresh(upload: Upload) -> None:
    """The row as it is now, under the lock. Raises `Ended` when it was forgotten."""
    try:
        upload.refresh_from_db()
    except Upload.DoesNotExist:
        raise Ended from None


# --- Receiving ---


def _receive(upload: Upload, writer: incoming.Writer, read: Read, size: int, digest: _Digest | None) -> None:
    """Pieces to the disk; the row follows every 8 MiB and at the end. A broken connection ends it early."""
    start = (upload.offset, upload.stored)
    try:
        for piece in _pieces(read, size):
            if writer.offset == 0:
                _check_kind(upload, piece)
            writer.add(piece)
            if digest is not None:
                digest.update(piece)
            elif writer.offset - upload.offset >= CHECKPOINT:
                _record(upload, writer)
    finally:
        is_whole = writer.offset - start[0] == size
        if digest is not None and not (is_whole and digest.is_right()):
            writer.go_back(*start)
        elif upload.ended_at is None:
            _record(upload, writer)
    if digest is not None and writer.offset == start[0] and size:
        raise Mismatch


def _pieces(read: Read, size: int) -> Iterator[bytes]:
    """As many bytes as there are, up to `size`."""
    while size > 0:
        try:
            piece = read(min(PIECE, size))
        except OSError:
            return
        if not piece:
            return
        size -= len(piece)
        yield piece


def _record(upload: Upload, writer: incoming.Writer) -> None:
    """Bytes first, then the row that counts them."""
    faults.reach(WRITTEN)
    writer.sync()
    faults.reach(SYNCED)
    upload.offset, upload.stored = writer.offset, writer.stored
    upload.expires_at = timezone.now() + LIFETIME
    upload.save(update_fields=["offset", "stored", "expires_at"])
    faults.reach(RECORDED)


def _check_kind(upload: Upload, head: bytes) -> None:
    """What is no photo is refused by its first bytes, before the rest is sent."""
    if len(head) < min(formats.HEAD, upload.length if upload.length >= 0 else formats.HEAD):
        return
    try:
        photos.recognise(head)
    except refusals.Refused as refusal:
        refuse(upload, refusal.reason)
        raise


class _Digest:
    """A checksum that was promised, and the bytes that came."""

    def __init__(self, name: str, expected: bytes) -> None:
        self._made = hashlib.new(name, usedforsecurity=False)
        self._expected = expected
        self.update = self._made.update

    def is_right(self) -> bool:
        return self._made.digest() == self._expected


def _digest(header: str) -> _Digest | None:
    if not header:
        return None
    name, _, encoded = header.strip().partition(" ")
    if name not in CHECKSUMS:
        raise UnknownChecksum
    try:
        return _Digest(name, base64.b64decode(encoded, validate=True))
    except binascii.Error:
        raise UnknownChecksum from None


# --- Finishing ---


def _keep(upload: Upload) -> None:
    try:
        photos.keep(
            actor=upload.member,
            shelf=upload.shelf,
            source=lambda: incoming.read(upload.key_id, upload.stored),
            size=upload.length,
            on_kept=lambda photo: _end(upload, photo=photo),
        )
    except refusals.Refused as refusal:
        _end(upload, refusal=refusal.reason)


def _end(upload: Upload, *, photo: Photo | None = None, refusal: str = "") -> None:
    upload.photo, upload.refusal, upload.ended_at = photo, refusal, timezone.now()
    upload.expires_at = upload.ended_at + REMEMBERED
    upload.save(update_fields=["photo", "refusal", "ended_at", "expires_at"])


# --- Limits ---


def most_bytes() -> int:
    """The largest file that is kept."""
    return settings.ENVIRONMENT.max_photo_megabytes * 1_000_000


def _check_length(length: int | None) -> None:
    if length is not None and length > most_bytes():
        raise refusals.Refused(refusals.TOO_MANY_BYTES)


def _check_quota(member: Member, length: int) -> None:
    if not limits.allow(f"vault.upload:{member.pk}", MOST_AN_HOUR, 3600):
        raise refusals.Refused(refusals.TOO_MANY)
    waiting = Upload.objects.filter(member=member, ended_at=None).aggregate(
        count=Count("pk"), promised=Sum("length"), here=Sum("offset")
    )
    if waiting["count"] >= MOST_UNFINISHED:
        raise refusals.Refused(refusals.TOO_MANY)
    coming = Upload.objects.filter(ended_at=None, length__gt=0).aggregate(rest=Sum(F("length") - F("offset")))
    free = shutil.disk_usage(settings.BLOBS if settings.BLOBS.exists() else settings.BLOBS.parent).free
    if free - (coming["rest"] or 0) - 2 * length < RESERVE:
        raise refusals.Refused(refusals.NO_ROOM)


def sweep() -> int:
    """Finish what is whole, forget what has expired. Returns how many."""
    count = 0
    now = timezone.now()
    with transaction.atomic():
        whole = list(Upload.objects.filter(ended_at=None, length__gte=0, offset=F("length"))[:100])
        expired = list(Upload.objects.filter(expires_at__lte=now)[:1000])
    for upload in whole:
        finish(upload=upload)
        count += 1
    for upload in expired:
        terminate(upload=upload)
        count += 1
    return count
