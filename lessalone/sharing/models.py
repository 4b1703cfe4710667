"""Item, audience, version, consent, ceiling, placement, hold: what the one policy (`policy.py`) reads.

Nothing here knows what an item says. Words are in `stories` and `responses`, under the item's key.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from lessalone.circles.models import Circle
from lessalone.families.models import Baby
from lessalone.kit.ids import PublicIdField
from lessalone.people.models import Member, Voice
from lessalone.people.viewer import Viewer
from lessalone.sharing.policy import ItemQuerySet
from lessalone.sharing.prepared import Prepared
from lessalone.vault.models import PatchSet, Photo


class Rung(models.IntegerChoices):
    """The ladder of audiences. Higher numbers are not always wider: see `audience.is_provably_narrower`."""

    ONLY_US = 0, _("Only us")
    PEOPLE = 10, _("People we choose")
    CIRCLES = 20, _("Circles")
    BEREAVED = 30, _("Bereaved members")
    MEMBERS = 40, _("All members")
    LINK = 50, _("Anyone with the link")
    PUBLIC = 60, _("Everyone")


class Answers(models.TextChoices):
    """Who may answer."""

    ANYONE = "anyone", _("Anyone who can read it")
    APPROVED = "approved", _("Anyone who can read it, and you read it first")
    GESTURES = "gestures", _("Without words")
    NOBODY = "nobody", _("Nobody")


class Item(models.Model):
    """The one row that policy knows, for anything that can be seen."""

    class Kind(models.TextChoices):
        STORY = "story", _("Story")
        RESPONSE = "response", _("Response")

    class Waiting(models.TextChoices):
        """Who has to read a response before it can be seen by others."""

        NOBODY = "", _("Nobody")
        FIRST_READER = "first", _("The first reader")
        FAMILY = "family", _("The family")

    public_id = PublicIdField()
    kind = models.CharField(max_length=8, choices=Kind)
    root = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="branches", db_index=False
    )
    """The story that a response belongs to: a response is never more visible than its story. Null: a root."""
    above = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="below", db_index=False
    )
    """The response that this one answers. Null: it answers the story. One level only."""
    author = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="items", db_index=False)
    voice = models.ForeignKey(Voice, on_delete=models.PROTECT, related_name="items")
    baby = models.ForeignKey(
        Baby, on_delete=models.PROTECT, null=True, blank=True, related_name="items", db_index=False
    )
    key_id = models.UUIDField(editable=False)
    """The key of its words, in the key store."""
    current = models.ForeignKey(
        "Version", on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    """The version that all agreed to. Null for a story that was never shared; always null for a response."""
    is_joint = models.BooleanField(default=False)
    """Of the current version: the baby's name, a photo or the parents' names are in it, so every parent's."""
    rung = models.SmallIntegerField(default=Rung.ONLY_US, choices=Rung)
    """The current version's rung, for the index. Policy asks the ceilings too: this alone opens nothing."""
    published_at = models.DateTimeField(null=True, blank=True)
    """From when it may be seen: in the past, or an hour that was chosen."""
    answers = models.CharField(max_length=8, choices=Answers, default=Answers.APPROVED)
    """Of the current version: who may answer."""
    may_index = models.BooleanField(default=False)
    """Of the current version: it is public and its family allows search engines."""
    notes = models.JSONField(default=list)
    """Of the current version: its content notes. (`ItemNote` has them as rows, to leave stories out.)"""
    waiting_for = models.CharField(max_length=6, choices=Waiting, default=Waiting.NOBODY, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = ItemQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["rung", "-published_at", "-id"], name="item_newest"),
            models.Index(fields=["root", "waiting_for"], name="item_branches"),
            models.Index(fields=["author", "-id"], name="item_own"),
            *(
                models.Index(
                    fields=[name], name=f"item_{name}", condition=models.Q(**{f"{name}__isnull": False})
                )
                for name in ("above", "baby", "current")
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="a_response_has_a_root",
                condition=models.Q(kind="story", root=None, above=None)
                | models.Q(kind="response", root__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"

    def is_visible_to(self, viewer: Viewer) -> bool:
        """Whether this viewer may see it, now. Derived from `visible_to`, and never written a second time."""
        return bool(_one_visible.fetch(viewer, item=self.pk))


_one_visible = Prepared(
    "item", lambda viewer, marks: Item.objects.visible_to(viewer).filter(pk=marks["item"]).only("pk")
)


class Audience(models.Model):
    """Who something is meant for. Never changed once made: another audience is another row."""

    rung = models.SmallIntegerField(choices=Rung)
    ends_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return Rung(self.rung).name


class AudienceCircle(models.Model):
    """A circle that an audience on the rung CIRCLES names."""

    audience = models.ForeignKey(Audience, on_delete=models.CASCADE, related_name="circles")
    circle = models.ForeignKey(Circle, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["circle", "audience"], name="circle_once_in_audience")]

    def __str__(self) -> str:
        return f"{self.circle_id}"


class Seat(models.Model):
    """One chosen person for one item: someone known here, or whoever first opens a one-time link."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="seats")
    label = models.CharField(max_length=80)
    """How the family calls them: "Mum", "Sam's sister"."""
    member = models.ForeignKey(Member, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    token_digest = models.CharField(max_length=64, blank=True, default="", db_index=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    taken_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.label


class AudienceSeat(models.Model):
    """A seat that an audience on the rung PEOPLE names."""

    audience = models.ForeignKey(Audience, on_delete=models.CASCADE, related_name="seats")
    seat = models.ForeignKey(Seat, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["audience", "seat"], name="seat_once_in_audience")]

    def __str__(self) -> str:
        return f"{self.seat_id}"


class Link(models.Model):
    """A secret address for people without an account, perhaps with a password and an end."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="links")
    token_digest = models.CharField(max_length=64, unique=True)
    password = models.CharField(max_length=128, blank=True, default="")
    """Hashed as account passwords are. Empty: none is asked for."""
    ends_at = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"link to {self.item_id}"


class Version(models.Model):
    """One exact state of an item and the audience it is meant for. Never changed once made."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    """SHA-256 over words, photos, descriptions, notes, naming, answers, hour and audience, keyed by the item."""
    audience = models.ForeignKey(Audience, on_delete=models.PROTECT, related_name="+")
    is_joint = models.BooleanField()
    voice = models.ForeignKey(Voice, on_delete=models.PROTECT, related_name="+")
    answers = models.CharField(max_length=8, choices=Answers, default=Answers.APPROVED)
    notes = models.JSONField(default=list)
    may_index = models.BooleanField(default=False)
    """For a public story: its family allows search engines."""
    publish_at = models.DateTimeField(null=True, blank=True)
    asked_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True, blank=True)
    superseded_at = models.DateTimeField(null=True, blank=True)
    """Another version was asked for or published since; nobody can agree to this one any more."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "number"], name="versions_are_numbered")]

    def __str__(self) -> str:
        return f"{self.item_id} v{self.number}"


class Consent(models.Model):
    """A parent's answer to a version and its audience: who and when. A later answer is another row."""

    class Answer(models.TextChoices):
        AGREE = "agree", _("Share this")
        NOT_YET = "not-yet", _("Not yet")
        ONLY_US = "only-us", _("Only us")

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="consents")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="consents")
    answer = models.CharField(max_length=8, choices=Answer)
    answered_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.member_id} {self.answer}"


class Rest(models.Model):
    """After *not yet*: nobody can ask this parent about this item until they reopen it. Only they see it."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="rests")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField(auto_now_add=True)
    reopened_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.member_id} rests {self.item_id}"


class Ceiling(models.Model):
    """The widest audience that one person allows for one version. What is seen is the intersection of all.

    Made when a parent (or the author of their own words) agrees; lowered by that person alone; absent
    means "only us".
    """

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="ceilings")
    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="ceilings", db_index=False)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    audience = models.ForeignKey(Audience, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "member"], name="one_ceiling_each")]

    def __str__(self) -> str:
        return f"{self.member_id} allows {self.audience_id}"


class Withdrawal(models.Model):
    """Taken back: one row, and every door is shut. Ends only when all agree to a new version."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="withdrawals")
    by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["item"], condition=models.Q(ended_at=None), name="withdrawn_now")]

    def __str__(self) -> str:
        return f"{self.item_id} taken back"


class Hold(models.Model):
    """A moderator's stop, or the automatic one of "my baby", "my address" and a sexual image."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="holds")
    placed_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    """Null: placed by itself on a report, until someone looks."""
    reason = models.CharField(max_length=24)
    placed_at = models.DateTimeField(auto_now_add=True)
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["item"], condition=models.Q(released_at=None), name="held_now")]

    def __str__(self) -> str:
        return f"{self.item_id} held"


class Opening(models.Model):
    """A moderator may see an item that they would not otherwise: it was reported, or break-glass."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="openings")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, null=True, related_name="+")
    """Null: any moderator, because it was reported."""
    reason = models.TextField()
    at = models.DateTimeField(auto_now_add=True)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.item_id} opened"


class FirstReader(models.Model):
    """A friend or moderator who reads responses to a story before its family does."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="first_readers")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    named_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.member_id} reads first"


class ItemNote(models.Model):
    """A content note of what is shown now, for readers' bearing."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="note_rows")
    note = models.CharField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "note"], name="note_once")]

    def __str__(self) -> str:
        return str(self.note)


class Placement(models.Model):
    """A photo in a version, with its calm description. The only way that a photo leaves its family."""

    public_id = PublicIdField()
    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="placements")
    photo = models.ForeignKey(Photo, on_delete=models.PROTECT, related_name="placements")
    patch_set = models.ForeignKey(
        PatchSet, on_delete=models.PROTECT, null=True, blank=True, related_name="placements"
    )
    """Soft patches over other people's faces; null: the photo as it is."""
    position = models.PositiveSmallIntegerField()
    description_sealed = models.BinaryField(default=b"")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "position"], name="one_photo_per_place")]
        ordering = ["position"]

    def __str__(self) -> str:
        return str(self.public_id)
