"""Groups and who belongs to them. In this version circles are only an audience to share with."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from lessalone.kit.ids import PublicIdField
from lessalone.people.models import Member


class CircleQuerySet(models.QuerySet["Circle"]):
    """Circles, reached through oneself."""

    def of(self, member_id: int) -> CircleQuerySet:
        """The circles that this member is in, and that go on."""
        return self.filter(
            models.Exists(Membership.objects.filter(circle=models.OuterRef("pk"), member_id=member_id)),
            ended_at=None,
        ).order_by("name", "pk")

    def open_to_all(self) -> CircleQuerySet:
        """The circles that any bereaved member may join."""
        return self.filter(joining=Circle.Joining.OPEN, ended_at=None).order_by("name", "pk")


class Circle(models.Model):
    """A group with a purpose."""

    class Joining(models.TextChoices):
        OPEN = "open", _("Any bereaved member may join")
        INVITATION = "invitation", _("By invitation")

    public_id = PublicIdField()
    name = models.CharField(max_length=80)
    purpose = models.TextField(blank=True, default="")
    joining = models.CharField(max_length=12, choices=Joining, default=Joining.OPEN)
    made_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = CircleQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A member in a circle. Leaving removes the row: nobody keeps a list of who was there."""

    circle = models.ForeignKey(Circle, on_delete=models.CASCADE, related_name="memberships")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="circle_memberships")
    joined_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["circle", "member"], name="once_in_a_circle")]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.circle_id}"


class CircleInvitation(models.Model):
    """A link into a circle, for one person, once. Only its digest is kept, and not who used it."""

    circle = models.ForeignKey(Circle, on_delete=models.CASCADE, related_name="invitations")
    token_digest = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"into {self.circle_id}"
