"""Where someone is helped who is too young to join: a reviewed list by country."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "data" / "young.json"


@dataclass(frozen=True, slots=True)
class YoungHelp:
    """One service: in which country, what it is called, how to reach it, when that was last checked."""

    country: str
    name: str
    says: str
    phone: str
    web: str
    checked: str

    @property
    def checked_on(self) -> dt.date:
        """The month of the last check, as its first day."""
        return dt.date.fromisoformat(f"{self.checked}-01")


@cache
def all_help() -> tuple[YoungHelp, ...]:
    """The whole list, in the file's order."""
    return tuple(YoungHelp(**row) for row in json.loads(FILE.read_text(encoding="utf-8")))
