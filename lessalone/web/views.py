"""Pages that join rooms: the landing page and the home page."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from lessalone.families.listing import has_notice
from lessalone.kit import cursors
from lessalone.people.bearing import bearing_of
from lessalone.people.notes import BABY_PHOTOS, PHOTOS
from lessalone.sharing.newest import newest_stories
from lessalone.stories.listing import listed

ON_A_PAGE = 20


@login_not_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What this viewer may see, newest first, nothing ranked. For a visitor: the public stories."""
    viewer = request.viewer
    bearing = bearing_of(viewer.member_id)
    before = _position(request.GET.get("after"))
    items = newest_stories(
        viewer,
        before=before,
        without_notes=bearing.hidden - {PHOTOS, BABY_PHOTOS},
        limit=ON_A_PAGE + 1,
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
        "photos": bearing.choice(PHOTOS),
        "has_notice": viewer.member_id is not None and has_notice(viewer.member_id),
    }
    return render(request, "web/home.html", context)


@login_not_required
@require_GET
def story_to_read(request: HttpRequest) -> HttpResponse:
    """A story to begin with: the newest that this reader need not be asked about first; else the home page."""
    bearing = bearing_of(request.viewer.member_id)
    items = newest_stories(request.viewer, without_notes=(bearing.hidden | bearing.asked) - {PHOTOS})
    return redirect("stories-read", items[0].public_id) if items else redirect("home")


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
