"""What a file is, by its first bytes; never by its name. No imports beyond the standard library."""

from __future__ import annotations

from dataclasses import dataclass

HEAD = 4096
"""So many first bytes are enough to recognise a file."""


@dataclass(frozen=True, slots=True)
class Format:
    """A form of photo that is kept. `is_shown`: pictures of it can be made here."""

    name: str
    media_type: str
    extension: str
    is_shown: bool = True


JPEG = Format("jpeg", "image/jpeg", "jpg")
PNG = Format("png", "image/png", "png")
WEBP = Format("webp", "image/webp", "webp")
HEIC = Format("heic", "image/heic", "heic")
AVIF = Format("avif", "image/avif", "avif")
RAW = Format("raw", "application/octet-stream", "raw", is_shown=False)
"""A camera's raw file: recognised and kept as it is, although no picture of it can be made here."""

BY_NAME = {one.name: one for one in (JPEG, PNG, WEBP, HEIC, AVIF, RAW)}

HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
AVIF_BRANDS = {b"avif", b"avis"}
_RAW_HEADS = (b"FUJIFILMCCD-RAW", b"IIRO", b"IIRS", b"MMOR", b"IIU\x00", b"\x00MRM")
_BOXES = {b"ftyp", b"meta", b"mdat", b"moov", b"free", b"skip", b"uuid", b"mpvd"}
_MAKE, _SUB_IFDS, _DNG_VERSION = 271, 330, 50706


def recognise(head: bytes) -> Format | None:
    """The format of a file that begins with these bytes, or None when it is no photo that is kept."""
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head[4:8] == b"ftyp":
        return _by_brands(head)
    if head.startswith(_RAW_HEADS) or _is_raw_tiff(head):
        return RAW
    return None


def is_video(head: bytes) -> bool:
    """Whether a file that is no photo begins like a film."""
    return head[4:8] == b"ftyp" or head.startswith((b"\x1aE\xdf\xa3", b"FLV\x01")) or head[8:12] == b"AVI "


def is_cut_off(data: bytes) -> bool:
    """Whether a file of boxes (HEIC, AVIF) ends before one of its boxes does. Decoders do not always
    notice."""
    at = 0
    while at + 8 <= len(data):
        size, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if size == 1:
            size = int.from_bytes(data[at + 8 : at + 16], "big")
        if kind not in _BOXES or size == 0:
            return False  # to the end of the file; or what some phones add behind the picture
        if at + size > len(data):
            return True
        at += max(size, 8)
    return False


def _by_brands(head: bytes) -> Format | None:
    size = min(int.from_bytes(head[:4], "big"), len(head))
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, size - 3, 4))]
    if brands[0] == b"crx ":
        return RAW
    for brand in brands:
        if brand in HEIC_BRANDS:
            return HEIC
        if brand in AVIF_BRANDS:
            return AVIF
    return None


def _is_raw_tiff(head: bytes) -> bool:
    """A TIFF that names its camera's maker and holds further images: NEF, CR2, ARW, DNG, PEF."""
    order = {b"II*\x00": "little", b"MM\x00*": "big"}.get(head[:4])
    if order is None:
        return False
    start = int.from_bytes(head[4:8], order)  # type: ignore[arg-type]
    count = int.from_bytes(head[start : start + 2], order)  # type: ignore[arg-type]
    entries = range(start + 2, min(start + 2 + 12 * count, len(head) - 1), 12)
    tags = {int.from_bytes(head[at : at + 2], order) for at in entries}  # type: ignore[arg-type]
    return _MAKE in tags and (head[8:10] == b"CR" or bool(tags & {_SUB_IFDS, _DNG_VERSION}))
