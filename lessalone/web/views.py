"""Pages that join rooms: the landing page, the home page, and looking for words."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from lessalone.families.listing import has_notice
from lessalone.kindred import counted, counting
from lessalone.kit import cursors, limits
from lessalone.kit.addresses import network_address
from lessalone.people.bearing import bearing_of
from lessalone.people.notes import PHOTOS
from lessalone.sharing.finding import found_stories
from lessalone.sharing.models import Rung
from lessalone.sharing.newest import newest_stories
from lessalone.stories.listing import listed
from lessalone.web import sealed_words
from lessalone.web.forms import SearchForm

ON_A_PAGE = 20
CIRCLES = "circles"
SEARCHES, WHILE = 60, 600
"""So many in so many seconds."""


@login_not_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What this viewer may see, newest first, nothing ranked. For a visitor: the public stories."""
    viewer = request.viewer
    bearing = bearing_of(viewer.member_id)
    before = _position(request.GET.get("after"))
    is_circles = request.GET.get("from") == CIRCLES and viewer.is_member
    items = newest_stories(
        viewer,
        before=before,
        without_notes=bearing.left_out,
        limit=ON_A_PAGE + 1,
        rungs=frozenset({Rung.CIRCLES}) if is_circles else None,
    )
    page, cursor = items[:ON_A_PAGE], None
    if len(items) > ON_A_PAGE:
        cursor = cursors.encode(page[-1].published_at.isoformat(), page[-1].pk)
    context = {
        "shown": listed(page, bearing),
        "cursor": cursor,
        "is_first": before is None,
        "greeting": _greeting(request),
        "is_member": request.user.is_authenticated,
        "counted": "" if before or request.user.is_authenticated else counted.for_visitors(counting.said()),
        "doors": _doors(is_circles) if viewer.is_member else [],
        "is_circles": is_circles,
        "older_url": f"{reverse('home')}?from={CIRCLES}" if is_circles else "",
        "photos": bearing.choice(PHOTOS),
        "has_notice": viewer.member_id is not None and has_notice(viewer.member_id),
    }
    return render(request, "web/home.html", context)


def _doors(is_circles: bool) -> list[tuple[str, str, bool]]:
    """Three quiet ways to what one may read. None is ranked by what others do."""
    home = reverse("home")
    return [
        (_("Newest"), home, not is_circles),
        (_("Like yours"), reverse("kindred-near"), False),
        (_("From your circles"), f"{home}?from={CIRCLES}", is_circles),
    ]


@login_not_required
@require_GET
def story_to_read(request: HttpRequest) -> HttpResponse:
    """A story to begin with: the newest that this reader need not be asked about first; else the home page."""
    bearing = bearing_of(request.viewer.member_id)
    items = newest_stories(request.viewer, without_notes=(bearing.hidden | bearing.asked) - {PHOTOS})
    return redirect("stories-read", items[0].public_id) if items else redirect("home")


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """Stories with some words, of those that this viewer may see. Typed words are sent by POST, and the address of
    the results holds them sealed: they are in no history and in no log."""
    if request.method == "POST":
        return _sent(request, SearchForm(request.POST))
    sealed = request.GET.get("for", "")
    said = sealed_words.unseal(sealed, member_id=request.viewer.member_id)
    if said is None:
        return render(request, "web/search.html", {"form": SearchForm(), "is_forgotten": bool(sealed)})
    form = SearchForm({"words": said[0], "are_near": said[1]})
    if not form.is_valid():
        return render(request, "web/search.html", {"form": form})
    if not limits.allow(f"search:{request.viewer.member_id or network_address(request)}", SEARCHES, WHILE):
        return render(request, "web/search.html", {"form": form, "is_too_often": True}, status=429)
    return render(request, "web/search.html", {"form": form, **_results(request, form, sealed)})


def _sent(request: HttpRequest, form: SearchForm) -> HttpResponse:
    if not form.is_valid():
        return render(request, "web/search.html", {"form": form}, status=422)
    return redirect(_address_of(request, form, are_near=form.cleaned_data["are_near"]))


def _results(request: HttpRequest, form: SearchForm, sealed: str) -> dict[str, Any]:
    """What the page shows of what was found."""
    bearing, before = bearing_of(request.viewer.member_id), _place(request.GET.get("after"))
    found = found_stories(
        request.viewer,
        form.wanted,
        before=before,
        without_notes=bearing.left_out,
        limit=ON_A_PAGE + 1,
    )
    page = found[:ON_A_PAGE]
    return {
        "shown": listed([one.item for one in page], bearing),
        "cursor": cursors.encode(page[-1].place) if len(found) > ON_A_PAGE else None,
        "here": _address(sealed),
        "wider": "" if found or not form.wanted.are_near else _address_of(request, form, are_near=False),
        "is_first": before is None,
        "has_looked": True,
    }


def _address_of(request: HttpRequest, form: SearchForm, *, are_near: bool) -> str:
    words, member_id = form.cleaned_data["words"], request.viewer.member_id
    return _address(sealed_words.seal(words, are_near=are_near, member_id=member_id))


def _address(sealed: str) -> str:
    return f"{reverse('search')}?{urlencode({'for': sealed})}"


def _place(cursor: str | None) -> int | None:
    keys = cursors.decode(cursor)
    return keys[0] if keys and len(keys) == 1 and isinstance(keys[0], int) else None


def _position(cursor: str | None) -> tuple[dt.datetime, int] | None:
    keys = cursors.decode(cursor)
    if not keys or len(keys) != 2:
        return None
    return dt.datetime.fromisoformat(keys[0]), keys[1]


def _greeting(request: HttpRequest) -> str:
    hour = timezone.localtime().hour
    if 5 <= hour < 12:
        return _("Good morning. You can just read.")
    if 12 <= hour < 18:
        return _("Good afternoon. You can just read.")
    if 18 <= hour < 23:
        return _("Good evening. You can just read.")
    return _("It is night. You can just read.")
