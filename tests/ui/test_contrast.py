"""The colours against each other, in both themes, computed from the sheet (WCAG 2.2, 1.4.3, 1.4.11)."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

SHEET = Path(__file__).resolve().parents[2] / "lessalone/ui/static/ui/ui.css"
COLOUR = r"oklch\(([\d.]+)% ([\d.]+) ([\d.]+)(?: / [\d.]+)?\)"
PAIR = re.compile(rf"--([a-z-]+): light-dark\({COLOUR}, {COLOUR}\);")
SINGLE = re.compile(rf"--([a-z-]+): {COLOUR};")


def luminance(lightness: float, chroma: float, hue: float) -> float:
    """Relative luminance of an oklch colour (Björn Ottosson's Oklab), cut to sRGB as a browser does."""
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short
    red, green, blue = (min(1.0, max(0.0, part)) for part in (red, green, blue))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def tokens() -> dict[str, dict[str, float]]:
    sheet = SHEET.read_text()
    themes: dict[str, dict[str, float]] = {"light": {}, "dark": {}}
    for name, *numbers in PAIR.findall(sheet):
        light, dark = [float(n) for n in numbers[:3]], [float(n) for n in numbers[3:]]
        themes["light"][name] = luminance(light[0] / 100, *light[1:])
        themes["dark"][name] = luminance(dark[0] / 100, *dark[1:])
    for name, *numbers in SINGLE.findall(sheet):
        for theme in themes.values():
            theme[name] = luminance(float(numbers[0]) / 100, float(numbers[1]), float(numbers[2]))
    return themes


TOKENS = tokens()


def contrast(theme: str, one: str, other: str) -> float:
    brighter, darker = sorted((TOKENS[theme][one], TOKENS[theme][other]), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


BACKGROUNDS = ["paper", "leaf", "blue-tint", "candle-tint"]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("ground", BACKGROUNDS)
def test_words_are_easy_to_read(theme: str, ground: str) -> None:
    assert contrast(theme, "ink", ground) >= 7
    assert contrast(theme, "soft", ground) >= 4.5
    assert contrast(theme, "heed", ground) >= 4.5
    assert contrast(theme, "blue", ground) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("words", "ground"),
    [
        ("on-blue", "blue"),
        ("on-blue", "blue-deep"),
        ("on-destroy", "destroy"),
        ("veil-ink", "veil-a"),
        ("veil-ink", "veil-b"),
        ("veil-ink", "veil-c"),
    ],
)
def test_words_on_colour_are_readable(theme: str, words: str, ground: str) -> None:
    assert contrast(theme, words, ground) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "leaf"])
def test_the_edge_of_a_box_can_be_seen(theme: str, ground: str) -> None:
    assert contrast(theme, "edge", ground) >= 3


def test_black_on_white_is_the_known_ratio() -> None:
    assert (luminance(1, 0, 0) + 0.05) / (luminance(0, 0, 0) + 0.05) == pytest.approx(21, rel=1e-3)
    assert len(TOKENS["dark"]) > 15
