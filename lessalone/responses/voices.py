"""Under which of their names someone answers a story."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from lessalone.kit.prepared import Marks, Prepared
from lessalone.people.actions import shown_voice
from lessalone.people.models import Member, Voice
from lessalone.sharing.models import Item


def voices_for(member: Member, story_item: Item) -> tuple[list[Voice], Voice]:
    """The names to choose from, and the one to begin with.

    That is the name they used for this story before; else the story's own, for its author; else the shown one.
    Whoever told it under a cover name answers under that: else it is lifted.
    """
    is_author = story_item.author_id == member.pk
    if is_author and story_item.voice.is_cover:
        return [story_item.voice], story_item.voice
    voices: list[Any] = _own.fetch(member=member.pk, story=story_item.pk)
    if not voices or voices[0].is_cover:
        voices = [shown_voice(member), *voices]
    used = [voice for voice in voices if getattr(voice, "used", None)]
    if used and not is_author:
        return voices, max(used, key=lambda voice: voice.used)
    return voices, voices[0]


def _with_use(marks: Marks) -> QuerySet[Any]:
    """Their voices, the shown one first, with the newest answer to the story that each was used for."""
    answers = Voice.objects.filter(
        pk=OuterRef("pk"),
        items__root=marks["story"],
        items__author=marks["member"],
        items__erased_at=None,
    ).order_by("-items__pk")
    own = Voice.objects.filter(member=marks["member"]).order_by("is_cover", "pk")
    return own.annotate(used=Subquery(answers.values("items__pk")[:1]))


_own = Prepared(_with_use, member=int, story=int)
