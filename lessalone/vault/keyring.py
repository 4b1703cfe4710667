"""The master keys: a file of mode 0600, made on first use. Several can be read, one wraps what is new.

The file has a line for each key, its name and 32 bytes in base64; the first line is the active one:

    4f0c1d2e 3q2+7w…

Wrapping is AES-256-GCM with a random 96-bit nonce in front; what is wrapped, and for what, is bound as
associated data, so that a wrapped key moved to another row does not open.
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from lessalone.vault import durable
from lessalone.vault.keystore.models import Key

KEY_BYTES = 32
NONCE_BYTES = 12


class KeyFileProblem(Exception):
    """The master key file is missing, damaged, or not the one this key store was made with."""


class WrongKey(Exception):
    """Wrapped bytes that do not open: altered, moved, or wrapped under another key."""


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys of the file by name. `active` is the name of the one that wraps."""

    active: str
    keys: dict[str, bytes]

    def key(self, name: str) -> bytes:
        """The key of that name. Raises `KeyFileProblem` when the file does not have it."""
        try:
            return self.keys[name]
        except KeyError:
            raise KeyFileProblem(f"The key file does not hold the key named {name}.") from None


def wrap(key: bytes, secret: bytes, bound_to: bytes) -> bytes:
    """`secret` encrypted under `key` for one place only, named by `bound_to`."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, secret, bound_to)


def unwrap(key: bytes, wrapped: bytes, bound_to: bytes) -> bytes:
    """The secret again. Raises `WrongKey` when it was altered, moved, or wrapped under another key."""
    try:
        return AESGCM(key).decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], bound_to)
    except (InvalidTag, ValueError):
        raise WrongKey from None


def keyring() -> Keyring:
    """The master keys as the file has them now. The file is made when there is none and no key needs it."""
    path = Path(settings.KEY_FILE)
    try:
        status = path.stat()
    except FileNotFoundError:
        _make(path)
        status = path.stat()
    return _read(path, status.st_mtime_ns, status.st_ino)


def _line(name: str, key: bytes) -> str:
    return f"{name} {base64.b64encode(key).decode()}\n"


def _make(path: Path) -> None:
    if Key.objects.exists():
        raise KeyFileProblem(
            f"The master key file {path} is missing, but there are keys that need it. "
            "Put it back from the place where you keep it; nothing can be read without it."
        )
    durable.read_or_make(path, _line(secrets.token_hex(4), os.urandom(KEY_BYTES)).encode())


@lru_cache(maxsize=4)
def _read(path: Path, changed: int, inode: int) -> Keyring:
    keys: dict[str, bytes] = {}
    for line in path.read_text().splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        name, _, encoded = line.strip().partition(" ")
        try:
            keys[name] = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            raise KeyFileProblem(f"The master key file {path} has a damaged line.") from None
        if len(keys[name]) != KEY_BYTES:
            raise KeyFileProblem(f"The master key file {path} has a key of the wrong length.")
    if not keys:
        raise KeyFileProblem(f"The master key file {path} is empty.")
    return Keyring(active=next(iter(keys)), keys=keys)


def add_active_key() -> str:
    """Put a new master key in front of the file: it wraps from now on, older ones still open. Its name."""
    path = Path(settings.KEY_FILE)
    keyring()
    name = secrets.token_hex(4)
    durable.replace(path, _line(name, os.urandom(KEY_BYTES)).encode() + path.read_bytes())
    return name


def rewrap_all(batch: int = 500) -> int:
    """Wrap every key that an older master key wraps under the active one. Repeatable. How many it wrapped."""
    ring, count = keyring(), 0
    while rows := list(Key.objects.exclude(wrapped_by=ring.active)[:batch]):
        for row in rows:
            secret = unwrap(ring.key(row.wrapped_by), bytes(row.wrapped), bound_to(row.pk.bytes, row.purpose))
            row.wrapped = wrap(ring.keys[ring.active], secret, bound_to(row.pk.bytes, row.purpose))
            row.wrapped_by = ring.active
        Key.objects.bulk_update(rows, ["wrapped", "wrapped_by"])
        count += len(rows)
    return count


def drop_old_keys() -> int:
    """Take the master keys that wrap nothing out of the file. How many went.

    From then on, wrapped keys left in old database pages or old copies of the key store open with nothing.
    """
    path, ring = Path(settings.KEY_FILE), keyring()
    needed = {ring.active, *Key.objects.order_by().values_list("wrapped_by", flat=True).distinct()}
    kept = [name for name in ring.keys if name in needed]
    if len(kept) < len(ring.keys):
        durable.replace(path, "".join(_line(name, ring.keys[name]) for name in kept).encode())
    return len(ring.keys) - len(kept)


def bound_to(object_id: bytes, purpose: str) -> bytes:
    """The associated data of a wrapped key: which object, and what for."""
    return b"lessalone/1/" + purpose.encode() + b"/" + object_id
