"""What responses does when something happened below: only enqueue."""

from __future__ import annotations

from lessalone.kit import events, queue
from lessalone.responses import tasks
from lessalone.sharing.events import ItemErased


@events.subscribe(ItemErased)
def when_erased(event: ItemErased) -> None:
    """What was left at it goes with it."""
    queue.enqueue(tasks.forget_answers, unique_key=str(event.item_id), story_id=event.item_id)
