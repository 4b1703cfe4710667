"""Sign-in names: three quiet words, issued. Nobody chooses one, so no answer tells whether one is taken."""

from __future__ import annotations

import secrets
from functools import cache
from pathlib import Path

from lessalone.people.models import Member

WORDS_FILE = Path(__file__).parent / "data" / "quiet_words.txt"


@cache
def quiet_words() -> tuple[str, ...]:
    """The reviewed list: calm words that say nothing about anyone."""
    lines = WORDS_FILE.read_text(encoding="ascii").splitlines()
    return tuple(word for line in lines if not line.startswith("#") for word in line.split())


def issue_handle() -> str:
    """Three different words, such as `harbour-velvet-oboe`, that no member signs in with now.

    Not reserved: `actions.join` makes sure when the member is made.
    """
    words = quiet_words()
    while True:
        chosen: list[str] = []
        while len(chosen) < 3:
            word = secrets.choice(words)
            if word not in chosen:
                chosen.append(word)
        handle = "-".join(chosen)
        if not Member.objects.filter(handle=handle).exists():
            return handle


def as_typed(text: str) -> str:
    """What someone typed as their sign-in name, as it is stored: spaces, capitals and marks do not matter."""
    return "-".join("".join(c if c.isalnum() else " " for c in text.lower()).split())[:64]
