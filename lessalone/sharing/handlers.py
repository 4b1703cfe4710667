"""Sharing's part in what starts elsewhere."""

from __future__ import annotations

from lessalone.sharing import actions
from lessalone.vault.erasure import purges


@purges("item")
def forget_item(subject_id: int) -> None:
    """The last step of an erasure."""
    actions.purge_item(subject_id)
