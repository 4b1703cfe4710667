"""What the strict content policy would block, found before a browser does; and that nothing leaves."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ROOT / "lessalone"
TEMPLATES = sorted(ROOMS.rglob("templates/**/*.html"))
STATIC = sorted(
    path
    for path in ROOMS.rglob("static/**/*")
    if path.is_file() and path.suffix in {".css", ".js", ".svg", ".html", ".json", ".mjs"}
)

INLINE = {
    "a style attribute": re.compile(r"<[^>]+\sstyle\s*=", re.IGNORECASE),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "an event attribute": re.compile(r"<[^>]+\son[a-z]+\s*=", re.IGNORECASE),
    "a javascript: address": re.compile(r"javascript:", re.IGNORECASE),
    "hx-on": re.compile(r"\bhx-on\b"),
    "an inline script": re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*application/json)(?![^>]*ld\+json)[^>]*>", re.IGNORECASE
    ),
}
COMMENT = re.compile(r"\{% comment %\}.*?\{% endcomment %\}|\{#.*?#\}", re.DOTALL)
OUTSIDE = re.compile(
    r"""(?:src|href|action|srcset|poster|data)\s*=\s*["']\s*(?:https?:)?//[^"'{]+""", re.IGNORECASE
)
LOADED = re.compile(
    r"<(?:script|link|img|iframe|source|video|audio|form|object|embed)\b[^>]*>", re.IGNORECASE
)
URL = re.compile(r"(?:https?:)?//[a-z0-9-]+(?:\.[a-z0-9-]+)+[^\s\"'`)]*", re.IGNORECASE)
NAMESPACES = ("http://www.w3.org/", "https://www.w3.org/")


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", TEMPLATES, ids=short)
def test_a_template_has_nothing_inline_and_asks_no_one_else(path: Path) -> None:
    source = COMMENT.sub("", path.read_text())
    found = [what for what, pattern in INLINE.items() if pattern.search(source)]
    found += [tag for tag in LOADED.findall(source) if OUTSIDE.search(tag)]
    assert found == []


@pytest.mark.parametrize("path", STATIC, ids=short)
def test_a_static_file_names_no_other_host(path: Path) -> None:
    source = re.sub(r"(?m)^\s*//(?![a-z0-9-]+\.[a-z]).*$", "", path.read_text())
    assert [url for url in URL.findall(source) if not url.startswith(NAMESPACES)] == []
    assert "sourceMappingURL" not in source


def test_what_is_vendored_has_its_licence_beside_it() -> None:
    vendor = ROOMS / "ui" / "static" / "ui" / "vendor"
    for name in (
        "htmx.LICENSE.txt",
        "tus-js-client.LICENSE.txt",
        "fonts/literata.LICENSE.txt",
        "fonts/atkinson-hyperlegible-next.LICENSE.txt",
    ):
        assert (vendor / name).stat().st_size > 200, name
    assert (ROOMS / "ui" / "icons" / "lucide.LICENSE.txt").exists()


def test_the_checks_can_fail() -> None:
    assert INLINE["a style attribute"].search('<p class="x" style="color:red">')
    assert INLINE["an event attribute"].search('<a href="#" onclick="x()">')
    assert INLINE["an inline script"].search("<script>x()</script>")
    assert not INLINE["an inline script"].search('<script src="/x.js" defer>')
    assert OUTSIDE.search('<script src="https://cdn.example.org/x.js">')
    assert URL.findall("@import url(//fonts.example.org/x.css)")
