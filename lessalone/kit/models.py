"""Work to be done later: the queue's rows. They are the outbox, written in the transaction of the action."""

from __future__ import annotations

from django.db import models


class QueuedTask(models.Model):
    """One call of a task that is waiting, running or dead. It is removed when the call has returned."""

    name = models.CharField(max_length=80)
    arguments = models.JSONField(default=dict)
    """Ids and small facts only: never what someone wrote."""
    unique_key = models.CharField(max_length=120, blank=True, default="")
    waiting_key = models.CharField(max_length=120, null=True, unique=True)
    """The unique key while the task waits; null while it runs, so that news during the run is not missed."""
    due_at = models.DateTimeField()
    """When it may be taken. Taking it moves this to the lease's end: a killed worker's task is due again."""
    lease = models.UUIDField(null=True)
    """Who runs it now. Only the holder may finish it."""
    attempt = models.PositiveIntegerField(default=0)
    enqueued_at = models.DateTimeField(auto_now_add=True)
    dead_at = models.DateTimeField(null=True)
    """It did not succeed in all its attempts, and waits for a person to look."""
    error = models.CharField(max_length=80, blank=True, default="")
    """The class of the last error; never its message, which may quote a person."""

    class Meta:
        indexes = [models.Index(fields=["due_at", "id"], condition=models.Q(dead_at=None), name="queue_next")]

    def __str__(self) -> str:
        return f"{self.name} ({self.pk})"


class Tick(models.Model):
    """The last tick of a schedule that was enqueued, so that many workers enqueue each only once."""

    name = models.CharField(max_length=80, primary_key=True)
    number = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.name} {self.number}"
