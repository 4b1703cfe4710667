"""Accounts and voices; who blocks whom; what someone chooses to meet; roles; the audit log."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from lessalone.kit.ids import PublicIdField


class MemberManager(BaseUserManager["Member"]):
    """allauth and the command line reach members by their sign-in name."""

    def get_by_natural_key(self, handle: str | None) -> Member:
        return self.get(handle=handle)


class Member(AbstractBaseUser):
    """A person with an account. Knows a sign-in name and perhaps an e-mail address; all else is elsewhere."""

    handle = models.CharField(max_length=64, unique=True)
    email = models.EmailField(blank=True, default="")
    time_zone = models.CharField(max_length=64, default="UTC")
    country = models.CharField(max_length=2, blank=True, default="")
    joined_at = models.DateTimeField(auto_now_add=True)
    told_of_loss_at = models.DateTimeField(null=True, blank=True)
    admitted_at = models.DateTimeField(null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    resting_since = models.DateTimeField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    is_sample = models.BooleanField(default=False)

    objects = MemberManager()
    USERNAME_FIELD = "handle"
    EMAIL_FIELD = "email"

    def __str__(self) -> str:
        return self.handle


class Voice(models.Model):
    """Who speaks. Every authored thing belongs to a voice; a cover name never leads to its member."""

    public_id = PublicIdField()
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="voices")
    name = models.CharField(max_length=80)
    is_cover = models.BooleanField(default=False)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member"], condition=models.Q(is_cover=False), name="one_shown_voice_per_member"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Block(models.Model):
    """One member does not want to meet another: both are invisible to each other, and neither is told.

    The blocker stops meeting the voice they blocked, and not the member's other voices: otherwise blocking
    a cover name would show whose it is. The blocked member stops meeting everything of the blocker.
    """

    blocker = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="blocks_made")
    blocked = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="blocks_received")
    voice = models.ForeignKey(Voice, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["blocker", "voice"], name="one_block_per_voice")]

    def __str__(self) -> str:
        return f"{self.blocker_id} blocks {self.blocked_id}"


class Bearing(models.Model):
    """What a reader chooses to meet for one kind of content note, or for photos; perhaps only for a while."""

    class Choice(models.TextChoices):
        SHOW = "show", _("Show")
        ASK = "ask", _("Ask me first")
        HIDE = "hide", _("Hide")

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="bearings")
    note = models.CharField(max_length=32)
    choice = models.CharField(max_length=4, choices=Choice)
    until = models.DateTimeField(null=True, blank=True)
    """When set, the choice holds until then and covers the lasting one."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "note"], condition=models.Q(until=None), name="one_lasting_bearing"
            )
        ]

    def __str__(self) -> str:
        return f"{self.note}: {self.choice}"


class Role(models.Model):
    """A duty that a member holds in this community, from when to when, and who gave it."""

    class Duty(models.TextChoices):
        MODERATOR = "moderator", _("Moderator")
        LEAD = "lead", _("Lead moderator")

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="roles")
    duty = models.CharField(max_length=16, choices=Duty)
    given_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    given_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "duty"], condition=models.Q(ended_at=None), name="one_current_role"
            )
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.duty}"


class AuditEntry(models.Model):
    """What someone with a duty did, and why. Ids and reasons only; never a copy of what members wrote."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    actor = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    action = models.CharField(max_length=48)
    subject = models.CharField(max_length=80)
    reason = models.TextField(blank=True, default="")

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"
