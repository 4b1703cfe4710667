"""A baby's name leaves the family only when every parent agreed: also in an answer to somebody else's story."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from lessalone.families.facts import words_of_many
from lessalone.families.models import BabyPage, Parent, Relation
from lessalone.families.names import mentions_name
from lessalone.kit.prepared import Marks, Prepared
from lessalone.people.models import Member
from lessalone.sharing.models import Item


def name_needs_others(text: str, *, member: Member, story: Item) -> bool:
    """Whether these words name a baby of the member's family whose other parents were not asked.

    Answering a story that is jointly theirs is no new audience for that baby's name: all agreed to it there.
    """
    pages = _shared_pages.fetch(member=member.pk)
    if story.is_joint:
        pages = [page for page in pages if page.baby_id != story.baby_id]
    names = [name for page in words_of_many(pages).values() for name in page.names]
    return bool(names) and mentions_name(text, names)


def _of_shared_babies(marks: Marks) -> QuerySet[BabyPage]:
    """Pages of the babies of the member's family that have another parent with a voice."""
    member = marks["member"]
    own = Parent.objects.filter(member=member).values("baby")
    related = Relation.objects.filter(member=member).values("baby")
    others = Parent.objects.with_voice().exclude(member=member)
    babies = others.filter(Q(baby__in=own) | Q(baby__in=related)).values("baby")
    return BabyPage.objects.filter(baby__in=babies).exclude(key_id=None)


_shared_pages = Prepared(_of_shared_babies, member=int)
