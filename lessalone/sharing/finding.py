"""Stories that hold some words, of those that a viewer may see: newest first.

The index names candidates; policy is asked of each of them, in one prepared query for a page's worth. Whoever looks
for the words of a story that is hidden from them meets what they meet when no story has those words: the same page
after the same questions.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Value
from django.utils import timezone

from lessalone.circles.models import Membership
from lessalone.kit.derived import index
from lessalone.kit.derived.words import Wanted
from lessalone.kit.prepared import Marks, union_all
from lessalone.people.viewer import Viewer
from lessalone.sharing.findable import mark_of_circle, mark_of_item, mark_of_note, mark_of_width
from lessalone.sharing.models import Item, ItemNote, Link, Seat
from lessalone.sharing.newest import is_shared
from lessalone.sharing.policy import Part, asked_last, is_their_own
from lessalone.sharing.prepared import CANDIDATES, NO_ID, NOTES, Prepared

ASKED = CANDIDATES[:50]
AT_A_TIME = len(ASKED)
MOST_ROUNDS = 40
"""So often more candidates are asked about. Marks leave out nearly all that policy refuses, so one round is usual."""
MOST_NAMED = 200
"""So many of their own stories, and as many of those that are named to them, are found on narrow rungs."""


@dataclass(frozen=True, slots=True)
class Found:
    """A story that this viewer may see, and where it stands in the order."""

    item: Item
    place: int


def found_stories(
    viewer: Viewer,
    wanted: Wanted,
    *,
    before: int | None = None,
    without_notes: frozenset[str] = frozenset(),
    limit: int = 20,
) -> list[Found]:
    """Stories with the words, that this viewer may see, newest first, at most `limit`: what a list needs of each.

    Of one's own, as on the home page, those that others can read now too.
    `before` is the place of the last one on the page before. Stories with a content note in `without_notes` are left
    out: the reader chose not to meet them. Fewer than `limit`: there are no more.
    """
    hidden = frozenset(map(mark_of_note, without_notes))
    marks = _marks_of(viewer)
    end = index.place_of(timezone.now()) + 1
    place = end if before is None else min(before, end)
    found: list[Found] = []
    for _ in range(MOST_ROUNDS):
        near = index.candidates(wanted, any_of=marks, none_of=hidden, before=place, limit=AT_A_TIME)
        seen = _visible(viewer, [one.item_id for one in near], without_notes)
        found += [Found(seen[one.item_id], one.place) for one in near if one.item_id in seen]
        if len(found) >= limit or len(near) < AT_A_TIME:
            break
        place = near[-1].place
    return found[:limit]


def _visible(viewer: Viewer, item_ids: Iterable[int], without_notes: frozenset[str]) -> dict[int, Item]:
    """Those of the items that policy lets this viewer see. As long for none as for many."""
    ids, left_out = list(item_ids), sorted(without_notes)
    items = dict(zip(ASKED, ids + [NO_ID] * (AT_A_TIME - len(ids)), strict=True))
    notes = dict(zip(NOTES, left_out + [""] * (len(NOTES) - len(left_out)), strict=True))
    return {item.pk: item for item in _seen.fetch(viewer, **items, **notes)}


def _build_seen(viewer: Viewer, marks: Marks) -> models.QuerySet[Any]:
    notes = ItemNote.objects.filter(item=OuterRef("pk"), note__in=[marks[name] for name in NOTES])
    stories = Item.objects.filter(pk__in=[marks[name] for name in ASKED])
    shown = stories.filter(asked_last(~Exists(notes) & is_shared(viewer)))
    return shown.visible_to(viewer, Part.ROOTS).only("public_id", "current_id", "published_at", "notes")


_seen = Prepared("found", _build_seen)


# --- What a viewer can ask the index for. It opens nothing.


def _marks_of(viewer: Viewer) -> set[str]:
    """The kind of reader this is; and for the narrow rungs their circles, and what is their own or named to them."""
    marks = {mark_of_width(viewer)}
    if viewer.member_id is None and not viewer.links:
        return marks
    for sort, number in _named.fetch(viewer):
        marks.add(mark_of_circle(number) if sort == _CIRCLE else mark_of_item(number))
    return marks


_CIRCLE, _ITEM = 1, 2


def _build_named(viewer: Viewer, marks: Marks) -> list[models.QuerySet[Any]]:
    queries = []
    if viewer.links:
        queries.append(_rows(_ITEM, Link.objects.filter(pk__in=viewer.links), "item"))
    if viewer.member_id is not None:
        own = Item.objects.filter(is_their_own(viewer.member_id), kind=Item.Kind.STORY, current__isnull=False)
        queries += [
            _rows(_ITEM, Seat.objects.filter(member=viewer.member_id).order_by("-item"), "item"),
            _rows(_ITEM, own.order_by("-pk"), "pk"),
        ]
        if viewer.is_member:
            queries.append(_rows(_CIRCLE, Membership.objects.filter(member=viewer.member_id), "circle"))
    return queries


def _rows(sort: int, rows: models.QuerySet[Any], name: str) -> models.QuerySet[Any]:
    numbered = rows.annotate(sort=Value(sort), number=F(name))
    listed: models.QuerySet[Any] = numbered.values_list("sort", "number", named=True)[:MOST_NAMED]
    return listed


_named = Prepared("named to them", _build_named, union_all)
