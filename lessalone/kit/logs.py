"""Structured logs that name no one.

Only the keys in `ALLOWED` are written; anything else is dropped, so that a name, a body, an address
of an upload or a person's own address cannot slip in. Exceptions are logged as their class and the
places in our code they passed, never their message, which may quote what someone wrote.
"""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from typing import Any

import structlog
from structlog.typing import EventDict

ALLOWED = {
    "event",
    "level",
    "timestamp",
    "logger",
    "route",
    "method",
    "status",
    "milliseconds",
    "task",
    "attempt",
    "count",
    "bytes",
    "error",
    "places",
    "fault",
    "store",
    "request_id",
}


def _only_allowed(logger: Any, method: str, entry: EventDict) -> EventDict:
    return {key: value for key, value in entry.items() if key in ALLOWED}


def _exception_without_message(logger: Any, method: str, entry: EventDict) -> EventDict:
    info = entry.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    if isinstance(info, BaseException):
        info = (type(info), info, info.__traceback__)
    if info and info[0]:
        entry["error"] = info[0].__name__
        entry["places"] = [
            f"{frame.filename.rpartition('lessalone/')[2]}:{frame.lineno}"
            for frame in traceback.extract_tb(info[2])
            if "lessalone/" in frame.filename
        ][-6:]
    return entry


class _QuietDjango(logging.Handler):
    """Django's own log lines carry addresses and messages: keep the logger's name, level and error class."""

    def emit(self, record: logging.LogRecord) -> None:
        structlog.get_logger().log(
            record.levelno, "django", logger=record.name, exc_info=record.exc_info or None
        )


def _thread_ended(what: threading.ExceptHookArgs) -> None:
    """Python itself would print the message."""
    if what.exc_value is not None:
        structlog.get_logger().error("thread ended", exc_info=what.exc_value)


def configure(log_format: str) -> None:
    """`json` for machines, `console` for people. To standard error."""
    renderer: Any = (
        structlog.processors.JSONRenderer() if log_format == "json" else structlog.dev.ConsoleRenderer()
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _exception_without_message,
            _only_allowed,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    threading.excepthook = _thread_ended
    root = logging.getLogger()
    root.handlers = [_QuietDjango(level=logging.WARNING)]
    root.setLevel(logging.WARNING)
