"""What people do, as a worker does it: through the doors that the pages use, and then the action.

Rows are given by their ids. Each returns what its acknowledgement says, as JSON can hold it. Doing a thing
again is what a person does who did not see an answer: they find what is there and go on from it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from tempfile import TemporaryDirectory
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404
from django.test.utils import override_settings

from lessalone.families import actions as families
from lessalone.families.models import Baby
from lessalone.kit import queue
from lessalone.people import actions as people
from lessalone.people.models import Member
from lessalone.responses import actions as responses
from lessalone.sharing import actions as sharing
from lessalone.sharing.audience import AudienceSpec
from lessalone.sharing.models import Item, Rung, Version
from lessalone.sharing.queries import own_item_or_404
from lessalone.stories import actions as stories
from lessalone.stories.contents import Contents
from lessalone.stories.models import Draft
from lessalone.vault import photos as vault_photos
from lessalone.vault import tasks
from lessalone.vault.models import Photo
from lessalone.vault.words import Gone
from tests.vault import crash_child

Given = dict[str, Any]
"""A draft, its item, and the words that it holds."""


def do(name: str, arguments: Mapping[str, Any], say: Callable[..., None]) -> Any:
    """Do it, and say so: that it begins, and when the action has returned that it is done, or was refused."""
    say(begins=name, of=arguments)
    try:
        gave = getattr(sys.modules[__name__], name)(**arguments)
    except Gone:
        raise  # a page would say that it is gone; here nobody destroyed a key that somebody else was using
    except (
        sharing.Refused,
        stories.OlderWords,
        ObjectDoesNotExist,
        Http404,
        families.InvitationGone,
    ) as refusal:
        say(refused=name, of=arguments, why=f"{type(refusal).__name__}: {refusal}")
        return None
    say(done=name, of=arguments, gave=gave)
    return gave


# --- Writing.


def begin(*, member: int, baby: int | None) -> Given:
    """A draft of a story; the one that was begun, when there is one."""
    begun = Draft.objects.owned_by(member).filter(item__baby=baby, item__versions=None).first()
    if begun is None:
        about = Baby.objects.get(pk=baby) if baby else None
        begun = stories.start_story(actor=_member(member), baby=about)
    return _given(begun)


def start(*, member: int, baby: int | None) -> int:
    """Begin a story, as the button does."""
    about = Baby.objects.get(pk=baby) if baby else None
    return stories.start_story(actor=_member(member), baby=about).pk


def save(
    *, member: int, contents: str, draft: int | None = None, photos: Mapping[str, str] | None = None
) -> Given:
    """What is being written, saved over what is saved; and photos with their descriptions, by their ids."""
    mine = Draft.objects.owned_by(member)
    draft = mine.get(pk=draft) if draft else mine.latest("pk")
    stories.save_draft(actor=_member(member), draft=draft, contents=Contents.from_json(contents))
    if photos:
        chosen = [
            stories.ChosenPhoto(photo=Photo.objects.get(pk=int(pk)), description=description)
            for pk, description in photos.items()
        ]
        stories.choose_photos(actor=_member(member), draft=draft, chosen=chosen)
    return _given(Draft.objects.get(pk=draft.pk))


def revise(*, member: int, item: int) -> Given:
    """A draft of a new version of a story."""
    return _given(stories.revise(actor=_member(member), item=_own(member, item)))


def discard(*, member: int, draft: int) -> None:
    """Throw a draft away."""
    stories.discard_draft(actor=_member(member), draft=Draft.objects.owned_by(member).get(pk=draft))


# --- Deciding together.


def ask(*, member: int, draft: int) -> int:
    """Ask the other parents, or share it at once when nobody has to be asked."""
    mine = Draft.objects.owned_by(member).get(pk=draft)
    return stories.ask_to_share(actor=_member(member), draft=mine).pk


def answer(*, member: int, item: int, choice: str) -> int:
    """Answer the newest version that can still be answered."""
    version = Version.objects.filter(item=item, superseded_at=None, item__erased_at=None).latest("number")
    return sharing.answer(actor=_member(member), version=version, choice=choice).pk


def reopen(*, member: int, item: int) -> None:
    """Be ready to be asked again."""
    sharing.reopen(actor=_member(member), item=Item.objects.get(pk=item))


def lower(*, member: int, item: int, rung: int) -> None:
    """Narrow who may see it."""
    sharing.lower(actor=_member(member), item=_own(member, item), spec=AudienceSpec(Rung(rung)))


def take_back(*, member: int, item: int) -> None:
    """Take a story back."""
    sharing.take_back(actor=_member(member), item=_own(member, item))


def erase_story(*, member: int, item: int) -> None:
    """Erase a story for good."""
    sharing.erase(actor=_member(member), item=_own(member, item))


def send(**arguments: Any) -> None:
    """Send a file in pieces until it is kept, from wherever it is; `tests.vault.crash_child` says the rest."""
    crash_child.send(**arguments)


def let_go(*, member: int, photo: int) -> None:
    """No longer keep a photo."""
    mine = Photo.objects.kept_by(member).get(pk=photo)
    vault_photos.let_go(actor=_member(member), photo=mine)


def say_line(*, member: int, item: int, said: str) -> int:
    """Write to the other parents about a story."""
    return stories.say_line(actor=_member(member), item=Item.objects.get(pk=item), said=said).pk


def name_first_reader(*, member: int, item: int, reader: int) -> None:
    """Ask somebody to read answers first."""
    sharing.name_first_reader(actor=_member(member), item=_own(member, item), member=_member(reader))


def take_seat(*, member: int, token: str) -> int | None:
    """Open a one-time link."""
    item = sharing.take_seat(actor=_member(member), token=token)
    return item.pk if item else None


def add_baby(*, member: int) -> int:
    """Make a page for a baby."""
    return families.add_baby(actor=_member(member)).pk


def accept(*, member: int, token: str) -> int:
    """Accept an invitation to a baby's page."""
    return families.accept_invitation(actor=_member(member), token=token).pk


# --- Answering.


def respond(*, member: int, story: int, words: str, form: str, above: int | None = None) -> int:
    """Answer a story, or an answer to it, with a form that may be sent twice."""
    actor = _member(member)
    item = responses.respond(
        actor=actor,
        voice=people.shown_voice(actor),
        story_item=Item.objects.get(pk=story),
        words=words,
        above=Item.objects.get(pk=above) if above else None,
        form_token=uuid5(NAMESPACE_OID, form) if form else None,
    )
    return item.pk


def change(*, member: int, item: int, words: str) -> None:
    """Change the words of an answer."""
    responses.edit(actor=_member(member), item=Item.objects.get(pk=item), words=words)


def erase_response(*, member: int, item: int) -> None:
    """Erase an answer for good."""
    responses.erase(actor=_member(member), item=Item.objects.get(pk=item))


def less_alone(*, member: int, story: int) -> bool:
    """Say that it helped, or take that back."""
    return responses.press_less_alone(actor=_member(member), story_item=Item.objects.get(pk=story))


# --- What goes on by itself.


def work() -> int:
    """What the queue's worker does with what is due."""
    return queue.run_due()


def begin_again() -> None:
    """What a machine does that was started anew: it resumes, works, and sweeps."""
    tasks.resume_erasures()
    queue.run_due()
    tasks.sweep_uploads()
    tasks.sweep_orphans()
    queue.run_due()


def start_up() -> int:
    """What `lessalone migrate` and `lessalone serve` do before anything is served.

    The files of the pages go to a folder of their own: other tests read the shared one at the same time.
    """
    from lessalone.config.preparing import prepare

    with TemporaryDirectory() as folder, override_settings(STATIC_ROOT=folder):
        return prepare()


def _member(pk: int) -> Member:
    return Member.objects.get(pk=pk)


def _given(draft: Draft) -> Given:
    return {"draft": draft.pk, "item": draft.item_id, "words": stories.contents_of(draft).words}


def _own(member: int, item: int) -> Item:
    return own_item_or_404(member, Item.objects.get(pk=item).public_id, kind=Item.Kind.STORY)
