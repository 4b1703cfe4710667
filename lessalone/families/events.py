"""What happened in families, for the rooms above. Ids only; nothing that privacy depends on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ParentJoined:
    """A parent joined a baby's page by an invitation."""

    baby_id: int
    member_id: int


@dataclass(frozen=True, slots=True)
class ParentLeft:
    """A parent left a baby's page."""

    baby_id: int
    member_id: int


@dataclass(frozen=True, slots=True)
class RelationJoined:
    """Someone belongs to a baby without a voice."""

    baby_id: int
    member_id: int


@dataclass(frozen=True, slots=True)
class ParentsParted:
    """A parent and the others keep apart from now on. Says nothing about why."""

    baby_id: int
    member_id: int


@dataclass(frozen=True, slots=True)
class SameBabyNoticed:
    """Two pages, made apart, may be about the same baby. For moderators; never told to the members."""

    pair_id: int


@dataclass(frozen=True, slots=True)
class SafetySeparationAsked:
    """A parent asked a lead to be kept safe from another parent. For leads only."""

    separation_id: int


@dataclass(frozen=True, slots=True)
class LoneConsentAsked:
    """A parent asked to decide without another. For moderators."""

    request_id: int


@dataclass(frozen=True, slots=True)
class LoneConsentNoticed:
    """Two moderators agreed that a parent cannot be reached: that parent is told, and has 90 days."""

    request_id: int
    member_id: int


@dataclass(frozen=True, slots=True)
class VoiceGained:
    """A parent has a say again: back from a waiver, a mistaken death or a separation."""

    baby_id: int
    member_id: int


@dataclass(frozen=True, slots=True)
class VoiceLost:
    """A parent has no say any more: left, kept apart, waived or dead. Says nothing about which."""

    baby_id: int
    member_id: int
