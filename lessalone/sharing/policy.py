"""THE policy: who may see an item. Nothing else in this software answers that question.

`may_see(viewer)` is a condition over Item, made of the named clauses in `CLAUSES`, each a plain column or an
`Exists`. `visible_to(viewer)` is that filter; `is_visible_to` is derived from it. To a viewer who may not see
a thing, it does not exist. Every clause fails closed: what is missing opens nothing.

The docstring of each clause is the sentence in `docs/who-sees-what.md`, which is generated from here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import Enum, auto
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import BooleanField, Case, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone

from lessalone.people.viewer import Viewer

ONLY_US, PEOPLE, CIRCLES, BEREAVED, MEMBERS, LINK, PUBLIC = 0, 10, 20, 30, 40, 50, 60


class Part(Enum):
    """The two sorts of items."""

    ROOTS = auto()
    """Stories."""
    BRANCHES = auto()
    """Responses."""


class ItemQuerySet(QuerySet[Any]):
    """Items, reached only through a viewer or an owner."""

    def visible_to(self, viewer: Viewer, part: Part | None = None) -> ItemQuerySet:
        """The items that this viewer may see, now; with `part`, only the roots or only the branches of them."""
        return self.filter(asked_last(may_see(viewer, part)))

    def owned_by(self, member_id: int) -> ItemQuerySet:
        """The items that are this member's own, in every state but erased: written by them, or jointly theirs."""
        return self.filter(is_not_erased(), is_their_own(member_id))

    def asked_of(self, member_id: int) -> ItemQuerySet:
        """The items that this member is asked about or owns: the author's, and those of a version that needs them."""
        return self.filter(is_not_erased(), is_their_own(member_id) | needs_their_consent(member_id))


def _rows(room: str, name: str) -> QuerySet[Any]:
    rows: QuerySet[Any] = apps.get_model(room, name)._default_manager.all()
    return rows


class Exists(models.Exists):
    """Asked for each row by itself. PostgreSQL would rather read all consents there are, to have them at hand."""

    def as_postgresql(self, compiler: Any, connection: Any, **_context: Any) -> Any:
        return self.as_sql(compiler, connection, template="EXISTS(%(subquery)s OFFSET 0)")


def asked_last(condition: Q) -> Case:
    """The same condition, of which a database makes no plan: it is asked of what the rest of the query finds.

    Databases guess badly how few rows policy leaves; PostgreSQL would read every story to show the newest twenty.
    """
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


_moment: ContextVar[dt.datetime | None] = ContextVar("moment", default=None)


def now() -> dt.datetime:
    """The time that policy asks for: the clock's, or the mark of a query that is being prepared."""
    return _moment.get() or timezone.now()


@contextmanager
def at(moment: dt.datetime) -> Iterator[None]:
    """Inside, policy is built for this moment."""
    token = _moment.set(moment)
    try:
        yield
    finally:
        _moment.reset(token)


# --- Clauses of a root: a story. Each takes the viewer and gives a Q over Item.


def is_not_erased(viewer: Viewer | None = None) -> Q:
    """It has not been erased."""
    return Q(erased_at=None)


def is_published(viewer: Viewer | None = None) -> Q:
    """Everyone who had to agree agreed to this exact version, and its hour has come."""
    return Q(current__isnull=False, published_at__lte=now())


def is_not_taken_back(viewer: Viewer | None = None) -> Q:
    """Nobody of the family has taken it back."""
    return Q(~Exists(_rows("sharing", "Withdrawal").filter(item=OuterRef("pk"), ended_at=None)))


def is_not_held(viewer: Viewer | None = None) -> Q:
    """No moderator has put a hold on it."""
    return Q(~Exists(_rows("sharing", "Hold").filter(item=OuterRef("pk"), released_at=None)))


def its_rung_is_open(viewer: Viewer) -> Q:
    """Its audience is one that this viewer can belong to. (For the index; the ceilings are asked too.)"""
    return Q(rung__in=open_rungs(viewer))


def author_allows(viewer: Viewer) -> Q:
    """Its author allows this viewer."""
    ceilings = _rows("sharing", "Ceiling").filter(admits(viewer))
    return Q(Exists(ceilings.filter(version=OuterRef("current_id"), member=OuterRef("author_id"))))


def every_parent_allows(viewer: Viewer) -> Q:
    """If it is jointly theirs, every parent with a voice has agreed to it, and each who agreed allows this viewer.

    What is seen is what all allow. Whoever narrowed it and then left has not widened it by leaving.
    """
    refusing = _rows("sharing", "Ceiling").filter(~admits(viewer), version=OuterRef("current_id"))
    return Q(is_joint=False) | Q(~Exists(_silent_parents()), ~Exists(refusing), baby__isnull=False)


def _silent_parents() -> QuerySet[Any]:
    """Parents with a voice who have not agreed to its current version."""
    ceilings = _rows("sharing", "Ceiling")
    agreed = ceilings.filter(version=OuterRef(OuterRef("current_id")), member=OuterRef("member_id"))
    parents: QuerySet[Any] = apps.get_model("families", "Parent").objects.with_voice()
    return parents.filter(~Exists(agreed), baby=OuterRef("baby_id"))


def is_not_between_blocked_people(viewer: Viewer) -> Q:
    """The viewer has not blocked its voice, and nobody of its family has blocked the viewer."""
    if viewer.member_id is None:
        return Q()
    blocks = _rows("people", "Block")
    who_blocked_viewer = blocks.filter(blocked=viewer.member_id).values("blocker")
    blocked_voices = blocks.filter(blocker=viewer.member_id).values("voice")
    families_that_did = (
        _rows("families", "Parent").filter(left_at=None, member__in=who_blocked_viewer).values("baby")
    )
    return (
        ~Q(author__in=who_blocked_viewer)
        & ~Q(voice__in=blocked_voices)
        & ~(Q(is_joint=True, baby__isnull=False) & Q(baby__in=families_that_did))
    )


def is_not_of_their_own_family(viewer: Viewer) -> Q:
    """Own words under a cover name never reach the baby's own family, present or former, also on another page.

    Another page is one that has the same facts, until a moderator finds that it is about another baby. Words that
    name no baby reach nobody of any family that their author is or was of.
    """
    if viewer.member_id is None:
        return Q()
    theirs = _is_about_their_baby(viewer)
    covered = Exists(_rows("people", "Voice").filter(pk=OuterRef("voice_id"), is_cover=True))
    # Side by side, not one in the other: SQLite reads no query that is nested much deeper than ours.
    about_another = Q(is_joint=True) | Q(baby=None) | ~theirs
    named = Q(is_joint=True) | Q(baby__isnull=False) | ~covered
    return Q(about_another, *(named | ~belongs for belongs in _belongs("author_id", theirs)))


def is_not_told_by_their_family(viewer: Viewer, teller: str = "author_id") -> Q:
    """Stricter, for what brings people together: nothing by anyone of their own family, present or former.

    Also what names no baby, and what is told under a shown name. Nobody who is not signed in is brought together.
    """
    # `teller` leads from the item to who told it.
    belongs = _belongs(teller, _is_about_their_baby(viewer))
    return Q(~Q(**{teller: viewer.member_id}), *(~one for one in belongs))


def is_theirs_too(member: str) -> Q:
    """By what another parent than who wrote it answered, it is brought to someone only where it is jointly theirs, and
    that parent is here, has a voice, and agreed to its being shared."""
    # `member` leads from the item to that parent.
    parents: QuerySet[Any] = apps.get_model("families", "Parent").objects.with_voice()
    here = parents.filter(baby=OuterRef("baby_id"), member=OuterRef(member), member__is_active=True)
    agreed = _rows("sharing", "Ceiling").filter(version=OuterRef("current_id"), member=OuterRef(member))
    return Q(Exists(here), Exists(agreed), is_joint=True)


def are_not_of_one_family(one: str, other: str) -> Q:
    """What leads readers from one story to another: never between two people of one family, present or former."""
    # Over a row from which `one` and `other` lead to the two.
    belongs = _belongs(one, _is_about_baby_of(lambda depth: _seen_from(depth + 1, other)))
    return Q(*(~found for found in belongs))


def _belongs(author: str, to_these: Q) -> list[Q]:
    """Whoever `author` leads to belongs to one of these babies, now or before: as a parent; or otherwise."""
    rows = [_rows("families", room).filter(to_these) for room in ("Parent", "Relation")]
    return [Q(**{f"{author}__in": row.values("member")}) for row in rows]


def _seen_from(depth: int, name: str) -> OuterRef:
    """A column of the query that stands so many subqueries further out."""
    reference = OuterRef(name)
    for _ in range(depth - 1):
        reference = OuterRef(reference)
    return reference


def _is_about_their_baby(viewer: Viewer) -> Q:
    return _is_about_baby_of(lambda _depth: viewer.member_id)


def _is_about_baby_of(member: Callable[[int], Any]) -> Q:
    """Over any row with a `baby`: it is one of this member's, as a parent or otherwise, now or before, or may be the
    same. `member(depth)` gives them, asked from so many subqueries below the row."""

    def babies(depth: int) -> list[QuerySet[Any]]:
        rooms = ("Parent", "Relation")
        return [_rows("families", room).filter(member=member(depth)).values("baby") for room in rooms]

    pairs = _rows("families", "SameBaby").filter(settled_as_different_at=None)
    same = [
        pairs.filter(**{f"{one}__in": theirs}).values(other)
        for one, other in (("first", "second"), ("second", "first"))
        for theirs in babies(2)
    ]
    theirs = Q()
    for found in (*babies(1), *same):
        theirs |= Q(baby__in=found)
    return theirs


def is_out() -> Q:
    """It is with those whom it is meant for: published, not taken back, not held, and no parent is still asked.

    Not who may see it: its own people see it besides, and a list of what is shared leaves it out until then.
    """
    agreed = Q(is_joint=False) | Q(~Exists(_silent_parents()), baby__isnull=False)
    return is_not_erased() & is_published() & is_not_taken_back() & is_not_held() & agreed


# --- Clauses of a response: a branch.


def has_been_read_first(viewer: Viewer) -> Q:
    """Whoever reads first has let it through. Until then only they meet it: the first reader, or the family."""
    read = Q(waiting_for="", published_at__lte=now())
    if viewer.member_id is None:
        return read
    waits_for_family = Q(waiting_for="family") & _root_is(is_their_own(viewer.member_id))
    waits_for_first_reader = Q(waiting_for="first") & _root_is(is_first_reader(viewer.member_id))
    return read | waits_for_family | waits_for_first_reader


def what_it_answers_is_there(viewer: Viewer) -> Q:
    """The response that it answers can be seen by this viewer too."""
    above = _rows("sharing", "Item").filter(_may_see_answered(viewer), pk=OuterRef("above_id"))
    return Q(above=None) | Q(Exists(above))


ROOT_CLAUSES: tuple[Callable[[Viewer], Q], ...] = (
    is_not_erased,
    is_published,
    is_not_taken_back,
    is_not_held,
    its_rung_is_open,
    author_allows,
    every_parent_allows,
    is_not_between_blocked_people,
    is_not_of_their_own_family,
)
BRANCH_CLAUSES: tuple[Callable[[Viewer], Q], ...] = (
    is_not_erased,
    has_been_read_first,
    is_not_taken_back,
    is_not_held,
    what_it_answers_is_there,
    is_not_between_blocked_people,
)


def may_see(viewer: Viewer, part: Part | None = None) -> Q:
    """The whole condition over Item for this viewer, or one part of it: the database reads half as much."""
    if part is Part.ROOTS:
        return Q(root=None) & _may_see_root(viewer)
    if part is Part.BRANCHES:
        return Q(root__isnull=False) & _may_see_branch(viewer)
    return may_see(viewer, Part.ROOTS) | may_see(viewer, Part.BRANCHES)


def _all(clauses: tuple[Callable[[Viewer], Q], ...], viewer: Viewer) -> Q:
    condition = Q()
    for clause in clauses:
        condition &= clause(viewer)
    return condition


def _may_see_root(viewer: Viewer) -> Q:
    condition = _all(ROOT_CLAUSES, viewer)
    if viewer.member_id is not None:
        condition |= is_not_erased() & is_their_own(viewer.member_id)
    if viewer.is_moderator:
        condition |= is_not_erased() & is_opened_to_moderator(viewer) & is_not_of_their_own_family(viewer)
    return condition


def _may_see_branch(viewer: Viewer) -> Q:
    condition = _is_shown_branch(viewer, BRANCH_CLAUSES) & _root_is(_may_see_root(viewer))
    return condition | _is_opened_branch(viewer)


def _may_see_answered(viewer: Viewer) -> Q:
    """The same for a response that another one answers: it has the same root, and answers none itself."""
    clauses = tuple(clause for clause in BRANCH_CLAUSES if clause is not what_it_answers_is_there)
    return _is_shown_branch(viewer, clauses) | _is_opened_branch(viewer)


def _is_shown_branch(viewer: Viewer, clauses: tuple[Callable[[Viewer], Q], ...]) -> Q:
    shown = _all(clauses, viewer)
    if viewer.member_id is not None:
        shown |= is_not_erased() & Q(author=viewer.member_id)
    return shown


def _is_opened_branch(viewer: Viewer) -> Q:
    if not viewer.is_moderator:
        return Q(pk__in=[])
    theirs_to_look_at = _root_is(is_not_of_their_own_family(viewer))
    return is_not_erased() & is_opened_to_moderator(viewer) & theirs_to_look_at


def _root_is(condition: Q) -> Q:
    return Q(Exists(_rows("sharing", "Item").filter(condition, pk=OuterRef("root_id"))))


# --- Whose it is.


def is_their_own(member_id: int) -> Q:
    """Written by them, or a story that is jointly theirs as a parent who may open the baby's page."""
    theirs = (
        apps.get_model("families", "Parent").objects.with_access().filter(member=member_id).values("baby")
    )
    return Q(author=member_id) | Q(is_joint=True, kind="story", baby__in=theirs)


def needs_their_consent(member_id: int) -> Q:
    """A version of it was asked for that needs this parent, who is not resting from it."""
    theirs = apps.get_model("families", "Parent").objects.with_voice().filter(member=member_id).values("baby")
    asked = _rows("sharing", "Version").filter(item=OuterRef("pk"), is_joint=True, superseded_at=None)
    resting = _rows("sharing", "Rest").filter(item=OuterRef("pk"), member=member_id, reopened_at=None)
    return Q(baby__in=theirs) & Exists(asked) & ~Exists(resting)


def is_first_reader(member_id: int) -> Q:
    """They were asked to read its responses first."""
    return Q(
        Exists(_rows("sharing", "FirstReader").filter(item=OuterRef("pk"), member=member_id, ended_at=None))
    )


def is_opened_to_moderator(viewer: Viewer) -> Q:
    """It was reported, or this moderator opened it with a reason; in both cases until a time.

    Never a moderator of the baby's own family, where it is under a cover name.
    """
    moment = now()
    mine = Q(member=None) | Q(member=viewer.member_id)
    return Q(
        Exists(
            _rows("sharing", "Opening").filter(mine, item=OuterRef("pk"), at__lte=moment, until__gt=moment)
        )
    )


# --- Audiences.


def open_rungs(viewer: Viewer) -> list[int]:
    """The rungs on which this viewer may find anything."""
    rungs = [PUBLIC]
    if viewer.links:
        rungs.append(LINK)
    if viewer.is_member:
        rungs += [MEMBERS, CIRCLES]
        if viewer.is_bereaved:
            rungs.append(BEREAVED)
    if viewer.member_id is not None or viewer.seat_ids is not None:
        rungs.append(PEOPLE)
    return rungs


def admits(viewer: Viewer) -> Q:
    """A condition over Ceiling: its audience has this viewer in it, and has not ended."""
    condition = Q(audience__rung=PUBLIC)
    if viewer.is_member:
        condition |= Q(audience__rung=MEMBERS)
        condition |= Q(audience__rung=CIRCLES) & Q(Exists(_audience_circles(viewer)))
        if viewer.is_bereaved:
            condition |= Q(audience__rung=BEREAVED)
    if viewer.member_id is not None or viewer.seat_ids is not None:
        condition |= Q(audience__rung=PEOPLE) & Q(Exists(_audience_seats(viewer)))
    if viewer.links:
        moment = now()
        links = _rows("sharing", "Link").filter(
            Q(ends_at=None) | Q(ends_at__gt=moment),
            item=OuterRef("item_id"),
            pk__in=viewer.links,
            ended_at=None,
        )
        condition |= Q(audience__rung=LINK) & Q(Exists(links))
    return condition & (Q(audience__ends_at=None) | Q(audience__ends_at__gt=now()))


def _audience_seats(viewer: Viewer) -> QuerySet[Any]:
    seats = _rows("sharing", "AudienceSeat").filter(audience=OuterRef("audience_id"))
    if viewer.seat_ids is not None:
        return seats.filter(seat__in=viewer.seat_ids)
    return seats.filter(seat__member=viewer.member_id)


def _audience_circles(viewer: Viewer) -> QuerySet[Any]:
    circles = _rows("sharing", "AudienceCircle").filter(
        audience=OuterRef("audience_id"), circle__ended_at=None
    )
    if viewer.circle_ids is not None:
        return circles.filter(circle__in=viewer.circle_ids)
    mine = _rows("circles", "Membership").filter(member=viewer.member_id).values("circle")
    return circles.filter(circle__in=mine)
