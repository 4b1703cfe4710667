"""Stories to answer, shared by the steps that a person takes."""

from __future__ import annotations

from lessalone.people.models import Member
from lessalone.sharing import actions as sharing
from lessalone.sharing.audience import AudienceSpec
from lessalone.sharing.models import Answers, Consent, Item, Rung
from lessalone.stories import actions as stories
from lessalone.stories.contents import Contents
from tests import cast as people

TITLE = "The window in the morning"
WORDS = "We sat at the window until it was light."


def a_story(
    author: Member,
    *,
    rung: Rung = Rung.MEMBERS,
    answers: str = Answers.ANYONE,
    cover_name: str = "",
    title: str = TITLE,
    words: str = WORDS,
    notes: tuple[str, ...] = (),
    baby=None,
) -> Item:
    """A published story of one person's own words."""
    draft = stories.start_story(actor=author, baby=baby)
    contents = Contents(
        title=title,
        words=words,
        is_cover=bool(cover_name),
        cover_name=cover_name,
        notes=notes,
        answers=answers,
        audience=AudienceSpec(rung),
    )
    draft = stories.save_draft(actor=author, draft=draft, contents=contents)
    version = stories.ask_to_share(actor=author, draft=draft)
    return Item.objects.get(pk=version.item_id)


def a_joint_story(cast: people.Cast, **how: object) -> Item:
    """Ana's and Sam's story of Jack, with both named: both agreed."""
    item = a_story(cast.ana, baby=cast.jack, **how)
    version = item.versions.latest("pk")
    if version.published_at is None:
        sharing.answer(actor=cast.sam, version=version, choice=Consent.Answer.AGREE)
    return Item.objects.get(pk=item.pk)
