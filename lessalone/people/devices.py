"""Devices: where someone is signed in. Kept as "Firefox on Android", without an address on the network."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.translation import gettext

from lessalone.people.models import Member

NOWHERE = "0.0.0.0"  # noqa: S104 - the column wants an address; this one says nothing
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrom", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, slots=True)
class Device:
    """One place where a member is signed in."""

    id: int
    label: str
    since: datetime
    is_current: bool


def label_of(user_agent: str) -> str:
    """ "Firefox on Android": enough to know one's own devices, not enough to trace anyone."""
    browser = next((name for sign, name in _BROWSERS if sign in user_agent), "")
    system = next((name for sign, name in _SYSTEMS if sign in user_agent), "")
    if browser and system:
        return gettext("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or gettext("A browser")


def keep_little(sender: type, instance: UserSession, **options: Any) -> None:
    """Before a device is kept: take away the address, and all of the browser's description but its kind."""
    instance.ip = NOWHERE
    if "/" in instance.user_agent or not instance.user_agent:
        instance.user_agent = label_of(instance.user_agent)


def of(member: Member, current_key: str | None) -> list[Device]:
    """Where this member is signed in now, newest first. Two queries."""
    rows = list(UserSession.objects.filter(user=member).order_by("-created_at", "-id"))
    alive = set(
        Session.objects.filter(
            session_key__in=[row.session_key for row in rows], expire_date__gt=timezone.now()
        ).values_list("session_key", flat=True)
    )
    return [
        Device(row.pk, row.user_agent, row.created_at, row.session_key == current_key)
        for row in rows
        if row.session_key in alive
    ]


def end(member: Member, device_id: int) -> None:
    """Sign out there, if it is this member's."""
    _end(list(UserSession.objects.filter(user=member, pk=device_id)))


def end_others(member: Member, current_key: str | None) -> None:
    """Sign out everywhere but here."""
    _end(list(UserSession.objects.filter(user=member).exclude(session_key=current_key or "")))


def _end(rows: list[UserSession]) -> None:
    Session.objects.filter(session_key__in=[row.session_key for row in rows]).delete()
    UserSession.objects.filter(pk__in=[row.pk for row in rows]).delete()
