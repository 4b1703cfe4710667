"""Keys of photos in the key store: one for each photo, wrapped once for each keeper; one for each blob.

    holder key (a keeper's)  ──wraps──  photo key  ──wraps──  data key of one blob

Everything here is committed in the key store when it returns, before any row or file that needs it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from lessalone.vault import keyring
from lessalone.vault.keystore.deletion import scrub_soon
from lessalone.vault.keystore.models import DataKey, PhotoKey
from lessalone.vault.words import Gone, new_key, open_keys

HOLDER = "holder"


@dataclass(frozen=True, slots=True)
class NewPhotoKeys:
    """The keys of a photo that is being kept: held in memory only while its files are written."""

    key_id: UUID
    data_keys: dict[UUID, bytes]


def new_holder() -> UUID:
    """A keeper's own key."""
    return new_key(purpose=HOLDER)


def make(key_id: UUID, holders: Sequence[UUID], blob_ids: Iterable[UUID]) -> NewPhotoKeys:
    """A photo's key, wrapped for each holder, and a data key for each blob. Without a holder: `Gone`."""
    secret = os.urandom(keyring.KEY_BYTES)
    data_keys = {blob_id: os.urandom(keyring.KEY_BYTES) for blob_id in blob_ids}
    rows = _wrapped_for(key_id, secret, holders)
    if not rows:
        raise Gone
    with transaction.atomic(using="keys"):
        PhotoKey.objects.bulk_create(rows)
        DataKey.objects.bulk_create(_data_rows(key_id, secret, data_keys))
    return NewPhotoKeys(key_id, data_keys)


def add_data_keys(key_id: UUID, blob_ids: Iterable[UUID]) -> dict[UUID, bytes]:
    """Data keys for further blobs of a photo (soft patches). Raises `Gone`."""
    secret = _open_photo_keys([key_id]).get(key_id)
    if secret is None:
        raise Gone
    data_keys = {blob_id: os.urandom(keyring.KEY_BYTES) for blob_id in blob_ids}
    DataKey.objects.bulk_create(_data_rows(key_id, secret, data_keys))
    return data_keys


def wrap_for(key_ids: Iterable[UUID], holder: UUID) -> set[UUID]:
    """Wrap the keys of these photos for a further keeper. Those that still exist; repeatable."""
    secrets = _open_photo_keys(list(key_ids))
    rows = [row for key_id, secret in secrets.items() for row in _wrapped_for(key_id, secret, [holder])]
    PhotoKey.objects.bulk_create(rows, ignore_conflicts=True)
    return set(secrets)


def open_data_key(blob_id: UUID) -> bytes:
    """The key of one blob. Raises `Gone`. Two queries."""
    row = DataKey.objects.filter(pk=blob_id).first()
    if row is None:
        raise Gone
    secret = _open_photo_keys([row.photo_key_id]).get(row.photo_key_id)
    if secret is None:
        raise Gone
    return keyring.unwrap(secret, bytes(row.wrapped), _bound_data(blob_id))


def let_go(key_id: UUID, holder: UUID) -> int:
    """Remove one keeper's wrapped key. The others' stay. Repeatable."""
    count, _ = PhotoKey.objects.filter(photo_key_id=key_id, holder_id=holder).delete()
    scrub_soon(PhotoKey)
    return count


def destroy(key_ids: Sequence[UUID]) -> int:
    """Destroy these photos' keys, for every keeper, and those of all their blobs. Repeatable."""
    with transaction.atomic(using="keys"):
        photo_keys, _ = PhotoKey.objects.filter(photo_key_id__in=key_ids).delete()
        data_keys, _ = DataKey.objects.filter(photo_key_id__in=key_ids).delete()
        scrub_soon(PhotoKey)
        scrub_soon(DataKey)
    return photo_keys + data_keys


def destroy_data_keys(blob_ids: Sequence[UUID]) -> int:
    """Destroy the keys of these blobs only. Repeatable."""
    count, _ = DataKey.objects.filter(pk__in=blob_ids).delete()
    scrub_soon(DataKey)
    return count


def _wrapped_for(key_id: UUID, secret: bytes, holders: Sequence[UUID]) -> list[PhotoKey]:
    opened = open_keys(holders)
    return [
        PhotoKey(
            photo_key_id=key_id,
            holder_id=holder,
            wrapped=keyring.wrap(opened[holder], secret, _bound_photo(key_id, holder)),
        )
        for holder in holders
        if holder in opened
    ]


def _data_rows(key_id: UUID, secret: bytes, data_keys: dict[UUID, bytes]) -> list[DataKey]:
    return [
        DataKey(id=pk, photo_key_id=key_id, wrapped=keyring.wrap(secret, key, _bound_data(pk)))
        for pk, key in data_keys.items()
    ]


def _open_photo_keys(key_ids: Sequence[UUID]) -> dict[UUID, bytes]:
    """Each photo's key, opened through any keeper who still has it."""
    rows = list(PhotoKey.objects.filter(photo_key_id__in=key_ids))
    holders = open_keys({row.holder_id for row in rows})
    opened: dict[UUID, bytes] = {}
    for row in rows:
        if row.photo_key_id not in opened and row.holder_id in holders:
            bound = _bound_photo(row.photo_key_id, row.holder_id)
            opened[row.photo_key_id] = keyring.unwrap(holders[row.holder_id], bytes(row.wrapped), bound)
    return opened


def _bound_photo(key_id: UUID, holder: UUID) -> bytes:
    return keyring.bound_to(key_id.bytes + holder.bytes, "photo")


def _bound_data(blob_id: UUID) -> bytes:
    return keyring.bound_to(blob_id.bytes, "blob")
