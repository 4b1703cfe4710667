"""Housekeeping of the kit's own tables."""

from __future__ import annotations

from lessalone.kit import limits, queue


@queue.every(hours=1)
@queue.task(name="kit.sweep-limits")
def sweep_limits() -> None:
    """Forget who tried something how often, when it no longer counts."""
    limits.sweep()
