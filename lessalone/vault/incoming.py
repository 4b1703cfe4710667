"""Bytes on their way: an encrypted file that only grows, one for each upload.

    frame = length (4 bytes) | nonce (12) | AES-256-GCM(upload's key, at most 256 KiB) with its 16-byte tag

Where a frame begins in the photo is bound as associated data, so frames cannot be moved. No plain byte of a
photo is ever in a file: not here, not after a crash. The upload's key is destroyed when the photo is kept or
refused, and with it what may be left of this file on the disk.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from lessalone.vault import durable, words

FRAME = 256 << 10
LENGTH, NONCE, TAG = 4, 12, 16
OVERHEAD = LENGTH + NONCE + TAG


class Locked(Exception):
    """Someone else is writing to this upload."""


class Cut(Exception):
    """The file does not hold what its row says."""


def folder() -> Path:
    """Where files on their way lie."""
    return Path(settings.BLOBS) / "incoming"


def path_of(key_id: UUID) -> Path:
    """The file of an upload, named by its key."""
    return folder() / str(key_id)


def create(key_id: UUID) -> None:
    """An empty file; its name is durable on return."""
    durable.make_folder(folder())
    durable.write_new(path_of(key_id), b"")
    durable.sync_folder(folder())


def remove(key_id: UUID) -> None:
    """Remove the file. Repeatable."""
    path_of(key_id).unlink(missing_ok=True)


@contextmanager
def locked(key_id: UUID, patience: float) -> Iterator[BinaryIO]:
    """The file, for one writer at a time; who is killed lets go. Raises `Locked`, or FileNotFoundError."""
    with path_of(key_id).open("r+b", buffering=0) as file:
        if not durable.lock(file, patience):
            raise Locked
        yield file


class Writer:
    """Adds frames behind what is acknowledged; anything after that, from a crash, is cut off first."""

    def __init__(self, file: BinaryIO, key_id: UUID, *, offset: int, stored: int) -> None:
        self.file, self.offset, self.stored = file, offset, stored
        self._cipher = AESGCM(_key(key_id))
        self._key_id = key_id
        if os.fstat(file.fileno()).st_size < stored:
            raise Cut
        self.go_back(offset, stored)

    def go_back(self, offset: int, stored: int) -> None:
        """Forget what was added after this place."""
        self.file.truncate(stored)
        self.file.seek(stored)
        self.offset, self.stored = offset, stored

    def add(self, piece: bytes) -> None:
        """Encrypt and append. Not durable before `sync`."""
        for start in range(0, len(piece), FRAME):
            part = piece[start : start + FRAME]
            nonce = os.urandom(NONCE)
            sealed = self._cipher.encrypt(nonce, part, _bound(self._key_id, self.offset))
            frame = len(part).to_bytes(LENGTH, "big") + nonce + sealed
            _write_all(self.file, frame)
            self.offset += len(part)
            self.stored += len(frame)

    def sync(self) -> None:
        """All that was added is on the disk when this returns."""
        os.fsync(self.file.fileno())


def read(key_id: UUID, stored: int) -> Iterator[bytes]:
    """The bytes received so far, a frame at a time. Raises `Cut` when they are not there."""
    cipher = AESGCM(_key(key_id))
    offset = at = 0
    with path_of(key_id).open("rb", buffering=FRAME) as file:
        while at < stored:
            length = int.from_bytes(file.read(LENGTH), "big")
            nonce, sealed = file.read(NONCE), file.read(length + TAG)
            try:
                plain = cipher.decrypt(nonce, sealed, _bound(key_id, offset))
            except (InvalidTag, ValueError):
                raise Cut from None
            yield plain
            offset += length
            at += length + OVERHEAD


def _write_all(file: BinaryIO, frame: bytes) -> None:
    """An unbuffered write may write less than it was given, and does when the disk is full."""
    view = memoryview(frame)
    while view:
        view = view[file.write(view) :]


def _key(key_id: UUID) -> bytes:
    key = words.open_keys([key_id]).get(key_id)
    if key is None:
        raise words.Gone
    return key


def _bound(key_id: UUID, offset: int) -> bytes:
    return b"lessalone/incoming/1/" + key_id.bytes + offset.to_bytes(8, "big")
