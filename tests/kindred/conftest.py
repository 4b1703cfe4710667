"""People who told a little, and stories of theirs."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from django.test import Client
from django.utils import timezone

from lessalone.families import experiences
from lessalone.families.models import Baby, Experience
from lessalone.kit import queue
from lessalone.people import facets
from lessalone.people.facets import OWN, Answer, Purpose, Use
from lessalone.people.models import Member
from lessalone.sharing.audience import AudienceSpec
from lessalone.sharing.models import Item, Rung
from lessalone.stories import actions as stories
from lessalone.stories.contents import Contents
from tests.cast import a_member

SHOWN, MATCH, HIDDEN = Use.SHOWN, Use.MATCH, Use.HIDDEN
Told = Mapping[str, str | tuple[str, ...]]


def consent_to_all(member: Member) -> None:
    for purpose in Purpose:
        facets.consent(actor=member, purpose=purpose)


def tell(
    member: Member,
    told: Told,
    use: Use = SHOWN,
    *,
    baby: Baby | None = None,
    experience: Experience | None = None,
) -> Experience:
    """Answer all this, with consent to all of it."""
    consent_to_all(member)
    experience = experience or experiences.add_experience(actor=member, baby=baby)
    for key, given in told.items():
        answer = Answer((given,) if isinstance(given, str) else given, use)
        if key in OWN:
            facets.answer_own(actor=member, key=key, answer=answer)
        else:
            experiences.answer_about(actor=member, experience=experience, key=key, answer=answer)
    return experience


def a_story(
    author: Member,
    words: str,
    *,
    rung: Rung = Rung.MEMBERS,
    circles: frozenset[int] = frozenset(),
    cover: str = "",
    baby: Baby | None = None,
    **more,
) -> Item:
    """A story of theirs that can be found."""
    draft = stories.start_story(actor=author, baby=baby)
    contents = Contents(
        title=words,
        words=words,
        is_cover=bool(cover),
        cover_name=cover,
        audience=AudienceSpec(rung, circles=circles),
        **more,
    )
    draft = stories.save_draft(actor=author, draft=draft, contents=contents)
    stories.ask_to_share(actor=author, draft=draft)
    queue.run_due()
    return Item.objects.get(pk=draft.item_id)


def someone_with(told: Told, words: str, use: Use = SHOWN, **how) -> Member:
    """A bereaved member who told this, with a story."""
    member = a_member(words.split()[0], is_bereaved=True)
    tell(member, told, use)
    a_story(member, words, **how)
    return member


def years_ago(years: int) -> str:
    return str(timezone.now().year - years)


def open_page(member: Member, address: str = "/like-you/") -> str:
    browser = Client()
    browser.force_login(member)
    response = browser.get(address)
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def father() -> Member:
    """He gave only this."""
    member = a_member("Tom", is_bereaved=True)
    tell(member, {"role": "father", "weeks": "20"})
    return member
