"""Nobody's first story stays unanswered: it is brought to people who offered to be there, in turn, then to moderators.

A story is brought to one companion at a time, who may see it, does not hide what is in it, and is not of its family;
the nearest story for each. After the hours of the setting it is the next one's turn, at most `MOST_TURNS` in all. Then
the moderators see it on their list. The writer is told nothing of this, and no companion learns of another.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from lessalone.kindred.models import Brought, Companion
from lessalone.kindred.near import askings_of, stories_near
from lessalone.kindred.spared import is_nothing_they_hide
from lessalone.people.bearing import bearing_of
from lessalone.people.models import Member
from lessalone.people.viewer import Viewer
from lessalone.sharing.models import Answers, Item
from lessalone.sharing.policy import Part, asked_last, is_not_told_by_their_family
from lessalone.stories.known import viewer_for

MOST_TURNS = 3
MOST_A_WEEK = 7
MOST_LOOKED_AT = 200
"""Of the stories that wait, the oldest so many."""
FORGOTTEN_AFTER = dt.timedelta(days=30)
"""An older story is not brought to anyone any more."""
WEEK = dt.timedelta(days=7)


class NotAdmitted(Exception):
    """Only a bereaved member can offer to be there."""


# --- Offering.


def offer(*, actor: Member, a_week: int) -> None:
    """Be there for first stories, at most so many a week. NotAdmitted; ValueError for a number that is none."""
    if actor.admitted_at is None:
        raise NotAdmitted
    if not 1 <= a_week <= MOST_A_WEEK:
        raise ValueError("so many a week cannot be chosen")
    Companion.objects.update_or_create(member=actor, defaults={"a_week": a_week})


def step_back(*, actor: Member) -> None:
    """No longer, from now on: what was brought goes to the next. Nobody is told."""
    with transaction.atomic():
        Companion.objects.filter(member=actor).delete()
        Brought.objects.filter(member=actor, passed_at=None).update(passed_at=timezone.now())


def pass_on(*, actor: Member, public_id: str) -> None:
    """Not this one. It goes to the next. Repeatable; nobody is told."""
    Brought.objects.filter(member=actor, item__public_id=public_id, passed_at=None).update(
        passed_at=timezone.now()
    )


# --- What waits.


def waiting_for(viewer: Viewer) -> QuerySet[Any]:
    """The stories that were brought to this member, that nobody has answered, and that they may see now and do not
    hide."""
    mine = Brought.objects.filter(item=OuterRef("pk"), member=viewer.member_id, passed_at=None)
    theirs = _unanswered(viewer).filter(Exists(mine), is_nothing_they_hide(viewer))
    return theirs.order_by("published_at", "pk")


def left_unanswered(viewer: Viewer) -> QuerySet[Any]:
    """For moderators: first stories that still have no answer after every turn, or after the time of all turns."""
    now = timezone.now()
    turns = Brought.objects.filter(item=OuterRef("pk"))
    last = turns.order_by("-at").values("at")[:1]
    counted = _unanswered(viewer).annotate(turns=_counted(turns), last=Subquery(last))
    turns_over = Q(turns__gte=MOST_TURNS, last__lte=now - _hours())
    return counted.filter(turns_over | Q(published_at__lte=now - (MOST_TURNS + 1) * _hours())).order_by(
        "published_at", "pk"
    )


def _counted(rows: QuerySet[Any], by: str = "item") -> Coalesce:
    found = rows.order_by().values(by).annotate(found=Count("pk")).values("found")
    return Coalesce(Subquery(found), 0)


def _unanswered(viewer: Viewer) -> QuerySet[Any]:
    """First stories of members that this viewer may see, that take words, and that nobody else has answered yet."""
    now = timezone.now()
    seen = Item.objects.visible_to(viewer, Part.ROOTS).filter(
        kind=Item.Kind.STORY,
        current__isnull=False,
        answers__in=(Answers.ANYONE, Answers.APPROVED),
        published_at__lte=now - _hours(),
        published_at__gt=now - FORGOTTEN_AFTER,
        author__is_active=True,
    )
    # Only whether there is one: no answer is read.
    rows = Item.objects.order_by()
    answered = rows.filter(root=OuterRef("pk"), erased_at=None).exclude(author=OuterRef("author"))
    earlier = rows.filter(
        author=OuterRef("author"), kind=Item.Kind.STORY, published_at__lt=OuterRef("published_at")
    )
    return seen.filter(asked_last(~Exists(answered) & ~Exists(earlier) & is_not_told_by_their_family(viewer)))


def _hours() -> dt.timedelta:
    return dt.timedelta(hours=settings.ENVIRONMENT.companion_after_hours)


# --- Bringing.


def bring() -> int:
    """Bring each story that waits to the companion whose turn it is. How many were brought. Can run at any time."""
    brought = 0
    for companion in _in_turn():
        with transaction.atomic():
            if not Companion.objects.select_for_update().filter(pk=companion.pk).exists():
                continue
            item = _nearest(companion.member)
            if item is not None:
                _made, is_new = Brought.objects.get_or_create(
                    item_id=item, member=companion.member, defaults={"at": timezone.now()}
                )
                brought += is_new
    return brought


def _in_turn() -> Iterable[Companion]:
    """Those with room for one more, who had one longest ago first."""
    now = timezone.now()
    theirs = Brought.objects.filter(member=OuterRef("member"))
    open_now = theirs.filter(passed_at=None, at__gt=now - _hours())
    companions = Companion.objects.filter(
        ~Exists(open_now),
        member__is_active=True,
        member__admitted_at__isnull=False,
        member__resting_since=None,
    ).select_related("member")
    rows = companions.annotate(
        last=Subquery(theirs.order_by("-at").values("at")[:1]),
        lately=_counted(theirs.filter(at__gt=now - WEEK), "member"),
    )
    found = [one for one in rows if one.lately < one.a_week]
    long_ago = dt.datetime.min.replace(tzinfo=dt.UTC)
    return sorted(found, key=lambda one: (one.last or long_ago, one.offered_at))


def _nearest(member: Member) -> int | None:
    """Of the stories whose turn it is to be brought, the one most like this member's own; else the oldest."""
    viewer = viewer_for(member)
    others = Brought.objects.filter(item=OuterRef("pk"))
    now = timezone.now()
    stories = (
        _unanswered(viewer)
        .exclude(author=member)
        .filter(is_nothing_they_hide(viewer), ~Exists(others.filter(member=member)))
        .filter(~Exists(others.filter(passed_at=None, at__gt=now - _hours())))
        .annotate(turns=_counted(others))
        .filter(turns__lt=MOST_TURNS)
        .order_by("published_at", "pk")
    )
    waiting = list(stories.values_list("pk", flat=True)[:MOST_LOOKED_AT])
    if not waiting:
        return None
    near: dict[int, int] = {}
    left_out = bearing_of(member.pk).left_out
    for asking in askings_of(member.pk):
        for found in stories_near(viewer, asking, today=now.date(), without_notes=left_out):
            near[found.item.pk] = max(near.get(found.item.pk, 0), found.points)
    return max(waiting, key=lambda pk: (near.get(pk, 0), -waiting.index(pk)))
