"""A whole community as plain values: what the oracle reads, and what `insert` makes rows of.

Times are hours from now: -5 is five hours ago, 5 is in five hours, None is never. People, babies, circles,
links, stories and responses are known by number.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field
from typing import Literal

from django.utils import timezone

from lessalone.circles.models import Circle, Membership
from lessalone.families.models import Baby, Parent, Relation, SameBaby
from lessalone.people import viewer as viewers
from lessalone.people.models import Block, Member, Voice
from lessalone.sharing.models import (
    Audience,
    AudienceCircle,
    AudienceSeat,
    Ceiling,
    FirstReader,
    Hold,
    Item,
    Link,
    Opening,
    Rest,
    Seat,
    Version,
    Withdrawal,
)

VoiceKey = tuple[int, bool]
"""Whose voice, and whether it is their cover name."""


@dataclass(slots=True)
class ParentOf:
    """A parent of a baby, and what has happened to their part in it."""

    baby: int
    member: int
    has: frozenset[Literal["left", "suspended", "died", "waived"]] = frozenset()


@dataclass(slots=True)
class RelationOf:
    baby: int
    member: int
    has_left: bool = False


@dataclass(slots=True)
class Pair:
    """Two pages that may be about the same baby."""

    first: int
    second: int
    is_settled: bool = False


@dataclass(slots=True)
class SharedWith:
    """An audience."""

    rung: int
    circles: frozenset[int] = frozenset()
    seats: frozenset[int] = frozenset()
    """The chosen seats, of those of the story."""
    ends: int | None = None


@dataclass(slots=True)
class LinkTo:
    number: int
    ends: int | None = None
    is_ended: bool = False


@dataclass(slots=True)
class OpenedFor:
    """An opening for moderators: all of them (None), or one."""

    member: int | None
    since: int
    until: int


@dataclass(slots=True)
class VersionOf:
    is_joint: bool
    ceilings: dict[int, SharedWith]
    is_superseded: bool = False


@dataclass(slots=True)
class Anything:
    """What a story and a response have in common. `ended_*` are withdrawals and holds that ended."""

    number: int
    author: int
    is_cover: bool
    hour: int | None
    is_erased: bool = False
    is_taken_back: bool = False
    was_taken_back: bool = False
    is_held: bool = False
    was_held: bool = False
    openings: list[OpenedFor] = field(default_factory=list)

    @property
    def voice(self) -> VoiceKey:
        return self.author, self.is_cover


@dataclass(slots=True)
class Story(Anything):
    baby: int | None = None
    rung: int = 0
    versions: list[VersionOf] = field(default_factory=list)
    current: int | None = None
    """Which version all agreed to."""
    links: list[LinkTo] = field(default_factory=list)
    seats: dict[int, int | None] = field(default_factory=dict)
    """Who sits on each chosen seat; None: nobody has opened its link yet."""
    first_readers: dict[int, bool] = field(default_factory=dict)
    """Who reads first, and whether that has ended."""
    resting: dict[int, bool] = field(default_factory=dict)
    """Who said "not yet", and whether they reopened it."""

    @property
    def is_joint(self) -> bool:
        return self.current is not None and self.versions[self.current].is_joint


@dataclass(slots=True)
class Response(Anything):
    story: int = 0
    above: int | None = None
    waiting: Literal["", "first", "family"] = ""


@dataclass(slots=True)
class Looker:
    """A viewer. `member` None and `is_member`: the made member of a rehearsal."""

    member: int | None = None
    is_member: bool = False
    is_bereaved: bool = False
    is_moderator: bool = False
    circles: frozenset[int] | None = None
    links: frozenset[int] = frozenset()
    seats: frozenset[int] | None = None

    def as_viewer(self) -> viewers.Viewer:
        return viewers.Viewer(
            member_id=self.member,
            is_member=self.is_member,
            is_bereaved=self.is_bereaved,
            is_moderator=self.is_moderator,
            circle_ids=self.circles,
            links=self.links,
            seat_ids=self.seats,
        )


@dataclass(slots=True)
class World:
    members: list[int]
    babies: list[int]
    circles: dict[int, bool]
    """Each circle, and whether it has ended."""
    in_circles: set[tuple[int, int]]
    """(circle, member)."""
    parents: list[ParentOf]
    relations: list[RelationOf]
    pairs: list[Pair]
    blocks: set[tuple[int, VoiceKey]]
    """(blocker, whose voice they blocked)."""
    stories: dict[int, Story]
    responses: dict[int, Response]
    lookers: list[Looker]


def insert(world: World) -> None:
    """Rows for everything in this world, with the same numbers. A hundred rows in about twenty statements."""
    now = timezone.now()

    def hour(hours: int | None) -> dt.datetime | None:
        return None if hours is None else now + dt.timedelta(hours=hours)

    def when(is_so: bool) -> dt.datetime | None:
        return now - dt.timedelta(hours=1) if is_so else None

    def voice(key: VoiceKey) -> int:
        return key[0] * 2 + key[1]

    Member.objects.bulk_create(Member(pk=m, handle=f"member-{m}") for m in world.members)
    Voice.objects.bulk_create(
        Voice(pk=voice((m, cover)), member_id=m, name=f"{m}", is_cover=cover)
        for m in world.members
        for cover in (False, True)
    )
    Block.objects.bulk_create(
        Block(blocker_id=by, blocked_id=key[0], voice_id=voice(key)) for by, key in sorted(world.blocks)
    )
    Circle.objects.bulk_create(
        Circle(pk=c, name=f"{c}", made_by_id=1, ended_at=when(ended)) for c, ended in world.circles.items()
    )
    Membership.objects.bulk_create(Membership(circle_id=c, member_id=m) for c, m in sorted(world.in_circles))
    Baby.objects.bulk_create(Baby(pk=b, made_by_id=1) for b in world.babies)
    Parent.objects.bulk_create(
        Parent(
            baby_id=p.baby,
            member_id=p.member,
            left_at=when("left" in p.has),
            suspended_at=when("suspended" in p.has),
            died_at=when("died" in p.has),
            waived_at=when("waived" in p.has),
        )
        for p in world.parents
    )
    Relation.objects.bulk_create(
        Relation(baby_id=r.baby, member_id=r.member, kind="friend", left_at=when(r.has_left))
        for r in world.relations
    )
    SameBaby.objects.bulk_create(
        SameBaby(first_id=p.first, second_id=p.second, settled_as_different_at=when(p.is_settled))
        for p in world.pairs
    )

    things: list[Anything] = [*world.stories.values(), *world.responses.values()]
    Item.objects.bulk_create(
        Item(
            pk=s.number,
            kind="story",
            author_id=s.author,
            voice_id=voice(s.voice),
            baby_id=s.baby,
            key_id=uuid.uuid4(),
            is_joint=s.is_joint,
            rung=s.rung,
            published_at=hour(s.hour),
            erased_at=when(s.is_erased),
        )
        for s in world.stories.values()
    )
    for is_below in (False, True):
        Item.objects.bulk_create(
            Item(
                pk=r.number,
                kind="response",
                root_id=r.story,
                above_id=r.above,
                author_id=r.author,
                voice_id=voice(r.voice),
                key_id=uuid.uuid4(),
                published_at=hour(r.hour),
                erased_at=when(r.is_erased),
                waiting_for=r.waiting,
            )
            for r in world.responses.values()
            if (r.above is not None) == is_below
        )
    Withdrawal.objects.bulk_create(
        Withdrawal(item_id=t.number, by_id=1, ended_at=when(ended))
        for t in things
        for there, ended in ((t.is_taken_back, False), (t.was_taken_back, True))
        if there
    )
    Hold.objects.bulk_create(
        Hold(item_id=t.number, reason="held", released_at=when(ended))
        for t in things
        for there, ended in ((t.is_held, False), (t.was_held, True))
        if there
    )
    openings = [(t.number, o) for t in things for o in t.openings]
    rows = Opening.objects.bulk_create(
        Opening(item_id=number, member_id=o.member, reason="reported", until=hour(o.until))
        for number, o in openings
    )
    for row, (_, opening) in zip(rows, openings, strict=True):
        row.at = hour(opening.since)
    Opening.objects.bulk_update(rows, ["at"])
    FirstReader.objects.bulk_create(
        FirstReader(item_id=s.number, member_id=m, named_by_id=s.author, ended_at=when(ended))
        for s in world.stories.values()
        for m, ended in s.first_readers.items()
    )
    Rest.objects.bulk_create(
        Rest(item_id=s.number, member_id=m, reopened_at=when(reopened))
        for s in world.stories.values()
        for m, reopened in s.resting.items()
    )
    Link.objects.bulk_create(
        Link(
            pk=link.number,
            item_id=s.number,
            token_digest=f"{link.number}",
            ends_at=hour(link.ends),
            ended_at=when(link.is_ended),
            made_by_id=s.author,
        )
        for s in world.stories.values()
        for link in s.links
    )
    _insert_versions(world, hour, when, voice)


def _insert_versions(world, hour, when, voice) -> None:
    """Versions with their ceilings, one audience and its seats for each."""
    Seat.objects.bulk_create(
        Seat(pk=seat, item_id=s.number, member_id=person, made_by_id=s.author)
        for s in world.stories.values()
        for seat, person in s.seats.items()
    )
    audiences, versions, ceilings, circles, sitting = [], [], [], [], []
    for s in world.stories.values():
        for place, v in enumerate(s.versions):
            versions.append(
                Version(
                    pk=s.number * 10 + place,
                    item_id=s.number,
                    number=place + 1,
                    audience_id=1,
                    is_joint=v.is_joint,
                    voice_id=voice(s.voice),
                    asked_by_id=s.author,
                    superseded_at=when(v.is_superseded),
                )
            )
            for member, shared in v.ceilings.items():
                audience = len(audiences) + 2
                audiences.append(Audience(pk=audience, rung=shared.rung, ends_at=hour(shared.ends)))
                ceilings.append(
                    Ceiling(
                        item_id=s.number, version_id=versions[-1].pk, member_id=member, audience_id=audience
                    )
                )
                circles += [AudienceCircle(audience_id=audience, circle_id=c) for c in shared.circles]
                sitting += [AudienceSeat(audience_id=audience, seat_id=seat) for seat in shared.seats]
    Audience.objects.bulk_create([Audience(pk=1, rung=0), *audiences])
    Version.objects.bulk_create(versions)
    Ceiling.objects.bulk_create(ceilings)
    AudienceCircle.objects.bulk_create(circles)
    AudienceSeat.objects.bulk_create(sitting)
    for s in world.stories.values():
        if s.current is not None:
            Item.objects.filter(pk=s.number).update(current=s.number * 10 + s.current)
