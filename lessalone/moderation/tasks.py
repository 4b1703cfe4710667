"""What moderation does in the background."""

from __future__ import annotations

from lessalone.kit import queue
from lessalone.moderation import actions


@queue.every(days=1)
@queue.task(name="moderation.forget-addresses")
def forget_addresses() -> None:
    """Digests of network addresses are kept for 30 days."""
    actions.forget_addresses()
