"""Where the first ten minutes end: a story to read. The room above that has stories registers the way."""

from __future__ import annotations

from django.urls import reverse

_story_to_read: str | None = None


def register_story_to_read(url_name: str) -> None:
    """Have new members led to this address after their first steps."""
    global _story_to_read
    _story_to_read = url_name


def story_to_read() -> str:
    """The address that the first steps lead to."""
    return reverse(_story_to_read) if _story_to_read else "/"
