"""What stands beside a story about the stories that led to it or that it led to. Put there by `stories.slots`."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from lessalone.responses.below_story import standing_on_page
from lessalone.sharing.models import Item


def below_story(request: HttpRequest, item: Item) -> SafeString:
    """For readers: the way to what was told after it, where they are led on. No query of its own."""
    return _part("kindred/_below_story.html", request, item)


def on_family_page(request: HttpRequest, item: Item) -> SafeString:
    """For its family: that it helped someone, and the way to say what helped oneself. No query of its own."""
    return _part("kindred/_on_family_page.html", request, item)


def _part(template: str, request: HttpRequest, item: Item) -> SafeString:
    also = dict.fromkeys(standing_on_page(request, item).also, True)
    if not also:
        return SafeString()
    return mark_safe(render_to_string(template, {"item": item, "also": also}, request))  # noqa: S308
