"""The terms: reviewed text files, one for each version. What was accepted is proved by its digest."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lessalone.people.models import Member

FOLDER = Path(__file__).parent / "terms_texts"


@dataclass(frozen=True, slots=True)
class Terms:
    """One exact text. Versions are months, such as 2026-11, so that they sort."""

    version: str
    text: str

    @property
    def digest(self) -> str:
        """SHA-256 of the text as it is shown."""
        return hashlib.sha256(self.text.encode()).hexdigest()


@cache
def versions() -> tuple[Terms, ...]:
    """All versions, oldest first."""
    return tuple(Terms(path.stem, path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.md")))


def current() -> Terms:
    """The version that holds now."""
    return versions()[-1]


def needs_acceptance(member: Member) -> bool:
    """Whether newer terms than the ones this member accepted hold now. No query.

    A member made by hand, such as the sample community's, never joined by the pages and accepted nothing.
    """
    return bool(member.terms_version) and member.terms_version != current().version
