"""Kept renderings: a card or a response as every reader gets it, so that nothing is decrypted twice."""

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
