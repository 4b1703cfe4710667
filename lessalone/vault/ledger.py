"""The erasure ledger: a file outside the database and its backup, to which lines are only added.

Each line is one erasure in JSON: ids, never words or names. After a restore from an older backup it says
what must be erased again (`vault.erasure.replay_ledger`).
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings

from lessalone.vault import durable

NAME = "erasures.jsonl"


def path() -> Path:
    """The ledger's file."""
    return Path(settings.LEDGER) / NAME


def append(entry: dict[str, Any]) -> None:
    """Add a line. On return it is on the disk. A line cut off by a crash is ended first, then skipped."""
    durable.make_folder(path().parent)
    descriptor = os.open(path(), os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+b", buffering=0) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        line = json.dumps(entry, separators=(",", ":")).encode() + b"\n"
        file.write(line if _ends_well(file.fileno()) else b"\n" + line)
        os.fsync(file.fileno())
    durable.sync_folder(path().parent)


def entries() -> Iterator[dict[str, Any]]:
    """Every whole line, oldest first."""
    try:
        lines = path().read_bytes().splitlines()
    except FileNotFoundError:
        return
    for line in lines:
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if isinstance(entry, dict) and "id" in entry:
            yield entry


def _ends_well(descriptor: int) -> bool:
    size = os.fstat(descriptor).st_size
    return size == 0 or os.pread(descriptor, 1, size - 1) == b"\n"
