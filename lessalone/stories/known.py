"""People a member already knows here: whom they exchanged words or a circle with. There is no member list."""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from lessalone.circles.models import Membership
from lessalone.families.names import fold
from lessalone.people.models import Block, Member, Role, Voice
from lessalone.people.viewer import Viewer
from lessalone.sharing.models import Item
from lessalone.sharing.queries import who_may_see

MOST = 200


class Known(NamedTuple):
    """Whom one can choose. Each has a `label`, that tells apart those with the same name."""

    voices: list[Voice]
    alike: list[str]
    """Names that several have whom nothing tells apart. None of them is among the voices: what is shared with the wrong
    person cannot be taken back out of their mind."""


def viewer_for(member: Member) -> Viewer:
    """Another member as policy sees them, to ask whether they may see something. Without any duty of theirs."""
    is_member = member.approved_at is not None and member.resting_since is None and member.is_active
    return Viewer(
        member_id=member.pk,
        is_member=is_member,
        is_bereaved=is_member and member.admitted_at is not None,
    )


def known_voices(member: Member) -> Known:
    """The voices that answered this member or that they answered, and the shown voices of their circles.

    A voice is chosen, never a member: whoever speaks under a cover name is chosen under it.
    """
    return _labelled(_known(member)[:MOST])


def can_read_first(member: Member, item: Item) -> Known:
    """Whom a family can ask to read responses first: people they know, and moderators, who may see the story.

    By their shown name only: whoever reads first is named to the family by it.
    """
    duty = Role.objects.filter(ended_at=None, member=OuterRef("member"))
    voices = list(_known(member, or_else=Q(Exists(duty))).filter(is_cover=False)[:MOST])
    seeing = who_may_see(item, {voice.member_id for voice in voices})
    return _labelled([voice for voice in voices if voice.member_id in seeing])


def _known(member: Member, or_else: Q | None = None) -> QuerySet[Voice]:
    responses = Item.objects.visible_to(viewer_for(member)).filter(kind=Item.Kind.RESPONSE)
    to_me = responses.filter(Q(root__author=member) | Q(above__author=member))
    by_me = responses.filter(author=member)
    spoken_to = {pk for pair in by_me.values_list("root__voice", "above__voice") for pk in pair if pk}
    mine = Membership.objects.filter(member=member, circle__ended_at=None).values("circle")
    mates = Membership.objects.filter(circle__in=mine).values("member")
    blocked = Block.objects.filter(Q(blocker=member) | Q(blocked=member))
    is_known = Q(pk__in=to_me.values("voice")) | Q(pk__in=spoken_to) | Q(is_cover=False, member__in=mates)
    together = Membership.objects.filter(circle__in=mine, member=OuterRef("member")).order_by("circle__name")
    return (
        Voice.objects.filter(is_known | or_else if or_else else is_known)
        .exclude(member=member)
        .exclude(member__in=blocked.values("blocker"))
        .exclude(pk__in=blocked.filter(blocker=member).values("voice"))
        .exclude(member__is_active=False)
        .annotate(
            circle=Subquery(together.values("circle__name")[:1]),
            wrote_at=Subquery(to_me.filter(voice=OuterRef("pk")).order_by("-pk").values("published_at")[:1]),
        )
        .order_by("name", "pk")
    )


def _labelled(voices: Any) -> Known:
    """Labelled with the name, and where several have it, as it is read, with from where they are known."""
    found = list(voices)
    named = Counter(fold(voice.name) for voice in found)
    for voice in found:
        is_alone = named[fold(voice.name)] == 1
        voice.label = voice.name if is_alone else f"{voice.name} ({_known_from(voice)})"
    labelled = Counter(fold(voice.label) for voice in found)
    alike = [voice for voice in found if labelled[fold(voice.label)] > 1]
    return Known(
        [voice for voice in found if voice not in alike], list(dict.fromkeys(voice.name for voice in alike))
    )


def _known_from(voice: Any) -> str:
    """From where someone is known. Of a cover name never a circle: its members are there by their shown names."""
    if voice.circle and not voice.is_cover:
        return str(voice.circle)
    if voice.wrote_at:
        return _("wrote to you on %(when)s") % {
            "when": date_format(localtime(voice.wrote_at), "DATETIME_FORMAT")
        }
    return _("you wrote to them")
