"""Stories that led to others: whoever told theirs after reading another may say so.

Policy is the one rule. The family of the story that helped is told where each of them may see the teller's story, with
the name that it is told by; where not, nothing is told: even "someone did" would show a story that is hidden from
them, and blocking one voice after the other would show whose it is. Nothing leads to a story by someone's own family.
Readers are led on where everyone whose stories the two are has agreed to exactly that.
"""

from __future__ import annotations

from itertools import zip_longest
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import Http404

from lessalone.kindred.models import Ripple, RippleAgreement
from lessalone.kindred.spared import is_nothing_they_hide
from lessalone.kit.prepared import Marks, union_all
from lessalone.people.viewer import Viewer
from lessalone.responses.models import Gesture, LessAlone
from lessalone.sharing.models import Item
from lessalone.sharing.newest import is_shared
from lessalone.sharing.policy import (
    ItemQuerySet,
    Part,
    asked_last,
    is_not_told_by_their_family,
    is_out,
)
from lessalone.sharing.prepared import CANDIDATES, Prepared

ON_A_PAGE = 20
MOST_LINKS = 5
"""Below a story, the newest."""
MOST_OFFERED = 20
MOST_OF_A_SORT = len(CANDIDATES) // 3
"""So many of one's newest answers, gestures and "less alone" are looked at."""
NOTHING = Q(pk__in=[])


# --- What is shown.


def _meets(viewer: Viewer) -> Q:
    """A condition over stories that this viewer may see: one that they can be led to."""
    shared = is_shared(viewer) & is_not_told_by_their_family(viewer)
    return shared & Q(author__is_active=True) & is_nothing_they_hide(viewer)


def told_after(viewer: Viewer, led_by: Any) -> ItemQuerySet:
    """The stories that are said to have been told after this one, of those that this viewer may be led to."""
    stories = Item.objects.visible_to(viewer, Part.ROOTS).filter(ripple__led_by=led_by)
    return stories.filter(asked_last(_meets(viewer) & Q(ripple__voice=F("voice"))))


def leading_on(viewer: Viewer, led_by: Any) -> ItemQuerySet:
    """The same, of those to which readers are led. Nobody who is not signed in is led anywhere."""
    agreed = Ripple.objects.agreed().filter(item=OuterRef("pk"))
    return told_after(viewer, led_by).filter(asked_last(Q(Exists(agreed))))


def is_leading_on(viewer: Viewer) -> Q:
    """Over a story: its readers are led on from it to at least one."""
    return Q(Exists(leading_on(viewer, OuterRef("pk")))) if viewer.is_member else NOTHING


def has_led(viewer: Viewer) -> Q:
    """Over a story: its family is told that it helped someone to tell theirs."""
    return Q(Exists(told_after(viewer, OuterRef("pk")))) if viewer.is_member else NOTHING


def was_led(viewer: Viewer) -> Q:
    """Over a story: it is said which other one helped to tell it."""
    return Q(Exists(Ripple.objects.filter(item=OuterRef("pk"), voice=OuterRef("voice"))))


def links_of(viewer: Viewer, story: Item) -> list[Item]:
    """The newest stories to which readers of this one are led: what a list needs of each. One query."""
    return _links.fetch(viewer, item=story.pk)


def _build_links(viewer: Viewer, marks: Marks) -> QuerySet[Item]:
    stories = leading_on(viewer, marks["item"]).order_by("-ripple__pk")
    return stories.only("public_id", "current_id", "published_at", "notes")[:MOST_LINKS]


_links = Prepared("ripples:links", _build_links)


def led_to(viewer: Viewer, story: Item, before: int) -> list[Any]:
    """For the family of a story: what was told after it, the newest first, one more than a page holds. Each with
    `ripple_id`, whether this viewer agreed that readers are led to it, and whether all have. One query."""
    return _led_to.fetch(viewer, item=story.pk, before_id=before)


def _build_led_to(viewer: Viewer, marks: Marks) -> QuerySet[Item]:
    mine = RippleAgreement.objects.filter(ripple=OuterRef("ripple__pk"), member=viewer.member_id)
    stories = told_after(viewer, marks["item"]).filter(ripple__pk__lt=marks["before_id"])
    return (
        stories.annotate(
            ripple_id=F("ripple__pk"),
            is_agreed=Exists(mine),
            is_leading=Exists(Ripple.objects.agreed().filter(item=OuterRef("pk"))),
        )
        .only("public_id", "current_id", "published_at", "notes")
        .order_by("-ripple__pk")[: ON_A_PAGE + 1]
    )


_led_to = Prepared("ripples:led to", _build_led_to)


# --- One's own story, and what helped to tell it.


def own_story_or_404(member_id: int, public_id: str) -> Any:
    """A story of this member's own, with its voice; `is_told` when it is with those whom it is meant for."""
    own = Item.objects.owned_by(member_id).filter(public_id=public_id, kind=Item.Kind.STORY)
    story = own.annotate(is_told=asked_last(is_out())).select_related("voice").first()
    if story is None:
        raise Http404
    return story


def said_of(viewer: Viewer, story: Item) -> Any:
    """What is said to have helped to tell this story, with whether this viewer and whether all agreed that readers
    are led; or None."""
    mine = RippleAgreement.objects.filter(ripple=OuterRef("pk"), member=viewer.member_id)
    leading = Ripple.objects.agreed().filter(pk=OuterRef("pk"))
    return (
        Ripple.objects.filter(item=story, voice=story.voice_id)
        .annotate(is_agreed=Exists(mine), is_leading=Exists(leading))
        .first()
    )


def helped(viewer: Viewer, ripple: Ripple) -> Item | None:
    """The story that helped, where this viewer may still read it."""
    return next(iter(_helped.fetch(viewer, item=ripple.led_by_id)), None)


_helped = Prepared(
    "ripples:helped",
    lambda viewer, marks: Item.objects.visible_to(viewer, Part.ROOTS).filter(
        asked_last(is_shared(viewer)), pk=marks["item"]
    ),
)


def may_say_it(viewer: Viewer) -> Q:
    """Over a story: it is told, by this viewer, who answered others; so something may have helped."""
    me = viewer.member_id
    if me is None or not viewer.is_member:
        return NOTHING
    answered = Q(Exists(Item.objects.owned_by(me).filter(author=me, kind=Item.Kind.RESPONSE)))
    answered |= Q(Exists(Gesture.objects.filter(member=me))) | Q(Exists(LessAlone.objects.filter(member=me)))
    return Q(author=me) & is_out() & answered


def offered(viewer: Viewer, story: Item) -> list[Item]:
    """The stories of which the teller may say that they helped to tell this one, the newest first. Two queries.

    Those that they answered before they told it, under the same name: under a cover name only with words of that name,
    for gestures show their other one. And that they may read now, and are by nobody of their own family.
    """
    kind = "cover" if story.voice.is_cover else "shown"
    rows = _answered[kind].fetch(viewer, after_id=story.voice_id)
    ids = dict.fromkeys(row.story for row in rows)
    if not ids:
        return []
    places = dict(zip_longest(CANDIDATES, ids, fillvalue=0))
    return _offered.fetch(viewer, before_time=story.published_at, **places)


def _build_answered(viewer: Viewer, marks: Marks) -> list[QuerySet[Any]]:
    """`after_id` stands for the voice."""
    me = viewer.member_id
    assert me is not None
    answers = Item.objects.owned_by(me).filter(author=me, kind=Item.Kind.RESPONSE, voice=marks["after_id"])
    return [_newest(answers, "root")]


def _build_answered_by_shown(viewer: Viewer, marks: Marks) -> list[QuerySet[Any]]:
    me = viewer.member_id
    return [
        *_build_answered(viewer, marks),
        _newest(Gesture.objects.filter(member=me), "item"),
        _newest(LessAlone.objects.filter(member=me), "item"),
    ]


def _newest(rows: QuerySet[Any], story: str) -> QuerySet[Any]:
    named: QuerySet[Any] = rows.order_by("-pk").annotate(story=F(story)).values_list("story", named=True)
    return named[:MOST_OF_A_SORT]


def _build_offered(viewer: Viewer, marks: Marks) -> QuerySet[Item]:
    stories = Item.objects.visible_to(viewer, Part.ROOTS).filter(
        pk__in=[marks[name] for name in CANDIDATES], kind=Item.Kind.STORY
    )
    earlier = stories.filter(published_at__lt=marks["before_time"])
    return earlier.filter(asked_last(_meets(viewer))).order_by("-published_at", "-pk")[:MOST_OFFERED]


_answered = {
    "cover": Prepared("ripples:answered under a cover name", _build_answered, union_all),
    "shown": Prepared("ripples:answered", _build_answered_by_shown, union_all),
}
_offered = Prepared("ripples:offered", _build_offered)


# --- One of the two families.


def ripple_or_404(viewer: Viewer, public_id: str) -> Any:
    """What is said of the story at this address, for one of its own people, or of those whose story helped and who are
    told of it. `is_teller` says which. 404 for anyone else, and where nothing is said."""
    ripple = concerning(viewer).filter(item__public_id=public_id).select_related("item", "led_by").first()
    if ripple is None:
        raise Http404
    return ripple


def concerning(viewer: Viewer) -> models.QuerySet[Any]:
    """Ripples that are this viewer's to decide about: of either side, while that side is told of them."""
    me = viewer.member_id
    if me is None:
        return Ripple.objects.none()
    told = told_after(viewer, OuterRef("led_by")).filter(pk=OuterRef("item"))
    teller = Item.objects.owned_by(me).filter(pk=OuterRef("item"))
    helped_them = Item.objects.owned_by(me).filter(pk=OuterRef("led_by"))
    rows = Ripple.objects.annotate(is_teller=Exists(teller))
    return rows.filter(Q(is_teller=True) | Q(Exists(helped_them), Exists(told)))
