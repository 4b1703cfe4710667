"""What may be compared of losses and of stories, made anew from people's answers; and who may be found.

Nothing here is anybody's own word: all of it is made from `families.experiences` and `people.facets`, in the same
transaction as they change. What is hidden, or has no consent, never gets in.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lessalone.families.models import Experience, Parent
from lessalone.people.models import Block, Member, Voice
from lessalone.sharing.models import Item
from lessalone.sharing.policy import are_not_of_one_family

NOTHING = -1
"""In `weeks` and `since`: nothing that may be compared."""


class Compared(models.Model):
    """Small numbers (`codes`) of what may be compared, in columns that an index can find. 0 is nothing."""

    role = models.SmallIntegerField(default=0)
    group = models.SmallIntegerField(default=0)
    """The first group of its kinds."""
    weeks = models.SmallIntegerField(default=NOTHING)
    """Whole weeks."""
    weeks_band = models.SmallIntegerField(default=NOTHING)
    """The first week of the band, where no more than that may be compared."""
    since = models.SmallIntegerField(default=NOTHING)
    """Months since the year 0, the middle of what is known."""
    year = models.SmallIntegerField(default=NOTHING)
    """The year, where no more than that may be compared."""
    kinds = models.BigIntegerField(default=0)
    causes = models.BigIntegerField(default=0)
    living = models.BigIntegerField(default=0)
    language = models.BigIntegerField(default=0)
    faith = models.BigIntegerField(default=0)
    child = models.SmallIntegerField(default=0)
    lived = models.SmallIntegerField(default=0)
    plurality = models.SmallIntegerField(default=0)
    cause = models.SmallIntegerField(default=0)
    losses = models.SmallIntegerField(default=0)
    conception = models.SmallIntegerField(default=0)
    photos = models.SmallIntegerField(default=0)
    funeral = models.SmallIntegerField(default=0)
    again = models.SmallIntegerField(default=0)
    lgbtq = models.SmallIntegerField(default=0)
    partnered = models.SmallIntegerField(default=0)
    age = models.SmallIntegerField(default=0)
    country = models.SmallIntegerField(default=0)
    own = models.JSONField(default=list, blank=True)
    """Words of one's own, each as `[facet, word]`."""
    shown = models.BigIntegerField(default=0)
    """The facets of which it may be said that both have them in common."""

    class Meta:
        abstract = True


class Profile(Compared):
    """What may be compared of one loss and of the member who lived it."""

    experience = models.OneToOneField(
        Experience, on_delete=models.CASCADE, primary_key=True, related_name="profile"
    )
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    asks = models.JSONField(default=dict)
    """What this member's own pages compare with others. Past the day's number of changes it only gets less."""
    waits_until = models.DateTimeField(null=True, blank=True)
    """When changes that wait are taken into `asks`."""
    same_since = models.DateTimeField(default=timezone.now)
    """Since when all that is counted of it (`counts`) is the same."""

    class Meta:
        indexes = [models.Index(fields=["role", "group", "weeks"], name="profile_cell")]

    def __str__(self) -> str:
        return f"profile of {self.experience_id}"


class Told(Compared):
    """What may be compared of the loss that a story tells of, as one of those whose story it is lived it: who wrote it;
    where it is jointly theirs, each parent with a voice. Opens nothing: policy is asked for every story and parent.
    """

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="told", db_index=False)
    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="told")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    is_banded = models.BooleanField(default=False)
    """Under a cover name: only bands that enough others share."""
    packed = models.CharField(max_length=40)
    """All of it that is ranked, as `packing.pack` writes it."""
    answered = models.SmallIntegerField()
    """How many facets there are."""

    class Meta:
        verbose_name_plural = "told"
        constraints = [models.UniqueConstraint(fields=["item", "member"], name="told_once_by_each")]
        # Walks read nothing but these, so each ends with what is ranked.
        indexes = [
            models.Index(fields=["role", "weeks", "since", "packed"], name="told_week"),
            models.Index(fields=["role", "weeks", "answered", "packed"], name="told_week_most"),
            models.Index(fields=["role", "group", "since", "packed"], name="told_group"),
            models.Index(fields=["role", "group", "answered", "packed"], name="told_group_most"),
        ]

    def __str__(self) -> str:
        return f"told in {self.item_id} by {self.member_id}"


class TellsOf(models.Model):
    """Which of their losses a story that names no baby tells of, where its author lived more than one."""

    item = models.OneToOneField(Item, on_delete=models.CASCADE, primary_key=True, related_name="+")
    experience = models.ForeignKey(Experience, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name_plural = "tells of"

    def __str__(self) -> str:
        return f"{self.item_id} tells of {self.experience_id}"


class OwnWord(models.Model):
    """Words of one's own about a loss that a story tells of, by which it is found."""

    told = models.ForeignKey(Told, on_delete=models.CASCADE, related_name="own_words", db_index=False)
    key = models.BigIntegerField()
    """`codes.key_of` the facet and the words."""

    class Meta:
        indexes = [models.Index(fields=["key", "told"], name="own_word_found")]
        constraints = [models.UniqueConstraint(fields=["told", "key"], name="own_word_once")]

    def __str__(self) -> str:
        return f"own words of {self.told_id}"


class Frequencies(models.Model):
    """How often each answer is given by established members, counted on a fixed day. One row."""

    counts = models.JSONField(default=dict)
    """`{"facet": {"": how many answered, "value": how many gave it}}`; none below eleven."""
    counted_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name_plural = "frequencies"

    def __str__(self) -> str:
        return f"counted {self.counted_at:%Y-%m-%d}"


class SafeCounts(models.Model):
    """What is said of how many there are, until the next fixed day (`counts`). One row."""

    said = models.JSONField(default=dict)
    """`{"role:father kinds:stillborn": 50}`: more than so many, a round number, of at least eleven."""
    counted_on = models.DateField()
    """The fixed day for which it was counted."""

    class Meta:
        verbose_name_plural = "safe counts"

    def __str__(self) -> str:
        return f"counted on {self.counted_on}"


class FindableQuerySet(models.QuerySet["Findable"]):
    """Named conditions on who can be found."""

    def now(self) -> FindableQuerySet:
        """Choices that hold: not ended, and of members who are established and awake."""
        return self.filter(
            Q(until=None) | Q(until__gt=timezone.now()),
            member__is_active=True,
            member__approved_at__isnull=False,
            member__admitted_at__isnull=False,
            member__resting_since=None,
        )


class Findable(models.Model):
    """A member chose to be found by others like them. Without a row they are found by nobody."""

    class Who(models.TextChoices):
        ANYONE = "anyone", _("Anyone here who is bereaved")
        SAME_ROLE = "role", _("Those who are the same to their baby: fathers by fathers, for example")
        SAME_KIND = "kind", _("Those who lived the same kind of loss")

    member = models.OneToOneField(Member, on_delete=models.CASCADE, related_name="findable")
    who = models.CharField(max_length=6, choices=Who)
    until = models.DateTimeField(null=True, blank=True)
    """Null: until they change it."""
    chosen_at = models.DateTimeField(auto_now=True)

    objects = FindableQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "findable"

    def __str__(self) -> str:
        return f"{self.member_id}: {self.who}"


class Companion(models.Model):
    """A bereaved member who offers to be there for a first story that nobody has answered. Gone when they step back."""

    member = models.OneToOneField(Member, on_delete=models.CASCADE, related_name="companion")
    a_week = models.PositiveSmallIntegerField(default=2)
    """How many stories are brought to them in a week at most."""
    offered_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"companion {self.member_id}"


class Brought(models.Model):
    """A first story was brought to one companion. Opens nothing: policy is asked whenever it is shown."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    passed_at = models.DateTimeField(null=True, blank=True)
    """They passed it on, or stepped back; nobody is told which, or why."""

    class Meta:
        verbose_name_plural = "brought"
        constraints = [models.UniqueConstraint(fields=["item", "member"], name="brought_once_to_each")]
        indexes = [models.Index(fields=["member", "-at"], name="brought_to_them")]

    def __str__(self) -> str:
        return f"{self.item_id} to {self.member_id}"


class RippleQuerySet(models.QuerySet["Ripple"]):
    """Named conditions on ripples."""

    def agreed(self) -> RippleQuerySet:
        """Those that lead readers on: everyone whose stories the two are has agreed to exactly this.

        None between people of one family, and none that one of them would not have meet the other's voice. Whether a
        reader may see the two is policy's matter.
        """
        agreed = RippleAgreement.objects.filter(ripple=OuterRef(OuterRef("pk"))).values("member")
        voices = Q(voice=OuterRef("item__voice")) | Q(voice=OuterRef("led_by__voice"))
        return self.filter(
            _all_agreed("item"),
            _all_agreed("led_by"),
            ~Exists(Block.objects.filter(voices, blocker__in=agreed)),
            are_not_of_one_family("item__author", "led_by__author"),
        )


def _all_agreed(story: str) -> Q:
    """The author of one of the two, and where it is jointly theirs every parent with a voice."""
    author = RippleAgreement.objects.filter(ripple=OuterRef("pk"), member=OuterRef(f"{story}__author"))
    theirs = RippleAgreement.objects.filter(ripple=OuterRef(OuterRef("pk")), member=OuterRef("member"))
    silent = Parent.objects.with_voice().filter(~Exists(theirs), baby=OuterRef(f"{story}__baby"))
    return Q(Exists(author)) & (Q(**{f"{story}__is_joint": False}) | ~Q(Exists(silent)))


class Ripple(models.Model):
    """Someone told a story after reading another, and says so. Opens nothing: policy is asked whenever it is shown."""

    item = models.OneToOneField(Item, on_delete=models.CASCADE, related_name="ripple")
    led_by = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="led_to")
    """The story that helped."""
    voice = models.ForeignKey(Voice, on_delete=models.CASCADE, related_name="+")
    """The name that it was said under: the story's own. Told under another since, it is shown to nobody: who saw it
    before would know whose both names are."""
    said_at = models.DateTimeField(auto_now_add=True)

    objects = RippleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(item=F("led_by")), name="a_story_does_not_lead_to_itself")
        ]

    def __str__(self) -> str:
        return f"{self.item_id} after {self.led_by_id}"


class RippleAgreement(models.Model):
    """One of those whose stories the two are lets readers be led from the one to the other: who and when.

    When one of them does not want it any more, the agreements of all go: leaving a family brings nothing back.
    """

    ripple = models.ForeignKey(Ripple, on_delete=models.CASCADE, related_name="agreements")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ripple", "member"], name="agreed_once_to_a_ripple")]

    def __str__(self) -> str:
        return f"{self.member_id} agrees to {self.ripple_id}"
