"""What every one of the cast meets, in words: policy asked for each of them, and what it lets them read.

    before = seen(cast)
    ...
    assert seen(cast) in (before, after)

A thing that somebody may see and that cannot be read whole is half there: then `seen` itself fails.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from lessalone.people.models import Member
from lessalone.responses import kept_words
from lessalone.responses.models import Response
from lessalone.sharing.models import Item, Version
from lessalone.sharing.newest import newest_stories
from lessalone.stories import actions as stories
from lessalone.stories import rendering
from lessalone.stories.models import Draft
from tests.cast import Cast, viewer_of

Seen = dict[str, tuple[str, ...]]


class HalfThere(AssertionError):
    """Something can be seen, and not read as it was written."""


def seen(cast: Cast) -> Seen:
    """For each person by name, and a visitor: what they see, find, are asked, and are writing."""
    everything = list(Item.objects.select_related("voice").order_by("pk"))
    asked = list(Version.objects.filter(superseded_at=None, published_at=None).order_by("pk"))
    drafts = set(Draft.objects.values_list("writer", flat=True))
    as_it_reads = cache(_as_it_reads)

    def met_by(member: Member | None) -> Iterator[str]:
        viewer = viewer_of(member)
        for item in everything:
            if item.is_visible_to(viewer):
                yield f"sees {as_it_reads(item)}"
        for item in newest_stories(viewer):
            yield f"finds {as_it_reads(item)}"
        if member is not None and asked:
            theirs = set(Item.objects.asked_of(member.pk).values_list("pk", flat=True))
            yield from (f"is asked about {told(version)}" for version in asked if version.item_id in theirs)
        if member is not None and member.pk in drafts:
            yield from (f"is writing {text}" for text in _written_by(member))

    people: dict[str, Member | None] = {**cast.members(), "a visitor": None}
    return {name: tuple(met_by(member)) for name, member in people.items()}


def differences(one: Seen, other: Seen) -> dict[str, tuple[list[str], list[str]]]:
    """Where two differ, for a message: by person, what only the one has and what only the other has."""
    return {
        name: (sorted(set(one[name]) - set(other[name])), sorted(set(other[name]) - set(one[name])))
        for name in one
        if one[name] != other[name]
    }


def _written_by(member: Member) -> Iterator[str]:
    for draft in Draft.objects.owned_by(member.pk).order_by("pk"):
        photos = [one.description for one in stories.photos_of(draft)]
        yield f"{stories.contents_of(draft).to_json()} with {photos}"


def told(version: Version) -> str:
    """One version, whole."""
    telling = rendering.tellings([version]).get(version.pk)
    if telling is None:
        raise HalfThere(f"version {version} has no words")
    descriptions = [description for _placement, description in telling.photos]
    about = f"for {version.audience}, {version.answers}, notes {version.notes}"
    return f"“{telling.title}: {telling.words}” by {telling.told_by} with {descriptions} {about}"


def _as_it_reads(item: Item) -> str:
    if item.erased_at is not None:
        raise HalfThere(f"{item} is erased, and seen")
    return _answer(item) if item.kind == Item.Kind.RESPONSE else _story(item)


def _story(item: Item) -> str:
    if item.current is None:
        return "a story that was never shared"
    text = told(item.current)
    body, card = rendering.page_body(item), rendering.cards([item]).get(item.pk)
    telling = stories.telling_of(item.current)
    if not body or not card or telling.words not in body or telling.title not in card:
        raise HalfThere(f"what is kept of {item} is not what its version says")
    if any(description not in body for _placement, description in telling.photos):
        raise HalfThere(f"a photo of {item} is missing from what is kept")
    return text


def _answer(item: Item) -> str:
    response = Response.objects.filter(item=item).first()
    words = kept_words.words_of([item.pk]).get(item.pk)
    if response is None or words is None:
        raise HalfThere(f"{item} has no words")
    kept = kept_words.html_of([(item.pk, response.revision, item.voice.name)]).get(item.pk)
    if not kept or words not in kept:
        raise HalfThere(f"what is kept of {item} is not what it says")
    return f"“{words}” by {item.voice.name}, to {item.root_id} and {item.above_id}"
