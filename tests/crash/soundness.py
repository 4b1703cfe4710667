"""What must be true of the rows whenever somebody looks, whoever was killed; and what must be gone."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Count, F, Q

from lessalone.families.models import Parent
from lessalone.kit.derived.models import Kept
from lessalone.kit.models import QueuedTask
from lessalone.responses.models import Gesture, LessAlone, Response
from lessalone.sharing.models import (
    Ceiling,
    Consent,
    Item,
    ItemNote,
    Link,
    Placement,
    Rest,
    Seat,
    Version,
    Withdrawal,
)
from lessalone.stories import actions as stories
from lessalone.stories import rendering
from lessalone.stories.models import Draft, DraftPhoto, FamilyLine, Words
from lessalone.vault import blobs, ledger, photo_keys, words
from lessalone.vault.keystore.models import DataKey, Key, PhotoKey
from lessalone.vault.models import Blob, ErasureRequest, Photo, Receipt

COUNTED = (
    Ceiling,
    Consent,
    Draft,
    ErasureRequest,
    Item,
    LessAlone,
    Placement,
    Receipt,
    Response,
    Rest,
    Version,
    Withdrawal,
    Words,
)


def counts() -> dict[str, int]:
    """How many rows there are of what must not be doubled, by the model's name; nothing is left out as 0."""
    return {model.__name__: model.objects.count() for model in COUNTED}


def assert_nothing_is_half_there() -> None:
    """No current version without its words or its agreements; no answer without words; nothing twice."""
    for item in Item.objects.filter(erased_at=None, kind=Item.Kind.STORY).select_related("current"):
        _assert_story_is_whole(item)
    for item in Item.objects.filter(erased_at=None, kind=Item.Kind.RESPONSE):
        response = Response.objects.filter(item=item).first()
        assert response is not None, f"{item} has no words"
        assert words.unseal(item.key_id, bytes(response.sealed), context="response.words")
    for draft in Draft.objects.filter(item__erased_at=None).select_related("item"):
        stories.contents_of(draft)
        stories.photos_of(draft)
    for rows in (
        Version.objects.filter(superseded_at=None, published_at=None, item__erased_at=None).values("item"),
        Withdrawal.objects.filter(ended_at=None).values("item"),
        Rest.objects.filter(reopened_at=None).values("item", "member"),
    ):
        assert not rows.annotate(times=Count("pk")).filter(times__gt=1).exists(), "something is there twice"


def _assert_story_is_whole(item: Item) -> None:
    whole = rendering.tellings(item.versions.all())
    assert set(whole) == set(item.versions.values_list("pk", flat=True)), f"a version of {item} has no words"
    if item.current is None:
        assert not item.versions.exclude(published_at=None).exists(), f"{item} has a version that is not up"
        return
    version = item.current
    assert version.item_id == item.pk
    assert version.published_at is not None
    assert version.superseded_at is None
    assert item.published_at is not None
    for name in ("is_joint", "voice_id", "answers", "may_index", "notes"):
        assert getattr(item, name) == getattr(version, name), f"{name} of {item} is not its version's"
    notes = set(ItemNote.objects.filter(item=item).values_list("note", flat=True))
    assert notes == set(version.notes), f"the notes of {item} are not its version's"
    agreed = set(version.consents.filter(answer="agree").values_list("member", flat=True))
    needed = {version.asked_by_id}
    if version.is_joint:
        needed |= set(Parent.objects.with_voice().filter(baby=item.baby_id).values_list("member", flat=True))
    assert needed <= agreed, f"{item} is up, and not everyone agreed to it"


def assert_every_erasure_is_complete() -> None:
    """Each one that was begun has its receipt and its line; nothing that it named can be found or opened."""
    assert not ErasureRequest.objects.filter(Q(finished_at=None) | Q(receipt=None)).exists()
    assert not QueuedTask.objects.filter(name="vault.run-erasure").exists()
    lines = {entry["id"] for entry in ledger.entries()}
    for request in ErasureRequest.objects.all():
        assert request.public_id in lines, "an erasure without its line would come back with a backup"
        assert_keys_are_gone(UUID(key) for key in request.key_ids)
        for entry in request.photos:
            if entry["whole"]:
                assert_photo_is_gone(entry["photo"], UUID(entry["key"]))
    assert_items_are_gone(Item.objects.exclude(erased_at=None).values_list("pk", flat=True))


def assert_items_are_gone(item_ids: Iterable[int]) -> None:
    """Of these items there is a bare row and nothing else, in no store."""
    ids = list(item_ids)
    items = Item.objects.filter(pk__in=ids)
    assert not items.filter(erased_at=None).exists(), "it is erased, and its row does not know"
    assert_keys_are_gone(items.values_list("key_id", flat=True))
    assert not Kept.objects.filter(item_id__in=ids).exists(), "plain words are kept of something erased"
    left = {
        "words": Words.objects.filter(version__item__in=ids),
        "drafts": Draft.objects.filter(item__in=ids),
        "photos of drafts": DraftPhoto.objects.filter(draft__item__in=ids),
        "lines between parents": FamilyLine.objects.filter(item__in=ids),
        "answers": Response.objects.filter(item__in=ids),
        "gestures": Gesture.objects.filter(item__in=ids),
        "less alone": LessAlone.objects.filter(item__in=ids),
        "placed photos": Placement.objects.filter(version__item__in=ids),
        "chosen people": Seat.objects.filter(item__in=ids),
        "links": Link.objects.filter(item__in=ids),
        "notes": ItemNote.objects.filter(item__in=ids),
        "digests": Version.objects.filter(item__in=ids).exclude(digest=""),
    }
    found = [name for name, rows in left.items() if rows.exists()]
    assert not found, f"left of something erased: {found}"


def assert_keys_are_gone(key_ids: Iterable[UUID]) -> None:
    """Whatever was sealed under them can never be read again."""
    assert not Key.objects.filter(pk__in=list(key_ids)).exists(), "a key outlived what it opened"


def assert_photo_is_gone(public_id: str, key_id: UUID) -> None:
    """No row that says where it is, no file, no key."""
    assert not Photo.objects.filter(public_id=public_id).exists()
    assert not Blob.objects.filter(photo__public_id=public_id).exists()
    assert not PhotoKey.objects.filter(photo_key_id=key_id).exists()
    assert not DataKey.objects.filter(photo_key_id=key_id).exists()


def assert_no_key_is_missing() -> None:
    """What nobody asked to erase has its key: nothing was lost."""
    keys = set(Item.objects.filter(erased_at=None).values_list("key_id", flat=True))
    assert keys <= set(Key.objects.filter(pk__in=keys).values_list("pk", flat=True)), "a key was lost"
    kept = Photo.objects.filter(erased_at=None, keepings__until=None).annotate(files=Count("blobs"))
    for photo in kept.filter(files__gt=0).distinct():
        for blob in photo.blobs.all():
            assert photo_keys.open_data_key(blob.pk)
            assert blobs.path_of(blob.pk).exists(), "a file was lost"


def lease_ends() -> None:
    """A minute passes: whoever was killed does not hold its work any longer."""
    QueuedTask.objects.filter(lease__isnull=False).update(due_at=F("enqueued_at"))
