"""The sample's pictures, painted by code: landscapes, candles, small keepsakes. Never people, never babies.

`paint(kind, seed)` gives the bytes of a JPEG file, the same for the same kind and seed.
"""

from __future__ import annotations

import io
import math
import random
from collections.abc import Callable

from PIL import Image, ImageDraw, ImageFilter

from lessalone.config.sample import brush
from lessalone.config.sample.brush import (
    FINE,
    HEIGHT,
    WIDTH,
    ellipse,
    fill,
    glow,
    joined,
    polygon,
    rectangle,
    rounded,
    scaled,
    shape,
)

Scene = Callable[[random.Random], Image.Image]
SCENES: dict[str, Scene] = {}


def paint(kind: str, seed: str) -> bytes:
    """A picture of this kind as a JPEG file."""
    rng = random.Random(f"{kind}:{seed}")  # noqa: S311 - a picture, not a secret
    image = brush.finish(SCENES[kind](rng), rng)
    file = io.BytesIO()
    image.save(file, "JPEG", quality=86, optimize=True)
    return file.getvalue()


def _scene(*kinds: str) -> Callable[[Scene], Scene]:
    def register(scene: Scene) -> Scene:
        for kind in kinds:
            SCENES[kind] = scene
        return scene

    return register


# --- Land, sea and sky ------------------------------------------------------------------------------


@_scene("dusk-hills")
def _dusk_hills(rng: random.Random) -> Image.Image:
    image = brush.sky((0, "2f3d63"), (0.4, "8a7d9c"), (0.62, "e3a98b"), (0.75, "f3d0a2"))
    glow(image, rng.uniform(380, 900), 640, 520, "ffcf9a", strength=0.55)
    brush.hills(
        image, rng, (610, 46, "a78c98"), (680, 60, "7a7290"), (760, 54, "4d5276"), (850, 40, "2d3553")
    )
    return image


@_scene("dawn-hills")
def _dawn_hills(rng: random.Random) -> Image.Image:
    image = brush.sky((0, "a9c3d9"), (0.45, "dfe3e0"), (0.66, "f7e3c4"), (0.8, "f6d9b8"))
    glow(image, rng.uniform(300, 980), 560, 460, "fff1cf", strength=0.7)
    brush.hills(
        image, rng, (560, 70, "b9c3c9"), (660, 60, "97a9aa"), (770, 46, "71877f"), (870, 30, "4d655b")
    )
    return image


def _sea(
    rng: random.Random, sky: Image.Image, light: str, water: tuple[str, str], land: str, sun: float
) -> Image.Image:
    image, horizon, x = sky, 560, rng.uniform(420, 880)
    glow(image, x, sun, 430, light, strength=0.8)
    if sun < horizon:
        fill(image, ellipse(x, sun, 34, 34, soft=1.5), light)
    sea = brush.sky((0.55, water[0]), (1, water[1]))
    fill(image, polygon([(0, horizon), (WIDTH, horizon), (WIDTH, HEIGHT), (0, HEIGHT)]), sea)
    land_points = brush.ridge(rng, horizon - 34, 20)
    cut = polygon([point if point[1] < horizon else (point[0], horizon) for point in land_points], soft=0.6)
    shore = rectangle(0, 0, WIDTH * 0.34, HEIGHT, soft=60)
    fill(image, brush.within(cut, shore), land)
    fill(image, brush.strokes(rng, 340, (0, horizon + 6, WIDTH, HEIGHT), 70, 1.6), water[0], share=0.5)
    path = brush.strokes(rng, 300, (x - 130, horizon + 4, x + 130, HEIGHT), 60, 2.4)
    fill(image, path, light, share=0.75)
    return image


@_scene("dawn-sea")
def _dawn_sea(rng: random.Random) -> Image.Image:
    sky = brush.sky((0, "8fb0cc"), (0.35, "cdd6da"), (0.58, "f6dcc0"))
    return _sea(rng, sky, "fff3d6", ("a9c0c9", "5d7f93"), "6f8791", 500)


@_scene("dusk-sea")
def _dusk_sea(rng: random.Random) -> Image.Image:
    sky = brush.sky((0, "2b3560"), (0.3, "6a5f8d"), (0.58, "e0937c"))
    return _sea(rng, sky, "ffd2a0", ("7d6f92", "26305a"), "3b3c62", 520)


def _road(image: Image.Image, edge: str, line: str) -> None:
    fill(image, polygon([(612, 610), (668, 610), (1060, HEIGHT), (180, HEIGHT)], soft=1), edge)
    for step in range(7):
        near = (step + 0.15) ** 2 / 42
        far = (step + 0.6) ** 2 / 42
        top, bottom = 612 + near * 350, 612 + far * 350
        if bottom > HEIGHT:
            break
        half_top, half_bottom = 1 + near * 9, 1 + far * 9
        points = [
            (640 - half_top, top),
            (640 + half_top, top),
            (640 + half_bottom, bottom),
            (640 - half_bottom, bottom),
        ]
        fill(image, polygon(points, soft=0.8), line)


@_scene("dusk-road")
def _dusk_road(rng: random.Random) -> Image.Image:
    image = brush.sky((0, "323a5e"), (0.35, "76688a"), (0.6, "d9977d"), (0.68, "efc79b"))
    glow(image, 640, 620, 480, "ffcf9c", strength=0.5)
    brush.hills(image, rng, (590, 26, "6d6482"), (625, 22, "474767"))
    _road(image, "3a3c55", "d8c9b4")
    for side in (-1, 1):
        for step in range(1, 6):
            x, y = 640 + side * (34 + step**2.15 * 12), 606 - step**1.7 * 11
            foot = 615 + step**2 * 9
            post = polygon(
                [(x - step * 0.5, y), (x + step * 0.5, y), (x + step * 0.6, foot), (x - step * 0.6, foot)]
            )
            fill(image, post, "2b2d45")
            glow(image, x, y, 26 + step * 13, "ffdf9f", strength=0.9)
    return image


@_scene("night-road")
def _night_road(rng: random.Random) -> Image.Image:
    image = brush.sky((0, "0d1326"), (0.5, "1d2744"), (0.66, "3c4566"))
    fill(image, brush.dots(rng, 170, 500, 0.5, 1.7), "dfe6f5", share=0.8)
    brush.hills(image, rng, (600, 22, "182038"), (628, 18, "11172a"))
    _road(image, "181d30", "9aa0b0")
    glow(image, 640, 1010, 620, "ffe7b8", strength=0.55)
    for x in (628, 652):
        glow(image, x, 618, 30, "ff6a4a", strength=1)
    return image


@_scene("bench")
def _bench(rng: random.Random) -> Image.Image:
    image = brush.sky((0, "5e7796"), (0.4, "b6b0b4"), (0.65, "f1cfa9"), (0.8, "f5e0bf"))
    glow(image, rng.uniform(760, 960), 560, 420, "fff0cd", strength=0.7)
    fill(
        image,
        polygon([(0, 640), (WIDTH, 640), (WIDTH, HEIGHT), (0, HEIGHT)]),
        brush.sky((0.6, "b9b6b4"), (0.9, "8ea0a8")),
    )
    fill(image, brush.strokes(rng, 190, (0, 648, WIDTH, 800), 60, 1.4), "f5e4c8", share=0.55)
    slope = [
        (0.0, 760.0),
        *((float(x), 760 + 50 * math.sin(x / 500)) for x in range(0, WIDTH + 20, 20)),
        (WIDTH, HEIGHT),
        (0, HEIGHT),
    ]
    fill(image, polygon(slope, soft=0.8), "4b5a4e")

    def seat(draw: ImageDraw.ImageDraw) -> None:
        for top in (640, 668, 696):
            draw.rounded_rectangle(scaled([(300, top), (640, top + 17)]), 5 * FINE, fill=255)
        draw.polygon(scaled([(286, 742), (654, 742), (668, 764), (272, 764)]), fill=255)
        for x in (318, 612):
            draw.rectangle(scaled([(x, 630), (x + 13, 850)]), fill=255)
            draw.rectangle(
                scaled([(x + (-34 if x < 400 else 30), 760), (x + (-22 if x < 400 else 42), 862)]), fill=255
            )

    fill(image, shape(seat, soft=0.5), "2f342f")
    return image


@_scene("snow")
def _snow(rng: random.Random) -> Image.Image:
    image = brush.sky((0, "b7c2cd"), (0.5, "dde1e2"), (0.75, "f2eee6"))
    brush.hills(image, rng, (560, 24, "c4ccd1"), (640, 26, "dfe3e3"), (740, 22, "f1f1ec"))
    fill(image, polygon([(690, 640), (730, 640), (620, HEIGHT), (330, HEIGHT)], soft=10), "cfd6d8", share=0.8)

    def birches(draw: ImageDraw.ImageDraw) -> None:
        for x, wide in trunks:
            lean = rng.uniform(-14, 14)
            draw.polygon(
                scaled([(x + lean, -10), (x + lean + wide * 0.6, -10), (x + wide, 800), (x, 800)]), fill=255
            )

    trunks = sorted(
        (rng.choice((rng.uniform(30, 470), rng.uniform(830, 1240))), rng.uniform(14, 30)) for _ in range(11)
    )
    trees = shape(birches, soft=0.6)
    fill(image, trees, "f6f4ee")

    def bark(draw: ImageDraw.ImageDraw) -> None:
        for x, wide in trunks:
            for _ in range(26):
                y, half = rng.uniform(0, 790), wide * rng.uniform(0.15, 0.5)
                centre = x + rng.uniform(0, wide)
                draw.line(
                    scaled([(centre - half, y), (centre + half, y + 2)]), fill=200, width=rng.randint(2, 6)
                )

    marks = shape(bark, soft=0.5)
    fill(image, brush.within(marks, trees), "565b60")
    fill(image, brush.dots(rng, 260, HEIGHT, 0.8, 3.2), "ffffff", share=0.85)
    return image


@_scene("bicycle-path")
def _bicycle_path(rng: random.Random) -> Image.Image:
    image = brush.sky((0, "bcd0d6"), (0.4, "e8e4d2"), (0.55, "f3e6c6"))
    glow(image, 520, 470, 380, "fff4d2", strength=0.7)
    brush.hills(image, rng, (500, 18, "a9b9ac"))
    fill(
        image,
        polygon([(0, 540), (620, 540), (300, HEIGHT), (0, HEIGHT)], soft=1),
        brush.sky((0.5, "c3d2d0"), (1, "7f9fa6")),
    )
    fill(image, brush.strokes(rng, 150, (0, 548, 420, 900), 46, 1.5), "f6efd9", share=0.6)
    fill(image, polygon([(590, 530), (WIDTH, 530), (WIDTH, HEIGHT), (300, HEIGHT)], soft=1), "7f9168")
    fill(image, polygon([(640, 530), (668, 530), (1000, HEIGHT), (560, HEIGHT)], soft=1), "d9ccb0")
    for step in range(6, 0, -1):
        near = 1 - (step - 1) / 6
        x, foot = 690 + near**2 * 620, 545 + near**2 * 330
        size = 40 + near * 150
        fill(
            image,
            polygon(
                [
                    (x - size * 0.05, foot),
                    (x + size * 0.05, foot),
                    (x + size * 0.03, foot - size * 1.4),
                    (x - size * 0.03, foot - size * 1.4),
                ]
            ),
            "5a5040",
        )
        for code in ("6f8a52", "8aa05e", "a3b26d", "c0bd77"):
            leaves = [(rng.uniform(0, math.tau), rng.random() ** 0.5) for _ in range(9)]
            crown = [
                (
                    x + math.cos(turn) * out * size * 0.75,
                    foot - size * 1.9 + math.sin(turn) * out * size * 0.8,
                )
                for turn, out in leaves
            ]
            fill(image, _leaves(crown, size * 0.16), code, share=0.8)
    return image


def _leaves(places: list[tuple[float, float]], size: float) -> Image.Image:
    def paint_leaves(draw: ImageDraw.ImageDraw) -> None:
        for x, y in places:
            draw.ellipse(scaled([(x - size, y - size * 0.8), (x + size, y + size * 0.8)]), fill=255)

    return shape(paint_leaves, soft=1)


@_scene("stars")
def _stars(rng: random.Random) -> Image.Image:
    image = brush.sky((0, "0b1230"), (0.55, "253263"), (0.85, "6b5f86"))
    fill(image, brush.dots(rng, 420, 760, 0.4, 1.6), "e6ebff", share=0.85)
    for step in range(3):
        x, y = 600 + step * 74, 300 - step * 40
        fill(image, ellipse(x, y, 3.6, 3.6, soft=0.8), "ffffff")
        glow(image, x, y, 46, "cfdcff", strength=0.8)
    brush.hills(image, rng, (800, 20, "1a2140"))
    roof = [(0, 870), (520, 800), (WIDTH, 880), (WIDTH, HEIGHT), (0, HEIGHT)]
    fill(image, polygon(roof, soft=0.7), "0d1126")
    tank = joined(
        rounded(250, 700, 390, 812, 16), rectangle(266, 806, 276, 870), rectangle(364, 806, 374, 870)
    )
    fill(image, tank, "2a3157")
    return image


# --- Light ------------------------------------------------------------------------------------------


def _flame(image: Image.Image, x: float, y: float, size: float) -> None:
    glow(image, x, y - size * 0.6, size * 9, "ffb85c", strength=0.62)
    glow(image, x, y - size * 0.6, size * 3.2, "ffdf9a", strength=0.8)

    def drop(scale: float) -> list[tuple[float, float]]:
        points = []
        for step in range(41):
            t = step / 40 * math.tau
            wide = math.sin(t) * (1 - math.cos(t)) * 0.36
            points.append((x + wide * size * scale, y - size * scale * (1 + math.cos(t)) * 0.95 + size * 0.1))
        return points

    fill(image, polygon(drop(1), soft=1.2), "ffc25e")
    fill(image, polygon(drop(0.7), soft=1.4), "fff0c2")
    fill(
        image,
        polygon([(x - 1.4, y - size * 0.45), (x + 1.4, y - size * 0.45), (x + 1.2, y + 5), (x - 1.2, y + 5)]),
        "4a3426",
    )


def _table(rng: random.Random, top: float, wall: Image.Image, light: str, dark: str) -> Image.Image:
    image = wall
    fill(
        image,
        polygon([(0, top), (WIDTH, top), (WIDTH, HEIGHT), (0, HEIGHT)], soft=0.8),
        brush.wood(rng, light, dark),
    )
    shade = brush.sky((0, "000000"), (1, "000000"))
    fill(
        image, polygon([(0, top), (WIDTH, top), (WIDTH, top + 26), (0, top + 26)], soft=12), shade, share=0.35
    )
    return image


@_scene("candle")
def _candle(rng: random.Random) -> Image.Image:
    wall = brush.sky((0, "1d1a24"), (0.6, "3a2c2c"), (1, "2a2122"))
    image = _table(rng, 740, wall, "6a4a36", "3d2a21")
    x, top = rng.uniform(560, 720), rng.uniform(420, 480)
    fill(image, ellipse(x, 806, 150, 30, soft=14), "120d0d", share=0.7)
    fill(image, ellipse(x, 790, 118, 30, soft=0.8), "8f8578")
    fill(image, ellipse(x, 783, 100, 22, soft=0.8), "6f675d")
    body = rounded(x - 46, top, x + 46, 792, 10, soft=0.7)
    fill(image, body, brush.sky((0.4, "fff0d2"), (0.6, "ead3ae"), (0.9, "b99c7c")))
    side = rectangle(x + 8, top, x + 46, 800, soft=22)
    fill(image, brush.within(side, body), "8a6a50", share=0.4)
    fill(image, ellipse(x, top + 4, 45, 11, soft=0.7), "ffe6b4")
    fill(image, ellipse(x, top + 5, 28, 6, soft=1), "fff7df")
    _flame(image, x, top - 4, 62)
    return image


@_scene("candles")
def _candles(rng: random.Random) -> Image.Image:
    wall = brush.sky((0, "17131c"), (0.6, "33232a"), (1, "251a1c"))
    image = _table(rng, 560, wall, "5b3d30", "35241f")
    places = [(180 + n * 118 + rng.uniform(-10, 10), 690 + math.sin(n * 1.1) * 36) for n in range(7)]
    for x, y in [*places, (1120, 800)]:
        fill(image, ellipse(x, y + 26, 62, 15, soft=9), "120b0b", share=0.7)
        bowl = [(x - 52, y - 8), (x + 52, y - 8), (x + 34, y + 24), (x - 34, y + 24)]
        fill(image, polygon(bowl, soft=1), "9a5836")
        fill(image, ellipse(x, y + 22, 34, 8, soft=0.8), "7d4529")
        fill(image, ellipse(x, y - 8, 52, 13, soft=0.8), "c07a4b")
        fill(image, ellipse(x, y - 7, 42, 9, soft=0.8), "e8b872")
        _flame(image, x + 14, y - 14, 30)
    return image


def _paper_lantern(image: Image.Image, x: float, y: float, across: float, code: str) -> None:
    up = across * 1.12
    glow(image, x, y, across * 4.2, code, strength=0.7)
    body = ellipse(x, y, across, up, soft=0.8)
    fill(
        image,
        body,
        brush.sky(
            (max(0, (y - up) / HEIGHT), "f4b86a"),
            (y / HEIGHT, "ffe9b8"),
            (min(1, (y + up) / HEIGHT), "e79a4e"),
        ),
    )
    for step in range(-4, 5):
        band = y + up * step / 5
        half = across * math.sqrt(max(0, 1 - (step / 5) ** 2))
        line = brush.ring(x - half, band - 9, x + half, band + 9, 1.5, turn=(0, 180))
        fill(image, line, "b9793f", share=0.7)
    for top in (y - up - 5, y + up - 7):
        fill(image, rounded(x - across * 0.36, top, x + across * 0.36, top + 13, 4, soft=0.6), "4a2f23")
    fill(image, polygon([(x - 1.2, 0), (x + 1.2, 0), (x + 1.2, y - up), (x - 1.2, y - up)]), "3a2a26")


@_scene("lantern")
def _lantern(rng: random.Random) -> Image.Image:
    image = brush.sky((0, "141c28"), (0.6, "27323b"), (1, "1d262b"))
    for step in range(7):
        top = 560 + step * 58
        half = 230 + step * 62
        face = brush.between((0x50, 0x57, 0x55), (0x2B, 0x31, 0x33), step / 6)
        fill(
            image,
            polygon(
                [
                    (720 - half, top),
                    (720 + half, top),
                    (720 + half + 20, top + 58),
                    (720 - half - 20, top + 58),
                ],
                soft=0.7,
            ),
            "{:02x}{:02x}{:02x}".format(*face),
        )
        fill(
            image,
            polygon(
                [(720 - half, top), (720 + half, top), (720 + half, top + 9), (720 - half, top + 9)], soft=1
            ),
            "7b827d",
            share=0.7,
        )
    _paper_lantern(image, 420, 400, 92, "ffb765")

    def rain(draw: ImageDraw.ImageDraw) -> None:
        for _ in range(230):
            x, y, length = rng.uniform(0, WIDTH), rng.uniform(-40, HEIGHT), rng.uniform(16, 46)
            draw.line(scaled([(x, y), (x - length * 0.16, y + length)]), fill=rng.randint(50, 150), width=2)

    fill(image, shape(rain, soft=0.5), "cfd8dc", share=0.5)
    return image


@_scene("two-lanterns")
def _two_lanterns(rng: random.Random) -> Image.Image:
    image = brush.sky((0, "141a33"), (0.6, "38375a"), (1, "4a3d55"))
    fill(image, brush.dots(rng, 70, 420, 0.5, 1.3), "dfe4f5", share=0.7)
    brush.hills(image, rng, (760, 20, "23243f"), (850, 14, "191a30"))
    _paper_lantern(image, 470, 480, 108, "ffb765")
    _paper_lantern(image, 780, 440, 84, "ffb765")
    return image


@_scene("window")
def _window(rng: random.Random) -> Image.Image:
    image = Image.new("RGB", brush.SIZE, brush.colour("5a5148"))
    view = brush.sky((0.1, "a8c0cf"), (0.45, "e6e0cf"), (0.62, "f5dfb8"))
    brush.hills(view, rng, (560, 26, "a5b2a4"), (620, 24, "7d9080"))
    glow(view, 820, 480, 330, "fff3cf", strength=0.8)
    fill(image, rounded(330, 90, 950, 700, 4, soft=1), view)

    def frame(draw: ImageDraw.ImageDraw) -> None:
        draw.rectangle(scaled([(318, 78), (962, 712)]), outline=255, width=34 * FINE)
        draw.rectangle(scaled([(630, 90), (650, 700)]), fill=255)
        draw.rectangle(scaled([(330, 380), (950, 396)]), fill=255)

    fill(image, shape(frame, soft=0.7), "efe6d6")
    fill(image, polygon([(270, 716), (1010, 716), (1040, 752), (240, 752)], soft=0.8), "f6eede")
    fill(image, polygon([(240, 752), (1040, 752), (1040, 772), (240, 772)], soft=0.8), "cfc3b0")
    light = polygon([(420, 790), (1120, 790), (1250, HEIGHT), (520, HEIGHT)], soft=26)
    fill(image, light, "f4dfb2", share=0.32)
    for side in (-1, 1):
        folds = [640 + side * (318 + n * 26) for n in range(4)]
        fold = joined(*(rectangle(at - 15, 40, at + 15, 740) for at in folds)).filter(
            ImageFilter.GaussianBlur(7)
        )
        fill(image, fold, "d8cdb9", share=0.85)
    jug = joined(
        ellipse(515, 675, 45, 47),
        rectangle(496, 590, 536, 650),
        ellipse(517, 592, 29, 14),
        brush.ring(536, 600, 590, 690, 9, turn=(-90, 110)),
    )
    fill(image, jug, brush.sky((0.6, "8aa0b4"), (0.75, "5d7690")))
    return image


# --- Keepsakes --------------------------------------------------------------------------------------


def _shadow(image: Image.Image, mask: Image.Image, *, right: int = 26, down: int = 30) -> None:
    moved = Image.new("L", mask.size)
    moved.paste(mask, (right, down))
    fill(image, moved.filter(ImageFilter.GaussianBlur(24)), "3a332c", share=0.42)


@_scene("hat")
def _hat(rng: random.Random) -> Image.Image:
    image = brush.cloth(rng, "e9e0d0")
    wool, deep = rng.choice((("9fb4c8", "6d88a3"), ("d9b98e", "b08c5f"), ("a9bda4", "7d9678")))
    dome = joined(
        brush.within(ellipse(640, 580, 240, 320), rectangle(0, 0, WIDTH, 580)),
        rounded(384, 560, 896, 700, 40, soft=1),
    )
    _shadow(image, dome)
    fill(image, dome, wool)

    def stitches(draw: ImageDraw.ImageDraw) -> None:
        for row in range(26):
            y = 270 + row * 17
            for column in range(40):
                x = 380 + column * 13.5
                draw.line(scaled([(x, y), (x + 6, y + 11)]), fill=170, width=5)
                draw.line(scaled([(x + 12, y), (x + 6, y + 11)]), fill=120, width=5)

    knit = shape(stitches, soft=0.7)
    fill(image, brush.within(knit, dome), deep, share=0.75)
    brim = rounded(378, 566, 902, 706, 42, soft=1)
    fill(image, brim, wool)

    def ribs(draw: ImageDraw.ImageDraw) -> None:
        for column in range(33):
            x = 390 + column * 16
            draw.rounded_rectangle(scaled([(x, 572), (x + 8, 700)]), 4 * FINE, fill=210)

    rib = shape(ribs, soft=1.4)
    fill(image, brush.within(rib, brim), deep, share=0.6)
    light = ellipse(560, 430, 150, 120, soft=70)
    fill(image, brush.within(light, dome), "ffffff", share=0.22)
    for _ in range(240):
        a, r = rng.uniform(0, math.tau), rng.random() ** 0.5 * 62
        fill_x, fill_y = 640 + math.cos(a) * r, 262 + math.sin(a) * r * 0.92
        _tuft(image, fill_x, fill_y, rng, wool if rng.random() < 0.6 else deep)
    return image


def _tuft(image: Image.Image, x: float, y: float, rng: random.Random, code: str) -> None:
    draw = ImageDraw.Draw(image)
    a, length = rng.uniform(0, math.tau), rng.uniform(9, 18)
    draw.line(
        [(x, y), (x + math.cos(a) * length, y + math.sin(a) * length)], fill=brush.colour(code), width=3
    )


@_scene("box")
def _box(rng: random.Random) -> Image.Image:
    wall = brush.sky((0, "cbbfae"), (0.7, "b9ab98"), (1, "a89985"))
    image = _table(rng, 660, wall, "a07a55", "7d5b3e")
    card, ribbon, dark = rng.choice(
        (("e6dccb", "6f86a5", "4f6482"), ("d6dbd5", "b58a52", "8d6838"), ("e9ddd2", "7d8f72", "5c6d53"))
    )
    front = rounded(390, 470, 890, 770, 8, soft=0.8)
    lid = rounded(370, 400, 910, 496, 10, soft=0.8)
    fill(image, ellipse(650, 782, 300, 34, soft=18), "3a2a1e", share=0.6)
    fill(image, front, card)
    fill(image, polygon([(390, 496), (890, 496), (890, 522), (390, 522)], soft=9), "8f8372", share=0.5)
    fill(image, lid, brush.sky((0.4, "f4ecdd"), (0.52, card)))
    band = polygon([(612, 400), (668, 400), (668, 770), (612, 770)], soft=0.8)
    fill(image, band, brush.sky((0.4, ribbon), (0.8, dark)))
    for side in (-1, 1):
        loop = brush.ring(640 + side * 62 - 66, 318, 640 + side * 62 + 66, 402, 22)
        fill(image, loop, ribbon)
        tail = polygon(
            [(640, 384), (640 + side * 30, 388), (640 + side * 120, 470), (640 + side * 84, 476)], soft=0.9
        )
        fill(image, tail, dark)
    fill(image, rounded(610, 358, 670, 408, 16, soft=0.8), dark)
    return image


@_scene("box-wood")
def _box_wood(rng: random.Random) -> Image.Image:
    image = brush.cloth(rng, "8a8d86", thread=0.12)
    side = rounded(330, 400, 950, 740, 6, soft=0.7)
    _shadow(image, side)
    fill(image, side, brush.wood(rng, "dcbf93", "c29e6c"))
    lid = polygon([(330, 400), (950, 400), (880, 290), (400, 290)], soft=0.7)
    fill(image, lid, brush.wood(rng, "efdcba", "dcc199"))
    fill(image, polygon([(330, 400), (950, 400), (950, 412), (330, 412)], soft=3), "6b4d2c", share=0.5)

    def joints(draw: ImageDraw.ImageDraw) -> None:
        for left, outward in ((330, 1), (950, -1)):
            for step in range(4):
                top = 432 + step * 78
                points = [
                    (left, top),
                    (left + outward * 52, top + 8),
                    (left + outward * 52, top + 40),
                    (left, top + 48),
                ]
                draw.polygon(scaled(points), fill=255)

    dove = shape(joints, soft=0.6)
    fill(image, dove, brush.wood(rng, "b3885a", "916a40", upright=True))
    edge = dove.filter(ImageFilter.FIND_EDGES).filter(ImageFilter.GaussianBlur(0.6))
    fill(image, edge, "5a3d22", share=0.5)
    return image


@_scene("mug")
def _mug(rng: random.Random) -> Image.Image:
    wall = brush.sky((0, "b9c4c2"), (0.7, "d6d2c4"), (1, "c4bca9"))
    glow(wall, 980, 220, 520, "fff3d2", strength=0.6)
    image = _table(rng, 680, wall, "b18a62", "8c6a47")
    code, dark = rng.choice((("dfe3dd", "9aa39b"), ("c7795a", "8e4f39"), ("6f86a5", "4a5d78")))
    fill(image, ellipse(650, 792, 210, 30, soft=16), "3b2a1c", share=0.55)
    handle = brush.ring(744, 520, 900, 716, 30)
    fill(image, handle, dark)
    body = rounded(480, 450, 800, 790, 44, soft=0.8)
    fill(image, body, code)
    for x, share, tone in ((470, 0.5, dark), (800, 0.65, dark), (560, 0.35, "ffffff")):
        bar = rectangle(x - 40, 440, x + 40, 800, soft=34)
        fill(image, brush.within(bar, body), tone, share=share)
    fill(image, ellipse(640, 456, 160, 30, soft=0.8), dark)
    fill(image, ellipse(640, 460, 148, 25, soft=0.8), "4a3324")
    for offset in (-46, 10, 60):
        wisp = [(640 + offset + math.sin(y / 46 + offset) * 16, 430.0 - y) for y in range(0, 260, 8)]
        fill(image, brush.line(wisp, 9, soft=12), "ffffff", share=0.28)
    return image


def _pores(places: list[tuple[float, float]]) -> Image.Image:
    def paint_pores(draw: ImageDraw.ImageDraw) -> None:
        for x, y in places:
            draw.ellipse(scaled([(x - 1, y - 1), (x + 1, y + 1)]), fill=120)

    return shape(paint_pores, soft=0.5)


@_scene("still-life-oranges")
def _oranges(rng: random.Random) -> Image.Image:
    wall = brush.sky((0, "5f6f78"), (0.6, "8d9690"), (1, "7d8580"))
    glow(wall, 260, 200, 560, "f3e6c6", strength=0.5)
    image = _table(rng, 600, wall, "94704c", "6e5136")
    fill(image, ellipse(650, 806, 340, 56, soft=22), "2b2018", share=0.6)
    fill(image, ellipse(640, 780, 320, 66, soft=0.8), "41618d")
    fill(image, ellipse(640, 772, 300, 56, soft=0.8), "5d80ad")
    fill(image, ellipse(640, 772, 236, 40, soft=0.8), "4d6f9c")
    for x, y, size in ((540, 680, 112), (736, 690, 104)):
        ball = ellipse(x, y, size, size * 0.97, soft=0.8)
        _shadow(
            image,
            brush.within(ball, ellipse(x, y + 60, size, 40, soft=10)),
            right=14,
            down=22,
        )
        fill(image, ball, "dd8530")
        for cx, cy, r, tone, share in (
            (x - 34, y - 38, size * 0.7, "f6b45c", 0.8),
            (x - 42, y - 50, size * 0.28, "ffe2a8", 0.75),
            (x + 46, y + 52, size * 0.72, "9a4f1e", 0.55),
        ):
            light = ellipse(cx, cy, r, r, soft=r * 0.42)
            fill(image, brush.within(light, ball), tone, share=share)
        places = [(x + rng.gauss(0, size * 0.5), y + rng.gauss(0, size * 0.5)) for _ in range(420)]
        pores = _pores(places)
        fill(image, brush.within(pores, ball), "b5631f", share=0.6)
    fill(image, polygon([(730, 592), (800, 540), (862, 546), (826, 590), (764, 606)], soft=1), "4d6b3c")
    fill(image, polygon([(732, 594), (858, 548), (856, 551), (733, 598)], soft=0.6), "87a06a")
    fill(image, polygon([(728, 600), (734, 570), (740, 571), (738, 602)], soft=0.8), "5a4530")
    return image


@_scene("bird")
def _bird(rng: random.Random) -> Image.Image:
    image = brush.cloth(rng, "efe8da", thread=0.16)
    ring = brush.ring(270, 110, 1010, 850, 26)
    _shadow(image, ring, right=14, down=16)
    fill(image, ring, brush.wood(rng, "d0a873", "a97f4c"))
    body = joined(ellipse(645, 525, 145, 115), ellipse(755, 415, 65, 65))
    tail = polygon([(520, 500), (428, 318), (470, 300), (506, 330), (590, 480)])

    def thread(area: Image.Image, codes: tuple[str, ...], angle: float, count: int, length: float) -> None:
        draw, seen = ImageDraw.Draw(image), area.load()
        assert seen is not None
        left, top, right, bottom = area.getbbox() or (0, 0, 1, 1)
        for _ in range(count):
            x, y = rng.randrange(left, right), rng.randrange(top, bottom)
            if not seen[x, y]:
                continue
            turn, half = angle + rng.gauss(0, 0.16), length * rng.uniform(0.6, 1)
            dx, dy = math.cos(turn) * half, math.sin(turn) * half
            draw.line([(x - dx, y - dy), (x + dx, y + dy)], fill=brush.colour(rng.choice(codes)), width=3)

    thread(tail, ("6e4a2c", "8a5f39", "573a22"), 1.05, 900, 20)
    thread(body, ("a4734a", "8f623d", "b98a5e", "7a5231"), 0.35, 5200, 13)
    breast = ellipse(700, 580, 84, 62)
    thread(breast, ("dcc09a", "cfae84", "e6d0b0"), 0.5, 1000, 11)
    wing = ellipse(612, 500, 96, 52)
    thread(wing, ("6b4829", "5a3b22", "8a6038"), 0.25, 1500, 14)
    draw = ImageDraw.Draw(image)
    draw.line([(712, 396), (800, 388)], fill=brush.colour("e9d9bd"), width=5)
    draw.ellipse([(770, 404), (786, 420)], fill=brush.colour("2a1e16"))
    draw.line([(814, 420), (872, 410)], fill=brush.colour("4a3423"), width=6)
    for x in (640, 690):
        draw.line([(x, 630), (x + 8, 704)], fill=brush.colour("7a5a3c"), width=5)
        for toe in (-16, 6, 26):
            draw.line([(x + 8, 702), (x + 8 + toe, 720)], fill=brush.colour("7a5a3c"), width=4)
    for step in range(26):
        x = 500 + step * 13
        draw.line(
            [(x, 724 + math.sin(step) * 5), (x + 11, 724 + math.sin(step + 1) * 5)],
            fill=brush.colour("7d8f6a"),
            width=5,
        )
    return image
