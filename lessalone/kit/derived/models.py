"""What the derived store holds: kept renderings, the index of words and their vectors, the shared cache, and counts
of attempts.

Everything here can be lost without losing anything, so no backup contains it.
"""

from __future__ import annotations

from django.db import models


class Kept(models.Model):
    """Safe HTML of one part of one version of an item. Goes with its item; can be rebuilt at any time."""

    item_id = models.BigIntegerField()
    part = models.CharField(max_length=24)
    version = models.BigIntegerField()
    html = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item_id", "part"], name="one_kept_per_part")]

    def __str__(self) -> str:
        return f"{self.part} of {self.item_id}"


class Indexed(models.Model):
    """What the index of words holds of an item. The words are in a table of the database's own kind: see `index`."""

    item_id = models.BigIntegerField(primary_key=True)
    place = models.BigIntegerField(unique=True)
    """The number of its row there: its hour, so that the newest are found first."""
    stamp = models.CharField(max_length=32)
    """Of what it was made of."""

    def __str__(self) -> str:
        return f"words of {self.item_id}"


class Vector(models.Model):
    """What the words of an item are compared by: see `vectors`. There while the item is in the index of words."""

    item_id = models.BigIntegerField(primary_key=True)
    words = models.BinaryField()
    meaning = models.BinaryField(default=b"")
    """Empty where it is not compared."""

    def __str__(self) -> str:
        return f"vector of {self.item_id}"


class Leftover(models.Model):
    """Something was deleted from the index of words and may still be in its file. At most one row."""

    token = models.UUIDField()
    """Another one with each deletion, so that none is taken for done by what began before it."""

    def __str__(self) -> str:
        return "something to remove"


class CacheRow(models.Model):
    """The table of Django's database cache, made by a migration so that no second command is needed."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "kit_cache"

    def __str__(self) -> str:
        return self.cache_key


class Tally(models.Model):
    """How often something was tried until `ends_at` (seconds of Unix time). See `kit.limits`."""

    digest = models.CharField(max_length=43, primary_key=True)
    count = models.PositiveIntegerField()
    ends_at = models.BigIntegerField(db_index=True)

    def __str__(self) -> str:
        return f"{self.count} until {self.ends_at}"
