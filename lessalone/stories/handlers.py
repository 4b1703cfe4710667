"""Stories' part in what starts elsewhere."""

from __future__ import annotations

from lessalone.stories import actions
from lessalone.vault.erasure import purges


@purges("item")
def forget_words(subject_id: int) -> None:
    """A step of an erasure."""
    actions.purge_words(subject_id)
