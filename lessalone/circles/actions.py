"""Joining and leaving circles; making and ending them. There is no list of who is in one, for anybody."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from lessalone.circles.models import Circle, CircleInvitation, Membership
from lessalone.people import duties, tokens
from lessalone.people.actions import lock_member, log_audit
from lessalone.people.models import Member

INVITATION_DAYS = 7
OPEN_INVITATIONS = 50


class InvitationGone(Exception):
    """The link opens nothing: used, taken back, too old, or its circle ended. Never says which."""


class TooMany(Exception):
    """Too many open links into one circle."""


def make_circle(*, actor: Member, name: str, purpose: str = "", joining: str = Circle.Joining.OPEN) -> Circle:
    """A moderator makes a circle. They are not in it unless they join."""
    _check_moderator(actor)
    with transaction.atomic():
        circle = Circle.objects.create(
            name=_tidy(name), purpose=purpose.strip(), joining=Circle.Joining(joining).value, made_by=actor
        )
        log_audit(actor=actor, action="circle.made", subject=f"circle:{circle.pk}")
    return circle


def change_circle(*, actor: Member, circle: Circle, name: str, purpose: str, joining: str) -> None:
    """A moderator changes what it is called, what it is for, or how one joins. Who is in it stays in it."""
    _check_moderator(actor)
    with transaction.atomic():
        circle.name, circle.purpose = _tidy(name), purpose.strip()
        circle.joining = Circle.Joining(joining).value
        circle.save(update_fields=["name", "purpose", "joining"])
        log_audit(actor=actor, action="circle.changed", subject=f"circle:{circle.pk}")


def end_circle(*, actor: Member, circle: Circle, reason: str = "") -> None:
    """A moderator ends a circle: what was shared with it is closed, and nobody is in it any more."""
    _check_moderator(actor)
    with transaction.atomic():
        if not Circle.objects.filter(pk=circle.pk, ended_at=None).update(ended_at=timezone.now()):
            return
        Membership.objects.filter(circle=circle).delete()
        log_audit(actor=actor, action="circle.ended", subject=f"circle:{circle.pk}", reason=reason)


def join_circle(*, actor: Member, circle: Circle) -> None:
    """Join an open circle, as a bereaved member. Twice is the same as once."""
    is_open = Circle.objects.open_to_all().filter(pk=circle.pk).exists()
    if not (is_open and actor.admitted_at and actor.approved_at):
        raise PermissionDenied
    Membership.objects.get_or_create(circle=circle, member=actor)


def leave_circle(*, actor: Member, circle: Circle) -> None:
    """Leave. The row is gone, and nobody is told."""
    Membership.objects.filter(circle=circle, member=actor).delete()


def invite_to_circle(
    *, actor: Member, circle: Circle, form_token: UUID | None = None
) -> tuple[CircleInvitation, str]:
    """A moderator's link into a circle, for one person, once, for seven days. Raises TooMany.

    With the same `form_token` a second time it is the first link; raises InvitationGone if that one opens nothing
    any more.
    """
    _check_moderator(actor)
    now = timezone.now()
    if circle.ended_at is not None:
        raise PermissionDenied
    token = tokens.token_of_form(
        form_token, member_id=actor.pk, what_for="circles.invite", about_id=circle.pk
    )
    with transaction.atomic():
        lock_member(member=actor)
        if made := _made_before(token, now):
            return made, token
        waiting = circle.invitations.filter(used_at=None, revoked_at=None, expires_at__gt=now)
        if waiting.count() >= OPEN_INVITATIONS:
            raise TooMany
        invitation = CircleInvitation.objects.create(
            circle=circle,
            made_by=actor,
            token_digest=tokens.digest_of(token),
            expires_at=now + timedelta(days=INVITATION_DAYS),
        )
    return invitation, token


def _made_before(token: str, now: datetime) -> CircleInvitation | None:
    """The link with this token. Raises InvitationGone: it is never opened again."""
    made = CircleInvitation.objects.filter(token_digest=tokens.digest_of(token)).first()
    if made and (made.used_at or made.revoked_at or made.expires_at <= now):
        raise InvitationGone
    return made


def revoke_circle_invitation(*, actor: Member, invitation: CircleInvitation) -> None:
    """Any moderator takes a link back. Twice is the same as once."""
    _check_moderator(actor)
    CircleInvitation.objects.filter(pk=invitation.pk, used_at=None, revoked_at=None).update(
        revoked_at=timezone.now()
    )


def open_circle_invitation(token: str) -> CircleInvitation:
    """What this token opens now. Raises InvitationGone, for every reason alike."""
    invitation = (
        CircleInvitation.objects.filter(
            token_digest=tokens.digest_of(token),
            used_at=None,
            revoked_at=None,
            expires_at__gt=timezone.now(),
            circle__ended_at=None,
        )
        .select_related("circle")
        .first()
    )
    if invitation is None:
        raise InvitationGone
    return invitation


def accept_circle_invitation(*, actor: Member, token: str) -> Circle:
    """Take the link: once, by one member. Who is in the circle already does not use it up.

    Raises InvitationGone. The row does not say who used it.
    """
    with transaction.atomic():
        mine = CircleInvitation.objects.filter(
            token_digest=tokens.digest_of(token), circle__memberships__member=actor, circle__ended_at=None
        )
        if already := mine.select_related("circle").first():
            return already.circle
        invitation = open_circle_invitation(token)
        now = timezone.now()
        unused = CircleInvitation.objects.filter(pk=invitation.pk, used_at=None, revoked_at=None)
        if not unused.update(used_at=now):
            raise InvitationGone
        Membership.objects.get_or_create(circle=invitation.circle, member=actor)
    return invitation.circle


def _tidy(name: str) -> str:
    return " ".join(name.split())[:80]


def _check_moderator(actor: Member) -> None:
    if not duties.is_moderator(actor):
        raise PermissionDenied
