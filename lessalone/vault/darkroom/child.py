"""The limited process: one original comes in by a pipe, what may be shown of it goes out by another.

It is started as `python -I child.py OPTIONS` with nothing in its environment, loads its decoders, and then
gives up what it does not need before it reads the first byte: files (Landlock: none can be opened, so not
the master key either), memory, time, open files, core dumps, children, new privileges. What a broken file
may do to it stays in here.

Out goes one line of JSON, then the pictures one after another in the order of that line.
"""

from __future__ import annotations

import ctypes
import io
import json
import os
import resource
import signal
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from PIL import AvifImagePlugin, Image, JpegImagePlugin, MpoImagePlugin, PngImagePlugin, WebPImagePlugin  # noqa: E402

from lessalone.vault import formats  # noqa: E402
from lessalone.vault.darkroom import pictures  # noqa: E402
from lessalone.vault.darkroom.wishes import Region  # noqa: E402

_LOADED = (AvifImagePlugin, JpegImagePlugin, MpoImagePlugin, PngImagePlugin, WebPImagePlugin)

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS = 1, 4, 38
LANDLOCK_CREATE_RULESET, LANDLOCK_RESTRICT_SELF = 444, 446
EVERY_FILE_RIGHT = (1 << 13) - 1
"""The rights of the first version of Landlock, which every kernel with Landlock knows."""


class _Ruleset(ctypes.Structure):
    _fields_ = [("handled_access_fs", ctypes.c_uint64)]


def give_up_rights(memory: int, seconds: int) -> bool:
    """No way back from here. False when the kernel has no Landlock; the other limits hold all the same."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    for name, limit in (
        (resource.RLIMIT_DATA, memory),
        (resource.RLIMIT_AS, memory + (768 << 20)),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_NOFILE, 16),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(name, (limit, limit))
    rules = _Ruleset(EVERY_FILE_RIGHT)
    descriptor = libc.syscall(LANDLOCK_CREATE_RULESET, ctypes.byref(rules), ctypes.sizeof(rules), 0)
    if descriptor < 0:
        return False
    is_held = libc.syscall(LANDLOCK_RESTRICT_SELF, descriptor, 0) == 0
    os.close(descriptor)
    return bool(is_held)


def warm_up() -> None:
    """Make every import now that decoding or encoding would make later, when no file can be opened any
    more."""
    Image.MAX_IMAGE_PIXELS = None  # our own limit is checked before a pixel is decoded
    Image.preinit()
    Image._initialized = 2  # no further plugins: only the five formats are opened
    sample = io.BytesIO()
    Image.new("RGB", (4, 4)).save(sample, "JPEG", exif=Image.Exif())
    limits = pictures.Limits(pixels=16, memory=2 * pictures.RENDITIONS)
    pictures.develop(sample.getvalue(), formats.JPEG.name, limits, [Region("ellipse", 0, 0, 50, 50)])


def answer(options: dict[str, Any], data: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """The verdict on one original, and its pictures."""
    form = formats.recognise(data[: formats.HEAD])
    if form is None or not form.is_shown:
        return {"verdict": "not-shown"}, []
    limits = pictures.Limits(options["pixels"], options["picture_memory"])
    regions = [Region(**region) for region in options["regions"]]
    try:
        made = pictures.develop(data, form.name, limits, regions)
    except pictures.Unreadable as refusal:
        return {"verdict": "refused", "reason": refusal.reason}, []
    except (pictures.NotShown, MemoryError) as error:
        size = (error.width, error.height) if isinstance(error, pictures.NotShown) else (0, 0)
        return {"verdict": "not-shown", "width": size[0], "height": size[1]}, []
    parts = [
        {
            "role": one.role,
            "box": one.box,
            "width": one.width,
            "height": one.height,
            "media_type": one.media_type,
            "size": len(one.content),
        }
        for one in made.pictures
    ]
    line = {"verdict": "developed", "width": made.width, "height": made.height, "parts": parts}
    return line, [one.content for one in made.pictures]


def peak(status: int) -> int:
    """The most memory this process took, in bytes. (`getrusage` counts the parent's before this one
    began.)"""
    lines = os.pread(status, 8192, 0).split(b"\n")
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(b"VmHWM"))


def main() -> None:
    options = json.loads(sys.argv[1])
    status = os.open("/proc/self/status", os.O_RDONLY)
    warm_up()
    is_closed_in = give_up_rights(options["memory"], options["seconds"])
    data = sys.stdin.buffer.read(options["bytes"] + 1)
    line, contents = answer(options, data)
    line["peak"] = peak(status)
    line["closed_in"] = is_closed_in
    out = sys.stdout.buffer
    out.write(json.dumps(line).encode() + b"\n")
    for content in contents:
        out.write(content)
    out.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
