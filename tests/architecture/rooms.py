"""The rooms, from the one place that orders them: the layers in `pyproject.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "lessalone"


@cache
def ranks() -> dict[str, int]:
    """Room to height; a room may name those below, and itself. Rooms beside each other have the same height."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["name"] == "Arrows point down")
    return {room.strip(): -height for height, layer in enumerate(layers) for room in layer.split("|")}


def may_name(room: str, other: str) -> bool:
    """Whether the arrow from one room to another points down."""
    return room == other or ranks()[other] < ranks()[room]


def python_files(*, of: str = "*") -> list[Path]:
    """Our own code, without migrations."""
    return sorted(file for file in PACKAGE.glob(f"{of}/**/*.py") if "migrations" not in file.parts)


def templates() -> list[Path]:
    return sorted(PACKAGE.glob("*/templates/**/*.*"))


def room_of(file: Path) -> str:
    """The room a file of ours is in."""
    return file.relative_to(PACKAGE).parts[0]


def shown(file: Path) -> str:
    return str(file.relative_to(PACKAGE))
