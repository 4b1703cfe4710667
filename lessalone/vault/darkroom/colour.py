"""Colours: from whatever a file says its colours are, to sRGB, so that renditions need no profile.

Files say it in an ICC profile; or by numbers ("nclx" in HEIC and AVIF, ITU-T H.273); or, cameras set to
Adobe RGB, by the letters R03 in EXIF. For the last two a profile is built here: three primaries and a curve.
"""

from __future__ import annotations

import io
import math
import struct
from collections.abc import Callable
from functools import lru_cache

from PIL import Image, ImageCms

Matrix = tuple[tuple[float, float, float], ...]

# CIE xy of red, green, blue. White is D65 for all of them.
P3 = ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060))
REC2020 = ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046))
ADOBE = ((0.640, 0.330), (0.210, 0.710), (0.150, 0.060))
REC709 = ((0.640, 0.330), (0.300, 0.600), (0.150, 0.060))
PRIMARIES = {1: REC709, 9: REC2020, 11: P3, 12: P3}
PQ, HLG, GAMMA22 = 16, 18, 4
SRGB = 13

D65_TO_D50: Matrix = (
    (1.0478112, 0.0228866, -0.0501270),
    (0.0295424, 0.9904844, -0.0170491),
    (-0.0092345, 0.0150436, 0.7521316),
)
"""Bradford, as in the ICC specification."""

_srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def to_srgb(image: Image.Image, icc: bytes | None) -> Image.Image:
    """The same picture as `RGB` in sRGB. A profile that does not fit the picture is passed over."""
    if icc and not _is_srgb(icc):
        try:
            profile = ImageCms.ImageCmsProfile(io.BytesIO(icc))
            converted = ImageCms.profileToProfile(image, profile, _srgb, outputMode="RGB")
            if converted is not None:
                return converted
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            pass
    return image if image.mode == "RGB" else image.convert("RGB")


def profile_of_nclx(data: bytes) -> bytes | None:
    """A profile for the first `colr` box of type `nclx` near the start of the file; None for plain sRGB."""
    at = data[: 1 << 18].find(b"colrnclx")
    if at < 0 or b"colrprof" in data[: 1 << 18] or b"colrrICC" in data[: 1 << 18]:
        return None
    primaries, transfer = struct.unpack(">HH", data[at + 8 : at + 12])
    known = PRIMARIES.get(primaries)
    if known is None or (known is REC709 and transfer not in (PQ, HLG)):
        return None
    return _profile(known, transfer)


def profile_of_exif(exif: Image.Exif) -> bytes | None:
    """A profile for a camera set to Adobe RGB (DCF option file: interoperability index R03)."""
    if exif.get_ifd(0xA005).get(1) == "R03" and exif.get_ifd(0x8769).get(0xA001) != 1:
        return _profile(ADOBE, GAMMA22)
    return None


def _is_srgb(icc: bytes) -> bool:
    return b"sRGB" in icc[:1024] or b"s\x00R\x00G\x00B" in icc[:1024]


@lru_cache(maxsize=8)
def _profile(primaries: tuple[tuple[float, float], ...], transfer: int) -> bytes:
    """An ICC version 2 display profile with these primaries and this curve."""
    columns = _multiply(D65_TO_D50, _to_xyz(primaries))
    curve = b"curv\0\0\0\0" + struct.pack(">I1024H", 1024, *_curve(transfer))
    tags = {
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", 1) + b"\0" * 79,
        b"wtpt": _xyz((0.9642, 1.0, 0.8249)),
        **{
            name + b"XYZ": _xyz(tuple(row[index] for row in columns))
            for index, name in enumerate((b"r", b"g", b"b"))
        },
        **{name + b"TRC": curve for name in (b"r", b"g", b"b")},
    }
    at = 128 + 4 + 12 * len(tags)
    table, body = struct.pack(">I", len(tags)), b""
    for name, content in tags.items():
        content += b"\0" * (-len(content) % 4)
        table += name + struct.pack(">II", at + len(body), len(content))
        body += content
    header = struct.pack(">I", at + len(body)) + b"\0" * 4 + struct.pack(">I", 0x02400000)
    header += b"mntrRGB XYZ " + b"\0" * 12 + b"acsp" + b"\0" * 28
    header += struct.pack(">3i", *(round(part * 65536) for part in (0.9642, 1.0, 0.8249)))
    return header.ljust(128, b"\0") + table + body


def _curve(transfer: int) -> list[int]:
    """1,024 steps from the coded value to light. Brighter than white is eased down to white."""
    steps = (number / 1023 for number in range(1024))
    light = _LIGHT.get(transfer, _srgb_light)
    return [min(65535, round(light(x) * 65535)) for x in steps]


def _srgb_light(x: float) -> float:
    return x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4


def _pq(x: float) -> float:
    """SMPTE ST 2084, with white at 203 candela per square metre (ITU-R BT.2408)."""
    m1, m2, c1, c2, c3 = 2610 / 16384, 2523 / 32, 3424 / 4096, 2413 / 128, 2392 / 128
    power = x ** (1 / m2)
    return _ease((max(power - c1, 0) / (c2 - c3 * power)) ** (1 / m1) * 10000 / 203)


def _hlg(x: float) -> float:
    """ARIB STD-B67, with white at 75 % of the signal."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    scene = x * x / 3 if x <= 0.5 else (math.exp((x - c) / a) + b) / 12
    return _ease(scene**1.2 / 0.2030)


def _gamma22(x: float) -> float:
    """Adobe RGB (1998): 2 and 51/256."""
    return float(x**2.19921875)


def _ease(light: float) -> float:
    """Up to 0.8 as it is; what is brighter nears 1."""
    return light if light <= 0.8 else 0.8 + 0.2 * (1 - 1 / (1 + (light - 0.8) / 0.2))


_LIGHT: dict[int, Callable[[float], float]] = {PQ: _pq, HLG: _hlg, GAMMA22: _gamma22}


def _to_xyz(primaries: tuple[tuple[float, float], ...]) -> Matrix:
    """Linear RGB to XYZ under D65."""
    rows = [
        [x / y for x, y in primaries],
        [1.0 for _each in primaries],
        [(1 - x - y) / y for x, y in primaries],
    ]
    white = (0.95047, 1.0, 1.08883)
    scale = _solve(rows, white)
    return tuple(tuple(value * scale[at] for at, value in enumerate(row)) for row in rows)  # type: ignore[misc]


def _solve(rows: list[list[float]], right: tuple[float, ...]) -> list[float]:
    """Cramer's rule for three unknowns."""
    whole = _determinant(rows)
    return [
        _determinant([[*row[:at], right[line], *row[at + 1 :]] for line, row in enumerate(rows)]) / whole
        for at in range(3)
    ]


def _determinant(m: list[list[float]]) -> float:
    return (
        m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1])
        - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0])
        + m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0])
    )


def _multiply(a: Matrix, b: Matrix) -> Matrix:
    return tuple(
        tuple(sum(row[k] * b[k][at] for k in range(3)) for at in range(3))  # type: ignore[misc]
        for row in a
    )


def _xyz(parts: tuple[float, ...]) -> bytes:
    return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(part * 65536) for part in parts))
