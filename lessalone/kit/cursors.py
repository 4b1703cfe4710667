"""Signed keyset cursors: where a page of a list ended, without numbers that could be altered."""

from __future__ import annotations

from typing import Any

from django.core import signing

SALT = "kit.cursors"


def encode(*keys: object) -> str:
    """An opaque text for the sort keys of the last row shown. Keys are numbers, texts or null."""
    return signing.dumps(keys, salt=SALT, compress=False)


def decode(cursor: str | None) -> list[Any] | None:
    """The keys again, or None when there is no cursor or it was altered: then the list starts anew."""
    if not cursor:
        return None
    try:
        keys: list[Any] = signing.loads(cursor, salt=SALT)
    except signing.BadSignature:
        return None
    return keys
