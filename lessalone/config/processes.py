"""How our processes hang together: one supervisor, and children that end with it.

Imported by the supervisor, so it imports neither Django nor anything else that is large.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import NoReturn

WRONG_CONFIGURATION = 78
"""The exit code (EX_CONFIG) of a child that no restart would help."""
_PATIENCE_SECONDS = 25
_LONGEST_WAIT = 30.0


def end_with_parent(parent: int) -> None:
    """Have the kernel end this process (SIGTERM) when `parent` is gone, however it went. Linux only."""
    if sys.platform != "linux":
        return
    import ctypes

    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:  # it went before we asked
        os.kill(os.getpid(), signal.SIGTERM)


@dataclass
class Child:
    """A command that is kept running: started anew when it ends, more slowly each time it ends soon."""

    arguments: list[str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_again_at: float = 0.0
    wait: float = field(default=0.5)

    def start(self) -> None:
        environment = {**os.environ, "LESSALONE_SUPERVISOR": str(os.getpid())}
        self.process = subprocess.Popen(self.arguments, env=environment)  # noqa: S603 (our own command)
        self.started_at = time.monotonic()

    def ended(self) -> int | None:
        """The exit code, once, when it has ended since it was last asked."""
        if self.process is None:
            return None
        code = self.process.poll()
        if code is None:
            return None
        ran_well = time.monotonic() - self.started_at > 60
        self.wait = 0.5 if ran_well else min(_LONGEST_WAIT, self.wait * 2)
        self.start_again_at = time.monotonic() + self.wait
        self.process = None
        return code

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()

    def wait_for_end(self, until: float) -> None:
        if self.process is None:
            return
        try:
            self.process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Supervisor:
    """Keeps children running until SIGTERM or SIGINT; then asks them to end, and waits."""

    def __init__(self, children: list[Child]) -> None:
        self.children = children
        self.is_stopping = False

    def run(self) -> int:
        """Returns the exit code."""
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        for child in self.children:
            child.start()
        code = 0
        while not self.is_stopping and code == 0:
            time.sleep(0.3)
            code = self._look_after()
        self._end_all()
        return code

    def _stop(self, *_: object) -> None:
        self.is_stopping = True

    def _look_after(self) -> int:
        """Restart who ended. An exit code when going on makes no sense."""
        for child in self.children:
            code = child.ended()
            if code == WRONG_CONFIGURATION:
                return WRONG_CONFIGURATION
            if code is not None and not self.is_stopping:
                print(
                    f"{child.arguments[-1]} ended ({code}); starting it again in {child.wait:g} s.",
                    file=sys.stderr,
                )
            if child.process is None and not self.is_stopping and time.monotonic() >= child.start_again_at:
                child.start()
        return 0

    def _end_all(self) -> None:
        for child in self.children:
            child.stop()
        until = time.monotonic() + _PATIENCE_SECONDS
        for child in self.children:
            child.wait_for_end(until)


def give_up(sentence: str) -> NoReturn:
    """End this child for a reason that no restart would mend."""
    print(sentence, file=sys.stderr, flush=True)
    sys.exit(WRONG_CONFIGURATION)
