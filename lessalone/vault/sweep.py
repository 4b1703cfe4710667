"""What a crash can leave behind, removed after a grace time: keys that no row names, files that no row names.

Orphans do no harm: a key without a file opens nothing, a file without a key cannot be opened. To destroy a
key by mistake would be the end of a photo, so the sweep is timid: it looks only at what is between a day
and a month old, and stops with an error when there is suspiciously much of it, as there is when the
database is not the one that belongs to the key store.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import structlog
from django.conf import settings
from django.utils import timezone

from lessalone.vault import blobs, incoming, photo_keys, words
from lessalone.vault.keystore.models import DataKey, Key, PhotoKey
from lessalone.vault.models import Blob, Keeping, ShelfKeeper, Upload
from lessalone.vault.uploads import PURPOSE

log = structlog.get_logger()

GRACE, OLDEST = timedelta(days=1), timedelta(days=30)
MOST = 500
"""More orphans than this at once are not the work of a crash."""

InUse = Callable[[list[UUID]], Iterable[UUID]]
_keeps: dict[str, InUse] = {}


class TooMany(Exception):
    """So many keys without rows that something else must be wrong. Nothing was destroyed."""


def keeps(purpose: str) -> Callable[[InUse], InUse]:
    """Register which of some keys of this purpose are in use. Keys of other purposes are never swept."""

    def register(in_use: InUse) -> InUse:
        _keeps[purpose] = in_use
        return in_use

    return register


@keeps(photo_keys.HOLDER)
def _holders_in_use(ids: list[UUID]) -> Iterable[UUID]:
    yield from ShelfKeeper.objects.filter(holder_id__in=ids).values_list("holder_id", flat=True)
    yield from Keeping.objects.filter(holder_id__in=ids).values_list("holder_id", flat=True)


@keeps(PURPOSE)
def _uploads_in_use(ids: list[UUID]) -> Iterable[UUID]:
    return Upload.objects.filter(key_id__in=ids).values_list("key_id", flat=True)


def sweep_keys() -> int:
    """Destroy keys that nothing names. How many."""
    orphans: list[UUID] = []
    for purpose, in_use in _keeps.items():
        found = _in_age(Key.objects.filter(purpose=purpose))
        orphans += set(found) - set(in_use(found))
    _check(len(orphans))
    return words.destroy(orphans) if orphans else 0


def sweep_photo_keys() -> int:
    """Destroy data keys without a blob, and keys wrapped for someone who does not keep the photo. How
    many."""
    datas = _in_age(DataKey.objects.all())
    orphans = list(set(datas) - set(Blob.objects.filter(pk__in=datas).values_list("pk", flat=True)))
    rows = list(PhotoKey.objects.filter(**_age()).values_list("pk", "photo_key_id", "holder_id"))
    kept = set(
        Keeping.objects.filter(photo__key_id__in={row[1] for row in rows}, until=None).values_list(
            "photo__key_id", "holder_id"
        )
    )
    extra = [pk for pk, key_id, holder in rows if (key_id, holder) not in kept]
    _check(len(orphans) + len(extra))
    if orphans:
        photo_keys.destroy_data_keys(orphans)
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
        ids = [UUID(path.name) for path in _older(folder, before)]
        known = set(Blob.objects.filter(pk__in=ids).values_list("pk", flat=True))
        orphans = set(ids) - known
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


def _check(count: int) -> None:
    if count > MOST:
        log.error("too many keys or files without rows: nothing was swept", count=count)
        raise TooMany
