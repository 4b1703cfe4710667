"""Policy asked about one address: the prepared form of `visible_to(viewer)`."""

from __future__ import annotations

from django.http import Http404

from lessalone.people.viewer import Viewer
from lessalone.sharing.models import Item
from lessalone.sharing.prepared import Prepared

_by_address = {
    kind: Prepared(
        f"address:{kind}",
        lambda viewer, marks, kind=kind: Item.objects.filter(
            public_id=marks["public_id"], kind=kind
        ).visible_to(viewer),
    )
    for kind in Item.Kind.values
}


def visible_item_or_404(viewer: Viewer, public_id: str, *, kind: str) -> Item:
    """The item at this address, or 404: to a viewer who may not see it, it does not exist."""
    found = _by_address[kind].fetch(viewer, public_id=public_id)
    if not found:
        raise Http404
    return found[0]


def own_item_or_404(member_id: int | None, public_id: str, *, kind: str) -> Item:
    """The member's own item at this address (written by them, or jointly theirs), or 404."""
    found = member_id and Item.objects.owned_by(member_id).filter(public_id=public_id, kind=kind).first()
    if not found:
        raise Http404
    return found


def asked_item_or_404(member_id: int | None, public_id: str, *, kind: str) -> Item:
    """The item at this address that is the member's own or that they are asked about, or 404."""
    found = member_id and Item.objects.asked_of(member_id).filter(public_id=public_id, kind=kind).first()
    if not found:
        raise Http404
    return found
