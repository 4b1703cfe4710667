"""Policy asked about one address: the prepared form of `visible_to(viewer)`."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Case, Value, When
from django.http import Http404

from lessalone.kit.prepared import Marks
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
