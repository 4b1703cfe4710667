"""Words under a key: what members write lies encrypted under the key of its item.

A key is made first and committed in the key store; then the row with the sealed words is written. A row
whose key was destroyed can never be read again, also not from a backup.

Sealed words are `version (1 byte) | salt (16) | AES-256-GCM ciphertext and tag`. Cipher key and nonce come
from HKDF-SHA256 over the item's key with that random salt and the context, so that any number of texts under
one item key are safe; item key id and context are also bound as associated data: sealed words moved to
another row or another field do not open.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from uuid import UUID, uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.http import Http404

from lessalone.vault import keyring
from lessalone.vault.keystore.deletion import scrub_soon
from lessalone.vault.keystore.models import Key

_VERSION = b"\x01"
_SALT_BYTES = 16
_SEALED_MINIMUM = 1 + _SALT_BYTES + 16


class Gone(Http404):
    """The key was destroyed: these words can never be read again. To a page whose story was erased while it
    was being made, it does not exist any more: unless the page says so itself, it answers 404."""


class Altered(Exception):
    """The sealed bytes are not what was sealed with this key for this context."""


def new_key(*, purpose: str) -> UUID:
    """Make a key. It is committed in the key store when this returns, whatever becomes of the caller's
    transaction; a key that nothing uses is swept after a grace time."""
    return _made_key(purpose)[0]


def _made_key(purpose: str) -> tuple[UUID, bytes]:
    ring = keyring.keyring()
    key_id = uuid4()
    secret = os.urandom(keyring.KEY_BYTES)
    Key.objects.create(
        id=key_id,
        purpose=purpose,
        wrapped_by=ring.active,
        wrapped=keyring.wrap(ring.keys[ring.active], secret, keyring.bound_to(key_id.bytes, purpose)),
    )
    return key_id, secret


def seal_under_new_key(text: str, *, purpose: str, context: str) -> tuple[UUID, bytes]:
    """`new_key` and `seal` in one: the key, which is committed as there, and the sealed text."""
    key_id, secret = _made_key(purpose)
    return key_id, _seal(secret, key_id, text, context)


def seal(key_id: UUID, text: str, *, context: str) -> bytes:
    """The text encrypted under the key, for one context (such as `story.body`) only. Raises `Gone`."""
    secret = open_keys([key_id]).get(key_id)
    if secret is None:
        raise Gone
    return _seal(secret, key_id, text, context)


def unseal(key_id: UUID, sealed: bytes, *, context: str) -> str:
    """The text again. Raises `Gone` when the key was destroyed, `Altered` when the bytes do not belong."""
    secret = open_keys([key_id]).get(key_id)
    if secret is None:
        raise Gone
    return _unseal(secret, key_id, sealed, context)


def unseal_many(rows: Iterable[tuple[UUID, bytes, str]]) -> list[str | None]:
    """The texts of `(key_id, sealed, context)` rows, in order, with one query. None where the key is gone."""
    wanted = list(rows)
    secrets = open_keys({key_id for key_id, _, _ in wanted})
    return [
        _unseal(secrets[key_id], key_id, sealed, context) if key_id in secrets else None
        for key_id, sealed, context in wanted
    ]


def destroy(key_ids: Iterable[UUID]) -> int:
    """Destroy keys: nothing can read what was sealed under them. Repeatable. How many there still were."""
    count, _ = Key.objects.filter(pk__in=list(key_ids)).delete()
    scrub_soon(Key)
    return count


def open_keys(key_ids: Iterable[UUID]) -> dict[UUID, bytes]:
    """The keys that still exist, by id, with one query."""
    ids = list(key_ids)
    if not ids:
        return {}
    ring = keyring.keyring()
    rows = Key.objects.filter(pk__in=ids).values_list("pk", "purpose", "wrapped_by", "wrapped")
    return {
        pk: keyring.unwrap(ring.key(by), bytes(wrapped), keyring.bound_to(pk.bytes, purpose))
        for pk, purpose, by, wrapped in rows
    }


def _cipher(secret: bytes, salt: bytes, context: str) -> tuple[AESGCM, bytes]:
    made = HKDF(
        algorithm=SHA256(), length=44, salt=salt, info=b"lessalone/words/1/" + context.encode()
    ).derive(secret)
    return AESGCM(made[:32]), made[32:]


def _bound(key_id: UUID, context: str) -> bytes:
    return _VERSION + key_id.bytes + context.encode()


def _seal(secret: bytes, key_id: UUID, text: str, context: str) -> bytes:
    salt = os.urandom(_SALT_BYTES)
    cipher, nonce = _cipher(secret, salt, context)
    return _VERSION + salt + cipher.encrypt(nonce, text.encode(), _bound(key_id, context))


def _unseal(secret: bytes, key_id: UUID, sealed: bytes, context: str) -> str:
    sealed = bytes(sealed)
    if sealed[:1] != _VERSION or len(sealed) < _SEALED_MINIMUM:
        raise Altered
    salt, ciphertext = sealed[1 : 1 + _SALT_BYTES], sealed[1 + _SALT_BYTES :]
    cipher, nonce = _cipher(secret, salt, context)
    try:
        return cipher.decrypt(nonce, ciphertext, _bound(key_id, context)).decode()
    except InvalidTag:
        raise Altered from None
