"""Stories near a member's own loss: candidates, of which policy says what this viewer may see, best first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import zip_longest
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery, Value

from lessalone.families.models import Experience
from lessalone.kindred import codes, counting, wording
from lessalone.kindred.candidates import MOST, candidates
from lessalone.kindred.counts import Cell
from lessalone.kindred.likeness import Counts, Part, Terms, in_order, parts, terms_of
from lessalone.kindred.matched import Matched, matched_in, months_of
from lessalone.kindred.models import Compared, Frequencies, Profile, SafeCounts
from lessalone.kit.prepared import Marks, union_all
from lessalone.people.viewer import Viewer
from lessalone.sharing.models import Item, ItemNote
from lessalone.sharing.newest import newest_stories
from lessalone.sharing.policy import Part as ItemPart
from lessalone.sharing.policy import asked_last, is_not_told_by_their_family
from lessalone.sharing.prepared import CANDIDATES, NOTES, Prepared

ON_A_PAGE = 20
MOST_RANKED = 60
"""Of those shown, so many are ranked once more with their words, and looked at for what to widen."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What one of a member's losses is compared by, and what there is to compare."""

    experience: Experience
    mine: Matched
    counts: Counts
    said: Mapping[Cell, int]
    """What is said of how many there are (`counting`)."""
    is_waiting: bool
    """Some of what they changed counts from the next day on."""


def askings_of(member_id: int) -> list[Asking]:
    """For each of a member's losses what its page compares, the newest first. One query."""
    counts = Subquery(Frequencies.objects.values("counts")[:1])
    said = Subquery(SafeCounts.objects.values("said")[:1])
    profiles = Profile.objects.filter(member=member_id).annotate(counts=counts, said=said)
    return [
        Asking(
            experience=row.experience,
            mine=Matched.read(row.asks),
            counts=row.counts or {},
            said=counting.published(row.said or {}),
            is_waiting=row.waits_until is not None,
        )
        for row in profiles.select_related("experience").order_by("-experience")
    ]


@dataclass(frozen=True, slots=True)
class Found:
    """A story, and what it and the one who looks have in common."""

    item: Item
    theirs: Matched
    parts: tuple[Part, ...]

    @property
    def points(self) -> int:
        return sum(part.points for part in self.parts)

    def with_part(self, part: Part | None) -> Found:
        """The same, with one more thing in common."""
        return replace(self, parts=tuple(in_order([*self.parts, part]))) if part else self


def stories_near(
    viewer: Viewer, asking: Asking, *, today: dt.date, without_notes: frozenset[str] = frozenset()
) -> list[Found]:
    """Stories that have something in common with this loss and that this viewer may see, best first. Two queries,
    and one for the words of who told a story of it.

    Never one by their own family, present or former. Without a content note in `without_notes`.
    """
    if viewer.member_id is None or asking.mine.is_empty:
        return []
    terms = terms_of(asking.mine, asking.counts, months_of(today))
    found = candidates(asking.mine, terms, but_not_of=viewer.member_id)
    numbers = [item_id for item_id, _points in found]
    items, own_ids = _shown(viewer, asking, numbers, without_notes)
    shown = [items[item_id] for item_id, _points in found if item_id in items and _may_stand(items[item_id])]
    near = [_found(terms, item) for item in shown[:MOST_RANKED]]
    in_words = wording.in_words(own_ids, {one.item.pk: one.theirs for one in near})
    near = [one.with_part(in_words.get(one.item.pk)) for one in near]
    return sorted((one for one in near if one.points), key=lambda one: (-one.points, -one.item.pk))


def _may_stand(item: Any) -> bool:
    """It is not compared more finely than its voice allows now."""
    return item.is_banded or not item.is_cover


def _found(terms: Terms, item: Any) -> Found:
    theirs = matched_in(item)
    return Found(item, theirs, tuple(parts(terms, theirs)))


def _shown(
    viewer: Viewer, asking: Asking, item_ids: list[int], without_notes: frozenset[str]
) -> tuple[dict[int, Item], list[int]]:
    """Of these stories those that policy shows this viewer, by id; and the viewer's own, whose words are compared."""
    if not item_ids:
        return {}, []
    places = dict(zip_longest(CANDIDATES, item_ids[:MOST], fillvalue=0))
    notes = dict(zip_longest(NOTES, sorted(without_notes), fillvalue="")) if without_notes else {}
    query = _query(bool(without_notes), codes.WORDS in asking.mine.shown)
    items = query.fetch(viewer, **places, **notes, item=asking.experience.pk)
    own_ids = [item.pk for item in items if item.is_own]
    return {item.pk: item for item in items if not item.is_own}, own_ids


@cache
def _query(leaves_out: bool, with_own: bool) -> Prepared:
    def build(viewer: Viewer, marks: Marks) -> list[models.QuerySet[Any]]:
        named = [marks[name] for name in CANDIDATES]
        stories = Item.objects.visible_to(viewer, ItemPart.ROOTS).filter(pk__in=named, kind=Item.Kind.STORY)
        stories = stories.filter(told__isnull=False)
        stories = stories.filter(
            asked_last(Q(current__isnull=False, author__is_active=True) & is_not_told_by_their_family(viewer))
        )
        if leaves_out:
            notes = ItemNote.objects.filter(item=OuterRef("pk"), note__in=[marks[name] for name in NOTES])
            stories = stories.filter(asked_last(Q(~Exists(notes))))
        own = [wording.own_stories(viewer, marks["item"])] if with_own else []
        return [_compared(stories, is_own=False), *(_compared(items, is_own=True) for items in own)]

    return Prepared(f"kindred:{leaves_out}:{with_own}", build, union_all)


def _compared(stories: models.QuerySet[Any], *, is_own: bool) -> models.QuerySet[Any]:
    """With what is compared of them."""
    compared = {field.name: F(f"told__{field.name}") for field in Compared._meta.get_fields()}
    found = stories.annotate(
        is_own=Value(is_own), is_cover=F("voice__is_cover"), is_banded=F("told__is_banded"), **compared
    )
    return found.only("public_id", "current_id", "published_at", "notes")


def newest_for(viewer: Viewer, without_notes: frozenset[str] = frozenset(), *, limit: int) -> list[Item]:
    """The newest stories that this viewer may see; none by their own family, present or former. One query."""
    return newest_stories(viewer, without_notes=without_notes, limit=limit, only=is_not_told_by_their_family)
