"""Jack's family, made through the same doors as everyone's: Ana adds the page, Sam accepts her invitation."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from lessalone.families import actions
from lessalone.families.models import Baby, Invitation, Parent, Relation
from lessalone.people.models import Member, Role
from tests.cast import a_member, give_duty


@dataclass
class Family:
    """Everyone around Jack, and some who are not."""

    ana: Member
    """Jack's mother, who made the page."""
    sam: Member
    """Jack's father, whom she invited."""
    gran: Member
    """Ana's mother: a relation."""
    eve: Member
    """Was a parent of Jack here, and left."""
    bea: Member
    """A stranger to them."""
    dora: Member
    """A moderator."""
    dan: Member
    """Another moderator."""
    lea: Member
    """A lead."""
    jack: Baby

    def parent(self, member: Member) -> Parent:
        return Parent.objects.get(baby=self.jack, member=member)


def invited(maker: Member, baby: Baby, guest: Member, kind: str, **options: bool) -> Parent | Relation:
    """The guest after accepting an invitation to which every parent with a say agreed."""
    parent = Parent.objects.get(baby=baby, member=maker)
    invitation, token = actions.invite(actor=maker, parent=parent, kind=kind, **options)
    for other in Parent.objects.with_voice().filter(baby=baby).exclude(member=maker):
        actions.agree_to_invitation(actor=other.member, invitation=invitation)
    return actions.accept_invitation(actor=guest, token=token)


@pytest.fixture
def family() -> Family:
    people = {
        name: a_member(name, is_bereaved=name != "gran") for name in Family.__annotations__ if name != "jack"
    }
    give_duty(people["dora"], Role.Duty.MODERATOR)
    give_duty(people["dan"], Role.Duty.MODERATOR)
    give_duty(people["lea"], Role.Duty.LEAD)
    jack = actions.add_baby(actor=people["ana"], name="Jack")
    invited(people["ana"], jack, people["sam"], Invitation.PARENT, with_photos=True)
    invited(people["ana"], jack, people["gran"], Relation.Kind.GRANDPARENT)
    invited(people["ana"], jack, people["eve"], Invitation.PARENT)
    eve = Parent.objects.get(baby=jack, member=people["eve"])
    actions.leave_family(actor=people["eve"], parent=eve)
    return Family(**people, jack=jack)
