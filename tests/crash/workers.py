"""Real processes that do what people do, so that a test can kill them in the middle of it.

Starting Django takes a second and more, so one process is started by `tests.children`, on the stores of the
running tests, and holds no connection; each worker is forked from it. A worker says on a pipe what it begins
and, once an action has returned, that it is done: what was said to be done is *acknowledged*. It is killed at
a fault point by `LESSALONE_FAULT`, as everywhere, or by its id at any moment.

    ended = workers.run([("ask", {"member": ana.pk, ...})], fault="sharing.version-written")
    assert ended.was_killed
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.children import start_child

Deed = tuple[str, Mapping[str, Any]]
"""What somebody does: the name of a function of `tests.crash.deeds`, and with what."""
Line = dict[str, Any]
Say = Callable[..., None]


@dataclass(frozen=True)
class Ended:
    """How a worker ended, and every line that came out of its pipe."""

    code: int
    lines: list[Line]

    @property
    def was_killed(self) -> bool:
        return self.code == -signal.SIGKILL

    @property
    def done(self) -> list[str]:
        """What was acknowledged, in order."""
        return [line["done"] for line in self.lines if "done" in line]

    @property
    def refused(self) -> list[str]:
        """What was refused with a sentence or a 404, in order."""
        return [line["refused"] for line in self.lines if "refused" in line]


@dataclass
class Running:
    """A worker that is at it."""

    connection: socket.socket
    lines: list[Line] = field(default_factory=list)
    pid: int = 0

    def __post_init__(self) -> None:
        self._has_begun = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        assert self._has_begun.wait(30), "the worker did not begin"

    def _read(self) -> None:
        with self.connection, self.connection.makefile("r") as pipe:
            for text in pipe:
                line = json.loads(text)
                self.lines.append(line)
                if "pid" in line:
                    self.pid = line["pid"]
                    self._has_begun.set()
        self._has_begun.set()

    @property
    def acknowledged(self) -> int:
        """How many things it has said to be done."""
        return sum("done" in line for line in self.lines)

    def kill(self) -> None:
        """kill -9, wherever it is."""
        os.kill(self.pid, signal.SIGKILL)

    def stop(self) -> None:
        """It stands still between two instructions, as everything does when the power goes."""
        os.kill(self.pid, signal.SIGSTOP)

    def wait(self, seconds: float = 60) -> Ended:
        """Until it has ended. What broke in it breaks the test."""
        self._reader.join(seconds)
        assert not self._reader.is_alive(), f"the worker did not end in {seconds} s"
        broke = [line["broke"] for line in self.lines if "broke" in line]
        assert not broke, broke[0]
        return Ended(code=self.lines[-1]["ended"], lines=self.lines[:-1])


class Workers:
    """Starts workers. Made once for all tests, when the stores are there."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="crash-"))
        self._address = str(self._folder / "socket")
        self._log = self._folder / "log"
        self._parent = start_child(
            "tests.crash.workers:wait_for_work", address=self._address, log=str(self._log)
        )

    def start(
        self,
        deeds: Sequence[Deed] = (),
        *,
        fault: str = "",
        life: Mapping[str, Any] | None = None,
        at: float = 0,
    ) -> Running:
        """A worker that does these things and ends; or lives a `life` (`tests.crash.lives`) until it is killed.

        It begins `at` a moment of `time.monotonic`, so that several begin together.
        """
        connection = self._connect()
        brief = {"deeds": deeds, "fault": fault, "life": life, "at": at}
        connection.sendall(json.dumps(brief).encode() + b"\n")
        return Running(connection)

    def run(self, deeds: Sequence[Deed], *, fault: str = "") -> Ended:
        """Start one and wait for its end."""
        return self.start(deeds, fault=fault).wait()

    def close(self) -> None:
        self._parent.kill()
        self._parent.communicate()
        shutil.rmtree(self._folder)

    def _connect(self) -> socket.socket:
        until = time.monotonic() + 60
        while True:
            connection = socket.socket(socket.AF_UNIX)
            try:
                connection.connect(self._address)
                return connection
            except OSError:
                connection.close()
                if self._parent.poll() is not None:
                    _output, errors = self._parent.communicate()
                    raise AssertionError(f"no worker can be started: {errors}") from None
                assert time.monotonic() < until, "no worker could be started in time"
                time.sleep(0.02)


# --- In the other processes.


def wait_for_work(address: str, log: str) -> None:
    """Fork a worker for each connection, for as long as the tests run."""
    from tests.crash import deeds, lives  # noqa: F401 - loaded once, before any fork

    with open(log, "ab", buffering=0) as file:
        os.dup2(file.fileno(), sys.stdout.fileno())
        os.dup2(file.fileno(), sys.stderr.fileno())
    tests = os.getppid()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen(16)
        listener.settimeout(2)
        while os.getppid() == tests:
            try:
                connection, _ = listener.accept()
            except TimeoutError:
                continue
            if os.fork() == 0:
                listener.close()
                _watch(connection)
            connection.close()


def _watch(connection: socket.socket) -> None:
    """Fork the worker, and say at last how it ended: it cannot say so itself."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    connection.settimeout(None)
    brief = json.loads(connection.makefile("r").readline())
    worker = os.fork()
    if worker == 0:
        _work(connection, brief)
    _, status = os.waitpid(worker, 0)
    connection.sendall(json.dumps({"ended": os.waitstatus_to_exitcode(status)}).encode() + b"\n")
    os._exit(0)


def _work(connection: socket.socket, brief: dict[str, Any]) -> None:
    from tests.crash import deeds, lives

    def say(**line: Any) -> None:
        connection.sendall(json.dumps(line).encode() + b"\n")

    if brief["fault"]:
        os.environ["LESSALONE_FAULT"] = brief["fault"]
    code = 0
    try:
        say(pid=os.getpid())
        time.sleep(max(0, brief["at"] - time.monotonic()))
        for name, arguments in brief["deeds"]:
            deeds.do(name, arguments, say)
        if brief["life"]:
            lives.live(say=say, **brief["life"])
    except BaseException:
        code = 1
        say(broke=traceback.format_exc())
    finally:
        os._exit(code)
