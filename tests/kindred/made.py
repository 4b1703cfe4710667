"""Made people and stories, straight into the tables: for what is about numbers."""

from __future__ import annotations

import random
import uuid

from lessalone.families.models import Experience
from lessalone.kindred import codes
from lessalone.kindred.matched import Matched, columns_of, own_words
from lessalone.kindred.models import OwnWord, Profile, Told
from lessalone.kindred.packing import told_columns
from lessalone.people.models import Member
from lessalone.sharing.models import Item
from tests.cast import a_member, shown_voice

NOW = 2026 * 12 + 10


def anyone(chance: random.Random) -> Matched:
    """Someone who answered some of it."""
    values = {
        facet: frozenset({chance.choice(given)})
        for facet, given in codes.ONE.items()
        if chance.random() < 0.6
    }
    values |= {
        facet: frozenset(chance.sample(given, chance.randint(1, min(3, len(given)))))
        for facet, given in codes.SEVERAL.items()
        if chance.random() < 0.6
    }
    if chance.random() < 0.2:
        values["causes"] = values.get("causes", frozenset()) | {f"own:{chance.choice('abc')}"}
    return Matched(
        values=values,
        groups=codes.groups_of(values.get("kinds", ())),
        weeks=chance.randint(4, 42) if chance.random() < 0.8 else None,
        since=NOW - chance.randint(0, 240) if chance.random() < 0.8 else None,
        shown=frozenset(facet for facet in codes.FACETS if chance.random() < 0.5),
    )


def a_told_row(theirs: Matched, author: Member | None = None, *, is_banded: bool = False) -> Told:
    """A story that tells of this. Policy shows it to nobody."""
    author = author or a_member("Made")
    experience = Experience.objects.create(member=author)
    profile = Profile.objects.create(experience=experience, member=author, **columns_of(theirs))
    item = Item.objects.create(kind="story", author=author, voice=shown_voice(author), key_id=uuid.uuid4())
    told = Told.objects.create(
        item=item, profile=profile, member=author, is_banded=is_banded, **told_columns(item.pk, theirs)
    )
    OwnWord.objects.bulk_create(OwnWord(told=told, key=codes.key_of(*word)) for word in own_words(theirs))
    return told
