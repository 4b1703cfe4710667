"""The web process: granian with WSGI workers. Its own process imports no Django; its workers do."""

from __future__ import annotations

import os
import socket

from lessalone.config import environment
from lessalone.config.processes import end_with_parent, give_up

THREADS = 8
"""Requests at once in each worker. Most time is spent waiting: for the disk, or for a slow telephone."""

# An error that granian meets goes to the root logger, which in a worker is ours and drops its message.
_LOGS = {"handlers": {}, "loggers": {"_granian": {"handlers": [], "propagate": True}}}


def _application() -> object:
    """Loaded in each worker, which ends when granian's own process does."""
    end_with_parent(os.getppid())
    from lessalone.config.wsgi import application

    return application


def port_is_free(bind: str) -> bool:
    """Whether nothing listens on an address such as 127.0.0.1:8000."""
    host, _, port = bind.rpartition(":")
    host = host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((host, int(port)))
        except OSError:
            return False
    return True


def run() -> None:
    """Serve until SIGTERM."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels

    ours, _ = environment.read()
    host, _, port = ours.bind.rpartition(":")
    host = host.strip("[]")
    if not port_is_free(ours.bind):
        give_up(f"Something else listens on {ours.bind}. Stop it, or set LESSALONE_BIND to another port.")
    Granian(
        "lessalone.config.serving:_application",
        address=host,
        port=int(port),
        interface=Interfaces.WSGI,
        workers=ours.workers,
        blocking_threads=THREADS,
        websockets=False,
        factory=True,
        log_access=False,
        log_level=LogLevels.error,
        log_dictconfig=_LOGS,
        respawn_failed_workers=True,
        workers_kill_timeout=20,
        http1_settings=HTTP1Settings(header_read_timeout=30_000),
    ).serve()
