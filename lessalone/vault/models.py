"""Encrypted custody of original photos and their renditions."""

from __future__ import annotations

from django.db import models

from lessalone.kit.ids import PublicIdField
from lessalone.people.models import Member


class Shelf(models.Model):
    """Where photos are put by people who keep them together."""

    public_id = PublicIdField()
    made_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.public_id


class ShelfKeeper(models.Model):
    """A member to whom new photos on this shelf belong, from when to when."""

    shelf = models.ForeignKey(Shelf, on_delete=models.PROTECT, related_name="keepers")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField(auto_now_add=True)
    until = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.member_id} on {self.shelf_id}"


class Photo(models.Model):
    """One original, encrypted under its own key, and what was made from it."""

    class State(models.TextChoices):
        KEPT = "kept", "The original is safe"
        READY = "ready", "Renditions are made"
        REFUSED = "refused", "It could not be read as a picture"

    public_id = PublicIdField()
    shelf = models.ForeignKey(Shelf, on_delete=models.PROTECT, related_name="photos")
    added_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=8, choices=State, default=State.KEPT)

    def __str__(self) -> str:
        return self.public_id
