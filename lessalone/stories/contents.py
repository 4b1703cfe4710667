"""What a draft holds: everything that a version will say, and to whom."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal
from zoneinfo import ZoneInfo

from django.utils import timezone

from lessalone.people.notes import is_note
from lessalone.sharing.audience import ONLY_US, AudienceSpec
from lessalone.sharing.models import Answers, Item

When = Literal["now", "morning", "at"]
MORNING = 8


@dataclass(frozen=True, slots=True)
class Contents:
    """A draft as a value. Text is as it was typed."""

    title: str = ""
    words: str = ""
    is_cover: bool = False
    cover_name: str = ""
    told_by: str = ""
    """How a named story says who tells it, such as "Jack's parents". Empty: the shown name."""
    notes: tuple[str, ...] = ()
    answers: str = Answers.APPROVED.value
    audience: AudienceSpec = field(default=ONLY_US)
    when: When = "now"
    at: dt.datetime | None = None
    may_index: bool = False

    def to_json(self) -> str:
        """For sealing."""
        value = asdict(self)
        value["audience"] = self.audience.as_json()
        value["at"] = self.at.isoformat() if self.at else None
        return json.dumps(value, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Contents:
        """The other way round; what is missing is as in a new draft."""
        if not text:
            return cls()
        value: dict[str, Any] = json.loads(text)
        value["audience"] = AudienceSpec.from_json(value.get("audience") or {})
        value["at"] = dt.datetime.fromisoformat(value["at"]) if value.get("at") else None
        value["notes"] = tuple(note for note in value.get("notes", ()) if is_note(note))
        return cls(**value)

    def hour(self, zone: str) -> dt.datetime | None:
        """When it shall be shown: None for at once."""
        if self.when == "at":
            return self.at
        if self.when == "morning":
            return next_morning(zone)
        return None


def next_morning(zone: str, now: dt.datetime | None = None) -> dt.datetime:
    """The next 8 in the morning in a time zone, after at least one hour."""
    here = (now or timezone.now()).astimezone(ZoneInfo(zone or "UTC")) + dt.timedelta(hours=1)
    morning = here.replace(hour=MORNING, minute=0, second=0, microsecond=0)
    if morning <= here:
        morning = (here.replace(tzinfo=None) + dt.timedelta(days=1)).replace(
            hour=MORNING, minute=0, second=0, microsecond=0, tzinfo=here.tzinfo
        )
    return morning.astimezone(dt.UTC)


def is_night(zone: str, now: dt.datetime | None = None) -> bool:
    """Between ten in the evening and six in the morning, where the writer is."""
    hour = (now or timezone.now()).astimezone(ZoneInfo(zone or "UTC")).hour
    return hour >= 22 or hour < 6


def digest_of(
    item: Item, contents: Contents, voice_id: int, photos: Sequence[tuple[str, str, int | None]]
) -> str:
    """SHA-256 over exactly what would be seen and by whom; `photos` are (id, description, patch set)."""
    value = {
        "item": item.public_id,
        "title": contents.title,
        "words": contents.words,
        "voice": voice_id,
        "told_by": contents.told_by,
        "notes": sorted(contents.notes),
        "answers": contents.answers,
        "audience": contents.audience.as_json(),
        "when": contents.when,
        "at": contents.at.isoformat() if contents.at else None,
        "may_index": contents.may_index,
        "photos": [list(photo) for photo in photos],
    }
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
