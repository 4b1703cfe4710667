"""What a reader chose not to meet, as a condition of a query."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from lessalone.people.bearing import left_out_by
from lessalone.people.viewer import Viewer
from lessalone.sharing.models import ItemNote
from lessalone.sharing.policy import now


def is_nothing_they_hide(viewer: Viewer) -> Q:
    """Over a story: nothing is in it for which this viewer leaves stories out (`BearingMap.left_out`)."""
    notes = left_out_by(viewer.member_id, now()).values("note")
    return ~Q(Exists(ItemNote.objects.filter(item=OuterRef("pk"), note__in=notes)))
