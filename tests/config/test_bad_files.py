"""What bad files cost the real server: a sentence beside each, and little memory."""

from __future__ import annotations

import struct
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from tests.config.conftest import Installation, eventually
from tests.config.test_command import parts, pss_megabytes
from tests.config.visitor import Visitor, a_photo

MORE_THAN_IDLE = 400
"""Megabytes, of all processes together."""


def a_bomb(side: int) -> bytes:
    """A PNG of a few hundred kilobytes that wants `side` squared pixels."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        )

    squeeze, rows = zlib.compressobj(9), []
    for _ in range(side):
        rows.append(squeeze.compress(bytes(side * 3 + 1)))
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    pixels = b"".join([*rows, squeeze.flush()])
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@contextmanager
def watched(pid: int) -> Iterator[list[float]]:
    """The memory of the server and all it started, looked at all the time."""
    seen, done = [pss_megabytes(parts(pid))], threading.Event()

    def look() -> None:
        while not done.wait(0.02):
            try:
                seen.append(pss_megabytes(parts(pid)))
            except (OSError, TypeError):
                continue  # one of them ended just then

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield seen
    finally:
        done.set()
        watcher.join()


def test_bad_files_get_a_sentence_each_and_the_server_stays_small(prepared: Installation):
    process = prepared.start("serve")
    eventually(lambda: prepared.status("/readyz") == 200)
    ana = Visitor(prepared.address)
    ana.join()
    baby, shelf = ana.add_baby("Jack")
    files = {
        "empty.jpg": b"",
        "cut.jpg": a_photo(1000)[:-500],
        "bomb.png": a_bomb(13_000),
        "too-many-pixels.png": a_bomb(15_000),
        "noise.jpg": b"\xff\xd8\xff" + bytes(95_000_000),
        "too-large.jpg": a_photo(100) + bytes(101_000_000),
        "page.html": b"<!doctype html><script>alert(1)</script>",
        "large.jpg": a_photo(9_000),
        "good.jpg": a_photo(800),
    }
    with watched(process.pid) as seen:
        ana.send_files(f"/babies/{baby}/", f"/vault/shelves/{shelf}/", files)
    print(f"idle {seen[0]:.0f} MB, at most {max(seen):.0f} MB, looked {len(seen)} times")
    assert all(name in ana.page for name in files), "a sentence beside each"
    assert ana.page.count("Kept safe") == 3, "a whole photo is kept, also one too large to show"
    assert len(seen) > 20
    assert max(seen) - seen[0] < MORE_THAN_IDLE
    # Nothing half-done stays: what is there is what she was told.
    assert not list((prepared.data / "blobs").rglob("*.part"))
    ana.ask(f"/vault/shelves/{shelf}/")
    assert ana.page.count('href="/vault/photos/') == 3
