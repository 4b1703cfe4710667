"""Accounts and voices; who blocks whom; what someone chooses to meet; roles; the audit log."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lessalone.kit.ids import PublicIdField


class MemberQuerySet(models.QuerySet["Member"]):
    """Named conditions on members."""

    def waiting(self) -> MemberQuerySet:
        """Those who joined and were not let in yet, oldest first: for the moderators."""
        return self.filter(approved_at=None, is_active=True).order_by("joined_at", "id")

    def to_be_admitted(self) -> MemberQuerySet:
        """Approved members who told of a loss and are not yet bereaved members, oldest first."""
        return self.filter(
            approved_at__isnull=False, told_of_loss_at__isnull=False, admitted_at=None, is_active=True
        ).order_by("told_of_loss_at", "id")


class MemberManager(BaseUserManager.from_queryset(MemberQuerySet)):  # type: ignore[misc]
    """allauth and the command line reach members by their sign-in name."""

    def get_by_natural_key(self, handle: str | None) -> Member:
        return self.get(handle=handle)


class Member(AbstractBaseUser):
    """A person with an account. Knows a sign-in name and perhaps an e-mail address; all else is elsewhere."""

    handle = models.CharField(max_length=64, unique=True)
    """The sign-in name: three quiet words that were issued. Never shown to anyone else."""
    passkey_id = PublicIdField()
    """What a passkey knows this member by, so that a device never stores a number of ours."""
    email = models.EmailField(blank=True, default="")
    time_zone = models.CharField(max_length=64, default="UTC")
    country = models.CharField(max_length=2, blank=True, default="")
    joined_at = models.DateTimeField(auto_now_add=True)
    told_of_loss_at = models.DateTimeField(null=True, blank=True)
    exchanged_at = models.DateTimeField(null=True, blank=True)
    """The first exchange of words with another member, for being admitted."""
    is_vouched_for = models.BooleanField(default=False)
    """An invitation said so: admitted as soon as they tell of a loss."""
    admitted_at = models.DateTimeField(null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    resting_since = models.DateTimeField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    is_sample = models.BooleanField(default=False)
    has_duty = models.BooleanField(default=False, editable=False)
    """May have a current role, so roles are asked for. False means none: nobody else pays for it."""
    terms_version = models.CharField(max_length=16, blank=True, default="")
    """The terms accepted last. The proof is in `TermsAcceptance`."""
    vocabulary = models.JSONField(default=dict, blank=True)
    """Their words, as `people.vocabulary` keeps them."""
    leave_key = models.CharField(max_length=8, blank=True, default="")
    """One of `ui.leaving.KEYS` that leaves a page when pressed three times; empty unless they switched it on."""

    current_duties: frozenset[str] | None = None
    """Not a column: what `people.duties` found for this object."""

    objects = MemberManager()
    USERNAME_FIELD = "handle"
    EMAIL_FIELD = "email"

    def __str__(self) -> str:
        """Never the sign-in name: this may end up where others read."""
        return f"member {self.pk}"


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
        ASK = "ask", _("Ask first")
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
            ),
            models.UniqueConstraint(
                fields=["member", "note"],
                condition=models.Q(until__isnull=False),
                name="one_bearing_for_a_while",
            ),
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


class NeverChanged(Exception):
    """Someone tried to change or remove what may only be added to."""


class AppendOnlyQuerySet(models.QuerySet["AuditEntry"]):
    """Rows can be added and read, and nothing else."""

    def update(self, **changes: Any) -> int:
        raise NeverChanged("The audit log is only added to.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise NeverChanged("The audit log is only added to.")

    def bulk_update(self, *args: Any, **options: Any) -> int:
        raise NeverChanged("The audit log is only added to.")

    def _raw_delete(self, using: Any) -> int:
        raise NeverChanged("The audit log is only added to.")


class AuditEntry(models.Model):
    """What someone with a duty did, and why. Ids and reasons only; never a copy of what members wrote.

    Only added to: changing or deleting an entry raises `NeverChanged`.
    """

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    actor = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    """Null: the software itself, or whoever runs the machine from its command line."""
    action = models.CharField(max_length=48)
    subject = models.CharField(max_length=80)
    reason = models.TextField(blank=True, default="")

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "audit entries"
        base_manager_name = "objects"

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"

    def save(self, *args: Any, **options: Any) -> None:
        if not self._state.adding:
            raise NeverChanged("The audit log is only added to.")
        super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        raise NeverChanged("The audit log is only added to.")


class TermsAcceptance(models.Model):
    """A member accepted one exact text of the terms: which, and when."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="terms_acceptances")
    version = models.CharField(max_length=16)
    digest = models.CharField(max_length=64)
    """SHA-256 of the text that was shown."""
    minimum_age = models.PositiveSmallIntegerField()
    """The age that was confirmed together with them."""
    accepted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "version"], name="terms_accepted_once")]

    def __str__(self) -> str:
        return f"{self.member_id} accepted {self.version}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Named conditions on invitations."""

    def usable(self) -> InvitationQuerySet:
        """Not used, not taken back, not too old."""
        return self.filter(used_at=None, ended_at=None, expires_at__gt=timezone.now())


class Invitation(models.Model):
    """A one-time link: to join, or to help as a moderator. Only the digest of its token is kept."""

    public_id = PublicIdField()
    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    duty = models.CharField(max_length=16, choices=Role.Duty, blank=True, default="")
    """The role that whoever opens it is asked to take; empty: an invitation to join."""
    is_vouching = models.BooleanField(default=False)
    """Whoever made it knows the person: they are a bereaved member as soon as they tell of a loss."""
    made_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    used_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    """Taken back before it was used."""

    objects = InvitationQuerySet.as_manager()

    def __str__(self) -> str:
        return f"invitation {self.public_id}"


class RecoveryCode(models.Model):
    """One line of a recovery sheet: opens the account once. Only its digest is kept."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    """SHA-256 of the code, which has 100 random bits."""
    made_at = models.DateTimeField(auto_now_add=True)
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"code of {self.member_id}"


class OwnFacets(models.Model):
    """What a member answered about themselves, so that others like them can be found (`people.facets`)."""

    member = models.OneToOneField(Member, on_delete=models.CASCADE, related_name="own_facets")
    answers = models.JSONField(default=dict, blank=True)
    """By facet: its values and their use; or that it is not to be asked again."""
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name_plural = "own facets"

    def __str__(self) -> str:
        return f"facets of {self.member_id}"


class FacetConsent(models.Model):
    """A member's explicit consent that answers for one purpose are kept and compared. Never deleted: ended."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="facet_consents")
    purpose = models.CharField(max_length=16)
    given_at = models.DateTimeField(auto_now_add=True)
    taken_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "purpose"],
                condition=models.Q(taken_back_at=None),
                name="one_current_facet_consent",
            )
        ]

    def __str__(self) -> str:
        return f"{self.member_id} consents to {self.purpose}"
