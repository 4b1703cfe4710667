"""Answers to a story: words, gestures without words, and "this helped me feel less alone"."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from lessalone.people.models import Member
from lessalone.sharing.models import Item


class Response(models.Model):
    """The words of a response, under its item's key. Whether it can be seen is its item's matter."""

    item = models.OneToOneField(Item, on_delete=models.CASCADE, related_name="response", primary_key=True)
    sealed = models.BinaryField()
    revision = models.PositiveIntegerField(default=1)
    edited_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"response {self.item_id}"


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

    def __str__(self) -> str:
        return f"{self.kind} for {self.item_id}"


class LessAlone(models.Model):
    """Someone felt less alone through this. Only the family is told."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="less_alone")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "member"], name="less_alone_once")]

    def __str__(self) -> str:
        return f"less alone through {self.item_id}"
