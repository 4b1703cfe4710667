"""People a member already knows here: whom they exchanged words or a circle with. There is no member list."""

from __future__ import annotations

from django.db.models import Q

from lessalone.circles.models import Membership
from lessalone.people.models import Block, Member, Role, Voice
from lessalone.people.viewer import Viewer
from lessalone.sharing.models import Item

MOST = 200


def viewer_for(member: Member) -> Viewer:
    """Another member as policy sees them, to ask whether they may see something. Without any duty of theirs."""
    is_member = member.approved_at is not None and member.resting_since is None and member.is_active
    return Viewer(
        member_id=member.pk,
        is_member=is_member,
        is_bereaved=is_member and member.admitted_at is not None,
    )


def known_voices(member: Member) -> list[Voice]:
    """The voices that answered this member or that they answered, and the shown voices of their circles.

    A voice is chosen, never a member: whoever speaks under a cover name is chosen under it.
    """
    responses = Item.objects.visible_to(viewer_for(member)).filter(kind=Item.Kind.RESPONSE)
    answered_me = responses.filter(Q(root__author=member) | Q(above__author=member)).values("voice")
    i_answered = responses.filter(author=member).values_list("root__voice", "above__voice")
    spoken_to = {pk for pair in i_answered for pk in pair if pk}
    mine = Membership.objects.filter(member=member, circle__ended_at=None).values("circle")
    mates = Membership.objects.filter(circle__in=mine).values("member")
    blocked = Block.objects.filter(Q(blocker=member) | Q(blocked=member))
    return list(
        Voice.objects.filter(
            Q(pk__in=answered_me) | Q(pk__in=spoken_to) | Q(is_cover=False, member__in=mates)
        )
        .exclude(member=member)
        .exclude(member__in=blocked.values("blocker"))
        .exclude(pk__in=blocked.filter(blocker=member).values("voice"))
        .exclude(member__is_active=False)
        .order_by("name", "pk")[:MOST]
    )


def can_read_first(member: Member, item: Item) -> list[Voice]:
    """Whom a family can ask to read responses first: people they know, and moderators, who may see the story.

    By their shown name only: whoever reads first is named to the family by it.
    """
    duty = Role.objects.filter(ended_at=None).values("member")
    moderators = Voice.objects.filter(is_cover=False, member__in=duty).exclude(member=member)
    family = Item.objects.owned_by
    found = {voice.pk: voice for voice in [*known_voices(member), *moderators]}
    return [
        voice
        for voice in sorted(found.values(), key=lambda one: (one.name, one.pk))
        if not voice.is_cover
        and item.is_visible_to(viewer_for(voice.member))
        and not family(voice.member_id).filter(pk=item.pk).exists()
    ]
