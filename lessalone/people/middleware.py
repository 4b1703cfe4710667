"""Sign in first; who is looking, and what time it is where they are, on every request."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from lessalone.people import duties
from lessalone.people.viewer import VISITOR, Viewer


def viewer_of(request: HttpRequest) -> Viewer:
    """The viewer of this request; a visitor when nobody is signed in.

    A resting account, and one that waits to be let in, sees what a visitor sees, besides its own. Whoever
    has a duty has it by a current role: asked for only where the member's row says there may be one.
    """
    member = request.user
    links = frozenset(request.session.get("links", ()))
    if not member.is_authenticated or not member.is_active:
        return Viewer(links=links) if links else VISITOR
    is_member = member.approved_at is not None and member.resting_since is None
    return Viewer(
        member_id=member.pk,
        is_member=is_member,
        is_bereaved=is_member and member.admitted_at is not None,
        is_moderator=is_member and bool(duties.of(member)),
        links=links,
    )


class SignInFirstMiddleware(LoginRequiredMiddleware):
    """Closed by default. A part of a page asks the whole page to sign in, and leads back to that page."""

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponseBase:
        if not getattr(request, "htmx", False):
            return super().handle_no_permission(request, view_func)
        back = urlsplit(request.htmx.current_url_abs_path or "/")  # type: ignore[attr-defined]
        sign_in = redirect_to_login(back.path, self.get_login_url(view_func))
        return HttpResponse(status=204, headers={"HX-Redirect": sign_in["Location"]})


class TheirZone(tzinfo):
    """The time zone of whoever asks; a visitor's is UTC. Looked up when a first time is shown, so that a page
    without times costs nothing."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(getattr(self._request.user, "time_zone", "") or "UTC")

    def __str__(self) -> str:
        return str(self._zone)

    def fromutc(self, when: datetime) -> datetime:
        return self._zone.fromutc(when.replace(tzinfo=self._zone))

    def utcoffset(self, when: datetime | None) -> timedelta | None:
        return self._zone.utcoffset(when)

    def dst(self, when: datetime | None) -> timedelta | None:
        return self._zone.dst(when)

    def tzname(self, when: datetime | None) -> str | None:
        return self._zone.tzname(when)


class ViewerMiddleware:
    """`request.viewer`, made when first asked for; and every time on the page is in their own zone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.viewer = SimpleLazyObject(lambda: viewer_of(request))  # type: ignore[attr-defined]
        with timezone.override(TheirZone(request)):
            return self.get_response(request)
