"""Reading the reviewed files: helplines and the first days, by country.

The files are TOML, reviewed by people, and say of every entry when and how it was compared with a source.
A file in `DATA/care/` stands in for the one that comes with the software. A file that cannot be used is
never half used: the one that comes with the software is read instead, and a system check says why.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings

SHIPPED = Path(__file__).parent / "data"
OLD_AFTER_DAYS = 183
HOWS = ("own page", "other pages", "one page", "called", "not found")
KINDS = ("loss", "mind", "crisis", "health")
TOPICS = ("milk", "registration", "goodbye", "work")
_NUMBER = re.compile(r"^\+?[0-9][0-9 ()\-]{1,18}$")
_SITE = re.compile(r"^[a-z0-9.-]+\.[a-z]{2,}$")


class Unusable(ValueError):
    """A reviewed file that cannot be used; the message says which entry and why."""


@dataclass(frozen=True, slots=True)
class Review:
    """When an entry was last compared with a source, and how. `checked` None: nobody could yet."""

    checked: date | None
    how: str

    def is_old(self, today: date) -> bool:
        """Older than six months."""
        return self.checked is not None and (today - self.checked).days > OLD_AFTER_DAYS


@dataclass(frozen=True, slots=True)
class Line:
    """People who answer: what for, how to reach them, when, in which languages."""

    name: str
    kind: str
    about: str
    site: str
    review: Review
    phone: str = ""
    text: str = ""
    text_word: str = ""
    also: str = ""
    hours: str = ""
    is_always_open: bool = False
    is_free: bool = False
    languages: tuple[str, ...] = ()

    @property
    def tel(self) -> str:
        """The phone number as a link takes it."""
        return _dialled(self.phone)

    @property
    def sms(self) -> str:
        """The number for texts as a link takes it."""
        return _dialled(self.text)


@dataclass(frozen=True, slots=True)
class Country:
    """One country's emergency number and lines, in the order of the file."""

    code: str
    name: str
    emergency: str
    also_emergency: str
    health_advice: str
    lines: tuple[Line, ...]

    @property
    def emergency_tel(self) -> str:
        return _dialled(self.emergency)

    @property
    def health_advice_tel(self) -> str:
        return _dialled(self.health_advice)

    def lines_for(self, *kinds: str) -> list[Line]:
        """The lines of these kinds, in the order of the file."""
        return [line for line in self.lines if line.kind in kinds]


@dataclass(frozen=True, slots=True)
class FirstDays:
    """What often comes in the first days in one country: paragraphs by topic."""

    code: str
    name: str
    source: str
    review: Review
    topics: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Reminder:
    """An entry that somebody should look at again."""

    file: str
    country: str
    name: str
    review: Review


def _dialled(number: str) -> str:
    return re.sub(r"[^0-9+]", "", number)


# --- Files ------------------------------------------------------------------------------------------


def own_file(name: str) -> Path:
    """Where an operator puts a file of their own."""
    return Path(settings.DATA) / "care" / name


def file_in_use(name: str) -> Path:
    """The operator's own file if there is one, else the one that comes with the software."""
    return own_file(name) if own_file(name).is_file() else SHIPPED / name


Read = TypeVar("Read")


@lru_cache(maxsize=16)
def _read(path: Path, changed_at: int, parse: Callable[[dict[str, Any]], Any]) -> Any:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Unusable(f"it could not be read as TOML: {error}") from error
    return parse(content)


def read_file(path: Path, parse: Callable[[dict[str, Any]], Read]) -> Read:
    """The file's content, kept until the file changes. Raises Unusable."""
    return _read(path, path.stat().st_mtime_ns, parse)  # type: ignore[no-any-return]


def _usable(name: str, parse: Callable[[dict[str, Any]], Read]) -> Read:
    try:
        return read_file(file_in_use(name), parse)
    except (Unusable, OSError):
        return read_file(SHIPPED / name, parse)


def helplines() -> dict[str, Country]:
    """Countries by code, in the order of their names."""
    return _usable("helplines.toml", parse_helplines)


def first_days() -> dict[str, FirstDays]:
    """What comes in the first days, by country code; "" is for any country."""
    return _usable("first_days.toml", parse_first_days)


def first_days_for(code: str) -> list[tuple[str, tuple[str, ...]]]:
    """The paragraphs of each topic for a country; the general ones where that country has none."""
    everything = first_days()
    here, anywhere = everything.get(code, everything[""]), everything[""]
    return [(topic, here.topics.get(topic) or anywhere.topics[topic]) for topic in TOPICS]


def reminders(today: date) -> list[Reminder]:
    """Entries not checked in the last six months, or never: for `doctor` and the system check."""
    found = [
        Reminder("helplines.toml", country.name, line.name, line.review)
        for country in helplines().values()
        for line in country.lines
    ]
    found += [
        Reminder("first_days.toml", days.name, days.name, days.review) for days in first_days().values()
    ]
    return [one for one in found if one.review.checked is None or one.review.is_old(today)]


# --- Parsing: strict, because a wrong number at three in the morning is worse than none ---------------


def parse_helplines(content: dict[str, Any]) -> dict[str, Country]:
    """Countries by code. Raises Unusable with the entry and what is wrong with it."""
    countries = [_country(entry) for entry in _tables(content, "country", "the file")]
    if not countries:
        raise Unusable("there is no country in it")
    _refuse_twice(country.code for country in countries)
    return {country.code: country for country in sorted(countries, key=lambda one: one.name.casefold())}


def _country(entry: dict[str, Any]) -> Country:
    code = _word(entry, "code", "a country")
    if not re.fullmatch(r"[A-Z]{2}", code):
        raise Unusable(f"{code}: a country's code is two capital letters")
    _refuse_unknown(entry, {"code", "name", "emergency", "also_emergency", "health_advice", "line"}, code)
    return Country(
        code=code,
        name=_word(entry, "name", code),
        emergency=_number(entry, "emergency", code, is_needed=True),
        also_emergency=_word(entry, "also_emergency", code, is_needed=False),
        health_advice=_number(entry, "health_advice", code),
        lines=tuple(_line(line, code) for line in _tables(entry, "line", code)),
    )


_LINE_FIELDS = {
    *("name", "for", "about", "phone", "text", "text_word", "also", "hours", "always"),
    *("free", "languages", "site", "checked", "checked_how"),
}


def _line(entry: dict[str, Any], code: str) -> Line:
    where = f"{code}, {entry.get('name', 'a line without a name')}"
    _refuse_unknown(entry, _LINE_FIELDS, where)
    kind = _word(entry, "for", where)
    if kind not in KINDS:
        raise Unusable(f"{where}: 'for' is one of {', '.join(KINDS)}")
    site = _word(entry, "site", where)
    if not _SITE.fullmatch(site):
        raise Unusable(f"{where}: 'site' is a name such as example.org, without https://")
    return Line(
        name=_word(entry, "name", where),
        kind=kind,
        about=_word(entry, "about", where),
        site=site,
        review=_review(entry, where),
        phone=_number(entry, "phone", where),
        text=_number(entry, "text", where),
        text_word=_word(entry, "text_word", where, is_needed=False),
        also=_word(entry, "also", where, is_needed=False),
        hours=_word(entry, "hours", where, is_needed=False),
        is_always_open=_yes(entry, "always", where),
        is_free=_yes(entry, "free", where),
        languages=tuple(_words(entry, "languages", where)),
    )


def parse_first_days(content: dict[str, Any]) -> dict[str, FirstDays]:
    """The first days by country code. Raises Unusable; the general entry ("") must have every topic."""
    found = [_days(entry) for entry in _tables(content, "country", "the file")]
    _refuse_twice(days.code for days in found)
    by_code = {days.code: days for days in found}
    if set(by_code.get("", _NO_DAYS).topics) != set(TOPICS):
        raise Unusable('the entry with code "" must have ' + ", ".join(TOPICS))
    return by_code


def _days(entry: dict[str, Any]) -> FirstDays:
    code = entry.get("code")
    if not isinstance(code, str) or not re.fullmatch(r"[A-Z]{2}|", code):
        raise Unusable("a country's code is two capital letters, or empty for any country")
    where = code or "any country"
    _refuse_unknown(entry, {"code", "name", "source", "checked", "checked_how", *TOPICS}, where)
    topics = {
        topic: tuple(_words(entry[topic], "text", f"{where}, {topic}")) for topic in TOPICS if topic in entry
    }
    return FirstDays(
        code=code,
        name=_word(entry, "name", where),
        source=_word(entry, "source", where),
        review=_review(entry, where),
        topics=topics,
    )


_NO_DAYS = FirstDays("", "", "", Review(None, "not found"), {})


def _review(entry: dict[str, Any], where: str) -> Review:
    how = _word(entry, "checked_how", where)
    if how not in HOWS:
        raise Unusable(f"{where}: 'checked_how' is one of {', '.join(HOWS)}")
    checked = entry.get("checked")
    if checked is not None and type(checked) is not date:
        raise Unusable(f"{where}: 'checked' is a day, such as 2026-11-24, without quotes")
    if (checked is None) != (how == "not found"):
        raise Unusable(f"{where}: 'checked' belongs with every 'checked_how' but \"not found\"")
    return Review(checked, how)


def _tables(entry: dict[str, Any], key: str, where: str) -> Iterator[dict[str, Any]]:
    tables = entry.get(key, [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise Unusable(f"{where}: write [[{key}]] for each")
    return iter(tables)


def _word(entry: dict[str, Any], key: str, where: str, *, is_needed: bool = True) -> str:
    value = entry.get(key, "")
    if not isinstance(value, str) or (is_needed and not value.strip()):
        raise Unusable(f"{where}: '{key}' is missing, or is not text in quotes")
    return value.strip()


def _words(entry: Any, key: str, where: str) -> list[str]:
    values = entry.get(key, []) if isinstance(entry, dict) else None
    if not isinstance(values, list) or not all(isinstance(value, str) and value.strip() for value in values):
        raise Unusable(f"{where}: '{key}' is a list of texts in quotes")
    return values


def _number(entry: dict[str, Any], key: str, where: str, *, is_needed: bool = False) -> str:
    value = _word(entry, key, where, is_needed=is_needed)
    if value and not _NUMBER.fullmatch(value):
        raise Unusable(f"{where}: '{key}' does not look like a phone number")
    return value


def _yes(entry: dict[str, Any], key: str, where: str) -> bool:
    value = entry.get(key, False)
    if not isinstance(value, bool):
        raise Unusable(f"{where}: '{key}' is true or false")
    return value


def _refuse_unknown(entry: dict[str, Any], known: set[str], where: str) -> None:
    if unknown := sorted(set(entry) - known):
        raise Unusable(f"{where}: there is nothing called {', '.join(unknown)}")


def _refuse_twice(codes: Iterator[str] | Any) -> None:
    seen: set[str] = set()
    for code in codes:
        if code in seen:
            raise Unusable(f"{code or 'any country'} is there twice")
        seen.add(code)
