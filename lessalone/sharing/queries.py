"""Policy asked about one address: the prepared form of `visible_to(viewer)`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import BooleanField, Case, Q, Value, When
from django.db.models.expressions import RawSQL
from django.http import Http404

from lessalone.kit.prepared import Marks, marks
from lessalone.people.models import Member
from lessalone.people.viewer import Viewer
from lessalone.sharing.models import Item
from lessalone.sharing.policy import Part, is_their_own
from lessalone.sharing.prepared import Prepared


def _at_address(kind: str) -> Prepared:
    part = Part.ROOTS if kind == Item.Kind.STORY else Part.BRANCHES

    def build(viewer: Viewer, marks: Marks) -> models.QuerySet[Any]:
        items = Item.objects.filter(public_id=marks["public_id"], kind=kind).visible_to(viewer, part)
        if viewer.member_id is None:
            own: Any = Value(False)
        else:
            own = Case(When(is_their_own(viewer.member_id), then=Value(True)), default=Value(False))
        marked: models.QuerySet[Any] = items.annotate(is_own=own)
        return marked

    return Prepared(f"address:{kind}", build)


_by_address = {kind: _at_address(kind) for kind in Item.Kind.values}


def visible_item_or_404(viewer: Viewer, public_id: str, *, kind: str) -> Item:
    """The item at this address, or 404: to a viewer who may not see it, it does not exist.

    Its `is_own` says whether it is the viewer's own: written by them, or jointly theirs.
    """
    found = _by_address[kind].fetch(viewer, public_id=public_id)
    if not found:
        raise Http404
    item: Item = found[0]
    return item


def own_item_or_404(member_id: int | None, public_id: str, *, kind: str) -> Item:
    """The member's own item at this address (written by them, or jointly theirs), or 404."""
    return _first_or_404(
        Item.objects.none() if member_id is None else Item.objects.owned_by(member_id), public_id, kind
    )


def asked_item_or_404(member_id: int | None, public_id: str, *, kind: str) -> Item:
    """The item at this address that is the member's own or that they are asked about, or 404."""
    return _first_or_404(
        Item.objects.none() if member_id is None else Item.objects.asked_of(member_id), public_id, kind
    )


def _first_or_404(items: models.QuerySet[Any], public_id: str, kind: str) -> Item:
    found: Item | None = items.filter(public_id=public_id, kind=kind).first()
    if found is None:
        raise Http404
    return found


# --- The other way round.

_ANYONE = marks(member=int)["member"]
_PLACE = re.compile(r"(?<!%)%s")


def who_may_see(item: Item, member_ids: Iterable[int]) -> set[int]:
    """Which of these members may see a story that is not their own, as what they are without any duty. One query.

    It is the same policy, made for a viewer who is nobody yet; the database asks it of each of them.
    """
    awake = Member.objects.filter(pk__in=set(member_ids), approved_at__isnull=False, resting_since=None)
    sees = Q(_sees(item, is_bereaved=False), admitted_at=None)
    sees |= Q(_sees(item, is_bereaved=True), admitted_at__isnull=False)
    return set(awake.filter(sees, is_active=True).values_list("pk", flat=True))


def _sees(item: Item, *, is_bereaved: bool) -> RawSQL:
    """Whether the member of a row may see it."""
    viewer = Viewer(member_id=_ANYONE, is_member=True, is_bereaved=is_bereaved)
    visible = Item.objects.filter(pk=item.pk).visible_to(viewer, Part.ROOTS).exclude(is_their_own(_ANYONE))
    sql, parameters = visible.values("pk").query.get_compiler(visible.db).as_sql()
    start, *pieces = _PLACE.split(sql)
    made = start
    for value, piece in zip(parameters, pieces, strict=True):
        made += ('"people_member"."id"' if value == _ANYONE else "%s") + piece
    kept = [value for value in parameters if value != _ANYONE]
    return RawSQL(f"EXISTS ({made})", kept, output_field=BooleanField())  # noqa: S611 - Django's own SQL
