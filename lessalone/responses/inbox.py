"""Reads for those who are written to: what waits, what came without words; for writers, what they wrote."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import zip_longest
from typing import Any, TypeVar

from django.db.models import BooleanField, CharField, Exists, F, Model, OuterRef, Q, QuerySet, Subquery, Value
from django.http import Http404
from django.utils.html import escape

from lessalone.kit import cursors
from lessalone.kit.derived import kept
from lessalone.kit.prepared import Marks, union_all
from lessalone.people.models import Block, Voice
from lessalone.people.viewer import Viewer
from lessalone.responses.kept_words import html_of
from lessalone.responses.listing import Entry, told_waiting
from lessalone.responses.models import Gesture, LaidAside, LessAlone, PutAway
from lessalone.sharing import policy
from lessalone.sharing.models import FirstReader, Hold, Item, Version
from lessalone.sharing.prepared import IDS, NO_ID, Prepared
from lessalone.stories.rendering import tellings

LENGTH = 20
SHORT = 8
LESS_ALONE = "less-alone"
M = TypeVar("M", bound=Model)


def answer_or_404(viewer: Viewer, public_id: str) -> Item:
    """The answer at this address with its words' revision, how it stands, and the address of its story; or 404:
    to a viewer who may not see it, it does not exist. One query."""
    found = _at_address.fetch(viewer, public_id=public_id)
    if not found:
        raise Http404
    item: Item = found[0]
    return item


def _build_at_address(viewer: Viewer, marks: Marks) -> QuerySet[Item]:
    items = Item.objects.visible_to(viewer, policy.Part.BRANCHES).filter(public_id=marks["public_id"])
    return _with_state(with_words(items)).annotate(root_public_id=F("root__public_id"))


_at_address = Prepared("responses:address", _build_at_address)


def came_in(
    viewer: Viewer, story_item: Item, cursor: str | None
) -> tuple[list[Item], str | None, list[Item]]:
    """What a story's family finds: responses that wait for it, oldest first, from `cursor` on, and the cursor of
    the next page; and those that it put away, newest first. One query."""
    keys = cursors.decode(cursor)
    after = keys[0] if keys and isinstance(keys[0], int) else 0
    found = _came_in.fetch(viewer, item=story_item.pk, after_id=after)
    waiting = sorted((one for one in found if not one.is_put_away), key=lambda one: one.pk)
    put_away = sorted((one for one in found if one.is_put_away), key=lambda one: -one.pk)
    has_more = len(waiting) > LENGTH
    return waiting[:LENGTH], cursors.encode(waiting[LENGTH - 1].pk) if has_more else None, put_away


def _build_came_in(viewer: Viewer, marks: Marks) -> list[QuerySet[Item]]:
    def told_apart(items: QuerySet[Item], is_put_away: bool) -> QuerySet[Item]:
        return items.filter(root=marks["item"]).annotate(
            is_put_away=Value(is_put_away, output_field=BooleanField())
        )

    waiting = _waiting(viewer, Item.Waiting.FAMILY).filter(pk__gt=marks["after_id"])
    return [
        told_apart(waiting, False)[: LENGTH + 1],
        told_apart(_put_away_by_family(viewer), True)[:LENGTH],
    ]


_came_in = Prepared("responses:came-in", _build_came_in, union_all)


def waiting_for_first_reader(viewer: Viewer) -> QuerySet[Item]:
    """Responses that wait for this viewer to read them first, oldest first."""
    return _waiting(viewer, Item.Waiting.FIRST_READER)


def reads_first(member_id: int) -> bool:
    """Whether a family asked this member to read answers first."""
    return FirstReader.objects.filter(member=member_id, ended_at=None).exists()


def _put_away_by_family(viewer: Viewer) -> QuerySet[Item]:
    """Responses that the family put away, newest first."""
    away = PutAway.objects.filter(item=OuterRef("pk"), ended_at=None)
    items = Item.objects.visible_to(viewer, policy.Part.BRANCHES).filter(
        Exists(away), waiting_for=Item.Waiting.FAMILY
    )
    return with_words(items.exclude(author=viewer.member_id)).order_by("-pk")


def written_by(viewer: Viewer) -> QuerySet[Item]:
    """The viewer's own responses, newest first, whatever became of their stories."""
    assert viewer.member_id is not None
    items = Item.objects.owned_by(viewer.member_id).filter(
        author=viewer.member_id, kind=Item.Kind.RESPONSE, response__isnull=False
    )
    return _with_state(with_words(items)).order_by("-pk")


def _with_state(items: QuerySet[Item]) -> QuerySet[Item]:
    """With what its writer is told about how it stands."""
    held = Hold.objects.filter(item=OuterRef("pk"), released_at=None)
    return items.annotate(told_waiting=told_waiting(), is_held=Exists(held))


def laid_aside_by(viewer: Viewer) -> QuerySet[Item]:
    """What the viewer does not want to meet again, newest first."""
    aside = LaidAside.objects.filter(item=OuterRef("pk"), member=viewer.member_id)
    items = Item.objects.visible_to(viewer, policy.Part.BRANCHES).filter(Exists(aside))
    return with_words(items).order_by("-pk")


def _waiting(viewer: Viewer, whom: str) -> QuerySet[Item]:
    away = PutAway.objects.filter(item=OuterRef("pk"), ended_at=None)
    items = Item.objects.visible_to(viewer, policy.Part.BRANCHES).filter(
        ~Exists(away), policy.is_not_between_blocked_people(viewer), waiting_for=whom
    )
    return with_words(items.exclude(author=viewer.member_id)).order_by("pk")


def with_words(items: QuerySet[Item]) -> QuerySet[Item]:
    """With what `entries` needs besides the rows."""
    return items.annotate(
        voice_name=F("voice__name"),
        revision=F("response__revision"),
        edited_at=F("response__edited_at"),
    )


def gestures_for(viewer: Viewer, story_id: int) -> QuerySet[Gesture]:
    """Who answered without words, newest first, without those who do not meet each other."""
    rows = Gesture.objects.filter(item=story_id).filter(_meets(viewer))
    return rows.annotate(name=_shown_name(), what=F("kind")).order_by("-pk")


def less_alone_for(viewer: Viewer, story_id: int) -> QuerySet[LessAlone]:
    """Who felt less alone, newest first."""
    rows = LessAlone.objects.filter(item=story_id).filter(_meets(viewer))
    what = Value(LESS_ALONE, output_field=CharField())
    return rows.annotate(name=_shown_name(), what=what).order_by("-pk")


def newest_wordless(viewer: Viewer, story_item: Item) -> dict[str, Any]:
    """The newest gestures and "less alone" for the family, and whether there are more. One query."""
    found = sorted(_wordless.fetch(viewer, item=story_item.pk), key=lambda row: -row.pk)
    less_alone = [row for row in found if row.what == LESS_ALONE]
    gestures = [row for row in found if row.what != LESS_ALONE]
    return {
        "gestures": gestures[:SHORT],
        "has_more_gestures": len(gestures) > SHORT,
        "less_alone": less_alone[:SHORT],
        "has_more_less_alone": len(less_alone) > SHORT,
    }


def _build_wordless(viewer: Viewer, marks: Marks) -> list[QuerySet[Any]]:
    return [
        rows(viewer, marks["item"]).values_list("pk", "name", "what")[: SHORT + 1]
        for rows in (gestures_for, less_alone_for)
    ]


_wordless = Prepared("responses:wordless", _build_wordless, union_all)


def _meets(viewer: Viewer) -> Q:
    """Not blocked by the viewer under the shown name, nor blocking the viewer."""
    blocked = Block.objects.filter(blocker=viewer.member_id, voice__is_cover=False).values("blocked")
    blocking = Block.objects.filter(blocked=viewer.member_id).values("blocker")
    return ~Q(member__in=blocked) & ~Q(member__in=blocking)


def _shown_name() -> Subquery:
    shown = Voice.objects.filter(member=OuterRef("member"), is_cover=False)
    return Subquery(shown.values("name")[:1])


def page(rows: QuerySet[M], cursor: str | None, *, newest_first: bool) -> tuple[list[M], str | None]:
    """Some rows by their number from `cursor` on, and the cursor of the next page."""
    keys = cursors.decode(cursor)
    if keys and isinstance(keys[0], int):
        rows = rows.filter(pk__lt=keys[0]) if newest_first else rows.filter(pk__gt=keys[0])
    found = list(rows[: LENGTH + 1])
    has_more = len(found) > LENGTH
    return found[:LENGTH], cursors.encode(found[LENGTH - 1].pk) if has_more else None


def entries(items: Iterable[Item], viewer: Viewer) -> list[Entry]:
    """Responses with their words; gone ones are left out."""
    items = list(items)
    words = html_of((item.pk, item.revision, item.voice_name) for item in items)  # type: ignore[attr-defined]
    return [
        Entry(item, words[item.pk], item.author_id == viewer.member_id, item.above_id is not None)
        for item in items
        if item.pk in words
    ]


def visible_stories(viewer: Viewer, story_ids: Iterable[int]) -> dict[int, Item]:
    """Those of the stories that this viewer may see, by id, each with its `title`."""
    wanted = sorted(set(story_ids))
    stories: dict[int, Item] = {}
    for start in range(0, len(wanted), len(IDS)):
        some = wanted[start : start + len(IDS)]
        found = _visible_stories.fetch(viewer, **dict(zip_longest(IDS, some, fillvalue=NO_ID)))
        stories |= {item.pk: item for item in found}
    titles = titles_of(item for item in stories.values() if item.current_id is not None)
    for item in stories.values():
        item.title = titles.get(item.pk, "")  # type: ignore[attr-defined]
    return stories


def _build_visible_stories(viewer: Viewer, marks: Marks) -> QuerySet[Item]:
    return Item.objects.visible_to(viewer, policy.Part.ROOTS).filter(pk__in=[marks[name] for name in IDS])


_visible_stories = Prepared("responses:stories", _build_visible_stories)


def titles_of(items: Iterable[Item]) -> dict[int, str]:
    """The titles of stories' shown versions, by item id, kept. Whoever asks has asked policy before."""
    wanted = [(item.pk, item.current_id) for item in items if item.current_id is not None]
    return dict(kept.get_many("title", wanted, _titles))


def _titles(item_ids: list[int]) -> dict[int, str]:
    versions = Version.objects.filter(item__in=item_ids, item__current=F("pk")).select_related("item")
    return {telling.version.item_id: escape(telling.title) for telling in tellings(versions).values()}
