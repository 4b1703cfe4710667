"""Queries of policy, compiled once for each kind of viewer and then only filled in.

Building the policy's condition in Django costs more than the database needs to answer it. The SQL depends only on
what kind of viewer it is (visitor, member, bereaved, moderator, with how many links), so it is built once from
`may_see`, with marks where the viewer's id and links, the time and the caller's values stand, and filled in for each
request. It is the same policy: nothing is written a second time, and the privacy tests run through both.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable
from threading import RLock
from typing import Any

from django.db import models
from django.utils import timezone

from lessalone.kit.prepared import Join, Marks, Statement, marks, statement
from lessalone.people.notes import KEYS
from lessalone.people.viewer import Viewer
from lessalone.sharing import policy

MOST_LINKS = 50
LINKS = tuple(f"link_{number}" for number in range(MOST_LINKS))
NOTES = tuple(f"note_{number}" for number in range(len(KEYS)))
"""Marks for links that someone holds, and for content notes that they chose not to meet."""
IDS = tuple(f"id_{number}" for number in range(20))
"""Marks for the numbers of some items; those that are not used stand for none."""
MOST_CANDIDATES = 120
CANDIDATES = tuple(f"candidate_{number}" for number in range(MOST_CANDIDATES))
"""Marks for items that were found elsewhere, of which policy is asked which ones are shown."""
_MARKS = marks(
    viewer=int,
    now=dt.datetime,
    public_id=str,
    item=int,
    before_id=int,
    after_id=int,
    before_time=dt.datetime,
    since_time=dt.datetime,
    **dict.fromkeys(LINKS, int),
    **dict.fromkeys(NOTES, str),
    **dict.fromkeys(IDS, int),
    **dict.fromkeys(CANDIDATES, int),
)
_SIZES = (0, 1, 5, MOST_LINKS)
_NO_LINK = NO_ID = 0
Query = models.QuerySet[Any]
Build = Callable[[Viewer, Marks], Query | list[Query]]
_compiled: dict[Hashable, Statement] = {}
_compiling = RLock()


class Prepared:
    """A query over items that `build(viewer, marks)` makes; `marks` stand for the values given to `fetch`.

    `build` must use nothing of the viewer but its kind and the policy's own clauses. It may give several queries, of
    which `join` makes one.
    """

    def __init__(self, name: str, build: Build, join: Join = "".join) -> None:
        self.name = name
        self.build = build
        self.join = join

    def fetch(self, viewer: Viewer, **values: Any) -> list[Any]:
        """The items, as this viewer may see them now."""
        held = [*sorted(viewer.links)[-MOST_LINKS:], *[_NO_LINK] * MOST_LINKS]
        links = dict(zip(_links(viewer), held, strict=False))
        return self._statement(viewer).fetch(
            {**values, **links, "viewer": viewer.member_id, "now": timezone.now()}
        )

    def _statement(self, viewer: Viewer) -> Statement:
        if viewer.circle_ids is not None or viewer.seat_ids is not None:
            return self._made(viewer, is_lasting=False)
        kind = (
            self.name,
            viewer.member_id is None,
            viewer.is_member,
            viewer.is_bereaved,
            viewer.is_moderator,
            len(_links(viewer)),
        )
        if kind not in _compiled:
            with _compiling:  # long work: of many threads that want it at once, one does it
                if kind not in _compiled:
                    _compiled[kind] = self._made(_marked(viewer), is_lasting=True)
        return _compiled[kind]

    def _made(self, viewer: Viewer, *, is_lasting: bool) -> Statement:
        with policy.at(_MARKS["now"]):
            built = self.build(viewer, _MARKS)
            queries = built if isinstance(built, list) else [built]
            return statement(queries, _MARKS, self.join, is_lasting=is_lasting)


def _marked(viewer: Viewer) -> Viewer:
    return Viewer(
        member_id=None if viewer.member_id is None else _MARKS["viewer"],
        is_member=viewer.is_member,
        is_bereaved=viewer.is_bereaved,
        is_moderator=viewer.is_moderator,
        links=frozenset(_MARKS[name] for name in _links(viewer)),
    )


def _links(viewer: Viewer) -> tuple[str, ...]:
    """Marks for their links: a few more than there are, so that few numbers need a statement of their own."""
    return LINKS[: next((size for size in _SIZES if size >= len(viewer.links)), MOST_LINKS)]
