"""A lease queue on the database: work that survives a kill at any instruction, and may then run twice.

    @queue.task(name="vault.render-photo")
    def render_photo(photo_id: int) -> None: ...

    queue.enqueue(render_photo, photo_id=photo.pk)      # in the caller's transaction

A worker takes a task by a lease, which a heartbeat prolongs. Who is killed leaves a lease that ends, and
another worker takes the task again. A task that raises waits, twice as long each time; after its last
attempt it is dead and stays for `lessalone doctor` to show. Shaped like `django.tasks`; see
`docs/decisions/0001-lease-queue.md` for why it is our own.
"""

from __future__ import annotations

import os
import random
import threading
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from django.db import Error as DatabaseError
from django.db import IntegrityError, close_old_connections, connections, transaction
from django.db.models import QuerySet
from django.utils import timezone

from lessalone.kit import faults
from lessalone.kit.models import QueuedTask, Tick

log = structlog.get_logger()

LEASE = timedelta(seconds=60)
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(hours=1)
IDLE_SECONDS = 0.5

TAKEN = faults.declare("queue.taken")
RAN = faults.declare("queue.ran")
RAISED = faults.declare("queue.raised")
TICKED = faults.declare("queue.ticked")

tasks: dict[str, Task] = {}
schedules: dict[str, timedelta] = {}


class Task:
    """A function that can be enqueued by its name. Calling it runs it at once, as any function."""

    def __init__(
        self, name: str, function: Callable[..., object], attempts: int, time_limit: timedelta
    ) -> None:
        self.name = name
        self.function = function
        self.attempts = attempts
        self.time_limit = time_limit
        self.__doc__ = function.__doc__
        self.__module__ = function.__module__

    def __call__(self, **arguments: Any) -> object:
        return self.function(**arguments)

    def __repr__(self) -> str:
        return f"<Task {self.name}>"


def task(*, name: str, attempts: int = 10, time_limit: int = 900) -> Callable[[Callable[..., object]], Task]:
    """Make a function a task called `name` (`room.verb`; a name is never changed, rows hold it).

    It takes keyword arguments that JSON can hold and must be able to run twice. `attempts` in all, about
    45 minutes for ten; a run longer than `time_limit` seconds ends the worker process and counts as one.
    """

    def register(function: Callable[..., object]) -> Task:
        known = tasks.get(name)
        if known and known.function.__module__ != function.__module__:
            raise ValueError(f"two tasks are called {name}")
        tasks[name] = Task(name, function, attempts, timedelta(seconds=time_limit))
        return tasks[name]

    return register


def every(*, days: int = 0, hours: int = 0, minutes: int = 0, seconds: int = 0) -> Callable[[Task], Task]:
    """Enqueue the task (decorate above `@task`) once in each such span of time, without arguments.

    Missed spans are not made up for: after a night without power it runs once.
    """
    span = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    if span <= timedelta(0):
        raise ValueError("a schedule needs a span of time")

    def register(scheduled: Task) -> Task:
        if not isinstance(scheduled, Task):
            raise TypeError("put @queue.every above @queue.task")
        schedules[scheduled.name] = span
        return scheduled

    return register


def enqueue(
    what: Task, unique_key: str | None = None, run_at: datetime | None = None, **arguments: object
) -> None:
    """Have the task run soon, or from `run_at`, if and when the caller's transaction commits.

    While another task with the same `unique_key` waits, nothing is added: that one will run after this
    transaction and see all of it. One that already runs does not count.
    """
    key = f"{what.name}:{unique_key}" if unique_key else ""
    row = QueuedTask(
        name=what.name,
        arguments=arguments,
        unique_key=key,
        waiting_key=key or None,
        due_at=run_at or timezone.now(),
    )
    # "DO UPDATE" rather than "DO NOTHING": it locks the waiting row until we commit, so that no worker
    # can take it before what we did can be seen.
    QueuedTask.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["waiting_key"], update_fields=["name"]
    )


def run_due(limit: int | None = None) -> int:
    """Run what is due, one after another, until nothing is (or `limit` were). Returns how many ran.

    An error is recorded as a worker would, and then raised, so that a test meets it.
    """
    count = 0
    while limit is None or count < limit:
        row = _take()
        if row is None:
            break
        count += 1
        error = _run(row)
        if error is not None:
            raise error
    return count


def dead() -> QuerySet[QueuedTask]:
    """Tasks that did not succeed in all their attempts, oldest first."""
    return QueuedTask.objects.filter(dead_at__isnull=False).order_by("dead_at")


def retry_dead() -> int:
    """Give every dead task all its attempts again, from now. Returns how many."""
    return dead().update(dead_at=None, attempt=0, lease=None, due_at=timezone.now())


def enqueue_ticks(now: datetime | None = None) -> None:
    """Enqueue each schedule whose span has changed since it was last enqueued, by whichever worker."""
    seconds = int((now or timezone.now()).timestamp())
    for name, span in schedules.items():
        number = seconds // int(span.total_seconds())
        if _last_ticks.get(name) != number:
            _enqueue_tick(name, number)
            _last_ticks[name] = number


_last_ticks: dict[str, int] = {}


def _enqueue_tick(name: str, number: int) -> None:
    """One transaction marks the tick and enqueues the task: neither can be there without the other."""
    Tick.objects.bulk_create([Tick(name=name, number=-1)], ignore_conflicts=True)
    with transaction.atomic():
        if Tick.objects.filter(name=name, number__lt=number).update(number=number):
            faults.reach(TICKED)
            enqueue(tasks[name], unique_key="tick")


def _take() -> QueuedTask | None:
    """Lease the task that has been due longest. On SQLite the transaction is IMMEDIATE; on PostgreSQL
    rows that another worker is taking, or an enqueuing transaction holds, are skipped."""
    now = timezone.now()
    due = QueuedTask.objects.filter(dead_at=None, due_at__lte=now).order_by("due_at", "id")
    if not due.exists():
        return None
    with transaction.atomic():
        row = due.select_for_update(skip_locked=True).first()
        if row is None:
            return None
        row.attempt += 1
        row.lease = uuid.uuid4()
        row.waiting_key = None
        row.due_at = now + LEASE
        row.save(update_fields=["attempt", "lease", "waiting_key", "due_at"])
    faults.reach(TAKEN)
    return row


def _run(row: QueuedTask) -> Exception | None:
    """Call the task; remove its row when it returns, put it back or call it dead when it raises."""
    known = tasks.get(row.name)
    start = time.perf_counter()
    try:
        if known is None:
            raise LookupError(f"no task is called {row.name}")
        if row.attempt > known.attempts:
            raise RuntimeError("the worker ended during the last attempt")
        known(**row.arguments)
    except Exception as error:
        log.error("task raised", task=row.name, attempt=row.attempt, exc_info=error)
        faults.reach(RAISED)
        _put_back(row, error, known.attempts if known else 10)
        return error
    faults.reach(RAN)
    QueuedTask.objects.filter(pk=row.pk, lease=row.lease).delete()
    spent = round((time.perf_counter() - start) * 1000, 1)
    log.info("task done", task=row.name, attempt=row.attempt, milliseconds=spent)
    return None


def _put_back(row: QueuedTask, error: Exception, attempts: int) -> None:
    """Wait 5 s, 10 s, 20 s … up to an hour, a little apart from others; or be dead after the last attempt."""
    mine = QueuedTask.objects.filter(pk=row.pk, lease=row.lease)
    now = timezone.now()
    if row.attempt >= attempts:
        mine.update(dead_at=now, lease=None, error=type(error).__name__[:80])
        return
    wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(row.attempt - 1, 20)) * random.uniform(1, 1.2)  # noqa: S311
    try:
        with transaction.atomic():
            mine.update(
                lease=None,
                due_at=now + wait,
                waiting_key=row.unique_key or None,
                error=type(error).__name__[:80],
            )
    except IntegrityError:
        mine.delete()  # another with the same key waits already, and will do it


class Worker:
    """Runs tasks and schedules until it is told to stop; finishes the task it is at."""

    def __init__(self) -> None:
        self.stopping = threading.Event()
        self._current: QueuedTask | None = None
        self._limit_at = datetime.max.replace(tzinfo=UTC)

    def stop(self, *_: object) -> None:
        """Also a signal handler."""
        self.stopping.set()

    def run(self) -> None:
        """Until `stop`. A database that does not answer is waited for."""
        threading.Thread(target=self._heartbeat, name="heartbeat", daemon=True).start()
        while not self.stopping.is_set():
            try:
                enqueue_ticks()
                row = _take()
                if row is not None:
                    self._run(row)
                    continue
            except DatabaseError as error:
                log.error("the queue's database did not answer", exc_info=error)
                self.stopping.wait(2)
            close_old_connections()
            self.stopping.wait(IDLE_SECONDS)

    def _run(self, row: QueuedTask) -> None:
        known = tasks.get(row.name)
        self._limit_at = timezone.now() + (known.time_limit if known else LEASE)
        self._current = row
        try:
            _run(row)
        finally:
            self._current = None

    def _heartbeat(self) -> None:
        """Prolong the lease of the current task. Past its time limit, end the process: it is started anew."""
        while True:
            time.sleep(LEASE.total_seconds() / 4)
            row, now = self._current, timezone.now()
            if row is None:
                continue
            if now > self._limit_at:
                log.error("task took too long", task=row.name, attempt=row.attempt)
                os._exit(75)
            try:
                QueuedTask.objects.filter(pk=row.pk, lease=row.lease).update(due_at=now + LEASE)
            except DatabaseError as error:
                log.error("a lease could not be prolonged", task=row.name, exc_info=error)
            finally:
                connections.close_all()
