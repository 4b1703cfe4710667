"""A family as one of its own sees it: who belongs, what waits for them. Each page asks once.

A parent kept apart for safety sees what anyone sees after a parting, as it was on that day, and nothing new.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from lessalone.families import actions, facts
from lessalone.families.models import (
    EarlierShelf,
    Invitation,
    InvitationAgreement,
    LoneConsentRequest,
    Parent,
    ParentQuerySet,
    Relation,
)
from lessalone.kit.prepared import Marks, Prepared
from lessalone.people.models import Block, Voice
from lessalone.vault.models import Photo, Shelf


@dataclass(frozen=True, slots=True)
class SeenParent:
    """A parent of the baby, as another parent (or they themselves) may see them."""

    pk: int
    member_id: int
    name: str
    is_you: bool
    is_together: bool
    """On the same page as the one who looks."""
    is_waived: bool
    has_died: bool

    @property
    def is_asked(self) -> bool:
        """Nothing is shared unless they agree."""
        return not (self.is_waived or self.has_died)


def own_parent_or_404(member_id: int, public_id: str) -> Parent:
    """The parent that this member is of this baby, with a page; to anyone else it does not exist."""
    rows = Parent.objects.own_pages().filter(baby__public_id=public_id, member_id=member_id)
    return get_object_or_404(rows.filter(page__isnull=False).select_related("baby", "page", "shelf"))


def family_or_404(member_id: int, public_id: str) -> tuple[Parent, list[SeenParent]]:
    """The parent that this member is of this baby, and all parents they see, with one query.

    That parent's row knows what waits for them: `notice_since`, the moment from which a notice to them runs;
    `is_asked_to_invite`, `has_relations`, `has_earlier_shelves`, `has_lone_request`.
    """
    lone = LoneConsentRequest.objects
    rows = list(
        _rows_seen_by(member_id)
        .filter(baby__public_id=public_id)
        .annotate(
            notice_since=Subquery(lone.in_notice().filter(parent=OuterRef("pk")).values("noticed_at")[:1]),
            is_asked_to_invite=Exists(_open_invitations_by_others(member_id).filter(baby=OuterRef("baby"))),
            has_relations=Exists(
                Relation.objects.filter(
                    baby=OuterRef("baby"),
                    left_at=None,
                    invited_by__in=Parent.objects.filter(
                        baby=OuterRef(OuterRef("baby")), page=OuterRef(OuterRef("page"))
                    ).values("member"),
                )
            ),
            has_earlier_shelves=Exists(EarlierShelf.objects.filter(parent=OuterRef("pk"))),
            has_lone_request=Exists(lone.open().filter(asked_by=member_id, parent__baby=OuterRef("baby"))),
        )
        .select_related("baby", "page", "shelf")
    )
    own = [row for row in rows if row.member_id == member_id and not (row.left_at or row.died_at)]
    if not own or own[0].page is None:
        raise Http404
    return own[0], _as_seen_by(own[0], rows)


def parenthoods_of(member_id: int) -> list[Parent]:
    """Whatever parent this member is or was, each with `can_come_back`: they left a page that nobody else opens."""
    others = Parent.objects.own_pages().filter(baby=OuterRef("baby")).exclude(pk=OuterRef("pk"))
    rows = Parent.objects.filter(member_id=member_id).annotate(
        can_come_back=Q(left_at__isnull=False, died_at=None) & ~Exists(others)
    )
    return list(rows.select_related("baby", "page").order_by("pk"))


def own_relation_or_404(member_id: int, public_id: str) -> Relation:
    """The relation that this member is to this baby; to anyone else it does not exist."""
    rows = Relation.objects.filter(baby__public_id=public_id, member_id=member_id, left_at=None)
    return get_object_or_404(rows.select_related("baby", "shelf"))


def parents_seen_by(parent: Parent) -> list[SeenParent]:
    """The parents named on this parent's page, themselves first."""
    return _as_seen_by(parent, list(_rows_seen_by(parent.member_id).filter(baby=parent.baby_id)))


def _rows_seen_by(member_id: int) -> ParentQuerySet:
    rows = Parent.objects.annotate(shown_name=_shown_name(), is_blocked=_is_blocked_by(member_id))
    return rows.order_by("joined_at", "pk")


def _as_seen_by(parent: Parent, rows: list[Parent]) -> list[SeenParent]:
    """Of all rows, present and former, those that this parent sees, as they see them."""
    since = parent.suspended_at
    seen = [
        SeenParent(
            pk=row.pk,
            member_id=row.member_id,
            name=_("Another parent") if row.is_blocked else row.shown_name or _("A member"),
            is_you=row.pk == parent.pk,
            is_together=row.page_id == parent.page_id,
            is_waived=_had_happened(row.waived_at, since),
            has_died=_had_happened(row.died_at, since),
        )
        for row in rows
        if not _had_happened(row.left_at, since) and not (since and row.joined_at > since)
    ]
    return sorted(seen, key=lambda one: not one.is_you)


def _had_happened(moment: datetime | None, until: datetime | None) -> bool:
    """Whether it happened, as far as someone knows who learns of nothing after `until`."""
    return moment is not None and (until is None or moment <= until)


def earlier_shelves_of(parent: Parent) -> QuerySet[Shelf]:
    """Shelves from before this parent kept apart, on which they still keep photos."""
    before = EarlierShelf.objects.filter(parent=parent).values("shelf")
    kept = Photo.objects.kept_by(parent.member_id).values("shelf")
    return Shelf.objects.filter(pk__in=before).filter(pk__in=kept).order_by("pk")


def shelves_left_by(member_id: int) -> QuerySet[Shelf]:
    """Shelves of pages that this member left, on which they still keep photos."""
    left = Parent.objects.filter(member_id=member_id, left_at__isnull=False)
    earlier = EarlierShelf.objects.filter(parent__in=left).values("shelf")
    as_relation = Relation.objects.filter(member_id=member_id, left_at__isnull=False)
    kept = Photo.objects.kept_by(member_id).values("shelf")
    return Shelf.objects.filter(
        Q(pk__in=left.values("shelf")) | Q(pk__in=earlier) | Q(pk__in=as_relation.values("shelf")),
        pk__in=kept,
    ).order_by("pk")


def relations_seen_by(parent: Parent) -> QuerySet[Relation]:
    """Those who belong without a say, invited from this parent's page; each with `shown_name`."""
    return (
        actions.relations_of(parent)
        .annotate(shown_name=_shown_name(), is_blocked=_is_blocked_by(parent.member_id))
        .order_by("joined_at", "pk")
    )


def invitations_seen_by(parent: Parent) -> tuple[list[Invitation], list[Invitation]]:
    """Open invitations to this baby's page, with one query: those they made, and those others made.

    On their own, `is_waiting` while another parent has to agree. On others', `has_agreed` and `shown_name`.
    """
    rows = list(_open_invitations(parent.member_id).filter(baby=parent.baby_id).order_by("made_at", "pk"))
    made = [row for row in rows if row.made_by_id == parent.member_id]
    others = [row for row in rows if row.made_by_id != parent.member_id and row.is_by_voice]
    return made, others if parent.has_voice else []


def invitation_to_agree_or_404(parent: Parent, pk: int) -> Invitation:
    """An open invitation by another parent that needs this one's agreement."""
    _made, others = invitations_seen_by(parent)
    found = next((row for row in others if row.pk == pk), None)
    if found is None:
        raise Http404
    return found


def has_notice(member_id: int) -> bool:
    """Whether others ask to decide without this member, about any baby: for a page they open first."""
    return bool(_notices.fetch(member=member_id))


def _notices_to(marks: Marks) -> QuerySet[Any]:
    own = Parent.objects.with_access().filter(member_id=marks["member"])
    return LoneConsentRequest.objects.in_notice().filter(parent__in=own).values_list("pk")[:1]


_notices = Prepared(_notices_to, member=int)


def notice_to(parent: Parent) -> datetime | None:
    """Since when others ask to decide without this parent. Not told to someone kept apart for safety."""
    return parent.notice_since if parent.suspended_at is None else None


def asks_to_invite(parent: Parent) -> bool:
    """Whether another parent would like to invite someone, and this one has not agreed."""
    return parent.has_voice and parent.is_asked_to_invite


def shown_name_of(member_id: int) -> str:
    """The name that a member shows, for someone who was handed a link by them."""
    name = Voice.objects.filter(member_id=member_id, is_cover=False).values_list("name", flat=True).first()
    return name or _("A member")


def say_who_sees(seen: list[SeenParent]) -> str:
    """ "Only you can see this page." or "Only you and Sam can see this page." """
    others = [one.name for one in seen if one.is_together and not one.is_you and not one.has_died]
    if not others:
        return _("Only you can see this page.")
    return _("Only %(names)s can see this page.") % {"names": facts.say_list([_("you"), *others])}


def _shown_name(member: str = "member") -> Subquery:
    voices = Voice.objects.filter(member=OuterRef(member), is_cover=False)
    return Subquery(voices.values("name")[:1])


def _is_blocked_by(member_id: int) -> Exists:
    return Exists(
        Block.objects.filter(blocker=member_id, voice__member=OuterRef("member"), voice__is_cover=False)
    )


def _open_invitations(member_id: int) -> QuerySet[Any]:
    """Open invitations, with who has agreed and whether anyone still has to."""
    agreed = InvitationAgreement.objects.filter(invitation=OuterRef("pk"))
    agreed_by_them = InvitationAgreement.objects.filter(
        invitation=OuterRef(OuterRef("pk")), member=OuterRef("member")
    )
    with_voice = Parent.objects.with_voice().filter(baby=OuterRef("baby"))
    missing = with_voice.exclude(member=OuterRef("made_by")).filter(~Exists(agreed_by_them))
    return Invitation.objects.open(timezone.now()).annotate(
        shown_name=_shown_name("made_by"),
        has_agreed=Exists(agreed.filter(member=member_id)),
        is_waiting=Exists(missing),
        is_by_voice=Exists(with_voice.filter(member=OuterRef("made_by"))),
    )


def _open_invitations_by_others(member_id: int) -> QuerySet[Any]:
    return _open_invitations(member_id).filter(~Q(made_by=member_id), is_by_voice=True, has_agreed=False)
