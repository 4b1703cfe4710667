"""Choosing photos for a draft: which, in which order, with which words. A form of its own, for it grows."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _

from lessalone.families.models import EarlierShelf, Parent, Relation
from lessalone.people.models import Member
from lessalone.stories import actions
from lessalone.stories.actions import ChosenPhoto
from lessalone.stories.models import Draft
from lessalone.vault.models import PatchSet, Photo

LONGEST = 300


@dataclass(slots=True)
class Row:
    """One photo on the page, as it is or as it was typed."""

    photo: Photo
    is_chosen: bool = False
    position: str = ""
    description: str = ""
    patch_set: int | None = None
    patch_sets: list[PatchSet] = field(default_factory=list)
    error: str = ""

    @property
    def key(self) -> str:
        return self.photo.public_id


class PhotoChoice:
    """The photos that a writer keeps of the draft's baby; bound when `data` is given."""

    def __init__(self, member: Member, draft: Draft, data: QueryDict | None) -> None:
        self.is_bound = data is not None
        before = {one.photo.pk: (n, one) for n, one in enumerate(actions.photos_of(draft), start=1)}
        photos = list(photos_for(member, draft))
        patched: dict[int, list[PatchSet]] = {}
        for patch_set in PatchSet.objects.seen_by(member.pk).filter(photo__in=photos).order_by("pk"):
            patched.setdefault(patch_set.photo_id, []).append(patch_set)
        self.rows = [
            self._row(photo, before.get(photo.pk), patched.get(photo.pk, []), data) for photo in photos
        ]
        self.rows.sort(key=lambda row: (not row.is_chosen, _number(row.position), -row.photo.pk))

    @staticmethod
    def _row(
        photo: Photo,
        before: tuple[int, ChosenPhoto] | None,
        patch_sets: list[PatchSet],
        data: QueryDict | None,
    ) -> Row:
        if data is None:
            if before is None:
                return Row(photo, patch_set=patch_sets[-1].pk if patch_sets else None, patch_sets=patch_sets)
            number, one = before
            return Row(photo, True, str(number), one.description, one.patch_set, patch_sets)
        key = photo.public_id
        wanted = data.get(f"patch-{key}", "")
        return Row(
            photo,
            is_chosen=key in data.getlist("photo"),
            position=data.get(f"position-{key}", ""),
            description=data.get(f"description-{key}", "").strip()[:LONGEST],
            patch_set=next((one.pk for one in patch_sets if one.public_id == wanted), None),
            patch_sets=patch_sets,
        )

    def is_valid(self) -> bool:
        """Each chosen photo can be shown and has its words. What was typed stays on the page."""
        for row in self.rows:
            if row.is_chosen and not row.photo.is_ready:
                row.error = _("This photo is safe, but it cannot be shown here.")
            elif row.is_chosen and not row.description:
                row.error = _("Say in a few calm words what is in it.")
        return not any(row.error for row in self.rows)

    @property
    def wrong(self) -> list[Row]:
        """The rows with a sentence beside them."""
        return [row for row in self.rows if row.error]

    def chosen(self) -> list[ChosenPhoto]:
        """The chosen photos in their order."""
        chosen = [row for row in self.rows if row.is_chosen]
        chosen.sort(key=lambda row: _number(row.position))
        return [ChosenPhoto(row.photo, row.description, row.patch_set) for row in chosen]


def photos_for(member: Member, draft: Draft):  # type: ignore[no-untyped-def]
    """The photos that this member keeps on the shelves of the draft's baby, newest first."""
    baby = draft.item.baby_id
    as_parent = Parent.objects.filter(member=member, baby=baby)
    as_relation = Relation.objects.filter(member=member, baby=baby)
    earlier = EarlierShelf.objects.filter(parent__in=as_parent)
    shelves = (
        Q(shelf__in=as_parent.values("shelf"))
        | Q(shelf__in=as_relation.values("shelf"))
        | Q(shelf__in=earlier.values("shelf"))
    )
    if baby is None:
        return Photo.objects.none()
    return Photo.objects.kept_by(member.pk).filter(shelves).newest_first()


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 10_000
