"""Reads for those who are written to: what waits, what came without words; for writers, what they wrote."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet, Subquery
from django.utils.html import escape

from lessalone.kit import cursors
from lessalone.kit.derived import kept
from lessalone.people.models import Block, Voice
from lessalone.people.viewer import Viewer
from lessalone.responses.kept_words import html_of
from lessalone.responses.listing import Entry, told_waiting
from lessalone.responses.models import Gesture, LaidAside, LessAlone, PutAway
from lessalone.sharing import policy
from lessalone.sharing.models import FirstReader, Hold, Item, Version
from lessalone.stories.rendering import tellings

LENGTH = 20
M = TypeVar("M", bound=Model)


def waiting_for_family(viewer: Viewer, story_item: Item) -> QuerySet[Item]:
    """Responses to a story that wait for its family, oldest first."""
    return _waiting(viewer, Item.Waiting.FAMILY).filter(root=story_item.pk)


def waiting_for_first_reader(viewer: Viewer) -> QuerySet[Item]:
    """Responses that wait for this viewer to read them first, oldest first."""
    return _waiting(viewer, Item.Waiting.FIRST_READER)


def reads_first(member_id: int) -> bool:
    """Whether a family asked this member to read answers first."""
    return FirstReader.objects.filter(member=member_id, ended_at=None).exists()


def put_away_by_family(viewer: Viewer, story_item: Item) -> QuerySet[Item]:
    """Responses that the family put away, newest first."""
    away = PutAway.objects.filter(item=OuterRef("pk"), ended_at=None)
    items = Item.objects.visible_to(viewer).filter(
        Exists(away), root=story_item.pk, waiting_for=Item.Waiting.FAMILY
    )
    return with_words(items.exclude(author=viewer.member_id)).order_by("-pk")


def written_by(viewer: Viewer) -> QuerySet[Item]:
    """The viewer's own responses, newest first, whatever became of their stories."""
    assert viewer.member_id is not None
    items = Item.objects.owned_by(viewer.member_id).filter(
        author=viewer.member_id, kind=Item.Kind.RESPONSE, response__isnull=False
    )
    held = Hold.objects.filter(item=OuterRef("pk"), released_at=None)
    return with_words(items).annotate(told_waiting=told_waiting(), is_held=Exists(held)).order_by("-pk")


def laid_aside_by(viewer: Viewer) -> QuerySet[Item]:
    """What the viewer does not want to meet again, newest first."""
    aside = LaidAside.objects.filter(item=OuterRef("pk"), member=viewer.member_id)
    return with_words(Item.objects.visible_to(viewer).filter(Exists(aside))).order_by("-pk")


def _waiting(viewer: Viewer, whom: str) -> QuerySet[Item]:
    away = PutAway.objects.filter(item=OuterRef("pk"), ended_at=None)
    items = Item.objects.visible_to(viewer).filter(
        ~Exists(away),
        policy.is_not_between_blocked_people(viewer),
        kind=Item.Kind.RESPONSE,
        waiting_for=whom,
    )
    return with_words(items.exclude(author=viewer.member_id)).order_by("pk")


def with_words(items: QuerySet[Item]) -> QuerySet[Item]:
    """With what `entries` needs besides the rows."""
    return items.annotate(
        voice_name=F("voice__name"),
        revision=F("response__revision"),
        edited_at=F("response__edited_at"),
    )


def gestures_for(viewer: Viewer, story_item: Item) -> QuerySet[Gesture]:
    """Who answered without words, newest first, without those who do not meet each other."""
    rows = Gesture.objects.filter(item=story_item.pk).filter(_meets(viewer))
    return rows.annotate(name=_shown_name(), what=F("kind"), when=F("made_at")).order_by("-pk")


def less_alone_for(viewer: Viewer, story_item: Item) -> QuerySet[LessAlone]:
    """Who felt less alone, newest first."""
    rows = LessAlone.objects.filter(item=story_item.pk).filter(_meets(viewer))
    return rows.annotate(name=_shown_name(), when=F("at")).order_by("-pk")


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
    stories = {item.pk: item for item in Item.objects.visible_to(viewer).filter(pk__in=set(story_ids))}
    titles = titles_of(item for item in stories.values() if item.current_id is not None)
    for item in stories.values():
        item.title = titles.get(item.pk, "")  # type: ignore[attr-defined]
    return stories


def titles_of(items: Iterable[Item]) -> dict[int, str]:
    """The titles of stories' shown versions, by item id, kept. Whoever asks has asked policy before."""
    wanted = [(item.pk, item.current_id) for item in items if item.current_id is not None]
    return dict(kept.get_many("title", wanted, _titles))


def _titles(item_ids: list[int]) -> dict[int, str]:
    versions = Version.objects.filter(item__in=item_ids, item__current=F("pk")).select_related("item")
    return {telling.version.item_id: escape(telling.title) for telling in tellings(versions).values()}
