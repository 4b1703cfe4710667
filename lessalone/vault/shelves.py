"""Shelves: who keeps the photos that are added. Each keeper has a wrapped key of their own for each photo."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from lessalone.people.models import Member
from lessalone.vault import photo_keys
from lessalone.vault.models import Keeping, Photo, Shelf, ShelfKeeper


def open_shelf(*, keepers: Sequence[Member]) -> Shelf:
    """A new shelf. What is added to it from now on is kept by each of these members."""
    holders = {member.pk: photo_keys.new_holder() for member in keepers}
    with transaction.atomic():
        shelf = Shelf.objects.create()
        ShelfKeeper.objects.bulk_create(
            ShelfKeeper(shelf=shelf, member_id=pk, holder_id=holder) for pk, holder in holders.items()
        )
    return shelf


def admit_keeper(*, shelf: Shelf, member: Member, with_existing: bool) -> ShelfKeeper:
    """From now on new photos are kept by this member too; `with_existing`, those that others keep as well.

    Repeatable: who is a keeper already stays one.
    """
    holder = photo_keys.new_holder()
    with transaction.atomic():
        Shelf.objects.select_for_update().get(pk=shelf.pk)
        keeper, made = ShelfKeeper.objects.get_or_create(
            shelf=shelf, member=member, until=None, defaults={"holder_id": holder}
        )
        if with_existing:
            _share_existing(keeper)
    return keeper


def close_keeper(*, shelf: Shelf, member: Member) -> None:
    """Photos added from now on are not wrapped for this member. Those they keep, they keep. Repeatable."""
    with transaction.atomic():
        Shelf.objects.select_for_update().get(pk=shelf.pk)
        ShelfKeeper.objects.filter(shelf=shelf, member=member, until=None).update(until=timezone.now())


def _share_existing(keeper: ShelfKeeper) -> None:
    """Wrap the keys, then write who keeps: a crash between leaves wrapped keys that the sweep removes."""
    photos = Photo.objects.filter(shelf=keeper.shelf_id, erased_at=None, keepings__until=None).distinct()
    theirs = Keeping.objects.filter(photo__shelf=keeper.shelf_id, member=keeper.member_id, until=None)
    missing = dict(photos.exclude(pk__in=theirs.values("photo")).values_list("key_id", "pk"))
    wrapped = photo_keys.wrap_for(missing, keeper.holder_id)
    Keeping.objects.bulk_create(
        Keeping(photo_id=missing[key_id], member_id=keeper.member_id, holder_id=keeper.holder_id)
        for key_id in wrapped
    )
