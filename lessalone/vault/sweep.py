"""What a crash can leave behind, removed after a grace time: keys that no row names, files that no row names.

Orphans do no harm: a key without a file opens nothing, a file without a key cannot be opened. To destroy a
key by mistake would be the end of a photo, so the sweep is timid: it looks only at what is between a day
and a month old, and stops with an error when there is suspiciously much of it, as there is when the
database is not the one that belongs to the key store.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import structlog
from django.conf import settings
from django.db.models import Model
from django.utils import timezone

from lessalone.vault import blobs, incoming, photo_keys, words
from lessalone.vault.keystore.models import DataKey, Key, PhotoKey
from lessalone.vault.models import Blob, Keeping, ShelfKeeper, Upload
from lessalone.vault.uploads import PURPOSE

log = structlog.get_logger()
T = TypeVar("T")

GRACE, OLDEST = timedelta(days=1), timedelta(days=30)
MOST = 500
"""More orphans than this at once are not the work of a crash."""

BATCH = 500
"""Keys are looked at by so many at a time: a database takes only so many values in one question."""

Column = tuple[type[Model], str]
_named_in: dict[str, tuple[Column, ...]] = {}


class TooMany(Exception):
    """So many keys without rows that something else must be wrong. Nothing was destroyed."""


def named_in(purpose: str, *columns: Column) -> None:
    """Say in which columns the keys of this purpose are named that are in use. A key of a purpose of which
    nobody said so is never swept."""
    _named_in[purpose] = columns


def columns() -> dict[str, tuple[Column, ...]]:
    """Where the keys of each purpose are named."""
    return dict(_named_in)


named_in(photo_keys.HOLDER, (ShelfKeeper, "holder_id"), (Keeping, "holder_id"))
named_in(PURPOSE, (Upload, "key_id"))


def sweep_keys() -> int:
    """Destroy keys that nothing names. How many."""
    orphans: set[UUID] = set()
    for purpose, named in _named_in.items():
        for found in _batches(_in_age(Key.objects.filter(purpose=purpose))):
            orphans |= set(found) - _named(named, found)
    _check(len(orphans))
    return words.destroy(orphans) if orphans else 0


def _named(named: Sequence[Column], ids: Sequence[UUID]) -> set[UUID]:
    """Those of these keys that a row names. A value of any of the columns counts."""
    in_use: set[UUID] = set()
    for model, column in named:
        rows = model._default_manager.filter(**{f"{column}__in": ids})
        in_use.update(rows.values_list(column, flat=True))
    return in_use


def sweep_photo_keys() -> int:
    """Destroy data keys without a blob, and keys wrapped for someone who does not keep the photo. How
    many."""
    orphans: list[UUID] = []
    for datas in _batches(_in_age(DataKey.objects.all())):
        orphans += set(datas) - _named([(Blob, "pk")], datas)
    extra: list[int] = []
    for rows in _batches(
        list(PhotoKey.objects.filter(**_age()).values_list("pk", "photo_key_id", "holder_id"))
    ):
        photos = {key_id for _pk, key_id, _holder in rows}
        kept = set(
            Keeping.objects.filter(photo__key_id__in=photos, until=None).values_list(
                "photo__key_id", "holder_id"
            )
        )
        extra += [pk for pk, key_id, holder in rows if (key_id, holder) not in kept]
    _check(len(orphans) + len(extra))
    for ids in _batches(orphans):
        photo_keys.destroy_data_keys(ids)
    if extra:
        PhotoKey.objects.filter(pk__in=extra).delete()
    return len(orphans) + len(extra)


def sweep_files() -> int:
    """Remove encrypted files that no row names, once they are older than the grace time. How many."""
    before = (timezone.now() - GRACE).timestamp()
    return _sweep_blobs(before) + _sweep_incoming(before)


def _sweep_blobs(before: float) -> int:
    count = 0
    for folder in Path(settings.BLOBS).glob("[0-9a-f][0-9a-f]"):
        orphans: set[UUID] = set()
        for ids in _batches([UUID(path.name) for path in _older(folder, before)]):
            orphans |= set(ids) - _named([(Blob, "pk")], ids)
        _check(len(orphans))
        for blob_id in orphans:
            blobs.remove(blob_id)
        count += len(orphans)
    return count


def _sweep_incoming(before: float) -> int:
    ids = [UUID(path.name) for path in _older(incoming.folder(), before)]
    orphans = set(ids) - set(Upload.objects.filter(key_id__in=ids).values_list("key_id", flat=True))
    for key_id in orphans:
        incoming.remove(key_id)
    return len(orphans)


def _older(folder: Path, before: float) -> list[Path]:
    if not folder.is_dir():
        return []
    return [path for path in folder.iterdir() if _is_id(path.name) and path.stat().st_mtime < before]


def _is_id(name: str) -> bool:
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False


def _age() -> dict[str, datetime]:
    now = timezone.now()
    return {"made_at__lte": now - GRACE, "made_at__gte": now - OLDEST}


def _in_age(rows: object) -> list[UUID]:
    return list(rows.filter(**_age()).values_list("pk", flat=True))  # type: ignore[attr-defined]


def _batches(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]


def _check(count: int) -> None:
    if count > MOST:
        log.error("too many keys or files without rows: nothing was swept", count=count)
        raise TooMany
