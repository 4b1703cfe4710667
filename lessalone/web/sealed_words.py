"""Words that someone looks for, in an address that tells nobody which they are.

An address is kept by the browser, and by web servers that are not ours. So it holds the words sealed (Fernet: AES-128
and HMAC of `cryptography`), for an hour, for the one who typed them. Nothing is kept here.
"""

from __future__ import annotations

import base64
import json

from cryptography.fernet import Fernet, InvalidToken
from django.utils.crypto import salted_hmac

LASTS = 3600
"""Seconds."""
_BLOCK = 96
"""Words are filled up to so many bytes, so that the address does not say how long they are."""


def seal(typed: str, *, are_near: bool, member_id: int | None) -> str:
    """The part of an address for what this member, or a visitor, looks for."""
    said = json.dumps([typed, are_near, member_id], ensure_ascii=False).encode()
    return _fernet().encrypt(said + b" " * (-len(said) % _BLOCK)).decode().rstrip("=")


def unseal(sealed: str, *, member_id: int | None) -> tuple[str, bool] | None:
    """What was typed and whether near each other; None when it is too old, another's, or was altered."""
    try:
        said = _fernet().decrypt(sealed + "=" * (-len(sealed) % 4), ttl=LASTS)
    except (InvalidToken, ValueError):
        return None
    typed, are_near, whose = json.loads(said)
    return (typed, are_near) if whose == member_id else None


def _fernet() -> Fernet:
    key = salted_hmac("web.sealed-words", "", algorithm="sha256").digest()
    return Fernet(base64.urlsafe_b64encode(key))
