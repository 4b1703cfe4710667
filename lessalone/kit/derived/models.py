"""What the derived store holds: kept renderings, the shared cache, and how often something was tried.

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
