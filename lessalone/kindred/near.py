"""Stories near a member's own loss: candidates, of which policy says what this viewer may see, best first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby, zip_longest
from operator import attrgetter
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
from lessalone.sharing.policy import asked_last, is_not_told_by_their_family, is_theirs_too
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
class Side:
    """What one of those whose story it is and the one who looks have in common."""

    theirs: Matched
    parts: tuple[Part, ...]
    is_author: bool
    """Who wrote it; else another parent."""

    @property
    def points(self) -> int:
        return sum(part.points for part in self.parts)


@dataclass(frozen=True, slots=True)
class Found:
    """A story, and what those whose it is have in common with the one who looks: the one nearest to them first."""

    item: Item
    sides: tuple[Side, ...]

    @property
    def theirs(self) -> Matched:
        return self.sides[0].theirs

    @property
    def parts(self) -> tuple[Part, ...]:
        return self.sides[0].parts

    @property
    def points(self) -> int:
        return self.sides[0].points

    @property
    def may_compare_words(self) -> bool:
        """Whether who wrote it agreed to that."""
        return any(side.is_author and codes.WORDS in side.theirs.shown for side in self.sides)

    def with_words(self, part: Part | None) -> Found:
        """The same, with words in common too: they are the story's, whoever is nearest."""
        if part is None:
            return self
        first, *others = self.sides
        said = replace(first.theirs, shown=first.theirs.shown | {codes.WORDS})
        first = replace(first, theirs=said, parts=tuple(in_order([*first.parts, part])))
        return replace(self, sides=(first, *others))


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
    told, own_ids = _shown(viewer, asking, numbers, without_notes)
    shown = [told[item_id] for item_id, _points in found if item_id in told]
    near = [_found(terms, rows) for rows in shown[:MOST_RANKED]]
    in_words = wording.in_words(own_ids, [one.item.pk for one in near if one.may_compare_words])
    near = [one.with_words(in_words.get(one.item.pk)) for one in near]
    return sorted((one for one in near if one.points), key=lambda one: (-one.points, -one.item.pk))


def _may_stand(row: Any) -> bool:
    """It is not compared more finely than its voice allows now."""
    return row.is_banded or not row.is_cover


def _found(terms: Terms, rows: Sequence[Any]) -> Found:
    """One story, of which each row is what one of those whose it is answered."""
    sides = [_side(terms, row) for row in sorted(rows, key=attrgetter("told_by"))]
    return Found(rows[0], tuple(sorted(sides, key=lambda side: (-side.points, not side.is_author))))


def _side(terms: Terms, row: Any) -> Side:
    theirs = matched_in(row)
    return Side(theirs, tuple(parts(terms, theirs)), row.told_by == row.author_id)


def _shown(
    viewer: Viewer, asking: Asking, item_ids: list[int], without_notes: frozenset[str]
) -> tuple[dict[int, list[Any]], list[int]]:
    """Of these stories those that policy shows this viewer, by id, each with a row for each of those whose it is;
    and the viewer's own, whose words are compared."""
    if not item_ids:
        return {}, []
    places = dict(zip_longest(CANDIDATES, item_ids[:MOST], fillvalue=0))
    notes = dict(zip_longest(NOTES, sorted(without_notes), fillvalue="")) if without_notes else {}
    query = _query(bool(without_notes), codes.WORDS in asking.mine.shown)
    rows = query.fetch(viewer, **places, **notes, item=asking.experience.pk)
    own_ids = [row.pk for row in rows if row.is_own]
    shown = sorted((row for row in rows if not row.is_own and _may_stand(row)), key=attrgetter("pk"))
    return {item_id: list(told) for item_id, told in groupby(shown, key=attrgetter("pk"))}, own_ids


@cache
def _query(leaves_out: bool, with_own: bool) -> Prepared:
    def build(viewer: Viewer, marks: Marks) -> list[models.QuerySet[Any]]:
        named = [marks[name] for name in CANDIDATES]
        stories = Item.objects.visible_to(viewer, ItemPart.ROOTS).filter(pk__in=named, kind=Item.Kind.STORY)
        told = _told_by(stories.filter(told__isnull=False))
        told = told.filter(
            asked_last(
                Q(current__isnull=False, author__is_active=True)
                & is_not_told_by_their_family(viewer)
                & is_not_told_by_their_family(viewer, "told_by")
                & (Q(told_by=F("author")) | is_theirs_too("told_by"))
            )
        )
        if leaves_out:
            notes = ItemNote.objects.filter(item=OuterRef("pk"), note__in=[marks[name] for name in NOTES])
            told = told.filter(asked_last(Q(~Exists(notes))))
        own = [wording.own_stories(viewer, marks["item"])] if with_own else []
        return [_compared(told, is_own=False), *(_compared(items, is_own=True) for items in own)]

    return Prepared(f"kindred:{leaves_out}:{with_own}", build, union_all)


def _told_by(stories: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """A row for each of those whose a story is, with who they are."""
    return stories.annotate(told_by=F("told__member"))


def _compared(stories: models.QuerySet[Any], *, is_own: bool) -> models.QuerySet[Any]:
    """With what is compared of them."""
    compared = {field.name: F(f"told__{field.name}") for field in Compared._meta.get_fields()}
    found = _told_by(stories).annotate(
        is_own=Value(is_own), is_cover=F("voice__is_cover"), is_banded=F("told__is_banded"), **compared
    )
    return found.only("public_id", "author_id", "current_id", "published_at", "notes")


def newest_for(viewer: Viewer, without_notes: frozenset[str] = frozenset(), *, limit: int) -> list[Item]:
    """The newest stories that this viewer may see; none by their own family, present or former. Two queries."""
    return newest_stories(viewer, without_notes=without_notes, limit=limit, only=is_not_told_by_their_family)
