"""Stories: drafts, and the words of versions, each under its key."""

from __future__ import annotations

from django.db import models

from lessalone.families.models import Baby
from lessalone.kit.ids import PublicIdField
from lessalone.people.models import Member
from lessalone.sharing.models import Item, Version
from lessalone.vault.models import Photo


class Draft(models.Model):
    """What someone is writing. Its one owner is its writer; nobody else can ever read it."""

    public_id = PublicIdField()
    writer = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="drafts")
    baby = models.ForeignKey(Baby, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    item = models.ForeignKey(Item, on_delete=models.CASCADE, null=True, blank=True, related_name="drafts")
    """The story it will be a new version of; null until it is first asked for."""
    key_id = models.UUIDField(editable=False)
    words_sealed = models.BinaryField(default=b"")
    """JSON: title, words, naming, notes, answers, audience, hour; sealed."""
    revision = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField(auto_now_add=True)
    saved_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.public_id


class DraftPhoto(models.Model):
    """A photo chosen for a draft, in its order, with its description."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="photos")
    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField()
    description_sealed = models.BinaryField(default=b"")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draft", "photo"], name="photo_once_in_draft")]
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return f"{self.photo_id} in {self.draft_id}"


class Words(models.Model):
    """The title and words of one version, sealed under the item's key."""

    version = models.OneToOneField(Version, on_delete=models.CASCADE, related_name="words", primary_key=True)
    sealed = models.BinaryField()
    """JSON: title, words."""

    class Meta:
        verbose_name_plural = "words"

    def __str__(self) -> str:
        return f"words of {self.version_id}"


class FamilyLine(models.Model):
    """What parents say to each other about a story, in private."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="family_lines")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    sealed = models.BinaryField()
    said_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"line about {self.item_id}"
