"""Ana and Sam, and the story that Ana writes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import Client

from lessalone.families import actions as families
from lessalone.families.models import Parent
from lessalone.people.models import Member
from lessalone.people.viewer import Viewer
from lessalone.sharing.audience import AudienceSpec
from lessalone.sharing.models import Answers, Item, Rung
from lessalone.stories import actions
from lessalone.stories.contents import Contents
from lessalone.stories.models import Draft
from tests.cast import Cast, gather


@pytest.fixture
def cast() -> Cast:
    cast = gather()
    families.name_baby(
        actor=cast.ana, parent=Parent.objects.get(baby=cast.jack, member=cast.ana), name="Jack"
    )
    return cast


@pytest.fixture
def browser():
    """Who opens pages: `browser(cast.ana)` is signed in, `browser(None)` is a visitor."""

    def open_as(member: Member | None) -> Client:
        client = Client()
        if member is not None:
            client.force_login(member)
        return client

    return open_as


NAMED = Contents(
    title="We took the photographs",
    words="I asked him to bring the camera.\n\nFor a year nobody saw them but us.",
    told_by="His parents",
    answers=Answers.APPROVED,
    audience=AudienceSpec(Rung.BEREAVED),
)
COVER = replace(NAMED, is_cover=True, cover_name="A mother", told_by="")


@pytest.fixture
def write(cast):
    """A draft: `write(cast.ana, NAMED, cast.jack)`."""

    def draft_of(member: Member, contents: Contents = NAMED, baby=None) -> Draft:
        draft = actions.start_story(actor=member, baby=baby)
        return actions.save_draft(actor=member, draft=draft, contents=contents)

    return draft_of


@pytest.fixture
def shared(cast, write):
    """Ana's story, agreed to by Sam and published for bereaved members."""
    from lessalone.sharing import actions as sharing

    version = actions.ask_to_share(actor=cast.ana, draft=write(cast.ana, NAMED, cast.jack))
    sharing.answer(actor=cast.sam, version=version, choice="agree")
    return Item.objects.get(pk=version.item_id)


def sees(member: Member | None, item: Item) -> bool:
    """Whether policy lets this person see the item."""
    if member is None:
        return item.is_visible_to(Viewer())
    viewer = Viewer(
        member_id=member.pk,
        is_member=member.approved_at is not None,
        is_bereaved=member.admitted_at is not None,
    )
    return item.is_visible_to(viewer)
