"""Sign in first; and who is looking, on every request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
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


class ViewerMiddleware:
    """`request.viewer`, made when first asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.viewer = SimpleLazyObject(lambda: viewer_of(request))  # type: ignore[attr-defined]
        return self.get_response(request)
