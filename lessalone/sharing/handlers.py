"""Sharing's part in what starts elsewhere."""

from __future__ import annotations

from lessalone.sharing import actions
from lessalone.vault.erasure import purges


@purges("photo")
def forget_photo(subject_id: int) -> None:
    """A step of an erasure: a photo that nobody keeps any more leaves the stories it was in."""
    actions.purge_photo(subject_id)


@purges("item")
def forget_item(subject_id: int) -> None:
    """The last step of an erasure."""
    actions.purge_item(subject_id)
