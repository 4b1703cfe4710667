"""THE policy: who may see an item. Nothing else in this software answers that question.

`may_see(viewer)` is a condition over Item, made of named clauses, each an `Exists` or a plain column.
`visible_to(viewer)` is that filter; `is_visible_to` is derived from it. To a viewer who may not see a
thing, it does not exist. Every clause fails closed: what is missing opens nothing.
"""

from __future__ import annotations

from django.apps import apps
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now

from lessalone.people.viewer import Viewer


def _rows(room: str, name: str) -> models.QuerySet:
    return apps.get_model(room, name)._default_manager.all()


class ItemQuerySet(models.QuerySet):
    """Items, reached only through a viewer or an owner."""

    def visible_to(self, viewer: Viewer) -> ItemQuerySet:
        """The items that this viewer may see, now."""
        return self.filter(may_see(viewer))

    def owned_by(self, member_id: int) -> ItemQuerySet:
        """The items that are this member's own, in every state but erased: the author's, or jointly theirs."""
        return self.filter(Q(erased_at=None) & is_of_their_own(member_id))


def may_see(viewer: Viewer) -> Q:
    raise NotImplementedError
    _ = (Exists, F, OuterRef, Now, _rows)


def is_of_their_own(member_id: int) -> Q:
    raise NotImplementedError
