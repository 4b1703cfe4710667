"""What is jointly theirs: decided here from what a story holds, never ticked by the writer."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from lessalone.families import facts
from lessalone.families.models import Baby, Parent, Relation
from lessalone.people.models import Member
from lessalone.people.vocabulary import words_for
from lessalone.stories.contents import Contents


@dataclass(frozen=True, slots=True)
class Joint:
    """Why every parent has to agree. Nothing is true for words that need only their author."""

    has_photos: bool = False
    has_name: bool = False
    is_named: bool = False

    def __bool__(self) -> bool:
        return self.has_photos or self.has_name or self.is_named


def why_joint(contents: Contents, *, baby: Baby | None, descriptions: list[str]) -> Joint:
    """A photo of the vault, the baby's name (matched, also misspelt), or a story told under one's own name."""
    text = "\n".join((contents.title, contents.words, contents.told_by, contents.cover_name, *descriptions))
    return Joint(
        has_photos=bool(descriptions),
        has_name=baby is not None and facts.mentions_baby(text, baby),
        is_named=baby is not None and not contents.is_cover,
    )


def named_babies(member: Member, text: str) -> list[int]:
    """The babies of this member's family, present or former, whose name is in the text."""
    as_parent = Parent.objects.filter(member=member).values("baby")
    as_relation = Relation.objects.filter(member=member).values("baby")
    babies = Baby.objects.filter(Q(pk__in=as_parent) | Q(pk__in=as_relation))
    return [baby.pk for baby in babies if facts.mentions_baby(text, baby)]


def babies_to_choose(member: Member) -> list[Baby]:
    """The babies this member can tell a story about: as a parent who opens the page, or as a relation."""
    as_parent = Parent.objects.own_pages().filter(member=member).values("baby")
    as_relation = Relation.objects.filter(member=member, left_at=None).values("baby")
    return list(Baby.objects.filter(Q(pk__in=as_parent) | Q(pk__in=as_relation)).order_by("made_at", "pk"))


def called(baby: Baby | None, member: Member) -> str:
    """What a baby is called to this member: the name on their page, else any that the family gave, else theirs."""
    if baby is None:
        return str(words_for(member).your_baby)
    names = [facts.name_for(baby, member.pk), *facts.names_of(baby)]
    return next((name for name in names if name), str(words_for(member).your_baby))
