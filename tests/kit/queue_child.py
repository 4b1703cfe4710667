"""What the queue's tests run in processes that they kill."""

from __future__ import annotations

import signal
import time
from datetime import timedelta
from pathlib import Path

from django.db import connection, transaction

from lessalone.kit import faults, queue

HALF = faults.declare("tests.half-way")


@queue.task(name="tests.write-line")
def write_line(path: str, line: str) -> None:
    with open(path, "a") as file:
        file.write(line + "\n")


@queue.task(name="tests.two-steps", attempts=4)
def two_steps(path: str) -> None:
    write_line(path=path, line="first")
    faults.reach(HALF)
    write_line(path=path, line="second")


@queue.task(name="tests.raise", attempts=3)
def raise_once(path: str) -> None:
    write_line(path=path, line="tried")
    if len(Path(path).read_text().splitlines()) < 2:
        raise ValueError("the words of a member")


def enqueue_and_die(path: str, commit: bool) -> None:
    """Enqueue in a transaction, and be killed before (or after) it commits."""
    with transaction.atomic():
        queue.enqueue(write_line, path=path, line="from a transaction")
        if not commit:
            faults.reach("tests.half-way")


def work(path: str = "", lease: float = 0.5, seconds: float = 6) -> None:
    """A real worker with a short lease, until told to stop, or for some seconds."""
    queue.schedules.clear()  # the rooms' own are not what is tested
    queue.LEASE = timedelta(seconds=lease)
    queue.FIRST_WAIT = timedelta(seconds=0.1)
    worker = queue.Worker()
    signal.signal(signal.SIGTERM, worker.stop)
    signal.signal(signal.SIGALRM, worker.stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    worker.run()


def work_impatiently() -> None:
    """A worker that waits for a locked database half a second instead of 20."""
    if connection.vendor == "sqlite":
        connection.settings_dict["OPTIONS"]["timeout"] = 0.5
    work(seconds=3)


@queue.task(name="tests.slow")
def slow(path: str, seconds: float) -> None:
    write_line(path=path, line="begun")
    time.sleep(seconds)
    write_line(path=path, line="done")


@queue.task(name="tests.hangs", attempts=1, time_limit=1)
def hangs() -> None:
    time.sleep(3600)


@queue.task(name="tests.tick")
def tick() -> None:
    """Scheduled by hand in the tests that want it."""


def tick_once() -> None:
    queue.schedules.clear()
    queue.schedules["tests.tick"] = timedelta(days=1)
    queue.enqueue_ticks()


def count_to(path: str, total: int) -> None:
    """Add `total` tasks, each writing its number."""
    with transaction.atomic():
        for number in range(total):
            queue.enqueue(write_line, path=path, line=str(number))
