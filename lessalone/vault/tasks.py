"""Work of the vault that runs by the clock."""

from __future__ import annotations

from datetime import timedelta

from lessalone.kit import queue
from lessalone.vault import erasure, sweep, uploads


@queue.every(minutes=10)
@queue.task(name="vault.resume-erasures")
def resume_erasures() -> None:
    """Go on with every erasure that was begun and stands still, so that each completes."""
    for request in erasure.unfinished(older_than=timedelta(minutes=5)):
        queue.enqueue(erasure.run_erasure, unique_key=str(request.pk), request_id=request.pk)


@queue.every(hours=1)
@queue.task(name="vault.sweep-uploads")
def sweep_uploads() -> None:
    """Keep photos whose last byte came but whose sender was cut off; forget uploads that expired."""
    uploads.sweep()


@queue.every(days=1)
@queue.task(name="vault.sweep-orphans", attempts=2)
def sweep_orphans() -> None:
    """Remove what crashes left behind."""
    sweep.sweep_photo_keys()
    sweep.sweep_keys()
    sweep.sweep_files()
