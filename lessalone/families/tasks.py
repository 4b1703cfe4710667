"""What families does by itself."""

from __future__ import annotations

from lessalone.families import actions, matching
from lessalone.kit import queue

compare_page = matching.compare_page


@queue.every(hours=6)
@queue.task(name="families.finish-waivers")
def finish_waivers() -> None:
    """Those whose 90 days of notice are over and who did not stop it are no longer asked."""
    actions.finish_waivers()
