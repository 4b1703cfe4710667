"""Who reads a response before others can: the rule, once, for new words and for changed ones."""

from __future__ import annotations

from lessalone.people.models import Member
from lessalone.sharing.models import Answers, FirstReader, Item


def reads_first(*, writer: Member, story_item: Item) -> str:
    """`Item.Waiting` for words of this writer: nobody, the family's first reader, or the family.

    The family's own words wait for nobody, and a first reader's not for themselves. Where a family takes no
    words any more, changed words wait for them.
    """
    if Item.objects.owned_by(writer.pk).filter(pk=story_item.pk).exists():
        return Item.Waiting.NOBODY
    readers = FirstReader.objects.filter(item=story_item.pk, ended_at=None).values_list(
        "member_id", flat=True
    )
    if readers and writer.pk not in readers:
        return Item.Waiting.FIRST_READER
    return after_first_reader(story_item)


def after_first_reader(story_item: Item) -> str:
    """Who reads next, when the first reader has read it or there is none."""
    return Item.Waiting.NOBODY if story_item.answers == Answers.ANYONE else Item.Waiting.FAMILY
