"""A baby's name leaves the family in no answer either, unless all parents agreed to it there."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.urls import reverse

from lessalone.families import actions as families
from lessalone.families.models import Parent
from lessalone.people import actions as people
from lessalone.responses import actions
from lessalone.sharing import actions as sharing
from lessalone.sharing.audience import AudienceSpec
from lessalone.sharing.models import Item, Rung
from lessalone.stories import actions as stories
from lessalone.stories.known import viewer_for
from tests.cast import a_baby, gather
from tests.stories.conftest import COVER, NAMED, browser, write  # noqa: F401


@pytest.fixture
def cast():
    cast = gather()
    families.name_baby(
        actor=cast.ana, parent=Parent.objects.get(baby=cast.jack, member=cast.ana), name="Jack"
    )
    return cast


@pytest.fixture
def of_max(cast, write) -> Item:  # noqa: F811
    """A story of somebody else."""
    contents = replace(COVER, audience=AudienceSpec(Rung.MEMBERS))
    return stories.ask_to_share(actor=cast.max, draft=write(cast.max, contents)).item


def answer(member, story, words):
    return actions.respond(
        actor=member,
        viewer=viewer_for(member),
        voice=people.shown_voice(member),
        story_item=story,
        words=words,
    )


def test_ana_does_not_name_jack_to_strangers_alone(cast, of_max):
    with pytest.raises(actions.NotYoursAlone):
        answer(cast.ana, of_max, "We lost our Jack too.")
    assert answer(cast.ana, of_max, "We lost our son too.")


def test_nor_does_his_grandmother(cast, of_max):
    with pytest.raises(actions.NotYoursAlone):
        answer(cast.gran, of_max, "I held Jakc once.")


def test_nor_by_changing_what_was_sent(cast, of_max):
    item = answer(cast.ana, of_max, "We lost our son too.")
    with pytest.raises(actions.NotYoursAlone):
        actions.edit(actor=cast.ana, item=item, words="We lost our Jack too.")


def test_who_is_the_only_parent_names_their_baby(cast, of_max):
    baby = a_baby(cast.bea)
    families.name_baby(actor=cast.bea, parent=Parent.objects.get(baby=baby), name="Nell")
    assert answer(cast.bea, of_max, "Nell would be four.")


def test_strangers_with_a_jack_of_their_own_are_not_stopped(cast, of_max):
    assert answer(cast.bea, of_max, "My brother is called Jack.")


def test_on_their_own_joint_story_the_name_was_agreed(cast, write):  # noqa: F811
    version = stories.ask_to_share(actor=cast.ana, draft=write(cast.ana, NAMED, cast.jack))
    sharing.answer(actor=cast.sam, version=version, choice="agree")
    story = Item.objects.get(pk=version.item_id)
    first = answer(cast.bea, story, "I am so sorry.")
    actions.let_be_seen(actor=cast.ana, item=first)
    assert actions.respond(
        actor=cast.sam,
        viewer=viewer_for(cast.sam),
        voice=people.shown_voice(cast.sam),
        story_item=story,
        above=Item.objects.get(pk=first.pk),
        words="This is Jack's dad. Thank you.",
    )


def test_the_words_are_still_in_the_box(cast, browser, of_max):  # noqa: F811
    page = browser(cast.ana).post(
        reverse("responses-write", args=[of_max.public_id]),
        {
            "words": "We lost our Jack too.",
            "voice": people.shown_voice(cast.ana).public_id,
            "has_seen_note": "",
        },
    )
    assert "We lost our Jack too." in page.content.decode()
    assert "every parent has to agree" in page.content.decode()
