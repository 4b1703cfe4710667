"""Places on a response's page that rooms above fill: a way to report it, what moderators decided."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from lessalone.sharing.models import Item

Fill = Callable[[HttpRequest, Item], SafeString]
NAMES = ("for-its-writer", "for-readers")
_fills: dict[str, list[Fill]] = {name: [] for name in NAMES}


def register(name: str, fill: Fill) -> None:
    """Fill a place. `fill(request, item)` gives safe HTML; whoever is shown the page has passed policy."""
    if fill not in _fills[name]:
        _fills[name].append(fill)


def filled(name: str, request: HttpRequest, item: Item) -> SafeString:
    """What the rooms above put there, in the order they registered."""
    return format_html_join("\n", "{}", ((fill(request, item),) for fill in _fills[name]))
