"""Choosing who can find oneself."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from lessalone.kindred.models import Findable
from lessalone.people.models import Member

MONTH, YEAR = dt.timedelta(days=30), dt.timedelta(days=365)


def choose_who_finds(*, actor: Member, who: str, span: dt.timedelta | None = None) -> None:
    """Be found by these (`Findable.Who`) for this long, or until it is changed; an empty `who` is nobody, at once.

    ValueError for a `who` that there is not.
    """
    if not who:
        Findable.objects.filter(member=actor).delete()
        return
    until = None if span is None else timezone.now() + span
    Findable.objects.update_or_create(member=actor, defaults={"who": Findable.Who(who), "until": until})
