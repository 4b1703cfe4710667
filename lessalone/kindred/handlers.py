"""Kindred's part in what starts elsewhere."""

from __future__ import annotations

from django.db.models import Q

from lessalone.families.events import ParentJoined, VoiceGained, VoiceLost
from lessalone.kindred import building
from lessalone.kindred.models import Ripple, Told
from lessalone.kit import events, queue
from lessalone.sharing.actions import mark_erased
from lessalone.sharing.events import ItemPublished
from lessalone.vault.erasure import purges


@events.subscribe(ItemPublished)
def compare_its_loss(event: ItemPublished) -> None:
    """A story that is shared can be found from now on."""
    queue.enqueue(building.compare_story, unique_key=str(event.item_id), item_id=event.item_id)


@events.subscribe(ParentJoined)
@events.subscribe(VoiceGained)
@events.subscribe(VoiceLost)
def compare_what_is_jointly_theirs(event: ParentJoined | VoiceGained | VoiceLost) -> None:
    """Policy knows at once whose story it is; what is kept to find it by follows."""
    queue.enqueue(building.compare_member, unique_key=str(event.member_id), member_id=event.member_id)


@purges("item")
def forget_what_was_told(subject_id: int) -> None:
    """A step of an erasure."""
    Told.objects.filter(item=subject_id).delete()


@purges("item")
def forget_its_ripples(subject_id: int) -> None:
    """A step of an erasure: what was said of it goes, and what it was said to have led to."""
    if mark_erased(subject_id):
        Ripple.objects.filter(Q(item=subject_id) | Q(led_by=subject_id)).delete()
