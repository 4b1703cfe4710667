"""What stands below a story: the ways to answer it, and the answers. Put there through `stories.slots`."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from lessalone.kit import cursors
from lessalone.people import notes
from lessalone.people.viewer import Viewer
from lessalone.people.vocabulary import words_for
from lessalone.responses.listing import Standing, page_of, rendered, standing_of
from lessalone.responses.models import Gesture, NoteSuggestion
from lessalone.sharing.models import Item

PARAMETER = "answers"
"""Of the story's address: from where on answers are shown."""


def _viewer(request: HttpRequest) -> Viewer:
    return request.viewer  # type: ignore[attr-defined, no-any-return]


def fill(request: HttpRequest, item: Item) -> SafeString:
    """The whole part: how to answer, then the answers. Three queries."""
    standing = standing_on_page(request, item)
    context = {
        **list_context(request, item, standing),
        "ways": _gesture_rows(request, standing),
        "is_visitor": not request.user.is_authenticated,
        "is_waiting_member": request.user.is_authenticated and not _viewer(request).is_member,
    }
    return mark_safe(render_to_string("responses/_below_story.html", context, request))  # noqa: S308


def standing_on_page(request: HttpRequest, item: Item) -> Standing:
    """How the viewer of this page stands towards its story, asked once for all parts of the page."""
    asked: dict[int, Standing] = request.__dict__.setdefault("_standings", {})
    if item.pk not in asked:
        asked[item.pk] = standing_of(_viewer(request), item)
    return asked[item.pk]


def list_context(request: HttpRequest, item: Item, standing: Standing | None = None) -> dict[str, Any]:
    """What `responses/_list.html` needs."""
    standing = standing or standing_of(_viewer(request), item)
    can_answer = standing.takes_words and _viewer(request).is_member
    page = page_of(_viewer(request), item, request.GET.get(PARAMETER))
    return {
        "item": item,
        "story": item,
        "standing": standing,
        "page": page,
        "rows": rendered(page, item, can_answer=can_answer),
        "next_url": _next_url(item, page.next_cursor),
    }


def gestures(request: HttpRequest, item: Item, *, refusal: str = "") -> SafeString:
    """The gestures of this reader alone, after one was pressed."""
    standing = standing_of(_viewer(request), item)
    context = {
        "item": item,
        "standing": standing,
        "ways": _gesture_rows(request, standing),
        "refusal": refusal,
    }
    return mark_safe(render_to_string("responses/_gestures.html", context, request))  # noqa: S308


def on_family_page(request: HttpRequest, item: Item) -> SafeString:
    """On the family's page of a story: whether something came in, and the way there."""
    context = {"item": item, "standing": standing_on_page(request, item)}
    return mark_safe(render_to_string("responses/_on_family_page.html", context, request))  # noqa: S308


def suggested_notes(item: Item) -> list[str]:
    """The content notes that someone kindly asked for."""
    rows = NoteSuggestion.objects.filter(item=item.pk, settled_at=None)
    return notes.labels(rows.values_list("note", flat=True))


def address_of(item: Item, story: Item) -> str:
    """Where an answer stands on its story's page, however many came before it."""
    thread = item.above_id or item.pk
    start = cursors.encode(thread - 1, 0)
    address = reverse("stories-read", args=[story.public_id])
    return f"{address}?read&{PARAMETER}={start}#answer-{item.public_id}"


def _next_url(item: Item, cursor: str | None) -> str:
    if cursor is None:
        return ""
    return f"{reverse('responses-list', args=[item.public_id])}?{PARAMETER}={cursor}"


def _gesture_rows(request: HttpRequest, standing: Standing) -> list[dict[str, Any]]:
    """The gestures to offer: the light of this reader's choice, and what they already gave of the others."""
    light = words_for(request.user if request.user.is_authenticated else None).light_key
    given = standing.gestures
    kinds = [light, *sorted(given & {"candle", "stone", "leaf"} - {light}), "me-too", "no-words"]
    done = {
        "candle": _("You lit a candle"),
        "stone": _("You laid a stone"),
        "leaf": _("You left a leaf"),
        "me-too": _("You said: me too"),
        "no-words": _("You said: I read this. I have no words"),
    }
    icons = {"candle": "flame", "stone": "stone", "leaf": "leaf"}
    return [
        {
            "kind": kind,
            "words": done[kind] if kind in given else Gesture.Kind(kind).label,
            "icon": icons.get(kind, ""),
            "is_given": kind in given,
        }
        for kind in kinds
    ]
