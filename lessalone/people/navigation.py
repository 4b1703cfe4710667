"""The ways to what people have of their own."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from lessalone.ui import navigation


def register() -> None:
    """Called once, when the room is ready."""
    navigation.register("main", "people-join", _("Join"), order=80, show=_is_visitor)
    navigation.register("main", "account_login", _("Sign in"), order=90, show=_is_visitor)
    navigation.register("main", "people-you", _("You"), order=90, show=_is_signed_in)
    navigation.register("account", "people-bearing", _("What you want to meet"), order=10, show=_is_signed_in)
    navigation.register("account", "people-team", _("Team"), order=80, show=_is_moderator)
    navigation.register("account", "account_logout", _("Sign out"), order=90, show=_is_signed_in)
    navigation.register("footer", "people-terms", _("Terms"), order=50)


def _is_visitor(request: HttpRequest) -> bool:
    return not request.user.is_authenticated


def _is_signed_in(request: HttpRequest) -> bool:
    return request.user.is_authenticated


def _is_moderator(request: HttpRequest) -> bool:
    return request.viewer.is_moderator  # type: ignore[attr-defined]
