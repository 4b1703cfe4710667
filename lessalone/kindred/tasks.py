"""What kindred does by itself."""

from __future__ import annotations

from django.utils import timezone

from lessalone.kindred import building, companions, counting, frequencies
from lessalone.kindred.models import Profile, Told
from lessalone.kit import queue


@queue.every(hours=1)
@queue.task(name="kindred.take-effect")
def take_effect() -> None:
    """Changes that waited for the next day are compared now."""
    waited = Profile.objects.filter(waits_until__lte=timezone.now())
    for member_id in list(waited.values_list("member", flat=True).distinct()):
        building.rebuild(member_id)


@queue.every(days=7)
@queue.task(name="kindred.count")
def count() -> None:
    """Frequencies, and then the bands of stories under cover names: how many share them may be others by now."""
    frequencies.count()
    under_cover_names = Told.objects.filter(is_banded=True)
    for member_id in list(under_cover_names.values_list("member", flat=True).distinct()):
        building.rebuild(member_id)


@queue.every(hours=6)
@queue.task(name="kindred.count-safely")
def count_safely() -> None:
    """What is said of how many there are: anew for each month, and never in between."""
    counting.count_safely()


@queue.every(minutes=15)
@queue.task(name="kindred.bring-first-stories")
def bring_first_stories() -> None:
    """First stories without an answer are brought to whoever offered to be there."""
    companions.bring()
