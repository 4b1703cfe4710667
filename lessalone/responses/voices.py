"""Under which of their names someone answers a story."""

from __future__ import annotations

from django.db.models import QuerySet

from lessalone.people.actions import shown_voice
from lessalone.people.models import Member, Voice
from lessalone.sharing.models import Item


def voices_for(member: Member, story_item: Item) -> QuerySet[Voice]:
    """The names to choose from. Whoever told it under a cover name answers under that: else it is lifted."""
    own = Voice.objects.filter(member=member)
    if story_item.author_id == member.pk and story_item.voice.is_cover:
        return own.filter(pk=story_item.voice_id)
    return own.order_by("is_cover", "pk")


def voice_to_begin_with(member: Member, story_item: Item) -> Voice:
    """The name they used for this story before; else the story's own, for its author; else the shown one."""
    if story_item.author_id == member.pk:
        return story_item.voice
    used = Voice.objects.filter(
        member=member, items__root=story_item.pk, items__author=member, items__erased_at=None
    )
    return used.order_by("-items__pk").first() or shown_voice(member)
