"""What the pages show of a shelf to one of its keepers."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from lessalone.kit import cursors
from lessalone.people.bearing import SHOW, bearing_of
from lessalone.people.models import Member
from lessalone.people.notes import PHOTOS
from lessalone.people.recovery import needs_recovery_sheet
from lessalone.vault.models import Photo, Shelf, ShelfKeeper, Upload

PAGE = 24


@dataclass(frozen=True, slots=True)
class Album:
    """Photos on one shelf that one member keeps, newest first."""

    photos: list[Photo]
    cursor: str | None
    """Where older ones begin."""
    is_shown: bool
    """This member chose to see photos at once; else each is covered first."""
    keepers: int
    unfinished: int
    """Photos of this member that were not sent whole."""
    needs_sheet: bool
    """Before the first photo: nothing but the password opens this account."""


def album_of(shelf: Shelf, member: Member, *, after: str | None = None, without_sheet: bool = False) -> Album:
    """Three queries: the last, while there is no photo yet, is about the recovery sheet."""
    rows = list(_page(shelf, member, after))
    keepers = ShelfKeeper.objects.filter(shelf=OuterRef("pk"), until=None)
    waiting = Upload.objects.filter(
        shelf=OuterRef("pk"), member=member, ended_at=None, offset__lt=F("length")
    )
    facts = Shelf.objects.values_list(_counted(keepers), _counted(waiting)).get(pk=shelf.pk)
    return Album(
        photos=rows[:PAGE],
        cursor=cursors.encode(rows[PAGE - 1].pk) if len(rows) > PAGE else None,
        is_shown=bool(rows) and bearing_of(member).choice(PHOTOS) == SHOW,
        keepers=facts[0],
        unfinished=facts[1],
        needs_sheet=not rows and not after and not without_sheet and needs_recovery_sheet(member),
    )


def _page(shelf: Shelf, member: Member, after: str | None) -> list[Photo]:
    photos = Photo.objects.kept_by(member.pk).filter(shelf=shelf).newest_first()
    keys = cursors.decode(after)
    if keys:
        photos = photos.filter(pk__lt=keys[0])
    return list(photos[: PAGE + 1])


def _counted(rows: object) -> Coalesce:
    grouped = rows.order_by().values("shelf").annotate(count=Count("pk")).values("count")  # type: ignore[attr-defined]
    return Coalesce(Subquery(grouped), 0)
