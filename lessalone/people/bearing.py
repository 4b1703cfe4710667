"""Bearing: what a reader chooses to meet. Reads only; the choices are made in `actions`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from lessalone.kit.prepared import Prepared
from lessalone.people.models import Bearing, Member
from lessalone.people.notes import BABY_PHOTOS, KEYS, PHOTOS

SHOW, ASK, HIDE = Bearing.Choice.SHOW.value, Bearing.Choice.ASK.value, Bearing.Choice.HIDE.value

DEFAULTS: dict[str, str] = dict.fromkeys(KEYS, SHOW) | {
    "photos": ASK,
    "baby-photos": ASK,
    "pregnancy": ASK,
    "living-children": ASK,
}
"""What holds until someone chooses, and for visitors."""

MORNING = 8
_STRENGTH = {SHOW: 0, ASK: 1, HIDE: 2}
_LEFT_OUT_OF_A_STORY = frozenset({PHOTOS, BABY_PHOTOS})


@dataclass(frozen=True, slots=True)
class BearingMap:
    """Each note with what this reader chose. A note that nobody knows is asked about first."""

    choices: Mapping[str, str]
    until: Mapping[str, datetime] = field(default_factory=dict)
    """The notes whose choice holds only for a while, and how long."""

    def choice(self, note: str) -> str:
        """`show`, `ask` or `hide`."""
        return self.choices.get(note, ASK)

    def strictest(self, notes: Iterable[str]) -> str:
        """What holds for something that has all these notes: hide before ask before show."""
        return max((self.choice(note) for note in notes), key=_STRENGTH.__getitem__, default=SHOW)

    @property
    def hidden(self) -> frozenset[str]:
        """The notes that this reader does not want to meet now."""
        return frozenset(note for note, choice in self.choices.items() if choice == HIDE)

    @property
    def left_out(self) -> frozenset[str]:
        """Of these, the notes for which a whole story is left out. Photos are left out of a story, and it is not."""
        return self.hidden - _LEFT_OUT_OF_A_STORY

    @property
    def asked(self) -> frozenset[str]:
        """The notes that this reader wants to be asked about first."""
        return frozenset(note for note, choice in self.choices.items() if choice == ASK)


_chosen = Prepared(
    lambda marks: Bearing.objects.filter(member_id=marks["member"]).values_list("note", "choice", "until"),
    member=int,
)
VISITOR_BEARING = BearingMap(choices=DEFAULTS)


def bearing_of(member: Member | int | None) -> BearingMap:
    """What this member chose, as it holds now. One query; a visitor gets the defaults without one."""
    member_id = member.pk if isinstance(member, Member) else member
    if member_id is None:
        return VISITOR_BEARING
    now = timezone.now()
    choices, until = dict(DEFAULTS), {}
    # Lasting rows first, so that those for a while cover them.
    for note, choice, ends in sorted(_chosen.fetch(member=member_id), key=lambda row: row[2] is not None):
        if note not in DEFAULTS or (ends is not None and ends <= now):
            continue
        choices[note] = choice
        if ends is not None:
            until[note] = ends
    return BearingMap(choices=choices, until=until)


def left_out_by(member: Any, now: Any) -> QuerySet[Bearing]:
    """The rows by which this member leaves stories out, for a condition of another query: `left_out` in SQL.

    `member` and `now` may be marks, or what stands for them.
    """
    mine = Bearing.objects.filter(Q(until=None) | Q(until__gt=now), member=member)
    for_a_while = mine.filter(note=OuterRef("note"), until__isnull=False)
    hiding = mine.filter(Q(until__isnull=False) | ~Exists(for_a_while), choice=HIDE)
    return hiding.exclude(note__in=_LEFT_OUT_OF_A_STORY)


def lasting_of(member: Member) -> dict[str, str]:
    """What holds when nothing is chosen for a while: for the form."""
    rows = Bearing.objects.filter(member=member, until=None).values_list("note", "choice")
    return DEFAULTS | {note: choice for note, choice in rows if note in DEFAULTS}


def end_of_tonight(member: Member, now: datetime | None = None) -> datetime:
    """The next 8 in the morning where this member is. Between midnight and 8 that is today's."""
    zone = ZoneInfo(member.time_zone or "UTC")
    here = (now or timezone.now()).astimezone(zone)
    morning = here.replace(hour=MORNING, minute=0, second=0, microsecond=0)
    if morning <= here:
        morning = (here.replace(tzinfo=None) + timedelta(days=1)).replace(
            hour=MORNING, minute=0, second=0, microsecond=0, tzinfo=zone
        )
    return morning.astimezone(UTC)


def end_of_week(now: datetime | None = None) -> datetime:
    """Seven days from now."""
    return (now or timezone.now()) + timedelta(days=7)
