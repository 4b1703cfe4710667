"""What is jointly theirs: decided here from what a story holds, never ticked by the writer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from lessalone.families import facts
from lessalone.families.facts import PageWords
from lessalone.families.models import Baby, BabyPage, Parent, Relation
from lessalone.families.names import mentions_name
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


def why_joint(contents: Contents, *, baby: Baby | None, has_photos: bool, named: set[int]) -> Joint:
    """A photo of the vault, the baby's name (matched, also misspelt), or a story told under one's own name.

    `named` are the babies whose name is in what the story says.
    """
    return Joint(
        has_photos=has_photos,
        has_name=baby is not None and baby.pk in named,
        is_named=baby is not None and not contents.is_cover,
    )


def text_of(contents: Contents, descriptions: Iterable[str]) -> str:
    """Everything that a story says, to look for names in."""
    return "\n".join((contents.title, contents.words, contents.told_by, contents.cover_name, *descriptions))


def pages_of_family(member_id: int, baby: Baby | None) -> list[BabyPage]:
    """All pages of the babies of this member's family, present or former, and of the baby it is about."""
    as_parent = Parent.objects.filter(member=member_id).values("baby")
    as_relation = Relation.objects.filter(member=member_id).values("baby")
    about = Q(baby=baby) if baby else Q()
    return list(
        BabyPage.objects.filter(Q(baby__in=as_parent) | Q(baby__in=as_relation) | about).order_by("pk")
    )


def named_babies(text: str, pages: Iterable[BabyPage], opened: Mapping[int, PageWords]) -> set[int]:
    """The babies whose name is in the text: any name on any of these pages, also misspelt."""
    names: dict[int, list[str]] = {}
    for page in pages:
        names.setdefault(page.baby_id, []).extend(opened[page.pk].names)
    return {baby for baby, called in names.items() if mentions_name(text, called)}


def babies_to_choose(member: Member) -> list[Baby]:
    """The babies this member can tell a story about: as a parent who opens the page, or as a relation."""
    as_parent = Parent.objects.own_pages().filter(member=member).values("baby")
    as_relation = Relation.objects.filter(member=member, left_at=None).values("baby")
    return list(Baby.objects.filter(Q(pk__in=as_parent) | Q(pk__in=as_relation)).order_by("made_at", "pk"))


def babies_with_names(member: Member) -> list[tuple[Baby, str]]:
    """The same, each with what it is called to this member."""
    babies = babies_to_choose(member)
    pages = pages_of(babies, member)
    opened = facts.words_of_many(pages)
    return [
        (baby, called([page for page in pages if page.baby_id == baby.pk], opened, member)) for baby in babies
    ]


def pages_of(babies: Iterable[Baby], member: Member) -> list[BabyPage]:
    """The pages of these babies, this member's own first."""
    own = Parent.objects.own_pages().filter(page=OuterRef("pk"), member=member)
    pages = BabyPage.objects.filter(baby__in=list(babies)).annotate(is_own=Exists(own))
    return list(pages.order_by("-is_own", "pk"))


def called(pages: Iterable[BabyPage], opened: Mapping[int, PageWords], member: Member) -> str:
    """What a baby is called to this member: the name on their page, else any that the family gave, else theirs."""
    names = (name for page in pages for name in opened[page.pk].names)
    return next(names, "") or str(words_for(member).your_baby)
