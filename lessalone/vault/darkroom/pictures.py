"""From an original to what may be shown of it: upright, in sRGB, without a byte of metadata.

Runs only inside the limited process (`child`). Each format is opened with its own decoder and no other.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import pi_heif
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from lessalone.vault import formats
from lessalone.vault.darkroom import colour
from lessalone.vault.darkroom.wishes import Region

BOXES = (2048, 960, 320)
RENDITIONS = 35 << 20
"""Bytes that the renditions take while they are made."""
WEBP_QUALITY, WEBP_METHOD = 80, 2
FALLBACK_BOX, FALLBACK_QUALITY = 960, 80
"""One JPEG for old phones."""

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""EXIF 2.32, Orientation: what turns each upright."""
_PILLOW = {"jpeg": "JPEG", "png": "PNG", "webp": "WEBP", "avif": "AVIF"}


class Unreadable(Exception):
    """`reason`: `damaged` or `pixels`: the file is refused."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotShown(Exception):
    """It seems to be whole, but no picture can be made of it within the limits: it is kept as it is."""

    def __init__(self, width: int = 0, height: int = 0) -> None:
        super().__init__()
        self.width, self.height = width, height


@dataclass(frozen=True, slots=True)
class Limits:
    """What one picture may take."""

    pixels: int
    memory: int
    """Bytes for the file and its decoded picture together."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One encoded rendition, or the veil."""

    role: str
    box: int
    width: int
    height: int
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Developed:
    """All that is made of an original. `width` and `height` are its own, upright."""

    width: int
    height: int
    pictures: list[Picture]


def develop(data: bytes, format_name: str, limits: Limits, regions: Sequence[Region] = ()) -> Developed:
    """Make the renditions (longest side 2048, 960, 320, never enlarged), the fallback and the veil.

    With regions, those are softened in all of them. Raises `Unreadable` or `NotShown`.
    """
    try:
        if format_name == formats.HEIC.name:
            size, image = _decode_heif(data, limits)
        else:
            size, image = _decode(data, format_name, limits)
    except (
        OSError,
        ValueError,
        SyntaxError,
        RuntimeError,
        EOFError,
        KeyError,
        IndexError,
        TypeError,
    ) as error:
        raise _verdict(error) from error
    del data
    image = _soften(image, regions)
    return Developed(*size, list(_pictures(image)))


def _verdict(error: Exception) -> Exception:
    """libheif knows newer files than it can decode; those are whole, and kept."""
    text = str(error).lower()
    if "unsupported" in text and "bitstream" not in text:
        return NotShown()
    return Unreadable("damaged")


# --- Decoding, as small as the renditions allow ---


def _decode(data: bytes, format_name: str, limits: Limits) -> tuple[tuple[int, int], Image.Image]:
    image = Image.open(io.BytesIO(data), formats=[_PILLOW[format_name]])
    width, height = image.size
    _check_pixels(width, height, limits)
    if format_name == formats.JPEG.name:
        image.draft(image.mode, _fitted(width, height, BOXES[0]))
    if len(data) + _memory_of(image, format_name, width * height) > limits.memory:
        raise NotShown(width, height)
    exif = image.getexif()
    orientation = exif.get(0x0112, 1)
    icc = image.info.get("icc_profile") or _profile_beside(data, format_name, exif)
    small = _upright(_smaller(_without_palette(image)), orientation)
    return ((height, width) if orientation in (5, 6, 7, 8) else (width, height)), _finish(small, icc)


def _profile_beside(data: bytes, format_name: str, exif: Image.Exif) -> bytes | None:
    if format_name == formats.AVIF.name:
        return colour.profile_of_nclx(data)
    return colour.profile_of_exif(exif) if exif else None


def _upright(image: Image.Image, orientation: int) -> Image.Image:
    method = _TURNS.get(orientation)
    return image if method is None else image.transpose(method)


def _decode_heif(data: bytes, limits: Limits) -> tuple[tuple[int, int], Image.Image]:
    """libheif turns it upright itself. Its buffer is reduced in bands: Pillow's own takes a third more."""
    if formats.is_cut_off(data):
        raise Unreadable("damaged")
    heif = pi_heif.open_heif(data, convert_hdr_to_8bit=True)
    width, height = heif.size
    _check_pixels(width, height, limits)
    each = (10 if heif.info.get("bit_depth", 8) > 8 else 1.5 + len(heif.mode)) * 1.05
    if len(data) + RENDITIONS + width * height * each > limits.memory:
        raise NotShown(width, height)
    icc = heif.info.get("icc_profile") or colour.profile_of_nclx(data)
    pixels, mode, stride = heif.data, heif.mode, heif.stride
    factor = _factor(width, height)
    small = Image.new(mode, (-(-width // factor), -(-height // factor)))
    rows = max(1, 256 // factor) * factor
    for top in range(0, height, rows):
        lines = min(rows, height - top)
        band = memoryview(pixels)[top * stride : (top + lines) * stride]
        piece = Image.frombuffer(mode, (width, lines), bytes(band), "raw", mode, stride, 1)
        small.paste(piece.reduce(factor) if factor > 1 else piece, (0, top // factor))
    del pixels, heif
    return (width, height), _finish(_smaller(small), icc)


def _check_pixels(width: int, height: int, limits: Limits) -> None:
    if width * height > limits.pixels:
        raise Unreadable("pixels")


def _memory_of(image: Image.Image, format_name: str, pixels: int) -> float:
    """Bytes that decoding and making the renditions take, beside the file. Measured; see the bench of photos."""
    drawn = image.width * image.height
    if format_name == formats.JPEG.name:
        coefficients = _coefficients(image) * pixels if image.info.get("progressive") else 0
        return RENDITIONS + drawn * 4 + coefficients
    if format_name == formats.PNG.name:
        return RENDITIONS + drawn * (8 if image.mode in ("RGBA", "LA", "P", "I", "I;16") else 4)
    return RENDITIONS + drawn * (16 if format_name == formats.WEBP.name else 8)


def _coefficients(image: Image.Image) -> float:
    """A progressive JPEG is held whole: two bytes for each coefficient. How many bytes that is for each
    pixel."""
    layers = getattr(image, "layer", None) or [(1, 1, 1, 0)]
    across, up = max(layer[1] for layer in layers), max(layer[2] for layer in layers)
    return float(2 * sum(layer[1] * layer[2] for layer in layers) / (across * up))


def _factor(width: int, height: int) -> int:
    """By how much a picture may first be averaged, and still be twice as large as the largest rendition."""
    return max(1, int(max(width, height) / BOXES[0] / 2))


def _without_palette(image: Image.Image) -> Image.Image:
    image.load()
    if image.mode == "P" or (image.mode in ("1", "L", "RGB") and "transparency" in image.info):
        return image.convert("RGBA" if "transparency" in image.info else "RGB")
    if image.mode in ("1", "PA"):
        return image.convert("L" if image.mode == "1" else "RGBA")
    if image.mode.startswith("I;16"):
        return image.convert("I")
    return image


def _smaller(image: Image.Image) -> Image.Image:
    size = _fitted(image.width, image.height, BOXES[0])
    if size == image.size:
        return image
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def _fitted(width: int, height: int, box: int) -> tuple[int, int]:
    scale = min(1.0, box / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _finish(image: Image.Image, icc: bytes | None) -> Image.Image:
    """On white where it was see-through, 8 bits, sRGB."""
    if image.mode in ("I", "F"):
        image = image.point(lambda value: value * (1 / 257)).convert("L")
    if image.mode in ("RGBA", "LA"):
        kind = "RGB" if image.mode == "RGBA" else "L"
        ground = Image.new(kind, image.size, "white")
        ground.paste(image.convert(kind), mask=image.getchannel("A"))
        image = ground
    return colour.to_srgb(image, icc)


# --- What is shown ---


def _pictures(image: Image.Image) -> Iterator[Picture]:
    """From the largest down, each made of the one before. A small original has fewer."""
    longest = max(image.size)
    for box in BOXES:
        if box > BOXES[-1] and longest <= BOXES[BOXES.index(box) + 1]:
            continue
        size = _fitted(image.width, image.height, box)
        if size != image.size:
            image = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
        yield _encoded("rendition", box, image, "WEBP", quality=WEBP_QUALITY, method=WEBP_METHOD)
        if box == FALLBACK_BOX or (box < FALLBACK_BOX and longest <= box):
            yield _encoded("rendition", box, image, "JPEG", quality=FALLBACK_QUALITY, optimize=False)
    yield _encoded("veil", 0, _veil(image), "WEBP", quality=60, method=4)


def _encoded(role: str, box: int, image: Image.Image, kind: str, **options: int) -> Picture:
    """Encoded from the pixels alone: whatever came with the file is not in the image that is written."""
    bare = Image.new("RGB", image.size)
    bare.paste(image)
    out = io.BytesIO()
    bare.save(out, kind, **options)
    return Picture(role, box, *image.size, f"image/{kind.lower()}", out.getvalue())


VEIL_CELLS = 3
VEIL_LONGEST = 24


def _veil(image: Image.Image) -> Image.Image:
    """Nine colours of the photo, half way to a calm grey, flowing into each other. No shape survives that."""
    cells = image.resize((VEIL_CELLS, VEIL_CELLS), Image.Resampling.BOX)
    calm = Image.new("RGB", cells.size, (150, 148, 144))
    return Image.blend(cells, calm, 0.5).resize(
        _fitted(image.width, image.height, VEIL_LONGEST), Image.Resampling.BICUBIC
    )


# --- Soft patches ---


def _soften(image: Image.Image, regions: Iterable[Region]) -> Image.Image:
    """Nine colours in the place of each region, with a soft edge outside it. It cannot be made sharp
    again."""
    for region in regions:
        box = _pixels(region, image.size)
        wash = image.crop(box).resize((3, 3), Image.Resampling.BOX)
        wash = wash.resize((box[2] - box[0], box[3] - box[1]), Image.Resampling.BICUBIC)
        covered = image.copy()
        covered.paste(wash, box[:2])
        image = Image.composite(covered, image, _mask(region.shape, box, image.size))
    return image


def _pixels(region: Region, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """The box of a region and the rim around it, in whole pixels, inside the picture."""
    rim = 0.08
    left, top = region.left - rim * region.width, region.top - rim * region.height
    right, bottom = region.left + (1 + rim) * region.width, region.top + (1 + rim) * region.height
    across, up = size[0] / 100, size[1] / 100
    box = (max(0, int(left * across)), max(0, int(top * up)))
    return (
        *box,
        max(box[0] + 1, min(size[0], round(right * across))),
        max(box[1] + 1, min(size[1], round(bottom * up))),
    )


def _mask(shape: str, box: tuple[int, int, int, int], size: tuple[int, int]) -> Image.Image:
    """Full inside the region; the rim fades."""
    mask = Image.new("L", size)
    draw = ImageDraw.Draw(mask)
    rim_x, rim_y = (box[2] - box[0]) * 0.07, (box[3] - box[1]) * 0.07
    inner = (box[0] + rim_x, box[1] + rim_y, box[2] - rim_x, box[3] - rim_y)
    plain = draw.rectangle if shape == "rectangle" else draw.ellipse
    plain(inner, fill=255)
    faded = mask.filter(ImageFilter.GaussianBlur(max(1.0, min(rim_x, rim_y) / 2)))
    return ImageChops.lighter(mask, faded)
