"""Queries of policy, compiled once for each kind of viewer and then only filled in.

Building the policy's condition in Django costs more than the database needs to answer it. The SQL depends only on
what kind of viewer it is (visitor, member, bereaved, moderator), so it is built once from `may_see`, with marks where
the viewer's id, the time and the caller's values stand, and filled in for each request. It is the same policy:
nothing is written a second time, and the privacy tests run through both.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Mapping
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.utils import timezone

from lessalone.people.viewer import Viewer
from lessalone.sharing import policy

_MEMBER = 4_611_686_018_427_000_001
_FIRST_LINK = 4_611_686_018_427_100_000
_NOW = dt.datetime(1777, 1, 1, 7, 7, 7, 777777, tzinfo=dt.UTC)
_MARKS: Mapping[str, Any] = {
    "public_id": "mark of the address ###",
    "item": 4_611_686_018_427_000_002,
    "before_id": 4_611_686_018_427_000_003,
    "after_id": 4_611_686_018_427_000_004,
    "before_time": dt.datetime(1777, 2, 2, 7, 7, 7, 777777, tzinfo=dt.UTC),
    "after_time": dt.datetime(1777, 3, 3, 7, 7, 7, 777777, tzinfo=dt.UTC),
}
Build = Callable[[Viewer, Mapping[str, Any]], models.QuerySet[Any]]
MOST_SHAPES = 500
"""Readers' choices of what to leave out make further shapes; the memory for them has an end."""
_compiled: dict[Hashable, tuple[str, tuple[Any, ...]]] = {}


class Prepared:
    """A query over items that `build(viewer, marks)` makes; `marks` stand for the values given to `fetch`.

    `build` must use nothing of the viewer but its kind and the policy's own clauses.
    """

    def __init__(self, name: str, build: Build) -> None:
        self.name = name
        self.build = build

    def compiled(self, viewer: Viewer) -> tuple[str, tuple[Any, ...]]:
        """SQL and parameters for this viewer, with the caller's values still marked."""
        shape = (
            connection.vendor,
            self.name,
            viewer.member_id is None,
            viewer.is_member,
            viewer.is_bereaved,
            viewer.is_moderator,
            len(viewer.links),
        )
        simple = viewer.circle_ids is None and viewer.seat_ids is None
        if simple and shape in _compiled:
            return _compiled[shape]
        marked = _marked(viewer) if simple else viewer
        with policy.at(_NOW):
            made = self.build(marked, _MARKS).query.sql_with_params()
        if simple:
            if len(_compiled) >= MOST_SHAPES:
                _compiled.clear()
            _compiled[shape] = made
        return made

    def filled(self, viewer: Viewer, **values: Any) -> tuple[str, list[Any]]:
        """SQL and parameters, ready to run."""
        sql, parameters = self.compiled(viewer)
        return sql, fill(viewer, parameters, values)

    def fetch(self, viewer: Viewer, **values: Any) -> list[Any]:
        """The items, as this viewer may see them now."""
        sql, parameters = self.filled(viewer, **values)
        return list(apps.get_model("sharing", "Item")._default_manager.raw(sql, parameters))


def fill(viewer: Viewer, parameters: tuple[Any, ...], values: Mapping[str, Any]) -> list[Any]:
    """The parameters with every mark replaced by what it stands for."""
    given = {_adapt(_MEMBER): viewer.member_id, _adapt(_NOW): _adapt(timezone.now())}
    given.update(zip(_link_marks(viewer), sorted(viewer.links), strict=True))
    given.update({_adapt(_MARKS[name]): _adapt(value) for name, value in values.items()})
    return [given.get(value, value) if isinstance(value, Hashable) else value for value in parameters]


def _marked(viewer: Viewer) -> Viewer:
    return Viewer(
        member_id=None if viewer.member_id is None else _MEMBER,
        is_member=viewer.is_member,
        is_bereaved=viewer.is_bereaved,
        is_moderator=viewer.is_moderator,
        links=frozenset(_link_marks(viewer)),
    )


def _link_marks(viewer: Viewer) -> range:
    return range(_FIRST_LINK, _FIRST_LINK + len(viewer.links))


def _adapt(value: Any) -> Any:
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, dt.datetime) else value
