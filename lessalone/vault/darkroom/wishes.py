"""What is asked of the darkroom. No imports beyond the standard library: the limited process reads it too."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Region:
    """Where a face is softened, in per cent of the upright picture. `shape` is `ellipse` or `rectangle`."""

    shape: str
    left: float
    top: float
    width: float
    height: float
