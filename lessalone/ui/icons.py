"""Icons as inline SVG, read once from the vendored files. Always decoration: the word beside says it."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from django.utils.safestring import SafeString, mark_safe

FOLDER = Path(__file__).parent / "icons"


@cache
def svg(name: str) -> SafeString:
    """The icon of that name. KeyError when there is none: a wrong name is a mistake in a template."""
    path = FOLDER / f"{name}.svg"
    if not re.fullmatch(r"[a-z-]+", name) or not path.is_file():
        raise KeyError(f"There is no icon {name!r}; there are {', '.join(names())}.")
    inner = re.search(r"<svg[^>]*>(.*)</svg>", path.read_text(), re.DOTALL)
    assert inner, path
    shape = re.sub(r"\s+", " ", inner[1]).strip()
    is_solid = "data-solid" in path.read_text()
    kind = "icon solid" if is_solid else "icon"
    return mark_safe(  # noqa: S308 - our own files
        f'<svg class="{kind} icon-{name}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">'
        f"{shape}</svg>"
    )


@cache
def names() -> tuple[str, ...]:
    """All there are."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.svg")))
