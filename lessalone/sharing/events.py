"""What happened to shared things, told upward."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ConsentAsked:
    """A version was asked for; `member_ids` are those whose page now shows it (never one who rests)."""

    item_id: int
    version_id: int
    member_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ItemPublished:
    """Everyone agreed to a version; it can be seen from its hour on."""

    item_id: int
    version_id: int


@dataclass(frozen=True, slots=True)
class ItemTakenBack:
    """One of the family took it back. Every door is already shut."""

    item_id: int


@dataclass(frozen=True, slots=True)
class ItemErased:
    """Its erasure was asked for. Every door is already shut."""

    item_id: int


@dataclass(frozen=True, slots=True)
class AudienceNarrowed:
    """One of the family narrowed who may see it. It is so already."""

    item_id: int
