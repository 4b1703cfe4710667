"""What is done for people in the background."""

from __future__ import annotations

from importlib import import_module

from django.conf import settings
from django.utils import timezone

from lessalone.kit import queue
from lessalone.people import actions
from lessalone.people.models import Bearing


@queue.every(hours=1)
@queue.task(name="people.admit-those-due")
def admit_those_due() -> None:
    """Members for whom the rule holds become bereaved members."""
    actions.admit_those_due()


@queue.every(days=1)
@queue.task(name="people.sweep")
def sweep() -> None:
    """Remove choices that held for a while and are over, and sessions that ended."""
    Bearing.objects.filter(until__lt=timezone.now()).delete()
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
