"""Reports, what moderators decided, and objections. Policy reads none of it: its holds are in `sharing`."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lessalone.kit.ids import PublicIdField
from lessalone.people.models import Member
from lessalone.sharing.models import Hold, Item


class Reason(models.TextChoices):
    """Why something may break the rules, in the words of whoever tells us."""

    CRUEL = "cruel", _("It is cruel to someone")
    DANGER = "danger", _("Someone may be in danger")
    SELLING = "selling", _("It sells something, or it is a trick")
    ADDRESS = "address", _("It shows my address, or other private things about me")
    MY_BABY = "my-baby", _("This is my baby")
    SEXUAL = "sexual", _("It shows a sexual image")
    OTHER = "other", _("Something else")


AUTOMATIC = frozenset({Reason.ADDRESS.value, Reason.MY_BABY.value, Reason.SEXUAL.value})
"""The reasons that hide a thing until someone has looked. No other report hides anything by itself."""


class ReportQuerySet(models.QuerySet["Report"]):
    """Named conditions on reports."""

    def open(self) -> ReportQuerySet:
        """Not settled yet, the soonest due first."""
        return self.filter(settled_at=None).order_by("due_at", "pk")


class Report(models.Model):
    """Someone, with an account or without, says that something breaks the rules. They are never shown."""

    class Outcome(models.TextChoices):
        RIGHT = "right", _("It breaks the rules")
        NOT = "not", _("It does not break the rules")
        WRONGFUL = "wrongful", _("It was sent to do harm")

    public_id = PublicIdField()
    item = models.ForeignKey(Item, on_delete=models.PROTECT, null=True, blank=True, related_name="reports")
    """Null: about something that whoever told us could not open, or about this place."""
    reporter = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    """Null: someone without an account, or one who has left since."""
    address_digest = models.CharField(max_length=43, blank=True, default="", db_index=True)
    """Of the network address of someone without an account, for limits. Forgotten after 30 days."""
    reason = models.CharField(max_length=8, choices=Reason)
    key_id = models.UUIDField(null=True, editable=False)
    words_sealed = models.BinaryField(default=b"")
    made_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField()
    hold = models.ForeignKey(Hold, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    """The automatic hold that came with it."""
    taken_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    taken_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True, default="")
    settled_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(settled_at=None), name="reports_due"),
            models.Index(fields=["item", "-id"], name="reports_of_item"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "reporter", "reason"],
                condition=Q(settled_at=None, reporter__isnull=False),
                name="reported_once_at_a_time",
            ),
            models.CheckConstraint(
                name="settled_with_an_outcome",
                condition=Q(settled_at=None, outcome="") | Q(settled_at__isnull=False) & ~Q(outcome=""),
            ),
        ]

    def __str__(self) -> str:
        return f"report {self.public_id}"


class DecisionQuerySet(models.QuerySet["Decision"]):
    """Named conditions on decisions."""

    def to_second(self) -> DecisionQuerySet:
        """Those that keep something out of sight and wait for a second moderator, oldest first."""
        return self.filter(verdict=Decision.Verdict.OUT, seconded_at=None, replaced_at=None).order_by("pk")

    def standing(self) -> DecisionQuerySet:
        """Those that no later decision replaced."""
        return self.filter(replaced_at=None)


class Decision(models.Model):
    """What a moderator decided about something, why, and when. Out of sight for good needs two of them."""

    class Verdict(models.TextChoices):
        OUT = "out", _("Keep it out of sight")
        IN = "in", _("Let it be seen")

    public_id = PublicIdField()
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="decisions")
    verdict = models.CharField(max_length=3, choices=Verdict)
    reason = models.CharField(max_length=8, choices=Reason)
    key_id = models.UUIDField(null=True, editable=False)
    words_sealed = models.BinaryField(default=b"")
    """What its author is told, in the moderator's own words."""
    made_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    seconded_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    seconded_at = models.DateTimeField(null=True, blank=True)
    replaced_at = models.DateTimeField(null=True, blank=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item"], condition=Q(replaced_at=None), name="one_standing_decision"
            ),
            models.CheckConstraint(
                name="seconded_by_another",
                condition=Q(seconded_by=None) | ~Q(seconded_by=F("made_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verdict} for {self.item_id}"

    @property
    def is_in_force(self) -> bool:
        """Whether it needs nobody else."""
        return self.verdict == self.Verdict.IN or self.seconded_at is not None


class Objection(models.Model):
    """Its author asks that someone who had no part in it look again."""

    public_id = PublicIdField()
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="objections")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    key_id = models.UUIDField(editable=False)
    words_sealed = models.BinaryField(default=b"")
    made_at = models.DateTimeField(auto_now_add=True)
    answer_sealed = models.BinaryField(default=b"")
    is_upheld = models.BooleanField(null=True)
    answered_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item", "member"], condition=Q(answered_at=None), name="one_objection_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"objection {self.public_id}"
