"""Stories' part in what starts elsewhere."""

from __future__ import annotations

from lessalone.kit import events, queue
from lessalone.sharing.events import AudienceNarrowed, ItemErased, ItemPublished, ItemTakenBack
from lessalone.stories import actions, indexing
from lessalone.vault.erasure import purges


@purges("item")
def forget_words(subject_id: int) -> None:
    """A step of an erasure."""
    actions.purge_words(subject_id)


@events.subscribe(ItemPublished)
@events.subscribe(AudienceNarrowed)
@events.subscribe(ItemTakenBack)
@events.subscribe(ItemErased)
def keep_findable(event: ItemPublished | AudienceNarrowed | ItemTakenBack | ItemErased) -> None:
    """Who can meet it changed: so does what the index of words says of it."""
    queue.enqueue(indexing.keep_findable, unique_key=str(event.item_id), item_id=event.item_id)
