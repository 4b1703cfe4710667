"""Countries and time zones to choose from."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from zoneinfo import available_timezones

COUNTRIES_FILE = Path(__file__).parent / "data" / "countries.txt"
_REGIONS = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


@cache
def countries() -> tuple[tuple[str, str], ...]:
    """(ISO 3166 code, name), by name."""
    lines = COUNTRIES_FILE.read_text(encoding="utf-8").splitlines()
    return tuple((line[:2], line[3:]) for line in lines if line and not line.startswith("#"))


@cache
def time_zones() -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Zones by region, as a choice field takes them: ("Europe", (("Europe/Dublin", "Dublin"), …))."""
    groups = []
    for region in _REGIONS:
        names = sorted(name for name in available_timezones() if name.startswith(f"{region}/"))
        groups.append(
            (
                region,
                tuple((name, name.partition("/")[2].replace("_", " ").replace("/", ", ")) for name in names),
            )
        )
    return tuple(groups)


def is_time_zone(name: str) -> bool:
    """Whether this is a zone that can be chosen; a browser's guess is input."""
    return name == "UTC" or any(name == zone for _region, zones in time_zones() for zone, _label in zones)
