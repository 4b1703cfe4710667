"""What is left of a person after everything is erased: a row without a name, so that what stays can point at it."""

from __future__ import annotations

import secrets

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from lessalone.people import duties
from lessalone.people.models import (
    Bearing,
    Block,
    FacetConsent,
    Member,
    OwnFacets,
    RecoveryCode,
    Role,
    TermsAcceptance,
    Voice,
)


def forget_person(*, member: Member) -> None:
    """Remove all that people know of this member, and every way in. Can run twice.

    The row stays, closed and without a name: the audit log and other families' rows point at it. Blocks
    that others made stay with them. What the member wrote and kept is erased by the rooms above, before.
    """
    with transaction.atomic():
        sessions = UserSession.objects.filter(user=member)
        Session.objects.filter(session_key__in=list(sessions.values_list("session_key", flat=True))).delete()
        sessions.delete()
        for model in (EmailAddress, Authenticator, SocialAccount):
            model.objects.filter(user=member).delete()
        for own in (Bearing, FacetConsent, OwnFacets, RecoveryCode, TermsAcceptance):
            own.objects.filter(member=member).delete()
        Block.objects.filter(blocker=member).delete()
        Role.objects.filter(member=member, ended_at=None).update(ended_at=timezone.now())
        Voice.objects.filter(member=member).update(name=gettext("Someone who left"))
        _empty(member)
    duties.forget(member)


def _empty(member: Member) -> None:
    """A fresh row's values, and a sign-in name that nobody can type."""
    fresh = Member()
    kept = {"id", "handle", "joined_at", "is_sample", "password", "is_active"}
    for field in Member._meta.concrete_fields:
        if field.name not in kept:
            setattr(member, field.name, getattr(fresh, field.name))
    member.handle = f"-{secrets.token_hex(16)}" if not member.handle.startswith("-") else member.handle
    member.is_active = False
    member.set_unusable_password()
    member.save()
