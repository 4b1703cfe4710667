"""Choosing who can find oneself, and which loss a story tells of."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from lessalone.families.models import Experience
from lessalone.kindred.building import rebuild
from lessalone.kindred.models import Findable, TellsOf
from lessalone.people.models import Member
from lessalone.sharing.models import Item

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


def say_which_loss(*, actor: Member, item: Item, experience: Experience | None) -> None:
    """Which of their losses a story of the actor's tells of, where it names no baby; None takes that back.

    True at once for whoever looks. ValueError for a story or a loss that is not theirs, or one of a baby.
    """
    if item.author_id != actor.pk or item.baby_id is not None:
        raise ValueError("a story of theirs that names no baby")
    if experience is not None and experience.member_id != actor.pk:
        raise ValueError("a loss of theirs")
    with transaction.atomic():
        if experience is None:
            TellsOf.objects.filter(item=item).delete()
        else:
            TellsOf.objects.update_or_create(item=item, defaults={"experience": experience})
        rebuild(actor.pk)
