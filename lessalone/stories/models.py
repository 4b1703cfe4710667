"""Stories: drafts, and the words of versions, under the key of their item."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from lessalone.kit.ids import PublicIdField
from lessalone.people.models import Member
from lessalone.sharing.models import Item, Version
from lessalone.vault.models import PatchSet, Photo


class DraftQuerySet(models.QuerySet["Draft"]):
    """The one owner path of drafts."""

    def owned_by(self, member_id: int) -> DraftQuerySet:
        """The drafts that this member is writing, of stories that are not erased."""
        return self.of_writer(member_id).filter(finished_at=None)

    def of_writer(self, member_id: int) -> DraftQuerySet:
        """The same, with those that were asked for."""
        return self.filter(writer=member_id, item__erased_at=None)

    def untouched_by(self, member_id: int) -> DraftQuerySet:
        """Those of a new story in which nothing was saved yet, no photo chosen and nobody named."""
        new = self.owned_by(member_id).filter(revision=0, sealed=b"", photos=None)
        return new.filter(item__versions=None, item__seats=None)


class Draft(models.Model):
    """What someone is writing. Its one owner is its writer; nobody else can ever read it."""

    public_id = PublicIdField()
    writer = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="drafts")
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="drafts")
    """The story that it will be a version of. Its key is the draft's key too."""
    sealed = models.BinaryField(default=b"")
    """`Contents` as JSON, sealed."""
    revision = models.PositiveIntegerField(default=0)
    """Counts savings, so that a second device notices that it holds older words."""
    made_at = models.DateTimeField(auto_now_add=True)
    saved_at = models.DateTimeField(auto_now=True)
    night_offer_at = models.DateTimeField(null=True, blank=True)
    """When holding it until morning was offered: once is enough."""
    finished_at = models.DateTimeField(null=True, blank=True)
    """It was asked for, and is a version now."""

    objects = DraftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item"], condition=Q(finished_at=None), name="one_draft_of_a_story"
            )
        ]
        indexes = [models.Index(fields=["writer", "-saved_at"], name="draft_own")]

    def __str__(self) -> str:
        return self.public_id


class DraftPhoto(models.Model):
    """A photo chosen for a draft, in its order, with its description."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="photos")
    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField()
    patch_set = models.ForeignKey(
        PatchSet, on_delete=models.RESTRICT, null=True, blank=True, related_name="+"
    )
    """Never taken away under the writer's hands: the face would be shown to all as it is."""
    description_sealed = models.BinaryField(default=b"")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draft", "photo"], name="photo_once_in_draft")]
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return f"{self.photo_id} in {self.draft_id}"


class Words(models.Model):
    """What one version says, sealed under the item's key."""

    version = models.OneToOneField(Version, on_delete=models.CASCADE, related_name="words", primary_key=True)
    sealed = models.BinaryField()
    """JSON: title, words, told_by."""

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

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"line about {self.item_id}"


class Welcome(models.Model):
    """Someone who was invited by the other parent was first asked how they are, before any request."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "item"], name="welcomed_once")]

    def __str__(self) -> str:
        return f"{self.member_id} was asked first"
