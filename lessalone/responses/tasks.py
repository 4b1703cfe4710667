"""Work that follows an event. Takes ids and can run twice."""

from __future__ import annotations

from lessalone.kit import queue
from lessalone.responses import actions


@queue.task(name="responses.forget-answers")
def forget_answers(story_id: int) -> None:
    """What was left at an erased story goes with it."""
    actions.forget_answers_to(story_id)
