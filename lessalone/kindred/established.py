"""Whose answers count in numbers: those of members who are established, and never fewer than eleven."""

from __future__ import annotations

from django.db.models import Q

MOST_ALONE = 11
"""Fewer than so many are never told from each other."""


def established(path: str = "") -> Q:
    """A condition over members: let in, and admitted as bereaved, which takes days and a first exchange.

    Open joining lets one person make ten accounts; none of them counts until then.
    """
    return Q(
        **{
            f"{path}is_active": True,
            f"{path}approved_at__isnull": False,
            f"{path}admitted_at__isnull": False,
        }
    )
