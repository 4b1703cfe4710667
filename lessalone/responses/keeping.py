"""What someone wrote is never lost on its way: whatever stops it, they get their words back.

A session that ended, a form that grew old over a night, a story taken back meanwhile: the answer is a page
with their words in a box, and what to do. It is made from what was just sent; nothing is stored.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from lessalone.kit.csrf import SameOriginCsrfMiddleware
from lessalone.people.access import member_required
from lessalone.responses.actions import NotThere
from lessalone.sharing.actions import Refused

View = Callable[..., HttpResponse]


def keeps_words(view: View) -> View:
    """For a page with a form of words. Members only; who is not one any more gets the words back.

    The view may raise `Http404` or `Refused` while it handles a POST.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return member_required(view)(request, *args, **kwargs)
        if not request.user.is_authenticated:
            return _signed_out(request)
        if not _is_ready(request):
            return _back(request, _("Your account is not open for writing at the moment."), status=403)
        if _is_from_elsewhere(request):
            return _once_more(request)
        try:
            return view(request, *args, **kwargs)
        except (Http404, NotThere):
            return _back(request, _("What you were answering is no longer here."), status=404)
        except Refused as refusal:
            return _back(request, str(refusal), status=409, can_send=True)

    guarded.csrf_exempt = True  # type: ignore[attr-defined]
    guarded.login_required = False  # type: ignore[attr-defined]
    return guarded


def _is_ready(request: HttpRequest) -> bool:
    passed: list[HttpRequest] = []

    def note(request: HttpRequest) -> HttpResponse:
        passed.append(request)
        return HttpResponse()

    member_required(note)(request)
    return bool(passed)


def _is_from_elsewhere(request: HttpRequest) -> bool:
    """Django's own check, asked here so that its refusal can keep the words."""

    def any_view(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    return SameOriginCsrfMiddleware(any_view).process_view(request, any_view, (), {}) is not None


def _signed_out(request: HttpRequest) -> HttpResponse:
    sentence = _("You are signed out, so your words were not sent. They are still here.")
    sign_in = reverse("account_login")
    return _back(request, sentence, status=403, can_send=True, sign_in=sign_in)


def _once_more(request: HttpRequest) -> HttpResponse:
    sentence = _("This page had grown old, so your words were not sent yet. They are still here.")
    return _back(request, sentence, status=403, can_send=True)


def _back(
    request: HttpRequest, sentence: str, *, status: int, can_send: bool = False, sign_in: str = ""
) -> HttpResponse:
    context = {
        "sentence": sentence,
        "words": request.POST.get("words", ""),
        "again": [
            (name, value)
            for name, value in request.POST.items()
            if name not in ("words", "csrfmiddlewaretoken")
        ],
        "can_send": can_send,
        "sign_in": sign_in,
        "is_part": _is_htmx(request),
    }
    # htmx shows a part only with a good status.
    return render(request, "responses/words_back.html", context, status=200 if _is_htmx(request) else status)


def _is_htmx(request: HttpRequest) -> bool:
    return bool(getattr(request, "htmx", False))
