"""Byte ranges (RFC 9110, section 14): one range; anything odd gets the whole."""

from __future__ import annotations

import re
from dataclasses import dataclass


class Unsatisfiable(Exception):
    """The range begins beyond the end."""


@dataclass(frozen=True, slots=True)
class Range:
    """From `start` up to before `stop`."""

    start: int
    stop: int
    is_partial: bool


def parse(header: str, size: int) -> Range:
    """The range that a `Range` header asks of something of this size. Raises `Unsatisfiable`."""
    match = re.fullmatch(r"bytes=(\d*)-(\d*)", header.strip())
    if match is None or match.group() == "bytes=-":
        return Range(0, size, is_partial=False)
    first, last = match.groups()
    if not first:
        length = min(int(last), size)
        if length == 0:
            raise Unsatisfiable
        return Range(size - length, size, is_partial=True)
    start = int(first)
    if start >= size:
        raise Unsatisfiable
    stop = min(int(last) + 1, size) if last else size
    if stop <= start:
        return Range(0, size, is_partial=False)
    return Range(start, stop, is_partial=True)
