"""The viewer: whoever is looking. The one thing policy asks about a person."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who is looking, as policy needs to know it. Made by `viewer_of` or, for a rehearsal, by hand.

    `member_id` None with `is_member` True is a made member of a rehearsal: it has no row, no blocks and
    no family. `circle_ids` None means "look up the member's own"; a rehearsal names them.
    `links` are the ids of audience links whose token (and password) this visitor has shown.
    """

    member_id: int | None = None
    is_member: bool = False
    is_bereaved: bool = False
    is_moderator: bool = False
    circle_ids: frozenset[int] | None = None
    links: frozenset[int] = field(default_factory=frozenset)
    seat_ids: frozenset[int] | None = None
    """The seats a made viewer sits in. None: look up the member's own."""


VISITOR = Viewer()
