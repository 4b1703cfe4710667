"""Encrypted custody of original photos and what was made from them, and what is being erased.

No key is in this database: `key_id` columns are random ids of rows in the key store (`vault.keystore`).
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Exists, OuterRef, Q

from lessalone.kit.ids import PublicIdField
from lessalone.people.models import Member


class ShelfQuerySet(models.QuerySet["Shelf"]):
    """Shelves by who puts photos on them."""

    def open_to(self, member_id: int) -> ShelfQuerySet:
        """Shelves that this member may add photos to."""
        return self.filter(
            Exists(ShelfKeeper.objects.filter(shelf=OuterRef("pk"), member_id=member_id, until=None))
        )


class Shelf(models.Model):
    """Where photos are put by people who keep them together."""

    public_id = PublicIdField()
    made_at = models.DateTimeField(auto_now_add=True)

    objects = ShelfQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.public_id)


class ShelfKeeper(models.Model):
    """A member to whom new photos on this shelf belong, from when to when."""

    shelf = models.ForeignKey(Shelf, on_delete=models.PROTECT, related_name="keepers")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    holder_id = models.UUIDField(editable=False)
    """Their own key, under which the key of each photo is wrapped for them."""
    since = models.DateTimeField(auto_now_add=True)
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["shelf", "member"], condition=Q(until=None), name="one_current_keeper"
            )
        ]

    def __str__(self) -> str:
        return f"{self.member_id} on {self.shelf_id}"


class PhotoQuerySet(models.QuerySet["Photo"]):
    """The owner path: an original is reached through its keeper and in no other way."""

    def kept_by(self, member_id: int) -> PhotoQuerySet:
        """Photos that this member keeps now. Nobody else is told that they exist."""
        keeping = Keeping.objects.filter(photo=OuterRef("pk"), member_id=member_id, until=None)
        return self.filter(Exists(keeping), erased_at=None)

    def newest_first(self) -> PhotoQuerySet:
        return self.order_by("-pk")


class Photo(models.Model):
    """One original, encrypted under its own key, and what was made from it."""

    class State(models.TextChoices):
        KEPT = "kept", "The original is safe; there is nothing to show of it"
        READY = "ready", "The original is safe and can be shown"

    public_id = PublicIdField()
    shelf = models.ForeignKey(Shelf, on_delete=models.PROTECT, related_name="photos")
    added_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=8, choices=State, default=State.KEPT)
    key_id = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    format = models.CharField(max_length=8, default="jpeg")
    """What the original is: a name of `vault.formats`."""
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    """The size as it is shown, upright. 0 when there is nothing to show."""
    erased_at = models.DateTimeField(null=True, blank=True)
    """Nobody keeps it any more: it is never read again, and goes."""

    objects = PhotoQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def is_ready(self) -> bool:
        """Whether there are pictures of it to show."""
        return self.state == self.State.READY


class Keeping(models.Model):
    """A member keeps a photo, from when to when. When the last one lets go, the original is destroyed."""

    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="keepings")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    holder_id = models.UUIDField(editable=False)
    since = models.DateTimeField(auto_now_add=True)
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["photo", "member"], condition=Q(until=None), name="kept_once")
        ]
        indexes = [models.Index(fields=["member", "photo"], condition=Q(until=None), name="kept_now")]

    def __str__(self) -> str:
        return f"{self.member_id} keeps {self.photo_id}"


class PatchSetQuerySet(models.QuerySet["PatchSet"]):
    """The owner path of soft patches."""

    def seen_by(self, member_id: int) -> PatchSetQuerySet:
        """Those that this member made, and those that others made while they kept the shelf together.

        After parting each keeps the photos there are, and neither sees what the other makes of them.
        """
        keeping = ShelfKeeper.objects.filter(shelf=OuterRef("photo__shelf"), member_id=member_id)
        together = keeping.filter(Q(until=None) | Q(until__gte=OuterRef("made_at")))
        return self.filter(Q(made_by=member_id) | Exists(together))


class PatchSet(models.Model):
    """Soft patches over faces that are not to be shown. Never changed: consent is to exactly these."""

    public_id = PublicIdField()
    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="patch_sets")
    made_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    regions = models.JSONField()
    """`[{"shape": "ellipse"|"rectangle", "left", "top", "width", "height"}]`, in per cent of the picture."""

    objects = PatchSetQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.public_id)


class Blob(models.Model):
    """One encrypted file: an original, a rendition or a veil. Its id names the file and its data key."""

    class Role(models.TextChoices):
        ORIGINAL = "original", "Original"
        RENDITION = "rendition", "Rendition"
        VEIL = "veil", "Veil"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="blobs")
    patch_set = models.ForeignKey(PatchSet, on_delete=models.CASCADE, null=True, related_name="blobs")
    role = models.CharField(max_length=9, choices=Role)
    box = models.PositiveSmallIntegerField(default=0)
    """A rendition's longest side is at most this: 320, 960, 2048."""
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    media_type = models.CharField(max_length=40)
    size = models.BigIntegerField()
    """Bytes before encryption."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["photo", "role", "box", "media_type"],
                condition=Q(patch_set=None),
                name="one_blob_for_a_purpose",
            ),
            models.UniqueConstraint(
                fields=["patch_set", "role", "box", "media_type"], name="one_blob_of_a_patch_set"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} of {self.photo_id}"


class Upload(models.Model):
    """A photo on its way (tus 1.0). Its bytes lie encrypted in the incoming folder until it is kept."""

    public_id = PublicIdField()
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    shelf = models.ForeignKey(Shelf, on_delete=models.CASCADE, related_name="+")
    key_id = models.UUIDField(editable=False)
    metadata_sealed = models.BinaryField(default=b"")
    """`Upload-Metadata` as the client sent it, which may hold a file's name."""
    length = models.BigIntegerField()
    offset = models.BigIntegerField(default=0)
    """Bytes received, on the disk and synced. What was acknowledged is never beyond this."""
    stored = models.BigIntegerField(default=0)
    """Bytes of the encrypted file that hold them. What follows is not acknowledged, and is cut off."""
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(db_index=True)
    photo = models.ForeignKey(Photo, on_delete=models.SET_NULL, null=True, related_name="+")
    refusal = models.CharField(max_length=16, blank=True, default="")
    """Why it was not kept: a name of `vault.refusals`."""
    ended_at = models.DateTimeField(null=True, blank=True)
    """Kept or refused."""

    def __str__(self) -> str:
        return str(self.public_id)


class ErasureRequest(models.Model):
    """What is to be erased, and how far that has come. Ids only. It stays when all is done."""

    public_id = PublicIdField()
    actor = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=32)
    subject_id = models.BigIntegerField()
    key_ids = models.JSONField(default=list)
    photos = models.JSONField(default=list)
    """`[{"photo": public id, "key": its key's id, "holder": whose wrapped key goes, "whole": bool}]`"""
    requested_at = models.DateTimeField()
    ledgered_at = models.DateTimeField(null=True, blank=True)
    keys_destroyed_at = models.DateTimeField(null=True, blank=True)
    bytes_removed_at = models.DateTimeField(null=True, blank=True)
    purged_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["requested_at"], condition=Q(finished_at=None), name="erasure_unfinished")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"


class Receipt(models.Model):
    """What an erasure destroyed, counted. The last step."""

    request = models.OneToOneField(ErasureRequest, on_delete=models.PROTECT, related_name="receipt")
    at = models.DateTimeField(auto_now_add=True)
    keys = models.PositiveIntegerField(default=0)
    photos = models.PositiveIntegerField(default=0)
    photos_kept_by_others = models.PositiveIntegerField(default=0)
    files = models.PositiveIntegerField(default=0)
    bytes = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"receipt of {self.request_id}"
