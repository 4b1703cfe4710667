"""A key that does what "Leave this page" does, for those who switched it on. Off for everyone else.

Who did is known by a room above, which registers here what to ask. The script in `ui.js` finds the answer on
the link itself, so the page needs no inline script.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest

ESCAPE, SHIFT, F2 = "Escape", "Shift", "F2"
KEYS = (ESCAPE, SHIFT, F2)
"""The keys one may choose, as the browser names them. Each has to be pressed three times in a row."""

Ask = Callable[[HttpRequest], str]


def _off(request: HttpRequest) -> str:
    return ""


_ask: Ask = _off


def register(ask: Ask) -> None:
    """Say who knows the chosen key: `ask(request)` gives one of KEYS, or nothing. It should ask no database."""
    global _ask  # noqa: PLW0603 - set once, when the rooms are ready
    _ask = ask


def key_of(request: HttpRequest | None) -> str:
    """The key that leaves this page; empty where none was switched on, or nobody is known yet."""
    if request is None or not hasattr(request, "user"):
        return ""
    key = _ask(request)
    return key if key in KEYS else ""
