"""The newest stories that someone may see: a branch for each rung, joined, so that no index walk is long."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q

from lessalone.circles.models import Membership
from lessalone.people.viewer import Viewer
from lessalone.sharing.models import AudienceCircle, AudienceSeat, Ceiling, Item, ItemNote, Link, Rung
from lessalone.sharing.policy import open_rungs
from lessalone.sharing.prepared import Prepared, fill

FAR = dt.datetime(9999, 1, 1, tzinfo=dt.UTC)
FAR_ID = 9_000_000_000_000_000_000


def newest_stories(
    viewer: Viewer,
    *,
    before: tuple[dt.datetime, int] | None = None,
    without_notes: frozenset[str] = frozenset(),
    limit: int = 20,
) -> list[Item]:
    """Stories shared with this viewer, newest first, at most `limit`, in one query.

    `before` is the hour and id of the last one on the page before. Stories with a content note in `without_notes` are
    left out: the reader chose not to meet them.
    """
    branches, parameters = [], []
    time, item_id = before or (FAR, FAR_ID)
    for rung in open_rungs(viewer):
        sql, marked = _branch(Rung(rung), without_notes, limit).compiled(viewer)
        branches.append(f"SELECT * FROM ({sql}) AS branch_{rung}")  # noqa: S608 - Django's own SQL
        parameters += fill(viewer, marked, {"before_time": time, "before_id": item_id})
    joined = " UNION ALL ".join(branches) + " ORDER BY published_at DESC, id DESC LIMIT %s"
    return list(Item.objects.raw(joined, [*parameters, limit]))


@lru_cache(maxsize=256)
def _branch(rung: Rung, without_notes: frozenset[str], limit: int) -> Prepared:
    def build(viewer: Viewer, marks: Mapping[str, Any]) -> models.QuerySet[Any]:
        time, item_id = marks["before_time"], marks["before_id"]
        stories = Item.objects.filter(kind=Item.Kind.STORY, root=None, rung=rung, current__isnull=False)
        stories = stories.filter(published_at__lte=time).filter(Q(published_at__lt=time) | Q(pk__lt=item_id))
        if without_notes:
            notes = ItemNote.objects.filter(item=OuterRef("pk"), note__in=sorted(without_notes))
            stories = stories.filter(~Exists(notes))
        return (
            stories.filter(_named(rung, viewer)).visible_to(viewer).order_by("-published_at", "-pk")[:limit]
        )

    return Prepared(f"newest:{int(rung)}:{','.join(sorted(without_notes))}:{limit}", build)


def _named(rung: Rung, viewer: Viewer) -> Q:
    """For the narrow rungs: begin from what names this viewer. Opens nothing; policy is asked as well."""
    if rung == Rung.CIRCLES and viewer.circle_ids is None:
        mine = Membership.objects.filter(member=viewer.member_id).values("circle")
        return _with_audience(AudienceCircle.objects.filter(circle__in=mine))
    if rung == Rung.PEOPLE:
        return _with_audience(AudienceSeat.objects.filter(seat__member=viewer.member_id))
    if rung == Rung.LINK:
        return Q(pk__in=Link.objects.filter(pk__in=viewer.links).values("item"))
    return Q()


def _with_audience(naming: models.QuerySet[Any]) -> Q:
    return Q(pk__in=Ceiling.objects.filter(audience__in=naming.values("audience")).values("item"))
