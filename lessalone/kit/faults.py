"""Named fault points: where a test may kill the process, to prove that nothing is lost.

`declare` gives a point its name when a module is imported; `reach` does nothing, unless the
environment names that point: then the process is killed as by `kill -9`. With `NAME:3` it is the third
time the point is reached.
"""

from __future__ import annotations

import os
import signal

names: set[str] = set()
_times: dict[str, int] = {}


def declare(name: str) -> str:
    """Register a point's name, such as `upload.blob-written`. Returns the name."""
    names.add(name)
    return name


def reach(name: str) -> None:
    """Die here if `LESSALONE_FAULT` says so."""
    wanted = os.environ.get("LESSALONE_FAULT")
    if not wanted:
        return
    point, _, count = wanted.partition(":")
    if point != name:
        return
    _times[name] = _times.get(name, 0) + 1
    if _times[name] >= int(count or 1):
        os.kill(os.getpid(), signal.SIGKILL)
