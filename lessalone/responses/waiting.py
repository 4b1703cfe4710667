"""Who reads a response before others can: the rule, once, for new words and for changed ones."""

from __future__ import annotations

from lessalone.kit.prepared import Prepared
from lessalone.people.models import Member
from lessalone.sharing.models import Answers, FirstReader, Item


def reads_first(*, writer: Member, story_item: Item) -> str:
    """`Item.Waiting` for words of this writer: nobody, the family's first reader, or the family.

    The family's own words wait for nobody, and a first reader's not for themselves. Where a family takes no
    words any more, changed words wait for them.
    """
    if _own.fetch(writer=writer.pk, story=story_item.pk):
        return Item.Waiting.NOBODY
    readers = _first_readers.fetch(story=story_item.pk)
    if readers and all(reader.member_id != writer.pk for reader in readers):
        return Item.Waiting.FIRST_READER
    return after_first_reader(story_item)


def after_first_reader(story_item: Item) -> str:
    """Who reads next, when the first reader has read it or there is none."""
    return Item.Waiting.NOBODY if story_item.answers == Answers.ANYONE else Item.Waiting.FAMILY


_own = Prepared(
    lambda marks: Item.objects.owned_by(marks["writer"]).filter(pk=marks["story"]).only("pk"),
    writer=int,
    story=int,
)
_first_readers = Prepared(
    lambda marks: FirstReader.objects.filter(item=marks["story"], ended_at=None).only("member_id"), story=int
)
