"""What may lie in the index of words: stories that others than their family can meet, and for which kinds of reader.

The marks spare policy questions to which the answer is no. They open nothing: `finding` asks policy of each story.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from lessalone.kit.derived.index import Entry
from lessalone.people.viewer import Viewer
from lessalone.sharing.models import AudienceCircle, Ceiling, Item, Rung, Withdrawal
from lessalone.sharing.policy import open_rungs

_WIDE = (Rung.BEREAVED, Rung.MEMBERS, Rung.PUBLIC)
_ADMITTED: dict[int, frozenset[str]] = {
    rung: frozenset(f"w{wide:d}" for wide in _WIDE if wide <= rung) for rung in _WIDE
}
"""A story for all members is also one for the bereaved; a public one is for everyone."""


def mark_of_width(viewer: Viewer) -> str:
    """The widest-reaching mark: of all stories on rungs for which it only matters what kind of viewer this is."""
    rungs = open_rungs(viewer)
    return f"w{next(wide for wide in _WIDE if wide in rungs):d}"


def mark_of_circle(circle_id: int) -> str:
    """Stories for a circle."""
    return f"c{circle_id}"


def mark_of_item(item_id: int) -> str:
    """One story, for whoever it is named to, and for its own people."""
    return f"i{item_id}"


def mark_of_note(note: str) -> str:
    """Stories with a content note."""
    return "n" + note.replace("-", "")


def findable(item_ids: Iterable[int]) -> dict[int, Entry]:
    """What may be indexed of these items, by item id. What nobody but its family can meet is left out."""
    ended = Ceiling.objects.filter(version=OuterRef("current"), audience__ends_at__lte=timezone.now())
    withdrawn = Withdrawal.objects.filter(item=OuterRef("pk"), ended_at=None)
    items: list[Any] = list(
        _stories()
        .filter(~Exists(withdrawn), ~Exists(ended), pk__in=list(item_ids), erased_at=None)
        .filter(current__isnull=False, published_at__isnull=False)
        .exclude(rung=Rung.ONLY_US)
        .values_list("pk", "current", "published_at", "rung", "notes", named=True)
    )
    circles = _circles_of([item.current for item in items if item.rung == Rung.CIRCLES])
    return {
        item.pk: Entry(
            item_id=item.pk,
            version=item.current,
            hour=item.published_at,
            marks=_ADMITTED.get(item.rung, frozenset())
            | {mark_of_item(item.pk)}
            | {mark_of_circle(circle) for circle in circles[item.current]}
            | {mark_of_note(note) for note in item.notes},
        )
        for item in items
    }


def stories_after(item_id: int, limit: int) -> list[int]:
    """The ids of the next stories, findable or not."""
    return list(_stories().filter(pk__gt=item_id).order_by("pk").values_list("pk", flat=True)[:limit])


def _stories() -> QuerySet[Item]:
    return Item.objects.filter(kind=Item.Kind.STORY)


def _circles_of(version_ids: list[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    if version_ids:
        ceilings = Ceiling.objects.filter(version__in=version_ids).values_list("version", "audience")
        audiences: dict[int, set[int]] = defaultdict(set)
        for version, audience in ceilings:
            audiences[audience].add(version)
        named = AudienceCircle.objects.filter(audience__in=list(audiences)).values_list("audience", "circle")
        for audience, circle in named:
            for version in audiences[audience]:
                found[version].add(circle)
    return found
