"""Made-up names, from their file."""

from __future__ import annotations

import tomllib
from pathlib import Path

_content = tomllib.loads((Path(__file__).parent / "names.toml").read_text(encoding="utf-8"))
WOMEN: list[str] = _content["women"]
MEN: list[str] = _content["men"]
BABIES: list[str] = _content["babies"]
COVERS: dict[str, list[str]] = _content["covers"]
"""Cover names by who tells."""
TIME_ZONES: dict[str, str] = _content["time_zones"]
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
