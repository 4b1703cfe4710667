"""Places on a story's pages that rooms above fill: answers under a story, what came in on the family's page."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from lessalone.sharing.models import Item

Fill = Callable[[HttpRequest, Item], SafeString]
NAMES = ("below-story", "family-page")
_fills: dict[str, list[tuple[int, Fill]]] = {name: [] for name in NAMES}


def register(name: str, fill: Fill, *, order: int = 50) -> None:
    """Fill a place. `fill(request, item)` gives safe HTML; whoever is shown the page has passed policy.

    Registering the same function again changes nothing.
    """
    if all(fill is not other for _, other in _fills[name]):
        _fills[name] = sorted([*_fills[name], (order, fill)], key=lambda pair: pair[0])


def filled(name: str, request: HttpRequest, item: Item) -> SafeString:
    """What the rooms above put there, in order."""
    return format_html_join("\n", "{}", ((fill(request, item),) for _, fill in _fills[name]))
