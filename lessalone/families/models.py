"""Babies, and who belongs to them. Facts only: what may be seen of them is decided in `sharing`."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from lessalone.kit.ids import PublicIdField
from lessalone.people.models import Member


class Baby(models.Model):
    """The one who died. Every fact is optional; the page is private from the first moment."""

    public_id = PublicIdField()
    made_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    key_id = models.UUIDField(null=True, editable=False)
    name_sealed = models.BinaryField(default=b"")

    class Meta:
        verbose_name_plural = "babies"

    def __str__(self) -> str:
        return self.public_id


class ParentQuerySet(models.QuerySet["Parent"]):
    """Named conditions on parents, the only place that knows which dates take a voice away."""

    def with_voice(self) -> ParentQuerySet:
        """Parents whose consent is needed: here, not suspended, not dead, not waived."""
        return self.filter(left_at=None, suspended_at=None, died_at=None, waived_at=None)

    def with_access(self) -> ParentQuerySet:
        """Parents who may open the baby's page."""
        return self.filter(left_at=None, suspended_at=None, died_at=None)


class Parent(models.Model):
    """A member who is a parent of a baby. A row is never deleted: a former parent is still known as one."""

    baby = models.ForeignKey(Baby, on_delete=models.PROTECT, related_name="parents")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="parenthoods")
    invited_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    joined_at = models.DateTimeField(auto_now_add=True)
    left_at = models.DateTimeField(null=True, blank=True)
    suspended_at = models.DateTimeField(null=True, blank=True)
    """A safety separation: no access, no notices, no voice; the member is not told why."""
    died_at = models.DateTimeField(null=True, blank=True)
    waived_at = models.DateTimeField(null=True, blank=True)
    """Two moderators and 90 days' notice found that this parent cannot be reached."""

    objects = ParentQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["baby", "member"], name="once_a_parent")]

    def __str__(self) -> str:
        return f"{self.member_id} of {self.baby_id}"


class Relation(models.Model):
    """A grandparent, sibling, friend: belongs to the baby, without a voice in consent."""

    class Kind(models.TextChoices):
        GRANDPARENT = "grandparent", _("Grandparent")
        SIBLING = "sibling", _("Sibling")
        KIN = "kin", _("Other family")
        FRIEND = "friend", _("Friend")
        SURROGATE = "surrogate", _("Surrogate")

    baby = models.ForeignKey(Baby, on_delete=models.PROTECT, related_name="relations")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="relations")
    kind = models.CharField(max_length=16, choices=Kind)
    joined_at = models.DateTimeField(auto_now_add=True)
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["baby", "member"], name="once_a_relation")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.baby_id}"


class SameBaby(models.Model):
    """Two pages whose facts say that they may be about the same baby, made apart. Lower id first."""

    first = models.ForeignKey(Baby, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Baby, on_delete=models.CASCADE, related_name="+")
    noticed_at = models.DateTimeField(auto_now_add=True)
    settled_as_different_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["first", "second"], name="one_pair_of_pages")]

    def __str__(self) -> str:
        return f"{self.first_id} and {self.second_id}"
