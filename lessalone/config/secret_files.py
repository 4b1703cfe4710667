"""Secrets that the installation makes for itself: files of mode 0600 in the data folder."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def read_or_make(path: Path, make: bytes) -> bytes:
    """The bytes of `path`, which is made with `make` and mode 0600 when it is not there. Durable on return.

    Two processes that start at once end up with the same file: the first to link it wins.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        pass
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(descriptor, make)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return path.read_bytes()


def django_secret(data: Path) -> str:
    """The key that signs sessions and cursors."""
    return read_or_make(data / "keys" / "django.secret", secrets.token_urlsafe(48).encode()).decode()
