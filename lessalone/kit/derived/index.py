"""The index of words: which items hold them, newest first. Plain words, so it lies in the derived store.

Whoever asks it has to ask policy of everything that it names: the index knows nothing of who may see what. Its marks
only spare that question where the answer is no anyway.

SQLite's FTS5 or PostgreSQL's tsvector; the words come ready made from `words`, so both find the same. A row's number,
its place, is its hour in microseconds: the index is read from the newest on and never ranked.
"""

from __future__ import annotations

import datetime as dt
import json
import unicodedata
import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from django.conf import settings
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from lessalone.kit import queue
from lessalone.kit.derived import kept, vectors
from lessalone.kit.derived.models import Indexed, Leftover, Vector
from lessalone.kit.derived.words import NEAR, Wanted, stand_near, words_in

STORE = kept.STORE
TABLE = "derived_search"
RECIPE = 2
"""Another number when words, vectors or marks are made otherwise: then every row is made anew."""
MOST_WORDS = 15_000
"""Of one text. PostgreSQL counts places no further."""
GAP = 40
"""So far the title is from the words, where both are in one row: no phrase goes across."""
STEP = 64
"""Pages that SQLite merges at a time, between which others may write."""
_MOST_CHUNKS = 8
_LARGEST_CHUNK = 800
"""Of stories with all words, of which PostgreSQL is asked where the words stand: more each time, so few times."""
_SECURE_DELETE = (3, 42, 0)
"""From this SQLite on FTS5 removes what is deleted itself."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is indexed of an item. `marks` are short texts of letters and digits that a search can ask for."""

    item_id: int
    version: int
    hour: dt.datetime
    marks: frozenset[str]

    @property
    def stamp(self) -> str:
        """Another one when the row has to be made anew."""
        said = (
            f"{RECIPE} {unicodedata.unidata_version} {settings.LANGUAGE_CODE} {vectors.kind()} {self.version} "
            f"{place_of(self.hour)} {' '.join(sorted(self.marks))}"
        )
        return blake2b(said.encode(), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item that holds the words. Whether anyone may see it is for policy to say."""

    item_id: int
    place: int


def place_of(hour: dt.datetime) -> int:
    """Where an hour is in the order of the index."""
    return (hour - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(microseconds=1)


# --- Writing.


def put(entry: Entry, title: str, text: str) -> None:
    """Index the words of an item's version, and keep their vector, instead of whatever was there for it."""
    title_words, text_words = words_in(title)[:200], words_in(text)[:MOST_WORDS]
    vector = vectors.made_of(entry.item_id, title_words + text_words, f"{title}\n{text}")
    connection = connections[STORE]
    with transaction.atomic(using=STORE), connection.cursor() as cursor:
        _delete(cursor, [entry.item_id])
        place = _free_place(place_of(entry.hour))
        Indexed.objects.create(item_id=entry.item_id, place=place, stamp=entry.stamp)
        vector.save(force_insert=True)
        if connection.vendor == "sqlite":
            row: list[int | str] = [
                place,
                " ".join(title_words),
                " ".join(text_words),
                " ".join(sorted(entry.marks)),
            ]
            cursor.execute(f"DELETE FROM {TABLE} WHERE rowid = %s", [place])  # noqa: S608
            cursor.execute(
                f"INSERT INTO {TABLE} (rowid, title, words, marks) VALUES (%s, %s, %s, %s)",  # noqa: S608
                row,
            )
        else:
            held = _tsvector(title_words, text_words, entry.marks)
            cursor.execute(
                f"INSERT INTO {TABLE} (place, held) VALUES (%s, %s::tsvector)"  # noqa: S608
                " ON CONFLICT (place) DO UPDATE SET held = excluded.held",
                [place, held],
            )


def drop(item_ids: Iterable[int]) -> None:
    """Forget the words of these items: from now on they are found by none, and compared with none. Repeatable.

    An older SQLite still has them in its file; a task removes them there (`forget_leftovers`).
    """
    with transaction.atomic(using=STORE), connections[STORE].cursor() as cursor:
        if not _delete(cursor, list(item_ids)):
            return
    queue.enqueue(forget_leftovers, unique_key="all")


def drop_for_good(item_ids: Iterable[int]) -> None:
    """Forget the words of something that was erased, and whatever else waits for it: on the disk too. Repeatable."""
    drop(item_ids)
    forget_leftovers()


def _delete(cursor: Any, item_ids: Sequence[int]) -> bool:
    """Within a transaction. Whether anything was there."""
    Vector.objects.filter(item_id__in=item_ids).delete()
    rows = Indexed.objects.filter(item_id__in=item_ids)
    places = list(rows.values_list("place", flat=True))
    if not places:
        return False
    rows.delete()
    column = "rowid" if connections[STORE].vendor == "sqlite" else "place"
    marks = ", ".join(["%s"] * len(places))
    cursor.execute(f"DELETE FROM {TABLE} WHERE {column} IN ({marks})", places)  # noqa: S608
    Leftover.objects.update_or_create(pk=1, defaults={"token": uuid.uuid4()})
    return True


def _free_place(place: int) -> int:
    """This one, or the next that no other item has."""
    while Indexed.objects.filter(place=place).exists():
        place += 1
    return place


def _tsvector(title: list[str], text: list[str], marks: Collection[str]) -> str:
    """As PostgreSQL reads it. A mark begins with a stroke, which no word does."""
    places: dict[str, list[int]] = {}
    for place, word in [*enumerate(title, 1), *enumerate(text, len(title) + GAP)]:
        places.setdefault(word, []).append(place)
    words = [f"'{word}':{','.join(map(str, where[:255]))}" for word, where in places.items()]
    return " ".join([*words, *(f"'/{mark}'" for mark in marks)])


@queue.task(name="kit.forget-leftovers", time_limit=3600)
def forget_leftovers() -> None:
    """Nothing of what was deleted from the index is in its file, or in its log, when this returns. Repeatable.

    SQLite writes beside an old entry that it is gone, and removes both when it merges the parts of the index. Where it
    cannot remove at once (before 3.42), all parts are merged, a few pages at a time. What a page of the file held is
    overwritten (`secure_delete`).
    """
    leftover = Leftover.objects.first()
    if leftover is None:
        return
    connection = connections[STORE]
    if connection.vendor == "postgresql":
        _vacuum(connection)
    elif not removes_at_once(connection):
        _merge(connection)
    Leftover.objects.filter(token=leftover.token).delete()
    transaction.on_commit(kept.empty_log, using=STORE)


def removes_at_once(connection: BaseDatabaseWrapper) -> bool:
    """Whether FTS5 of this SQLite removes what is deleted by itself."""
    return connection.Database.sqlite_version_info >= _SECURE_DELETE  # type: ignore[attr-defined, no-any-return]


def _merge(connection: BaseDatabaseWrapper) -> None:
    command = f"INSERT INTO {TABLE} ({TABLE}, rank) VALUES ('merge', %s)"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(command, [-STEP])
        while True:
            before = _changes(cursor)
            cursor.execute(command, [STEP])
            if _changes(cursor) - before < 2:  # as SQLite's manual says: then there is nothing left to merge
                return


def _changes(cursor: Any) -> int:
    cursor.execute("SELECT total_changes()")
    return int(cursor.fetchone()[0])


def _vacuum(connection: BaseDatabaseWrapper) -> None:
    if connection.in_atomic_block:
        return  # where it cannot be done, PostgreSQL does it by itself, later
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM {TABLE}, {Vector._meta.db_table}")


# --- Reading.


def stamps(item_ids: Iterable[int]) -> dict[int, str]:
    """The stamps of the rows there are, by item id."""
    rows = Indexed.objects.filter(item_id__in=list(item_ids))
    return dict(rows.values_list("item_id", "stamp"))


def candidates(
    wanted: Wanted, *, any_of: Collection[str], none_of: Collection[str], before: int, limit: int
) -> list[Candidate]:
    """Items that hold what is wanted, one of the marks `any_of` and none of `none_of`: newest first, at most `limit`.

    Only those whose place is before `before`. Fewer than `limit`: there are no more.
    """
    if not wanted or not any_of:
        raise ValueError("words, and a mark of whom they are for")
    connection = connections[STORE]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            return _in_fts5(cursor, _match(wanted, any_of, none_of), before, limit)
        return _in_tsvectors(cursor, wanted, _tsquery(wanted, any_of, none_of), before, limit)


def _in_fts5(cursor: Any, match: str, before: int, limit: int) -> list[Candidate]:
    cursor.execute(
        f"SELECT made.item_id, made.place FROM (SELECT rowid AS place FROM {TABLE}"  # noqa: S608
        f" WHERE {TABLE} MATCH %s AND rowid < %s ORDER BY rowid DESC LIMIT %s) AS found"
        f" CROSS JOIN {Indexed._meta.db_table} AS made ON made.place = found.place",
        [match, before, limit],
    )
    return sorted((Candidate(*row) for row in cursor.fetchall()), key=lambda one: -one.place)


def _match(wanted: Wanted, any_of: Collection[str], none_of: Collection[str]) -> str:
    """As FTS5 reads it. Words are letters and digits, so nothing in quotes can end them."""
    phrases = [f'"{" ".join(phrase)}"' for phrase in wanted.phrases]
    words = f"NEAR({' '.join(phrases)}, {NEAR})" if wanted.are_near else " AND ".join(phrases)
    asked = f"marks : ({_any(any_of)}) AND {{title words}} : ({words})"
    return f"({asked}) NOT marks : ({_any(none_of)})" if none_of else asked


def _any(marks: Collection[str]) -> str:
    return " OR ".join(f'"{mark}"' for mark in sorted(marks))


def _in_tsvectors(cursor: Any, wanted: Wanted, query: str, before: int, limit: int) -> list[Candidate]:
    """Where more than two words have to be near each other, the query finds those in which each is near the first, and
    we look where they all stand.
    """
    found: list[Candidate] = []
    size = limit
    is_open = wanted.are_near and sum(map(len, wanted.phrases)) > 2
    where = (
        "(SELECT json_object_agg(lexeme, positions) FROM unnest(held) WHERE lexeme = ANY(%s))"
        if is_open
        else "%s"
    )
    words = sorted({word for phrase in wanted.phrases for word in phrase}) if is_open else None
    for _ in range(_MOST_CHUNKS):
        cursor.execute(
            f"SELECT made.item_id, made.place, {where} FROM {TABLE} AS search"  # noqa: S608
            f" JOIN {Indexed._meta.db_table} AS made ON made.place = search.place"
            " WHERE held @@ %s::tsquery AND search.place < %s ORDER BY search.place DESC LIMIT %s",
            [words, query, before, size],
        )
        rows = cursor.fetchall()
        found += [
            Candidate(item_id, place)
            for item_id, place, places in rows
            if not is_open or stand_near(wanted.phrases, _read(places))
        ]
        if len(rows) < size or len(found) >= limit:
            break
        before, size = rows[-1][1], min(size * 4, _LARGEST_CHUNK)
    return found[:limit]


def _read(places: Any) -> dict[str, list[int]]:
    read: dict[str, list[int]] = json.loads(places) if isinstance(places, str) else places
    return read


def _tsquery(wanted: Wanted, any_of: Collection[str], none_of: Collection[str]) -> str:
    """As PostgreSQL reads it. Words are letters and digits, so nothing in quotes can end them."""
    phrases = ["(" + " <-> ".join(f"'{word}'" for word in phrase) + ")" for phrase in wanted.phrases]
    if wanted.are_near:
        phrases += [_beside(wanted.phrases[0], other) for other in wanted.phrases[1:]]
    query = f"({_either(any_of)}) & {' & '.join(phrases)}"
    return f"{query} & !({_either(none_of)})" if none_of else query


def _beside(one: tuple[str, ...], other: tuple[str, ...]) -> str:
    """The first words of two phrases are so far from each other as they are where the phrases are near; at least."""
    after = [f"'{one[0]}' <{apart}> '{other[0]}'" for apart in range(len(one) + NEAR + 1)]
    before = [f"'{other[0]}' <{apart}> '{one[0]}'" for apart in range(1, len(other) + NEAR + 1)]
    return f"({' | '.join(after + before)})"


def _either(marks: Collection[str]) -> str:
    return " | ".join(f"'/{mark}'" for mark in sorted(marks))
