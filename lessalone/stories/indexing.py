"""Keeping the index of words true: each story in it as it is shown now, and no other."""

from __future__ import annotations

import html

from django.db.models import F

from lessalone.kit import markdown, queue
from lessalone.kit.derived import index
from lessalone.sharing.findable import findable, stories_after
from lessalone.sharing.models import Version
from lessalone.stories.rendering import PHOTO_LINE, Telling, tellings

AT_A_TIME = 200


@queue.task(name="stories.keep-findable")
def keep_findable(item_id: int) -> None:
    """This story is in the index as others can meet it now; or it is not there. Repeatable."""
    bring_up_to_date([item_id])


@queue.every(days=1)
@queue.task(name="stories.keep-all-findable")
def keep_all_findable(after_id: int = 0) -> None:
    """The same for every story, a few at a time: for an index that is empty or made by another release, and for what
    ended by itself since. Repeatable."""
    ids = stories_after(after_id, AT_A_TIME)
    bring_up_to_date(ids)
    if len(ids) == AT_A_TIME:
        queue.enqueue(keep_all_findable, unique_key="more", after_id=ids[-1])


def begin_again() -> None:
    """Look through all stories soon."""
    queue.enqueue(keep_all_findable, unique_key="tick")


def bring_up_to_date(item_ids: list[int]) -> None:
    """Each of these stories in the index as it is shown now, or not there."""
    entries, there = findable(item_ids), index.stamps(item_ids)
    wanted = {pk: entry for pk, entry in entries.items() if there.get(pk) != entry.stamp}
    for telling in _shown(list(wanted)):
        entry = wanted[telling.version.item_id]
        if telling.version.pk == entry.version:
            index.put(entry, telling.title, plain(telling))
    # Asked again: what was taken back or erased meanwhile dropped its words before they were put there.
    gone = (set(there) | set(wanted)) - set(findable(item_ids))
    if gone:
        index.drop(gone)


def _shown(item_ids: list[int]) -> list[Telling]:
    if not item_ids:
        return []
    versions = Version.objects.filter(item__in=item_ids, item__current=F("pk")).select_related("item")
    return list(tellings(versions).values())


def plain(telling: Telling) -> str:
    """The words as they are read, without markup and without the places of photos."""
    return html.unescape(markdown.to_text(PHOTO_LINE.sub("", telling.words)))
