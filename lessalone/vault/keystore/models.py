"""The key store. Ordinary backups do not contain it, so what is destroyed here is gone from them too.

    master key (a file)  ─┬─ Key "words": one for each item's words
                          └─ Key "holder": one for each keeper of each shelf
                                └─ PhotoKey: a photo's key, wrapped once for each keeper
                                      └─ DataKey: one for each stored version (original, rendition, veil)

There are no foreign keys out of this database, and no names in it: only random ids.
"""

from __future__ import annotations

import uuid

from django.db import models


class Key(models.Model):
    """A key wrapped under a master key."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    purpose = models.CharField(max_length=24)
    wrapped_by = models.CharField(max_length=16)
    """The name of the master key, in the key file, that opens it."""
    wrapped = models.BinaryField()
    made_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.purpose} {self.pk}"


class PhotoKey(models.Model):
    """A photo's key, wrapped under one keeper's holder key. When the last row goes, the photo is gone."""

    photo_key_id = models.UUIDField()
    holder_id = models.UUIDField(db_index=True)
    wrapped = models.BinaryField()
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["photo_key_id", "holder_id"], name="wrapped_once_for_a_holder")
        ]

    def __str__(self) -> str:
        return f"{self.photo_key_id} for {self.holder_id}"


class DataKey(models.Model):
    """The key of exactly one stored version of a photo, wrapped under the photo's key."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    photo_key_id = models.UUIDField(db_index=True)
    wrapped = models.BinaryField()
    made_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.pk} under {self.photo_key_id}"
