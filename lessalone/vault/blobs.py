"""Encrypted files: AES-256-GCM in segments of 64 KiB, so that any part can be read and none can be moved.

The STREAM construction (Hoang, Reyhanitabar, Rogaway and Vizár 2015), as age and Tink use it:

    file     = version (1 byte) | prefix (7 random bytes) | segment | segment | …
    segment  = AES-256-GCM(data key, nonce, at most 65,536 bytes) with its 16-byte tag
    nonce    = prefix | number of the segment (4 bytes) | 1 for the last segment, else 0

The blob's id is bound as associated data. Cut off, reordered, repeated or exchanged segments do not open.
A data key is for exactly one file, which is written once.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from lessalone.vault import durable

SEGMENT = 65536
TAG = 16
VERSION = b"\x01"
PREFIX = 7
HEADER = len(VERSION) + PREFIX
SEALED_SEGMENT = SEGMENT + TAG
BUFFER = 1 << 20


class Damaged(Exception):
    """The file is not what was written: cut off, altered, or another's."""


def path_of(blob_id: UUID) -> Path:
    """Where a blob lies. 256 folders, so that none grows without bound."""
    name = str(blob_id)
    return Path(settings.BLOBS) / name[:2] / name


def write(blob_id: UUID, key: bytes, chunks: Iterable[bytes]) -> int:
    """Encrypt the chunks into a new file, durable on return. Returns how many bytes there were before."""
    path = path_of(blob_id)
    durable.make_folder(path.parent)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb", buffering=BUFFER) as file:
        size = _encrypt(chunks, AESGCM(key), blob_id, file.write)
        file.flush()
        os.fsync(file.fileno())
    durable.sync_folder(path.parent)
    return size


def read(blob_id: UUID, key: bytes) -> bytes:
    """All of a small blob, such as a rendition. Raises `Damaged`, or FileNotFoundError."""
    return b"".join(read_range(blob_id, key))


def read_range(blob_id: UUID, key: bytes, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
    """The bytes from `start` up to before `stop`, a segment at a time. Nothing unauthenticated is given out.

    Raises `Damaged` when a segment that is needed does not open.
    """
    cipher, bound = AESGCM(key), _bound(blob_id)
    with path_of(blob_id).open("rb", buffering=BUFFER) as file:
        total = os.fstat(file.fileno()).st_size
        header = file.read(HEADER)
        if header[:1] != VERSION or len(header) < HEADER:
            raise Damaged
        last = _segments(total) - 1
        end = size_of_plain(total) if stop is None else min(stop, size_of_plain(total))
        number = start // SEGMENT
        file.seek(HEADER + number * SEALED_SEGMENT)
        while number <= last and (number * SEGMENT < end or number == last == 0):
            plain = _open_segment(
                cipher, header[1:], number, number == last, file.read(SEALED_SEGMENT), bound
            )
            piece = plain[max(0, start - number * SEGMENT) : end - number * SEGMENT]
            if piece:
                yield piece
            number += 1


def remove(blob_id: UUID) -> int:
    """Remove the file; durable on return. Its bytes on the disk, 0 when it was gone already."""
    path = path_of(blob_id)
    try:
        size = path.stat().st_size
        path.unlink()
    except FileNotFoundError:
        return 0
    durable.sync_folder(path.parent)
    return size


def size_of_plain(total: int) -> int:
    """The bytes before encryption of a file of this size."""
    return total - HEADER - _segments(total) * TAG


def _segments(total: int) -> int:
    if total < HEADER + TAG:
        raise Damaged
    return -(-(total - HEADER) // SEALED_SEGMENT)


def _encrypt(chunks: Iterable[bytes], cipher: AESGCM, blob_id: UUID, put: Callable[[bytes], object]) -> int:
    prefix, bound, size = os.urandom(PREFIX), _bound(blob_id), 0
    put(VERSION + prefix)
    for number, (segment, is_last) in enumerate(_in_segments(chunks)):
        put(cipher.encrypt(_nonce(prefix, number, is_last), segment, bound))
        size += len(segment)
    return size


def _in_segments(chunks: Iterable[bytes]) -> Iterator[tuple[bytes | memoryview, bool]]:
    """Full segments, and at the end one that may be short or, for nothing at all, empty.

    One byte is always held back, for whether a segment is the last is known only when no more comes.
    """
    waiting = bytearray()
    for chunk in chunks:
        waiting += chunk
        whole = (len(waiting) - 1) // SEGMENT
        if whole > 0:
            view = memoryview(bytes(waiting[: whole * SEGMENT]))
            for number in range(whole):
                yield view[number * SEGMENT : (number + 1) * SEGMENT], False
            del waiting[: whole * SEGMENT]
    yield bytes(waiting), True


def _open_segment(
    cipher: AESGCM, prefix: bytes, number: int, is_last: bool, sealed: bytes, bound: bytes
) -> bytes:
    try:
        return cipher.decrypt(_nonce(prefix, number, is_last), sealed, bound)
    except (InvalidTag, ValueError):
        raise Damaged from None


def _nonce(prefix: bytes, number: int, is_last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + (b"\x01" if is_last else b"\x00")


def _bound(blob_id: UUID) -> bytes:
    return b"lessalone/blob/1/" + blob_id.bytes
