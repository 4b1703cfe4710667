"""What a reader chose not to meet, as a condition of a query."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from lessalone.people.bearing import hidden_by
from lessalone.people.notes import BABY_PHOTOS, PHOTOS
from lessalone.people.viewer import Viewer
from lessalone.sharing.models import ItemNote
from lessalone.sharing.policy import now


def is_nothing_they_hide(viewer: Viewer) -> Q:
    """Over a story: nothing is in it that this viewer chose not to meet. Photos are left out of a story instead."""
    hidden = hidden_by(viewer.member_id, now()).exclude(note__in=(PHOTOS, BABY_PHOTOS))
    return ~Q(Exists(ItemNote.objects.filter(item=OuterRef("pk"), note__in=hidden.values("note"))))
