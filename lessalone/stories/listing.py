"""Stories in a list, as one reader meets them: each by its card, or by its notes first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.safestring import SafeString

from lessalone.people.bearing import ASK, BearingMap
from lessalone.people.notes import BABY_PHOTOS, PHOTOS, labels
from lessalone.sharing.models import Item
from lessalone.stories.rendering import cards


@dataclass(frozen=True, slots=True)
class Listed:
    """A story on a page: its card, or what to ask its reader about first."""

    item: Item
    card: SafeString
    ask_about: list[str]


def listed(items: Iterable[Item], bearing: BearingMap) -> list[Listed]:
    """These stories in their order, without those whose words are gone. Whoever asks has asked policy before, and
    left out what this reader does not want to meet. One query, where the cards are kept.
    """
    items = list(items)
    made = cards(items)
    return [Listed(item, made[item.pk], _ask_about(item, bearing)) for item in items if item.pk in made]


def _ask_about(item: Item, bearing: BearingMap) -> list[str]:
    """Photos are covered anyway."""
    asked = [note for note in item.notes if note not in (PHOTOS, BABY_PHOTOS) and bearing.choice(note) == ASK]
    return labels(asked)
