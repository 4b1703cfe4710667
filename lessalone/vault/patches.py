"""Soft patches: faces of others, softened before a photo is shared. The original is untouched.

A set of patches makes renditions of its own, and is never changed: what parents agree to is exactly that set.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from django.db.models import ProtectedError, RestrictedError

from lessalone.people.models import Member
from lessalone.vault import blobs, photo_keys, photos
from lessalone.vault.darkroom.wishes import Region
from lessalone.vault.models import PatchSet, Photo

MOST = 24
SHAPES = ("ellipse", "rectangle")


class BadRegions(ValueError):
    """No regions, too many, or one outside the picture."""


def soften(*, actor: Member, photo: Photo, regions: Sequence[Region]) -> PatchSet:
    """A new set of patches over these regions, with its renditions. Raises `BadRegions`,
    `photos.NotThere`."""
    _check(regions)
    return photos.develop_patched(
        photo,
        regions,
        lambda: PatchSet.objects.create(
            photo=photo, made_by=actor, regions=[asdict(region) for region in regions]
        ),
    )


def remove(*, patch_set: PatchSet) -> bool:
    """Remove a set with its renditions. False when a story or a draft still uses it: then nothing happens."""
    ids = list(patch_set.blobs.values_list("pk", flat=True))
    try:
        patch_set.delete()
    except (ProtectedError, RestrictedError):
        return False
    photo_keys.destroy_data_keys(ids)
    for blob_id in ids:
        blobs.remove(blob_id)
    return True


def _check(regions: Sequence[Region]) -> None:
    if not 0 < len(regions) <= MOST:
        raise BadRegions
    for one in regions:
        is_inside = 0 <= one.left < 100 and 0 <= one.top < 100
        is_sized = 0 < one.width <= 100 and 0 < one.height <= 100
        if one.shape not in SHAPES or not (is_inside and is_sized):
            raise BadRegions
