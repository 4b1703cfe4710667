"""What the sample's pictures are painted with: colour that flows, light, hills, grain. Pillow only, seeded."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence

from PIL import Image, ImageChops, ImageDraw, ImageFilter

SIZE = (1280, 960)
WIDTH, HEIGHT = SIZE
FINE = 2
"""Shapes are drawn so many times larger and made smaller, so that their edges are soft."""

Colour = tuple[int, int, int]
Point = tuple[float, float]
Draw = Callable[[ImageDraw.ImageDraw], None]


def colour(code: str) -> Colour:
    """ "e8dcc8" as a colour."""
    return int(code[0:2], 16), int(code[2:4], 16), int(code[4:6], 16)


def between(one: Colour, other: Colour, share: float) -> Colour:
    """A colour on the way from one to the other."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def sky(*stops: tuple[float, str]) -> Image.Image:
    """Colour that flows from the top (0) to the bottom (1) through these stops."""
    rows = 240
    column = Image.new("RGB", (1, rows))
    places = [(place, colour(code)) for place, code in stops]
    for row in range(rows):
        here = row / (rows - 1)
        above = max((stop for stop in places if stop[0] <= here), key=lambda stop: stop[0], default=places[0])
        below = min(
            (stop for stop in places if stop[0] >= here), key=lambda stop: stop[0], default=places[-1]
        )
        span = below[0] - above[0]
        column.putpixel((0, row), between(above[1], below[1], (here - above[0]) / span if span else 0))
    return column.resize(SIZE, Image.Resampling.BICUBIC)


def shape(paint: Draw, *, soft: float = 0) -> Image.Image:
    """A mask of what `paint` draws (in picture units) in white, with soft edges."""
    mask = Image.new("L", (WIDTH * FINE, HEIGHT * FINE))
    paint(ImageDraw.Draw(mask))
    mask = mask.resize(SIZE, Image.Resampling.LANCZOS)
    return mask.filter(ImageFilter.GaussianBlur(soft)) if soft else mask


def scaled(points: Sequence[Point]) -> list[Point]:
    """Picture units as `shape` draws them."""
    return [(x * FINE, y * FINE) for x, y in points]


def polygon(points: Sequence[Point], *, soft: float = 0) -> Image.Image:
    """The mask of a polygon."""
    return shape(lambda draw: draw.polygon(scaled(points), fill=255), soft=soft)


def ellipse(x: float, y: float, across: float, up: float, *, soft: float = 0) -> Image.Image:
    """The mask of an ellipse around a point, by its half axes."""
    box = [((x - across) * FINE, (y - up) * FINE), ((x + across) * FINE, (y + up) * FINE)]
    return shape(lambda draw: draw.ellipse(box, fill=255), soft=soft)


def rounded(
    left: float, top: float, right: float, bottom: float, radius: float, *, soft: float = 0
) -> Image.Image:
    """The mask of a rectangle with round corners."""
    box = scaled([(left, top), (right, bottom)])
    return shape(lambda draw: draw.rounded_rectangle(box, radius * FINE, fill=255), soft=soft)


def rectangle(left: float, top: float, right: float, bottom: float, *, soft: float = 0) -> Image.Image:
    """The mask of a rectangle."""
    return shape(lambda draw: draw.rectangle(scaled([(left, top), (right, bottom)]), fill=255), soft=soft)


def ring(
    left: float,
    top: float,
    right: float,
    bottom: float,
    thick: float,
    *,
    turn: tuple[float, float] = (0, 360),
) -> Image.Image:
    """The mask of a ring in a box, or of a part of it, by degrees."""
    box = scaled([(left, top), (right, bottom)])
    return shape(lambda draw: draw.arc(box, *turn, fill=255, width=round(thick * FINE)), soft=0.8)


def line(points: Sequence[Point], thick: float, *, soft: float = 0) -> Image.Image:
    """The mask of a line through these points."""
    return shape(lambda draw: draw.line(scaled(points), fill=255, width=round(thick * FINE)), soft=soft)


def joined(*masks: Image.Image) -> Image.Image:
    """What is light in any of these masks."""
    together = masks[0]
    for mask in masks[1:]:
        together = ImageChops.lighter(together, mask)
    return together


def within(mask: Image.Image, area: Image.Image) -> Image.Image:
    """What is light in the mask, as far as the area goes."""
    return ImageChops.multiply(mask, area)


def fill(image: Image.Image, mask: Image.Image, code: str | Image.Image, *, share: float = 1) -> None:
    """Lay a colour, or another picture, over the image where the mask is light."""
    over = code if isinstance(code, Image.Image) else Image.new("RGB", SIZE, colour(code))
    image.paste(over, (0, 0), mask if share == 1 else mask.point(lambda value: round(value * share)))


def glow(image: Image.Image, x: float, y: float, radius: float, code: str, *, strength: float = 1) -> None:
    """Light around a point, added to what is there."""
    side = max(2, round(radius * 2))
    ball = Image.radial_gradient("L").resize((side, side), Image.Resampling.BICUBIC)
    ball = ball.point([round(max(0, 1 - value / 181) ** 2.2 * 255 * strength) for value in range(256)])
    mask = Image.new("L", SIZE)
    mask.paste(ball, (round(x - radius), round(y - radius)))
    light = Image.composite(Image.new("RGB", SIZE, colour(code)), Image.new("RGB", SIZE), mask)
    image.paste(ImageChops.screen(image, light))


def ridge(rng: random.Random, height: float, swing: float, *, calm: float = 1) -> list[Point]:
    """The line of a hill across the picture, as a polygon down to its foot."""
    waves = [
        (swing / (n * calm), (0.5 + n * 0.9) * math.tau / WIDTH, rng.uniform(0, math.tau))
        for n in range(1, 6)
    ]
    points = []
    for x in range(-20, WIDTH + 41, 20):
        points.append(
            (float(x), height + sum(size * math.sin(x * pace + start) for size, pace, start in waves))
        )
    return [*points, (WIDTH + 40, HEIGHT + 20), (-20, HEIGHT + 20)]


def hills(image: Image.Image, rng: random.Random, *layers: tuple[float, float, str]) -> None:
    """Ridges one before the other, from the far to the near: (height, swing, colour), mist between them."""
    for height, swing, code in layers:
        fill(image, polygon(ridge(rng, height, swing), soft=0.6), code)


def strokes(
    rng: random.Random, count: int, area: tuple[float, float, float, float], length: float, thick: float
) -> Image.Image:
    """The mask of many short level strokes: water, grass seen from far."""
    left, top, right, bottom = area

    def paint(draw: ImageDraw.ImageDraw) -> None:
        for _ in range(count):
            y = top + (bottom - top) * rng.random() ** 1.4
            nearness = 0.25 + 0.75 * (y - top) / max(1, bottom - top)
            x, half = rng.uniform(left, right), length * nearness * rng.uniform(0.4, 1)
            width = max(1, round(thick * nearness * FINE))
            draw.line(scaled([(x - half, y), (x + half, y)]), fill=rng.randint(60, 220), width=width)

    return shape(paint, soft=0.8)


def dots(rng: random.Random, count: int, lowest: float, smallest: float, largest: float) -> Image.Image:
    """The mask of scattered dots: stars, snow."""

    def paint(draw: ImageDraw.ImageDraw) -> None:
        for _ in range(count):
            x, y, size = rng.uniform(0, WIDTH), rng.uniform(0, lowest), rng.uniform(smallest, largest)
            box = scaled([(x - size, y - size), (x + size, y + size)])
            draw.ellipse(box, fill=rng.randint(90, 255))

    return shape(paint, soft=0.5)


def cloth(rng: random.Random, code: str, *, thread: float = 0.10) -> Image.Image:
    """Linen: threads both ways."""
    image = Image.new("RGB", SIZE, colour(code))
    down = Image.frombytes("L", (WIDTH // 2, 1), rng.randbytes(WIDTH // 2)).resize(
        SIZE, Image.Resampling.BILINEAR
    )
    across = Image.frombytes("L", (1, HEIGHT // 2), rng.randbytes(HEIGHT // 2)).resize(
        SIZE, Image.Resampling.BILINEAR
    )
    weave = Image.merge("RGB", [Image.blend(down, across, 0.5)] * 3)
    return Image.blend(image, ImageChops.soft_light(image, weave), min(1, thread * 5))


def wood(rng: random.Random, light: str, dark: str, *, upright: bool = False) -> Image.Image:
    """Grain that wanders, as a plank has it."""
    lines = 220
    size = (WIDTH, HEIGHT) if not upright else (HEIGHT, WIDTH)
    values = rng.randbytes(lines)
    column = Image.frombytes("L", (1, lines), values).resize((1, size[1]), Image.Resampling.BICUBIC)
    grain = column.resize(size, Image.Resampling.BICUBIC)
    bends = [rng.uniform(-26, 26) for _ in range(6)]
    mesh = []
    parts = 5
    for part in range(parts):
        left, right = part * size[0] // parts, (part + 1) * size[0] // parts
        a, b = bends[part], bends[part + 1]
        mesh.append(((left, 0, right, size[1]), (left, a, left, size[1] + a, right, size[1] + b, right, b)))
    grain = grain.transform(size, Image.Transform.MESH, mesh, Image.Resampling.BILINEAR)
    if upright:
        grain = grain.transpose(Image.Transpose.ROTATE_90).resize(SIZE)
    return Image.composite(Image.new("RGB", SIZE, colour(light)), Image.new("RGB", SIZE, colour(dark)), grain)


def finish(
    image: Image.Image, rng: random.Random, *, grain: float = 0.045, edge: float = 0.34
) -> Image.Image:
    """Paper: a little grain over all, and less light towards the edges."""
    noise = Image.frombytes("L", (WIDTH // 2, HEIGHT // 2), rng.randbytes(WIDTH * HEIGHT // 4))
    noise = noise.filter(ImageFilter.GaussianBlur(0.5)).resize(SIZE, Image.Resampling.BILINEAR)
    papered = ImageChops.soft_light(image, Image.merge("RGB", [noise] * 3))
    image = Image.blend(image, papered, min(1, grain * 6))
    ball = Image.radial_gradient("L").resize(
        (round(WIDTH * 1.5), round(HEIGHT * 1.5)), Image.Resampling.BICUBIC
    )
    left, top = (ball.width - WIDTH) // 2, (ball.height - HEIGHT) // 2
    ball = ball.crop((left, top, left + WIDTH, top + HEIGHT)).point(
        [round(255 * (1 - edge * (value / 255) ** 2.4)) for value in range(256)]
    )
    return ImageChops.multiply(image, Image.merge("RGB", [ball] * 3))
