"""A story told anew under another name is not given away by what its author answered below it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.urls import reverse

from lessalone.responses import actions as responses
from lessalone.sharing import actions as sharing
from lessalone.sharing.actions import Refused
from lessalone.sharing.models import Item
from lessalone.stories import actions
from lessalone.stories.models import Draft
from tests.cast import shown_voice
from tests.stories.conftest import COVER, NAMED

OTHER_COVER = replace(COVER, cover_name="Willow")


@pytest.fixture
def told(cast, write):
    """A story of Max: `told(NAMED)`."""

    def story(contents) -> Item:
        return Item.objects.get(
            pk=actions.ask_to_share(actor=cast.max, draft=write(cast.max, contents)).item_id
        )

    return story


def anew(cast, item, contents) -> Item:
    """Told once more."""
    draft = actions.revise(actor=cast.max, item=item)
    draft = actions.save_draft(actor=cast.max, draft=draft, contents=contents)
    return Item.objects.get(pk=actions.ask_to_share(actor=cast.max, draft=draft).item_id)


def answered(cast, item, voice=None) -> Item:
    return responses.respond(
        actor=cast.max, voice=voice or shown_voice(cast.max), story_item=item, words="Thank you for reading."
    )


@pytest.mark.parametrize(("first", "then"), [(NAMED, COVER), (COVER, NAMED), (COVER, OTHER_COVER)])
def test_answers_under_the_name_before_are_not_left_below_the_name_after(cast, told, first, then):
    item = told(first)
    mine = answered(cast, item, item.voice)
    with pytest.raises(Refused, match=f"as {item.voice.name}"):
        anew(cast, item, then)
    assert Item.objects.get(pk=item.pk).voice == item.voice, "it is as it was"
    responses.erase(actor=cast.max, item=mine)
    assert anew(cast, item, then).voice != item.voice


def test_whoever_answered_nothing_may_choose_another_name(cast, told):
    item = told(NAMED)
    responses.respond(actor=cast.bea, voice=shown_voice(cast.bea), story_item=item, words="I read this.")
    assert anew(cast, item, COVER).voice.is_cover


@pytest.mark.parametrize("contents", [NAMED, COVER])
def test_the_same_name_stays_possible_after_answering(cast, told, contents):
    item = told(contents)
    answered(cast, item, item.voice)
    assert anew(cast, item, replace(contents, title="The same, told better")).voice == item.voice


def test_an_answer_under_a_cover_name_does_not_keep_a_named_story_from_being_changed(cast, told):
    item = told(NAMED)
    answered(cast, item, actions.people.make_cover_voice(actor=cast.max, name="Willow"))
    assert anew(cast, item, replace(NAMED, title="The same, told better")).voice == item.voice
    with pytest.raises(Refused):
        anew(cast, item, COVER)
    assert anew(cast, item, OTHER_COVER).voice.name == "Willow"


def test_the_page_says_so_and_nothing_is_lost(cast, browser, told):
    item = told(NAMED)
    answered(cast, item)
    draft = actions.revise(actor=cast.max, item=item)
    actions.save_draft(actor=cast.max, draft=draft, contents=COVER)
    address = reverse("stories-check", args=[draft.public_id])
    answer = browser(cast.max).post(address, {"hold": ""})
    assert answer.status_code == 422
    assert f"You answered below this story as {shown_voice(cast.max).name}." in answer.content.decode()
    assert actions.contents_of(Draft.objects.get(pk=draft.pk)) == replace(COVER, when="morning")


def test_while_another_name_waits_for_the_other_parent_its_author_does_not_answer(cast, shared):
    draft = actions.revise(actor=cast.ana, item=shared)
    actions.save_draft(actor=cast.ana, draft=draft, contents=replace(COVER, words="Jack was here."))
    version = actions.ask_to_share(actor=cast.ana, draft=draft)
    with pytest.raises(responses.NotOpen, match="another name"):
        responses.respond(actor=cast.ana, voice=shown_voice(cast.ana), story_item=shared, words="Thank you.")
    sharing.answer(actor=cast.sam, version=version, choice="agree")
    item = Item.objects.get(pk=shared.pk)
    responses.respond(actor=cast.ana, voice=item.voice, story_item=item, words="Thank you.")


def test_others_answer_while_another_name_waits(cast, shared):
    draft = actions.revise(actor=cast.ana, item=shared)
    actions.save_draft(actor=cast.ana, draft=draft, contents=replace(COVER, words="Jack was here."))
    actions.ask_to_share(actor=cast.ana, draft=draft)
    responses.respond(actor=cast.bea, voice=shown_voice(cast.bea), story_item=shared, words="I read this.")
