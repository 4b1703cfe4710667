"""Choosing who can find oneself, and which loss a story tells of; saying which story helped, and leading on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lessalone.families.models import Experience
from lessalone.kindred import ripples
from lessalone.kindred.building import rebuild
from lessalone.kindred.models import Findable, Ripple, RippleAgreement, TellsOf
from lessalone.people.models import Member
from lessalone.people.viewer import Viewer
from lessalone.sharing.actions import NotThere
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


@transaction.atomic
def say_which_losses(*, actor: Member, chosen: Sequence[tuple[Item, Experience | None]]) -> None:
    """Which of their losses each of these stories of the actor's tells of, where it names no baby; None takes it back.

    All or nothing, and true at once for whoever looks. ValueError for a story or a loss that is not theirs, or a story
    of a baby.
    """
    for item, loss in chosen:
        if item.author_id != actor.pk or item.baby_id is not None:
            raise ValueError("a story of theirs that names no baby")
        if loss is not None and loss.member_id != actor.pk:
            raise ValueError("a loss of theirs")
    TellsOf.objects.filter(item__in=[item for item, loss in chosen if loss is None]).delete()
    TellsOf.objects.bulk_create(
        [TellsOf(item=item, experience=loss) for item, loss in chosen if loss],
        update_conflicts=True,
        unique_fields=["item"],
        update_fields=["experience"],
    )
    rebuild(actor.pk)


# --- Stories that led to others.


@transaction.atomic
def say_what_helped(*, actor: Member, item: Item, story: Item, viewer: Viewer) -> Ripple:
    """Whoever wrote `item` says that reading `story` helped to tell it. One story at most: another takes its place.

    Only its family is told, where they may see the teller's. The same again is the same as once. Raises `NotThere`
    when it is not told, not theirs to say, or none of the stories that are offered.
    """
    Item.objects.select_for_update().get(pk=item.pk)
    own = ripples.own_story_or_404(actor.pk, item.public_id)
    if own.author_id != actor.pk or not own.is_told or story not in ripples.offered(viewer, own):
        raise NotThere(_("That story is no longer here. Nothing was said."))
    said = Ripple.objects.filter(item=item).first()
    if said is not None and (said.led_by_id, said.voice_id) == (story.pk, own.voice_id):
        return said
    Ripple.objects.filter(item=item).delete()
    return Ripple.objects.create(item=item, led_by=story, voice=own.voice)


@transaction.atomic
def take_back_what_helped(*, actor: Member, item: Item) -> None:
    """One of those whose story it is takes it back, alone: it is said to nobody from now on. Repeatable."""
    own = ripples.own_story_or_404(actor.pk, item.public_id)
    Ripple.objects.filter(item=own).delete()


@transaction.atomic
def agree_to_lead(*, actor: Member, ripple: Ripple, viewer: Viewer) -> None:
    """One of either family lets readers be led from the one story to the other. They are when all have.

    Repeatable. `NotThere` for whoever is told nothing of it, or cannot read the story that helped.
    """
    found = _theirs(ripple, viewer)
    if found.is_teller and ripples.helped(viewer, found) is None:
        raise NotThere(_("That story is no longer here. Nothing was changed."))
    RippleAgreement.objects.get_or_create(ripple=found, member=actor)


@transaction.atomic
def stop_leading(*, actor: Member, ripple: Ripple, viewer: Viewer) -> None:
    """One of either family, alone: readers are led no more. For the other way all have to agree anew. Repeatable."""
    RippleAgreement.objects.filter(ripple=_theirs(ripple, viewer)).delete()


def _theirs(ripple: Ripple, viewer: Viewer) -> Any:
    """It as it is now, held until the transaction ends."""
    found = ripples.concerning(viewer).select_for_update(of=("self",)).filter(pk=ripple.pk).first()
    if found is None:
        raise NotThere(_("That is no longer said. Nothing was changed."))
    return found
