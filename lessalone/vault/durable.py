"""Files that are there after a power cut: written, synced, then named; and the folder synced too."""

from __future__ import annotations

import fcntl
import os
import secrets
import time
from pathlib import Path
from typing import IO


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(folder: Path) -> None:
    """The folder and those above it, closed to others (0700), their names durable."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    sync_folder(folder.parent)


def read_or_make(path: Path, content: bytes) -> bytes:
    """The bytes of `path`, made with `content` and mode 0600 when it is not there. Durable on return.

    Two processes that start at once end up with the same file: the first to link it wins.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        pass
    make_folder(path.parent)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    write_new(draft, content)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    sync_folder(path.parent)
    return path.read_bytes()


def lock(file: IO[bytes], patience: float) -> bool:
    """Have a file for oneself until it is closed; who is killed lets go. False after `patience` seconds."""
    ends = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= ends:
                return False
            time.sleep(0.03)
        else:
            return True


def write_new(path: Path, content: bytes) -> None:
    """A new file of mode 0600, its bytes synced; its name is not: sync the folder for that."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def replace(path: Path, content: bytes) -> None:
    """Put new bytes in the place of `path`: after a crash it has the old ones or the new ones, whole."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    write_new(draft, content)
    draft.replace(path)
    sync_folder(path.parent)
