"""What happened to people, for the rooms above. Ids only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LossTold:
    """A member told of a loss for the first time."""

    member_id: int


@dataclass(frozen=True, slots=True)
class MemberLetIn:
    """A member who had waited was let in by a moderator."""

    member_id: int


@dataclass(frozen=True, slots=True)
class MemberAdmitted:
    """A member became a bereaved member."""

    member_id: int
