"""What people listen to: only what allauth and Django send."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.db.models.signals import pre_save

from lessalone.people import devices

pre_save.connect(devices.keep_little, sender=UserSession, dispatch_uid="people.keep-little")
