"""The door of the darkroom: hands an original to a limited process, and takes back what may be shown of it.

One at a time on the whole machine, so that what several people send at once takes no more memory than one
photo. Plain bytes go through pipes and are never in a file.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

import structlog
from django.conf import settings

from lessalone.vault import durable, refusals
from lessalone.vault.darkroom.wishes import Region

log = structlog.get_logger()

CHILD = Path(__file__).with_name("child.py")
MEMORY = 400 << 20
"""What the process may ask for; a decoded picture and its file may take `PICTURE_MEMORY` of it."""
PICTURE_MEMORY = 300 << 20
CPU_SECONDS = 60
WALL_SECONDS = 90
ANSWER_LIMIT = 32 << 20
PATIENCE = 30.0
_LIMITS = {-signal.SIGKILL, -signal.SIGXCPU}
_CRASHES = {-signal.SIGSEGV, -signal.SIGABRT, -signal.SIGBUS, -signal.SIGILL, -signal.SIGFPE}


class Busy(Exception):
    """Others were being developed for longer than one wants to wait."""


class OutOfOrder(Exception):
    """The darkroom itself did not work. The photo is kept, and developed later."""


@dataclass(frozen=True, slots=True)
class Part:
    """One encoded rendition, or the veil."""

    role: str
    box: int
    width: int
    height: int
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of an original. `parts` is empty when it is whole but cannot be shown here."""

    width: int
    height: int
    parts: list[Part]
    peak: int
    """The most memory the process took, in bytes."""
    is_closed_in: bool
    """Whether the kernel kept it from opening files."""


def develop(chunks: Iterable[bytes], *, regions: Sequence[Region] = (), patience: float = PATIENCE) -> Answer:
    """Develop one original. Raises `refusals.Refused` when it is no photo, or damaged, or has too many
    pixels; `Busy` when no place came free in `patience` seconds."""
    with _place(patience):
        line, body, code = _run(chunks, regions)
    if line is None:
        _judge(code)
        return Answer(0, 0, [], 0, True)
    if line["verdict"] == "refused":
        raise refusals.Refused(line["reason"])
    parts = list(_parts(line.get("parts", []), body))
    return Answer(line.get("width", 0), line.get("height", 0), parts, line["peak"], line["closed_in"])


def _judge(code: int) -> None:
    """What it means that there was no answer. Out of time or memory: the file is whole, as far as we know."""
    log.error("darkroom ended early", status=code)
    if code in _CRASHES:
        raise refusals.Refused(refusals.DAMAGED)
    if code not in _LIMITS:
        raise OutOfOrder


def _options(regions: Sequence[Region]) -> str:
    environment = settings.ENVIRONMENT
    return json.dumps(
        {
            "pixels": environment.max_photo_megapixels * 1_000_000,
            "bytes": environment.max_photo_megabytes * 1_000_000,
            "memory": MEMORY,
            "picture_memory": PICTURE_MEMORY,
            "seconds": CPU_SECONDS,
            "regions": [asdict(region) for region in regions],
        }
    )


def _run(chunks: Iterable[bytes], regions: Sequence[Region]) -> tuple[dict[str, Any] | None, bytes, int]:
    process = subprocess.Popen(  # noqa: S603 (our own interpreter and file)
        [sys.executable, "-I", str(CHILD), _options(regions)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"MALLOC_ARENA_MAX": "2", "LC_ALL": "C.UTF-8"},
        cwd="/",
        start_new_session=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    watch = threading.Timer(WALL_SECONDS, process.kill)
    watch.daemon = True
    watch.start()
    try:
        _feed(process.stdin, chunks)
        output = process.stdout.read(ANSWER_LIMIT)
    finally:
        watch.cancel()
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):
                pipe.close()
        code = _end(process)
    first, separator, body = output.partition(b"\n")
    return (json.loads(first) if separator else None), body, code


def _end(process: subprocess.Popen[bytes]) -> int:
    """Its pipes are closed: it ends, or is ended."""
    try:
        return process.wait(timeout=2)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def _feed(pipe: IO[bytes], chunks: Iterable[bytes]) -> None:
    """A process that ended early does not read to the end; its answer says why."""
    with suppress(BrokenPipeError):
        for chunk in chunks:
            pipe.write(chunk)
    with suppress(BrokenPipeError):
        pipe.close()


def _parts(entries: list[dict[str, Any]], body: bytes) -> Iterator[Part]:
    at = 0
    for entry in entries:
        size = entry.pop("size")
        yield Part(**entry, content=body[at : at + size])
        at += size


@contextmanager
def _place(patience: float) -> Iterator[None]:
    """The one place in the darkroom, held by a lock that goes with whoever holds it."""
    folder = Path(settings.BLOBS)
    durable.make_folder(folder)
    with (folder / ".darkroom").open("ab") as file:
        if not durable.lock(file, patience):
            raise Busy
        yield
