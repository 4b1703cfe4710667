"""What happened in stories, told upward."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FamilyLineSaid:
    """A parent wrote to the other parents about a story."""

    item_id: int
    member_id: int
