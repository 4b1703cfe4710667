"""Events: how a lower room tells those above that something happened, without knowing them.

An event is a frozen dataclass of ids. A handler only enqueues a task (`kit.queue`); it runs in the
transaction of the action that published. Nothing that privacy depends on may ride on an event.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

Handler = Callable[[Any], None]
_handlers: dict[type, list[Handler]] = defaultdict(list)


def subscribe(event: type) -> Callable[[Handler], Handler]:
    """Decorate a function of one argument, the event. Subscribing twice is the same as once."""

    def register(handler: Handler) -> Handler:
        if handler not in _handlers[event]:
            _handlers[event].append(handler)
        return handler

    return register


def publish(event: object) -> None:
    """Call the handlers of exactly this class, in the order they subscribed."""
    for handler in _handlers[type(event)]:
        handler(event)
