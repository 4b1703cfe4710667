"""Babies, and who belongs to them. Facts only: what may be seen of them is decided in `sharing`.

A baby is one row that never changes. What is written about them lies on a page: parents share one page
and one shelf of photos, until they part; then each has their own copy, and neither sees what the other
adds. Names and words are sealed (`vault.words`); dates, weeks and kinds are plain columns.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lessalone.kit.ids import PublicIdField
from lessalone.people.models import Member
from lessalone.vault.models import Shelf


class BabyQuerySet(models.QuerySet["Baby"]):
    """Babies, reached through oneself."""

    def of(self, member_id: int) -> BabyQuerySet:
        """The babies whose page this member opens as a parent, in the order they were added.

        A parent under a safety separation is among them: their own page stays theirs, apart from the
        others'. Whether someone has a say or sees joint things is `Parent.objects.with_voice()` and
        `with_access()`.
        """
        return self.filter(
            models.Exists(Parent.objects.own_pages().filter(baby=models.OuterRef("pk"), member_id=member_id))
        ).order_by("made_at", "pk")


class Baby(models.Model):
    """The one who died. Private from the first moment; every fact about them is optional (`BabyPage`)."""

    public_id = PublicIdField()
    made_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    objects = BabyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "babies"

    def __str__(self) -> str:
        return self.public_id


class Precision(models.TextChoices):
    """How much of a date is known."""

    UNSAID = "", _("Not said")
    UNSURE = "unsure", _("Not sure")
    YEAR = "year", _("The year")
    MONTH = "month", _("The month")
    DAY = "day", _("The day")


class LossKind(models.TextChoices):
    """A kind of loss. A page may name several."""

    CHEMICAL = "chemical", _("A chemical pregnancy")
    MISCARRIAGE_TO_13 = "miscarriage-to-13", _("A miscarriage before 14 weeks")
    MISCARRIAGE_FROM_14 = "miscarriage-from-14", _("A miscarriage at 14 weeks or after")
    MISSED = "missed", _("A missed miscarriage")
    ECTOPIC = "ectopic", _("An ectopic pregnancy")
    MOLAR = "molar", _("A molar pregnancy")
    BEFORE_LABOUR = "before-labour", _("Stillborn, died before labour")
    IN_LABOUR = "in-labour", _("Stillborn, died during labour")
    STILLBORN = "stillborn", _("Stillborn, when is not known")
    TFMR = "tfmr", _("A pregnancy ended for medical reasons")
    REDUCTION = "reduction", _("A selective reduction")
    FIRST_MONTH = "first-month", _("Died in the first four weeks of life")
    FIRST_YEAR = "first-year", _("Died in the first year of life")
    SUDDEN = "sudden", _("Died suddenly, without an explanation")


class BabyPageQuerySet(models.QuerySet["BabyPage"]):
    """Named conditions on pages."""

    def nothing_written(self) -> BabyPageQuerySet:
        """Those on which no question has an answer."""
        unsaid = {f"{date}_precision": Precision.UNSAID for date in ("born", "died", "due")}
        return self.filter(
            key_id=None, weeks=None, is_unsure_of_weeks=False, kinds=[], plurality="", **unsaid
        )


class BabyPage(models.Model):
    """What its parents wrote about their baby. One page for all of them, until they part.

    A date is the first day of what is known, with its precision. Weeks are stored as they were, never a
    legal label: the same baby is stillborn in one country and a miscarriage in another.
    """

    class Plurality(models.TextChoices):
        UNSAID = "", _("Not said")
        ONE = "one", _("One baby")
        TWIN = "twin", _("One of twins")
        MORE = "more", _("One of three or more")

    baby = models.ForeignKey(Baby, on_delete=models.PROTECT, related_name="pages")
    key_id = models.UUIDField(null=True, editable=False)
    """The key of everything sealed here; null until something is."""
    name_sealed = models.BinaryField(default=b"")
    nicknames_sealed = models.BinaryField(default=b"")
    """One on each line."""
    kinds = models.JSONField(default=list, blank=True)
    """`LossKind` values: several, or none."""
    kind_words_sealed = models.BinaryField(default=b"")
    """What happened, as the parents call it."""
    born_on = models.DateField(null=True, blank=True)
    born_precision = models.CharField(max_length=6, choices=Precision, default=Precision.UNSAID, blank=True)
    died_on = models.DateField(null=True, blank=True)
    died_precision = models.CharField(max_length=6, choices=Precision, default=Precision.UNSAID, blank=True)
    due_on = models.DateField(null=True, blank=True)
    due_precision = models.CharField(max_length=6, choices=Precision, default=Precision.UNSAID, blank=True)
    weeks = models.PositiveSmallIntegerField(null=True, blank=True)
    days = models.PositiveSmallIntegerField(null=True, blank=True)
    is_unsure_of_weeks = models.BooleanField(default=False)
    plurality = models.CharField(max_length=4, choices=Plurality, default=Plurality.UNSAID, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
    saved_at = models.DateTimeField(auto_now=True)

    objects = BabyPageQuerySet.as_manager()

    class Meta:
        constraints = [
            *(
                models.CheckConstraint(
                    name=f"{date}_date_has_its_precision",
                    condition=Q(**{f"{date}_on": None, f"{date}_precision__in": ["", "unsure"]})
                    | Q(**{f"{date}_on__isnull": False, f"{date}_precision__in": ["year", "month", "day"]}),
                )
                for date in ("born", "died", "due")
            ),
            models.CheckConstraint(
                name="weeks_and_days_make_sense",
                condition=(Q(weeks=None, days=None) | Q(weeks__lte=45, is_unsure_of_weeks=False))
                & (Q(days=None) | Q(days__lte=6)),
            ),
        ]
        indexes = [
            models.Index(
                fields=[f"{date}_on"], condition=Q(**{f"{date}_precision": "day"}), name=f"{date}_that_day"
            )
            for date in ("born", "died", "due")
        ]

    def __str__(self) -> str:
        return f"page {self.pk} of {self.baby_id}"

    def kind_labels(self) -> list[str]:
        """What happened, in plain words, in the order of `LossKind`."""
        return [str(kind.label) for kind in LossKind if kind.value in self.kinds]

    def known_days(self) -> Iterator[tuple[str, datetime.date]]:
        """The dates known to the day: ("born" | "died" | "due", date)."""
        for date in ("born", "died", "due"):
            if getattr(self, f"{date}_precision") == Precision.DAY:
                yield date, getattr(self, f"{date}_on")


class ParentQuerySet(models.QuerySet["Parent"]):
    """Named conditions on parents, the only place that knows which dates take a voice away."""

    def with_voice(self) -> ParentQuerySet:
        """Parents whose consent is needed: here, not suspended, not dead, not waived."""
        return self.filter(left_at=None, suspended_at=None, died_at=None, waived_at=None)

    def with_access(self) -> ParentQuerySet:
        """Parents who may see what is jointly theirs, and who get notices of it."""
        return self.filter(left_at=None, suspended_at=None, died_at=None)

    def own_pages(self) -> ParentQuerySet:
        """Parents who open a page of their baby: those with access, and those under a safety separation.

        The page of someone suspended is apart from the others', so nothing new of theirs is on it.
        """
        return self.filter(left_at=None, died_at=None)


class Parent(models.Model):
    """A member who is a parent of a baby. A row is never deleted: a former parent is still known as one."""

    baby = models.ForeignKey(Baby, on_delete=models.PROTECT, related_name="parents")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="parenthoods")
    page = models.ForeignKey(BabyPage, on_delete=models.PROTECT, null=True, related_name="parents")
    """Which page is theirs. Parents on one page read and change the same facts."""
    shelf = models.ForeignKey(Shelf, on_delete=models.PROTECT, null=True, related_name="+")
    """Where photos that they add are kept. Parents on one shelf keep them together."""
    invited_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    key_id = models.UUIDField(null=True, editable=False)
    words_sealed = models.BinaryField(default=b"")
    """What happened, in this parent's own words. Only they read it."""
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

    @property
    def has_voice(self) -> bool:
        """The same as `with_voice()`, of a row in hand."""
        return not (self.left_at or self.suspended_at or self.died_at or self.waived_at)


class Telling(models.Model):
    """What a member said had happened, before there was a page. A private note: only they read it."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="tellings")
    key_id = models.UUIDField(editable=False)
    words_sealed = models.BinaryField()
    told_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"told by {self.member_id}"


class Experience(models.Model):
    """A loss as one member lived it, so that others like it can be found (`families.experiences`). Theirs alone.

    With `baby` it is of a baby who has a page; what is answered here is still this member's own, never the page's.
    """

    public_id = PublicIdField()
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="experiences")
    baby = models.ForeignKey(Baby, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answers = models.JSONField(default=dict, blank=True)
    """By facet: its values and their use; or that it is not to be asked again."""
    made_at = models.DateTimeField(auto_now_add=True)
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "baby"], name="one_experience_of_a_baby")]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"experience {self.pk} of {self.member_id}"


class EarlierShelf(models.Model):
    """A shelf that a parent shared before parting: the photos they keep from then lie there."""

    parent = models.ForeignKey(Parent, on_delete=models.CASCADE, related_name="earlier_shelves")
    shelf = models.ForeignKey(Shelf, on_delete=models.PROTECT, related_name="+")
    until = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["parent", "shelf"], name="earlier_shelf_once")]
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.parent_id} had {self.shelf_id}"


class Relation(models.Model):
    """A grandparent, sibling, friend: belongs to the baby, without a voice in consent."""

    class Kind(models.TextChoices):
        GRANDPARENT = "grandparent", pgettext_lazy("relation", "Grandparent")
        SIBLING = "sibling", pgettext_lazy("relation", "Brother or sister")
        KIN = "kin", pgettext_lazy("relation", "Other family")
        FRIEND = "friend", pgettext_lazy("relation", "Friend")
        SURROGATE = "surrogate", pgettext_lazy("relation", "Carried the baby for the parents")

    baby = models.ForeignKey(Baby, on_delete=models.PROTECT, related_name="relations")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="relations")
    kind = models.CharField(max_length=16, choices=Kind)
    invited_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    """The parent whose page they see a little of, also after the parents part."""
    shelf = models.ForeignKey(Shelf, on_delete=models.PROTECT, null=True, related_name="+")
    """Photos of their own, which no parent sees unless they are shared."""
    joined_at = models.DateTimeField(auto_now_add=True)
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["baby", "member"], name="once_a_relation")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.baby_id}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Named conditions on invitations."""

    def open(self, now: datetime.datetime) -> InvitationQuerySet:
        """Neither used, nor taken back, nor past its end."""
        return self.filter(used_at=None, revoked_at=None, expires_at__gt=now)


class Invitation(models.Model):
    """A link to hand over in person, once: to be a parent of this baby, or to belong to them otherwise.

    Only the digest of its token is kept. While other parents have a voice, it opens nothing until each
    of them has agreed: the name and the photos are theirs too.
    """

    PARENT = "parent"
    KINDS = [(PARENT, pgettext_lazy("invitation", "Another parent")), *Relation.Kind.choices]

    WHO = {
        PARENT: _("another parent"),
        Relation.Kind.GRANDPARENT: _("a grandparent"),
        Relation.Kind.SIBLING: _("a brother or sister"),
        Relation.Kind.KIN: _("someone of the family"),
        Relation.Kind.FRIEND: _("a friend"),
        Relation.Kind.SURROGATE: _("the one who carried the baby"),
    }
    """Whole phrases, for "as a grandparent" and "would like to invite a grandparent"."""

    baby = models.ForeignKey(Baby, on_delete=models.PROTECT, related_name="invitations")
    made_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    kind = models.CharField(max_length=16, choices=KINDS)
    with_photos = models.BooleanField(default=False)
    """For a parent: they also come to keep the photos that are there."""
    token_digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    used_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["baby"], condition=Q(used_at=None, revoked_at=None), name="open_invitations")
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.baby_id} by {self.made_by_id}"

    @property
    def who(self) -> str:
        """Who is invited: "a grandparent"."""
        return str(self.WHO[self.kind])


class InvitationAgreement(models.Model):
    """Another parent agreed to an invitation. There is no row for no: silence and no look the same."""

    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="agreements")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["invitation", "member"], name="agreed_once")]

    def __str__(self) -> str:
        return f"{self.member_id} agrees to {self.invitation_id}"


class SafetySeparationQuerySet(models.QuerySet["SafetySeparation"]):
    """Named conditions on safety separations. For leads, except `by`."""

    def waiting(self) -> SafetySeparationQuerySet:
        """Asked for and not decided, oldest first."""
        return self.filter(withdrawn_at=None, granted_at=None, declined_at=None).order_by("asked_at", "pk")

    def in_force(self) -> SafetySeparationQuerySet:
        """Granted, and not ended."""
        return self.filter(granted_at__isnull=False, ended_at=None).order_by("granted_at", "pk")

    def current(self) -> SafetySeparationQuerySet:
        """Waiting or in force."""
        return self.filter(withdrawn_at=None, declined_at=None, ended_at=None)

    def by(self, member_id: int) -> SafetySeparationQuerySet:
        """Those that this member asked for: the only ones they may know of."""
        return self.filter(asked_by=member_id)


class SafetySeparation(models.Model):
    """A parent asked a lead, in private, that another parent be kept apart for safety; what was decided."""

    parent = models.ForeignKey(Parent, on_delete=models.PROTECT, related_name="separations")
    """The one to be kept apart. Never told."""
    asked_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    key_id = models.UUIDField(null=True, editable=False)
    words_sealed = models.BinaryField(default=b"")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    granted_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = SafetySeparationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "asked_by"],
                condition=Q(withdrawn_at=None, declined_at=None, ended_at=None),
                name="one_current_separation",
            ),
            models.CheckConstraint(
                name="separation_is_granted_or_declined",
                condition=Q(granted_at=None) | Q(declined_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"separation {self.pk}"


class LoneConsentQuerySet(models.QuerySet["LoneConsentRequest"]):
    """Named conditions on requests to decide alone."""

    def open(self) -> LoneConsentQuerySet:
        """Neither finished, stopped, refused nor withdrawn."""
        return self.filter(finished_at=None, stopped_at=None, refused_at=None, withdrawn_at=None)

    def waiting(self) -> LoneConsentQuerySet:
        """For moderators to decide, oldest first: open, no notice yet, and the asker has a say themselves."""
        asker = Parent.objects.with_voice().filter(
            baby=models.OuterRef("parent__baby"), member=models.OuterRef("asked_by")
        )
        return self.open().filter(models.Exists(asker), noticed_at=None).order_by("asked_at", "pk")

    def in_notice(self) -> LoneConsentQuerySet:
        """The notice to the parent runs."""
        return self.open().filter(noticed_at__isnull=False).order_by("noticed_at", "pk")


class LoneConsentRequest(models.Model):
    """A parent asks to decide without another parent: who cannot be reached, or who died.

    Cannot be reached: two moderators, then a notice and 90 days in which that parent can stop it; only
    then are they waived. Died: two moderators.
    """

    class Because(models.TextChoices):
        UNREACHABLE = "unreachable", _("They cannot be reached")
        DIED = "died", _("They died")

    parent = models.ForeignKey(Parent, on_delete=models.PROTECT, related_name="lone_consent_requests")
    """The parent who would no longer be asked."""
    because = models.CharField(max_length=12, choices=Because)
    asked_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    key_id = models.UUIDField(null=True, editable=False)
    reason_sealed = models.BinaryField(default=b"")
    noticed_at = models.DateTimeField(null=True, blank=True)
    """The second moderator approved, and the notice to that parent began: 90 days from here."""
    finished_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    """That parent said that they are here."""
    refused_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = LoneConsentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "asked_by"],
                condition=Q(finished_at=None, stopped_at=None, refused_at=None, withdrawn_at=None),
                name="one_open_lone_consent_request",
            )
        ]

    def __str__(self) -> str:
        return f"{self.because} {self.parent_id}"


class LoneConsentApproval(models.Model):
    """One moderator's yes to a lone consent request. Two different ones are needed."""

    request = models.ForeignKey(LoneConsentRequest, on_delete=models.CASCADE, related_name="approvals")
    moderator = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["request", "moderator"], name="approved_once")]

    def __str__(self) -> str:
        return f"{self.moderator_id} approves {self.request_id}"


class SameBabyQuerySet(models.QuerySet["SameBaby"]):
    """Named conditions on pairs."""

    def unsettled(self) -> SameBabyQuerySet:
        """Those that hold until a moderator says that they are different babies."""
        return self.filter(settled_as_different_at=None).order_by("noticed_at", "pk")


class SameBaby(models.Model):
    """Two pages whose facts say that they may be about the same baby, made apart. Lower id first.

    Never told to the members. Changing the facts does not undo it: a moderator settles it.
    """

    first = models.ForeignKey(Baby, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Baby, on_delete=models.CASCADE, related_name="+")
    noticed_at = models.DateTimeField(auto_now_add=True)
    settled_as_different_at = models.DateTimeField(null=True, blank=True)

    objects = SameBabyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="one_pair_of_pages"),
            models.CheckConstraint(name="lower_id_first", condition=Q(first_id__lt=models.F("second_id"))),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} and {self.second_id}"
