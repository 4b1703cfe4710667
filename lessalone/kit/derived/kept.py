"""Kept renderings: made once for a version, the same for every reader, read in one query for a page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta

from django.db import connections, transaction
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from lessalone.kit import queue
from lessalone.kit.derived.models import Kept

STORE = "derived"
_SELECT = f"SELECT item_id, version, html FROM {Kept._meta.db_table} WHERE part = %s AND item_id IN"  # noqa: S608
Render = Callable[[list[int]], Mapping[int, str]]
LONGEST_PAGE = timedelta(minutes=10)
"""No page takes as long to be made."""


def get_many(part: str, wanted: Iterable[tuple[int, int]], render: Render) -> dict[int, SafeString]:
    """The HTML of `part` for each (item id, version), keyed by item id.

    What is not kept at exactly that version is made by `render`, called once with the missing item ids; an
    id that it leaves out (because it is gone) is left out here. Whoever asks has asked policy before.
    """
    versions = dict(wanted)
    if not versions:
        return {}
    found = {
        item_id: mark_safe(html)  # noqa: S308
        for item_id, version, html in _read(part, list(versions))
        if versions[item_id] == version
    }
    missing = [item_id for item_id in versions if item_id not in found]
    if missing:
        made = render(missing)
        Kept.objects.bulk_create(
            [
                Kept(item_id=item_id, part=part, version=versions[item_id], html=str(html))
                for item_id, html in made.items()
            ],
            update_conflicts=True,
            unique_fields=["item_id", "part"],
            update_fields=["version", "html"],
        )
        found.update({item_id: mark_safe(html) for item_id, html in made.items()})  # noqa: S308
    return found


def _read(part: str, item_ids: list[int]) -> list[tuple[int, int, str]]:
    """Item id, version and HTML. Plain SQL: this is on every page, and building the query costs more than it."""
    places = ", ".join(["%s"] * len(item_ids))
    with connections[STORE].cursor() as cursor:
        cursor.execute(f"{_SELECT} ({places})", [part, *item_ids])
        return list(cursor.fetchall())


def drop(item_ids: Iterable[int]) -> None:
    """Forget every part of these items, on the disk too. Repeatable."""
    Kept.objects.filter(item_id__in=list(item_ids)).delete()
    transaction.on_commit(empty_log, using=STORE)


def empty_log() -> None:
    """SQLite's log holds the words until it is emptied; and this store's commits are on the disk only then."""
    connection = connections[STORE]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def drop_for_good(item_ids: Iterable[int]) -> None:
    """Forget every part of something that was erased: now, and once more when no page is being made any longer
    that began before and keeps what it read. Repeatable."""
    ids = sorted(item_ids)
    drop(ids)
    if ids:
        queue.enqueue(drop_again, run_at=timezone.now() + LONGEST_PAGE, item_ids=ids)


@queue.task(name="kit.drop-renderings")
def drop_again(item_ids: list[int]) -> None:
    """Forget what a page kept that was being made when its item was erased."""
    drop(item_ids)


def forget_unless_made_by(release: str) -> bool:
    """Forget every rendering when another release made them. Returns whether anything was forgotten.

    Templates change with a release; what is kept would go on looking as before.
    """
    maker = {"item_id": 0, "part": "release", "version": 0, "html": release}
    if Kept.objects.filter(**maker).exists():
        return False
    Kept.objects.all().delete()
    Kept.objects.create(**maker)
    return True
