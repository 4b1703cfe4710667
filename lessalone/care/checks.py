"""System checks: a reviewed file that cannot be used, and entries that somebody should look at again."""

from __future__ import annotations

from typing import Any

from django.core import checks
from django.utils import timezone

from lessalone.care import reviewed

FILES = {"helplines.toml": reviewed.parse_helplines, "first_days.toml": reviewed.parse_first_days}


def check_files(**options: Any) -> list[checks.CheckMessage]:
    """The operator's own files can be used; if not, the ones that come with the software are shown."""
    found: list[checks.CheckMessage] = []
    for name, parse in FILES.items():
        path = reviewed.own_file(name)
        if not path.is_file():
            continue
        try:
            reviewed.read_file(path, parse)
        except reviewed.Unusable as problem:
            found.append(
                checks.Warning(
                    f"DATA/care/{name} cannot be used: {problem}",
                    hint="Correct it or take it away. Until then, the list of the software itself is shown.",
                    id="care.W001",
                )
            )
    return found


def check_reviews(**options: Any) -> list[checks.CheckMessage]:
    """One reminder for each file with entries older than six months, and one for those never checked."""
    reminders = reviewed.reminders(timezone.localdate())
    found: list[checks.CheckMessage] = []
    for name in FILES:
        here = [one for one in reminders if one.file == name]
        old = [one for one in here if one.review.checked]
        unverified = [one for one in here if not one.review.checked]
        if old:
            found.append(_reminder("care.W002", f"{name}: checked more than six months ago", old))
        if unverified:
            found.append(_reminder("care.W003", f"{name}: not checked yet", unverified))
    return found


def _reminder(code: str, start: str, entries: list[reviewed.Reminder]) -> checks.CheckMessage:
    named = "; ".join(
        f"{one.country}, {one.name}" if one.name != one.country else one.name for one in entries
    )
    return checks.Warning(
        f"{start}: {named}",
        hint="Compare each with the organisation's own page, or ring it. Then put your list, with the new "
        "dates, into DATA/care/.",
        id=code,
    )


def register() -> None:
    """The files on every start; the dates where an operator asks (`check --deploy`, `doctor`)."""
    checks.register(check_files, "care")
    checks.register(check_reviews, "care", deploy=True)
