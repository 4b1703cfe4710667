"""Navigation slots: how a lower page links upward without naming what is above it.

A room registers its entries in `AppConfig.ready`; the base template shows them. The slots are `home`
(the mark), `help` (one entry: "Help now"), `main` (for members), `you` (on the page of one's account), `near` (where
one told of a loss: to those near it), `account` and `footer`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
from django.utils.functional import Promise

SLOTS = ("home", "help", "main", "you", "near", "account", "footer")
FALLBACKS = {"home": "/", "help": "/help"}
Show = Callable[[HttpRequest], bool]


@dataclass(frozen=True, slots=True)
class Entry:
    """One registered way: where it goes, what it is called, and for whom it is shown."""

    url_name: str
    label: str | Promise
    order: int
    show: Show


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as one request shows it."""

    url: str
    label: str | Promise
    is_current: bool


_entries: dict[str, list[Entry]] = {slot: [] for slot in SLOTS}


def _everyone(request: HttpRequest) -> bool:
    return True


def register(slot: str, url_name: str, label: str | Promise, *, order: int, show: Show = _everyone) -> None:
    """Put a way into a slot. The url must need no arguments. Registering it again replaces it.

    `label` is a lazy translation. `show` gets the request and says whether to show it; it should ask
    `request.viewer` or `request.user`, and no database of its own.
    """
    if slot not in _entries:
        raise ValueError(f"There is no slot {slot!r}; there are {', '.join(SLOTS)}.")
    others = [entry for entry in _entries[slot] if entry.url_name != url_name]
    _entries[slot] = sorted([*others, Entry(url_name, label, order, show)], key=lambda entry: entry.order)


def entries(slot: str) -> tuple[Entry, ...]:
    """What is registered in a slot, in order."""
    return tuple(_entries[slot])


def links(slot: str, request: HttpRequest | None) -> list[Link]:
    """The ways of a slot for this request. Without a request (an error page) nothing is shown.

    A request that broke off before it was known who asks gets only what everyone gets.
    """
    if request is None:
        return []
    is_known = hasattr(request, "user")
    found = []
    for entry in _entries[slot]:
        if not is_known and entry.show is not _everyone:
            continue
        url = _address(entry.url_name)
        if url and entry.show(request):
            found.append(Link(url, entry.label, _is_current(url, request.path)))
    return found


def address(slot: str) -> str:
    """Where a slot of one entry (`home`, `help`) leads, for anyone; a plain path when none is there."""
    for entry in _entries[slot]:
        if url := _address(entry.url_name):
            return url
    return FALLBACKS[slot]


def _address(url_name: str) -> str | None:
    return _reversed(url_name, get_urlconf() or settings.ROOT_URLCONF, get_script_prefix())


@lru_cache(maxsize=256)
def _reversed(url_name: str, *_depends_on: object) -> str | None:
    """Every page has a dozen of these, and they are always the same."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return None  # a system check (ui.W001) names it; a page must still open


def _is_current(url: str, path: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))


def unknown_url_names() -> list[tuple[str, Any]]:
    """Registered ways that lead nowhere, as (slot, url name), for the system check."""
    return [
        (slot, entry.url_name)
        for slot, ways in _entries.items()
        for entry in ways
        if _address(entry.url_name) is None
    ]
