"""Where the words of the first question go: to the room above that keeps words under keys.

`families` sets `keep` when it is ready. Without it the words are not kept, and the page does not ask.
"""

from __future__ import annotations

from typing import Protocol

from lessalone.people.models import Member


class Keep(Protocol):
    """Keeps what a member said happened, for them alone."""

    def __call__(self, *, member: Member, words: str) -> object: ...


keep: Keep | None = None
