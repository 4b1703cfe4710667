"""Who may open a page. Each decorator stands on a view, closed by default.

A page that someone knows of but may not use yet says so kindly (403); a page that is not theirs to know
of does not exist (404).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from lessalone.people import duties, terms
from lessalone.people.models import Member

View = TypeVar("View", bound=Callable[..., HttpResponse])


def member_required(view: View) -> View:
    """An approved member whose account is awake and who accepted the terms; else the page that helps."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return _held_back(request) or view(request, *args, **kwargs)

    return guarded  # type: ignore[return-value]


def moderator_required(view: View) -> View:
    """A moderator, by a current role. To anyone else the page does not exist."""
    return _duty_required(view, duties.is_moderator)


def lead_required(view: View) -> View:
    """A lead moderator, by a current role. To anyone else the page does not exist."""
    return _duty_required(view, duties.is_lead)


def _duty_required(view: View, holds: Callable[[Member], bool]) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated and not holds(request.user):
            raise Http404
        return _held_back(request) or view(request, *args, **kwargs)

    return guarded  # type: ignore[return-value]


def _held_back(request: HttpRequest) -> HttpResponse | None:
    """The page to show instead, or None when nothing holds this person back."""
    member = request.user
    if not member.is_authenticated:
        return _to_sign_in(request)
    if member.resting_since is not None:
        return _go(request, "people-wake")
    if terms.needs_acceptance(member):
        return _go(request, "people-terms-again")
    if member.approved_at is None:
        return render(request, "people/waiting.html", status=403)
    return None


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    answer = redirect_to_login(request.get_full_path() if request.method == "GET" else "/")
    return _for_htmx(request, answer)


def _go(request: HttpRequest, url_name: str) -> HttpResponse:
    return _for_htmx(request, redirect(url_name))


def _for_htmx(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """A part of a page cannot follow to another page: the whole page has to."""
    if getattr(request, "htmx", False):
        return HttpResponse(status=204, headers={"HX-Redirect": answer["Location"]})
    return answer
