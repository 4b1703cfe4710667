"""Sharing's part in what starts elsewhere."""

from __future__ import annotations

from lessalone.sharing import actions
from lessalone.sharing.models import Item
from lessalone.vault.erasure import purges
from lessalone.vault.sweep import named_in

# A crash between a key and its row leaves one that no item has.
for kind in Item.Kind.values:
    named_in(f"item:{kind}", (Item, "key_id"))


@purges("photo")
def forget_photo(subject_id: int) -> None:
    """A step of an erasure: a photo that nobody keeps any more leaves the stories it was in."""
    actions.purge_photo(subject_id)


@purges("item")
def forget_item(subject_id: int) -> None:
    """The last step of an erasure."""
    actions.purge_item(subject_id)
