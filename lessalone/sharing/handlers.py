"""Sharing's part in what starts elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from lessalone.sharing import actions
from lessalone.sharing.models import Item
from lessalone.vault.erasure import purges
from lessalone.vault.sweep import keeps


def keys_in_use(ids: list[UUID]) -> Iterable[UUID]:
    """Which of these keys an item has. A crash between the key and its row leaves one that nobody has."""
    return Item.objects.filter(key_id__in=ids).values_list("key_id", flat=True)


for kind in Item.Kind.values:
    keeps(f"item:{kind}")(keys_in_use)


@purges("photo")
def forget_photo(subject_id: int) -> None:
    """A step of an erasure: a photo that nobody keeps any more leaves the stories it was in."""
    actions.purge_photo(subject_id)


@purges("item")
def forget_item(subject_id: int) -> None:
    """The last step of an erasure."""
    actions.purge_item(subject_id)
