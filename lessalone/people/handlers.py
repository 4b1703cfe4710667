"""What people listen to: only what allauth and Django send."""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.db.models.signals import pre_save

from lessalone.people import devices


def keep_no_claims(sender: type, instance: SocialAccount, **options: Any) -> None:
    """Of a provider only its own id for the person is kept: no name, no address, no picture."""
    instance.extra_data = {}


pre_save.connect(keep_no_claims, sender=SocialAccount, dispatch_uid="people.keep-no-claims")
pre_save.connect(devices.keep_little, sender=UserSession, dispatch_uid="people.keep-little")
