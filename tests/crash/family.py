"""What is there before something is interrupted: stories of Ana and Sam, answers to them, a photo of Jack."""

from __future__ import annotations

from dataclasses import replace

from lessalone.families import actions as families
from lessalone.families.models import Parent
from lessalone.people.models import Member
from lessalone.sharing import actions as sharing
from lessalone.sharing.audience import AudienceSpec
from lessalone.sharing.models import Answers, Item, Rung, Version
from lessalone.stories import actions as stories
from lessalone.stories.contents import Contents
from lessalone.stories.models import Draft
from lessalone.vault import photos
from lessalone.vault.models import Photo
from tests.cast import Cast
from tests.crash import deeds
from tests.vault.conftest import a_file

DESCRIPTION = "A small hand around a finger."
NAMED = Contents(
    title="We took the photographs",
    words="I asked him to bring the camera, and for a year nobody saw them but us.",
    told_by="The parents of Jack",
    notes=("photos", "hospital"),
    answers=Answers.ANYONE.value,
    audience=AudienceSpec(Rung.BEREAVED),
)
CHANGED = replace(
    NAMED, title="Two years on", words="It weighs less now, and we say his name.", notes=("funeral",)
)
COVER = Contents(
    title="The window in the morning",
    words="We sat at the window until it was light.",
    is_cover=True,
    cover_name="A mother",
    answers=Answers.ANYONE.value,
    audience=AudienceSpec(Rung.MEMBERS),
)


def name_jack(cast: Cast) -> None:
    families.name_baby(
        actor=cast.ana, parent=Parent.objects.get(baby=cast.jack, member=cast.ana), name="Jack"
    )


def a_photo(cast: Cast) -> Photo:
    """A photo of Jack that Ana and Sam keep."""
    content = a_file()
    return photos.keep(
        actor=cast.ana,
        shelf=Parent.objects.get(baby=cast.jack, member=cast.ana).shelf,
        source=lambda: iter([content]),
        size=len(content),
        on_kept=lambda photo: None,
    )


def a_draft(member: Member, contents: Contents, *, baby=None, photo: Photo | None = None) -> Draft:
    """A draft, saved."""
    draft = stories.start_story(actor=member, baby=baby)
    deeds.save(
        member=member.pk,
        contents=contents.to_json(),
        photos={str(photo.pk): DESCRIPTION} if photo else None,
    )
    return Draft.objects.get(pk=draft.pk)


def asked(cast: Cast, contents: Contents = NAMED, *, photo: Photo | None = None) -> Item:
    """A story of Ana's that Sam was asked about."""
    draft = a_draft(cast.ana, contents, baby=cast.jack, photo=photo)
    return stories.ask_to_share(actor=cast.ana, draft=draft).item


def shared(cast: Cast, contents: Contents = NAMED, *, photo: Photo | None = None) -> Item:
    """A story of Ana's and Sam's that they agreed to share."""
    item = asked(cast, contents, photo=photo)
    agree(cast.sam, item)
    return Item.objects.get(pk=item.pk)


def agree(member: Member, item: Item) -> None:
    version = Version.objects.filter(item=item, superseded_at=None).latest("number")
    sharing.answer(actor=member, version=version, choice="agree")


def own_words(member: Member, contents: Contents = COVER) -> Item:
    """A story under a cover name, shared by its author alone."""
    return stories.ask_to_share(actor=member, draft=a_draft(member, contents)).item


def a_revision(cast: Cast, item: Item, contents: Contents = CHANGED) -> Draft:
    """A draft of other words for a story that Ana wrote, with its photos."""
    draft = stories.revise(actor=cast.ana, item=item)
    return stories.save_draft(actor=cast.ana, draft=draft, contents=contents)


def an_answer(member: Member, story: Item, words: str, *, above: Item | None = None) -> Item:
    """An answer in words."""
    pk = deeds.respond(
        member=member.pk, story=story.pk, words=words, form="", above=above.pk if above else None
    )
    return Item.objects.get(pk=pk)
