"""What keeping a photo costs: CPU seconds, memory, encryption.

A real photograph of 12 megapixels, as HEIC and as JPEG. Ours is the whole darkroom, with the start of its limited
process, colours turned to sRGB, three WebP, a JPEG and the veil. Beside it in the same run, on the same file:

- sharp, warm and in one process, for JPEG (installed by npm into a temporary folder; absent where that fails)
- bare Pillow and pi-heif, warm and in one process: decode, reduce, encode with the encoders' own settings

CPU seconds are of all threads, medians; so a busy machine is spared.
"""

from __future__ import annotations

import io
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.measure import ROOT, arguments, report

PHOTO = ROOT / "tests" / "data" / "images" / "pillow-heif" / "pug.heic"
SHARP = "sharp@0.35.5"
BUDGET = {
    "jpeg_times_sharp": 1.15,
    "heic_times_bare": 1.1,
    "jpeg_peak_megabytes": 250,
    "heic_peak_megabytes": 250,
    "encrypt_500_megabytes_seconds": 1.0,
    "decrypt_500_megabytes_seconds": 1.0,
}


def main() -> int:
    chosen = arguments("What keeping a photo costs, beside sharp and bare libraries.")
    rounds = 2 if chosen.quick else 9
    with tempfile.TemporaryDirectory(prefix="lessalone-bench-") as folder:
        _set_up(Path(folder))
        figures = _figures(Path(folder), rounds)
    return report("photos", figures, BUDGET, as_json=chosen.json)


def _set_up(folder: Path) -> None:
    """Stores of its own."""
    os.environ["LESSALONE_DATA"] = str(folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lessalone.config.settings")
    for name in ("DATABASE_URL", "LESSALONE_KEYS_DATABASE_URL", "LESSALONE_DERIVED_DATABASE_URL"):
        os.environ.pop(name, None)
    import django
    from django.core.management import call_command

    django.setup()
    for store in ("default", "keys", "derived"):
        call_command("migrate", database=store, verbosity=0)


def _figures(folder: Path, rounds: int) -> dict[str, Any]:
    heic = PHOTO.read_bytes()
    jpeg = _as_jpeg(heic)
    figures: dict[str, Any] = {}
    for name, content in (("jpeg", jpeg), ("heic", heic)):
        figures |= _ours(name, content, rounds)
        figures[f"{name}_bare_cpu_seconds"] = _median(_cpu, lambda content=content: _bare(content), rounds)
    figures["heic_times_bare"] = figures["heic_cpu_seconds"] / figures["heic_bare_cpu_seconds"]
    figures["jpeg_times_bare"] = figures["jpeg_cpu_seconds"] / figures["jpeg_bare_cpu_seconds"]
    sharp = _sharp(folder, jpeg, rounds)
    if sharp is not None:
        figures["jpeg_sharp_cpu_seconds"] = sharp
        figures["jpeg_times_sharp"] = figures["jpeg_cpu_seconds"] / sharp
    figures |= _keeping(jpeg, rounds)
    figures |= _encryption()
    return {name: round(value, 3) for name, value in figures.items()}


def _as_jpeg(heic: bytes) -> bytes:
    import pi_heif

    found = pi_heif.open_heif(heic)
    image = found.to_pillow()
    out = io.BytesIO()
    image.save(out, "JPEG", quality=92, icc_profile=found.info["icc_profile"])
    return out.getvalue()


def _ours(name: str, content: bytes, rounds: int) -> dict[str, float]:
    from lessalone.vault.darkroom import job

    peaks = []

    def work() -> None:
        peaks.append(job.develop([content]).peak)

    cpu = _median(_children_cpu, work, rounds, is_warm=True)
    return {f"{name}_cpu_seconds": cpu, f"{name}_peak_megabytes": max(peaks) / (1 << 20)}


def _bare(content: bytes) -> None:
    """Decode, reduce, encode, and nothing else: no process, no limits, no colours."""
    import pi_heif
    from PIL import Image

    image: Image.Image
    if content[4:8] == b"ftyp":
        found = pi_heif.open_heif(content)
        image = Image.frombuffer("RGB", found.size, bytes(found.data), "raw", "RGB", found.stride, 1)
    else:
        image = Image.open(io.BytesIO(content))
    for box in (2048, 960, 320):
        image.thumbnail((box, box), Image.Resampling.LANCZOS, reducing_gap=2.0)
        image.save(io.BytesIO(), "WEBP", quality=80)
        if box == 960:
            image.save(io.BytesIO(), "JPEG", quality=80)
    image.resize((24, 18)).save(io.BytesIO(), "WEBP", quality=60)


def _sharp(folder: Path, jpeg: bytes, rounds: int) -> float | None:
    """CPU seconds of sharp, or None where it cannot be had."""
    if not shutil.which("node") or not shutil.which("npm"):
        return None
    modules = Path(tempfile.gettempdir()) / f"lessalone-{SHARP.replace('@', '-')}"
    if not (modules / "node_modules" / "sharp").is_dir():
        command = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(modules), SHARP]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=60)
        except (subprocess.SubprocessError, OSError):
            return None
    path = folder / "photo.jpg"
    path.write_bytes(jpeg)
    script = modules / "work.cjs"
    shutil.copy(ROOT / "bench" / "sharp.cjs", script)
    try:
        said = subprocess.run(
            ["node", str(script), str(path), str(rounds)],
            check=True,
            capture_output=True,
            text=True,
            timeout=120,
        ).stdout
    except (subprocess.SubprocessError, OSError):
        return None
    return statistics.median(float(line) for line in said.split())


def _keeping(jpeg: bytes, rounds: int) -> dict[str, float]:
    """All of it: developed, keys, six encrypted files on the disk, rows committed."""
    from lessalone.people.models import Member
    from lessalone.vault import photos, shelves

    member = Member.objects.create(handle="bench")
    shelf = shelves.open_shelf(keepers=[member])

    def work() -> None:
        photos.keep(
            actor=member, shelf=shelf, source=lambda: iter([jpeg]), size=len(jpeg), on_kept=lambda photo: None
        )

    walls: list[float] = []

    def timed() -> None:
        start = time.perf_counter()
        work()
        walls.append(time.perf_counter() - start)

    cpu = _median(_both_cpu, timed, rounds, is_warm=True)
    return {"keep_jpeg_cpu_seconds": cpu, "keep_jpeg_wall_seconds": statistics.median(walls)}


def _encryption() -> dict[str, float]:
    """Segments of 64 KiB, in memory: the cipher and what we do around it."""
    from uuid import uuid4

    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    from lessalone.vault import blobs

    megabyte = os.urandom(1_000_000)
    key, blob_id = os.urandom(32), uuid4()
    encrypting = _cpu(lambda: blobs._encrypt((megabyte for _each in range(500)), AESGCM(key), blob_id, len))
    blobs.write(blob_id, key, (megabyte for _each in range(100)))
    decrypting = _cpu(lambda: sum(len(piece) for piece in blobs.read_range(blob_id, key))) * 5
    return {
        "encrypt_500_megabytes_seconds": encrypting,
        "encrypt_megabytes_per_second": 500 / encrypting,
        "decrypt_500_megabytes_seconds": decrypting,
        "decrypt_megabytes_per_second": 500 / decrypting,
    }


# --- Measuring ---


def _median(
    measure: Callable[[Callable[[], None]], float],
    act: Callable[[], None],
    rounds: int,
    *,
    is_warm: bool = False,
) -> float:
    """The median of some rounds, after one that does not count, unless each begins a new process anyway."""
    if not is_warm:
        act()
    return statistics.median(measure(act) for _each in range(rounds))


def _cpu(act: Callable[[], object]) -> float:
    before = time.process_time()
    act()
    return time.process_time() - before


def _children_cpu(act: Callable[[], object]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    act()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _both_cpu(act: Callable[[], object]) -> float:
    before = time.process_time()
    children = _children_cpu(act)
    return children + time.process_time() - before


if __name__ == "__main__":
    sys.exit(main())
