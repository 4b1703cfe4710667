"""The newest stories that someone may see: a branch for each rung, joined, so that no index walk is long.

First those on the wide rungs, by walking the index of each; then, of what is shared by link, with a circle or single
people, only what is no older than the last of them. Where that is few stories, the index of their rung is walked as
well. Where it is many, most of them are for others, so it begins from what names the viewer. So a page takes as long
in a large community as in a small one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import cache
from itertools import zip_longest
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q

from lessalone.circles.models import Membership
from lessalone.kit.prepared import Marks, union_all
from lessalone.people.viewer import Viewer
from lessalone.sharing.models import AudienceCircle, AudienceSeat, Ceiling, Item, ItemNote, Link, Rung
from lessalone.sharing.policy import ItemQuerySet, Part, asked_last, is_out, is_their_own, open_rungs
from lessalone.sharing.prepared import NOTES, Prepared

Only = Callable[[Viewer], Q]
FAR = dt.datetime(9999, 1, 1, tzinfo=dt.UTC)
LONG_AGO = dt.datetime(1, 1, 1, tzinfo=dt.UTC)
FAR_ID = 9_000_000_000_000_000_000
WIDE = frozenset({Rung.PUBLIC, Rung.MEMBERS, Rung.BEREAVED})
NARROW = frozenset(Rung) - WIDE
FEW = 50
"""So many stories of a narrow rung are looked at one by one."""


def newest_stories(
    viewer: Viewer,
    *,
    before: tuple[dt.datetime, int] | None = None,
    without_notes: frozenset[str] = frozenset(),
    limit: int = 20,
    rungs: frozenset[Rung] | None = None,
    only: Only | None = None,
) -> list[Item]:
    """Stories shared with this viewer, newest first, at most `limit`, in two queries: what a list needs of each.

    Of one's own, those that others can read now too. The others are on a page of one's own.
    `before` is the hour and id of the last one on the page before. Stories with a content note in `without_notes` are
    left out: the reader chose not to meet them. `rungs` are those to look at, where not all. `only`
    makes a further condition of the viewer's kind.
    """
    time, item_id = before or (FAR, FAR_ID)
    notes = dict(zip_longest(NOTES, sorted(without_notes), fillvalue="")) if without_notes else {}

    def found(these: frozenset[Rung], since: dt.datetime) -> list[Item]:
        looked_at = these if rungs is None else these & rungs
        if looked_at.isdisjoint(open_rungs(viewer)):
            return []
        return _newest(bool(without_notes), limit, looked_at, only).fetch(
            viewer, before_time=time, before_id=item_id, since_time=since, **notes
        )

    wide = found(WIDE, LONG_AGO)
    last = wide[-1].published_at if len(wide) == limit else None
    narrow = found(NARROW, last or LONG_AGO)
    return sorted([*wide, *narrow], key=lambda item: (item.published_at, item.pk), reverse=True)[:limit]


@cache
def _newest(leaves_out: bool, limit: int, rungs: frozenset[Rung], only: Only | None) -> Prepared:
    def build(viewer: Viewer, marks: Marks) -> list[models.QuerySet[Any]]:
        wanted = [Rung(rung) for rung in open_rungs(viewer) if rung in rungs]
        ways = [way for rung in wanted for way in _ways(rung, viewer, marks)]
        return [_shown(stories, viewer, marks, leaves_out, only)[:limit] for stories in ways]

    def join(branches: list[str]) -> str:
        return f"{union_all(branches)} ORDER BY published_at DESC, id DESC LIMIT {limit:d}"

    name = f"newest:{leaves_out}:{limit}:{sorted(rungs)}:{only.__qualname__ if only else ''}"
    return Prepared(name, build, join)


def _ways(rung: Rung, viewer: Viewer, marks: Marks) -> list[ItemQuerySet]:
    """Where to begin on a rung. Each story is in one of them."""
    time, item_id, since = marks["before_time"], marks["before_id"], marks["since_time"]
    between = Q(rung=rung, published_at__lte=time)
    if rung in NARROW:
        between &= Q(published_at__gte=since)
    earlier = between & (Q(published_at__lt=time) | Q(pk__lt=item_id))
    if rung == Rung.LINK:
        held = Link.objects.filter(pk__in=viewer.links).values("item")
        return [Item.objects.filter(asked_last(earlier), pk__in=held)]
    naming = _naming(rung, viewer)
    if naming is None:
        return [Item.objects.filter(earlier)]
    are_many = Exists(Item.objects.filter(between)[FEW : FEW + 1])
    # Inside, where SQLite asks it before it reads what names the viewer.
    audiences = naming.filter(are_many).values("audience")
    named = Ceiling.objects.filter(audience__in=audiences).values("item")
    by_name = Item.objects.filter(asked_last(earlier), pk__in=named)
    return [Item.objects.filter(~are_many, earlier), by_name]


def _shown(
    stories: ItemQuerySet, viewer: Viewer, marks: Marks, leaves_out: bool, only: Only | None
) -> models.QuerySet[Any]:
    if leaves_out:
        notes = ItemNote.objects.filter(item=OuterRef("pk"), note__in=[marks[name] for name in NOTES])
        stories = stories.filter(asked_last(Q(~Exists(notes))))
    if only is not None:
        stories = stories.filter(asked_last(only(viewer)))
    shown = stories.filter(asked_last(is_shared(viewer))).visible_to(viewer, Part.ROOTS)
    return shown.only("public_id", "current_id", "published_at", "notes").order_by("-published_at", "-pk")


def is_shared(viewer: Viewer) -> Q:
    """It is out. Policy says so of what others wrote; one's own, and what is opened to a moderator, may not be."""
    if viewer.is_moderator:
        return is_out()
    if viewer.member_id is None:
        return Q(current__isnull=False)
    return Q(current__isnull=False) & (~is_their_own(viewer.member_id) | is_out())


def _naming(rung: Rung, viewer: Viewer) -> models.QuerySet[Any] | None:
    """On a rung of circles or people: what names this viewer. Opens nothing; policy is asked as well."""
    if rung == Rung.CIRCLES and viewer.circle_ids is None:
        mine = Membership.objects.filter(member=viewer.member_id).values("circle")
        return AudienceCircle.objects.filter(circle__in=mine)
    if rung == Rung.PEOPLE and viewer.seat_ids is None:
        return AudienceSeat.objects.filter(seat__member=viewer.member_id)
    return None
