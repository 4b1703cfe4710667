"""What the supervisor starts: `python -m lessalone.config.child web` or `worker`."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import time
from typing import TYPE_CHECKING

from lessalone.config.processes import end_with_parent, give_up

if TYPE_CHECKING:
    from django.core.checks import CheckMessage


def web() -> None:
    """Serve pages."""
    from lessalone.config import serving

    serving.run()


def work(*, is_welcoming: bool = False) -> None:
    """Do background work and keep schedules until SIGTERM or SIGINT."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lessalone.config.settings")
    import django

    django.setup()
    from lessalone.config import preparing
    from lessalone.kit.queue import Worker

    _refuse_what_cannot_work(preparing.wrong_settings(), preparing.unapplied_stores())
    if is_welcoming:
        _welcome()
    worker = Worker()
    signal.signal(signal.SIGTERM, worker.stop)
    signal.signal(signal.SIGINT, worker.stop)
    worker.run()


def _refuse_what_cannot_work(problems: list[CheckMessage], behind: list[str]) -> None:
    if problems:
        give_up("\n".join(f"{problem.msg}\n  {problem.hint}" for problem in problems))
    if behind:
        give_up(f"The {' and the '.join(behind)} are not of this version. Run: lessalone migrate")


def _welcome() -> None:
    """When the pages can be reached, say where; and, while there is no moderator, how to become the first."""
    from django.conf import settings

    from lessalone.config import preparing

    _wait_for_pages(settings.ENVIRONMENT.bind)
    print(f"Less Alone is at {settings.PUBLIC_URL}", flush=True)
    if not preparing.has_moderator():
        print("There is no moderator yet. Whoever opens this link first becomes one; it works once:")
        print(f"  {preparing.moderator_link()}", flush=True)


def _wait_for_pages(bind: str) -> None:
    host, _, port = bind.rpartition(":")
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection((host.strip("[]"), int(port)), timeout=1):
            return
        time.sleep(0.1)


def main(role: str) -> None:
    os.umask(0o077)
    supervisor = os.environ.get("LESSALONE_SUPERVISOR")
    if supervisor:
        end_with_parent(int(supervisor))
    try:
        if role == "web":
            web()
        else:
            work(is_welcoming=role == "worker-with-welcome")
    except Exception as error:
        _log_without_message(role, error)
        sys.exit(1)


def _log_without_message(role: str, error: Exception) -> None:
    """What Python itself would print may quote what someone wrote."""
    import structlog

    from lessalone.config import environment
    from lessalone.kit import logs

    logs.configure(environment.read()[0].log_format)
    structlog.get_logger().error("process ended", task=role, exc_info=error)


if __name__ == "__main__":
    main(sys.argv[1])
