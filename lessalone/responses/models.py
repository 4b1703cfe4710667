"""Answers to a story: words, gestures without words, and "this helped me feel less alone"."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lessalone.people.models import Member
from lessalone.sharing.models import Item


class Response(models.Model):
    """The words of a response, under its item's key. Whether it can be seen is its item's matter."""

    item = models.OneToOneField(Item, on_delete=models.CASCADE, related_name="response", primary_key=True)
    root = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+", db_index=False)
    """The item's root again, here so that the index below gives a page of a story in its order."""
    thread = models.BigIntegerField()
    """The id of the item that begins the exchange: its own, or of the response that it answers."""
    sealed = models.BinaryField()
    revision = models.PositiveIntegerField(default=1)
    edited_at = models.DateTimeField(null=True, blank=True)
    form_digest = models.CharField(max_length=64, null=True, unique=True, editable=False)
    """Of the form that it was sent with, so that a second press of the button is not a second response."""

    class Meta:
        indexes = [models.Index(fields=["root", "thread", "item"], name="response_in_order")]

    def __str__(self) -> str:
        return f"response {self.item_id}"


class PutAway(models.Model):
    """The family, or their first reader, put a response away: who and when. The writer is not told.

    Its item waits again for whoever put it away, so it is seen by the writer and them, as before.
    """

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="put_away")
    by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    was_waiting_for = models.CharField(max_length=6, blank=True, default="")
    """What its writer is told, for that does not change."""
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "put away"
        constraints = [
            models.UniqueConstraint(fields=["item"], condition=Q(ended_at=None), name="put_away_once")
        ]

    def __str__(self) -> str:
        return f"{self.item_id} put away"


class Gesture(models.Model):
    """An answer without words. The family sees who; others see no count."""

    class Kind(models.TextChoices):
        CANDLE = "candle", _("Light a candle")
        STONE = "stone", _("Lay a stone")
        LEAF = "leaf", _("Leave a leaf")
        ME_TOO = "me-too", _("Me too")
        NO_WORDS = "no-words", _("I read this. I have no words")

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="gestures")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "member", "kind"], name="gesture_once")]
        indexes = [models.Index(fields=["item", "-id"], name="gesture_newest")]

    def __str__(self) -> str:
        return f"{self.kind} for {self.item_id}"


class LessAlone(models.Model):
    """Someone felt less alone through this. Only the family is told."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="less_alone")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "member"], name="less_alone_once")]
        indexes = [models.Index(fields=["item", "-id"], name="less_alone_newest")]

    def __str__(self) -> str:
        return f"less alone through {self.item_id}"


class LaidAside(models.Model):
    """A response that one reader does not want to meet again. Only they know."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "laid aside"
        constraints = [models.UniqueConstraint(fields=["member", "item"], name="laid_aside_once")]

    def __str__(self) -> str:
        return f"{self.item_id} laid aside"


class NoteSuggestion(models.Model):
    """Someone kindly asked the author for a content note. Nobody knows who: that is not kept."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="note_suggestions")
    note = models.CharField(max_length=32)
    made_at = models.DateTimeField(auto_now_add=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item", "note"], condition=Q(settled_at=None), name="one_open_suggestion"
            )
        ]

    def __str__(self) -> str:
        return f"{self.note} for {self.item_id}"
