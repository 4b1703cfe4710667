"""A cover name never leads to whose it is, by any choice that others make about it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from lessalone.people import actions as people
from lessalone.responses import actions as responses
from lessalone.sharing.models import Rung
from tests.cast import a_cover_voice, gather
from tests.privacy.scene import Scene, a_story


@pytest.fixture
def scene():
    return Scene(gather())


@pytest.fixture
def story(scene):
    """Carl's own words, which Bea answers as Willow."""
    return a_story(scene, scene.cast.carl, Rung.MEMBERS, words="A long winter.")[0]


@pytest.fixture
def willow(scene, story):
    voice = a_cover_voice(scene.cast.bea, "Willow")
    responses.respond(actor=scene.cast.bea, story_item=story, words="I know that winter.", voice=voice)
    return voice


@pytest.fixture
def carl(scene):
    browser = Client()
    browser.force_login(scene.cast.carl)
    return browser


def test_choosing_a_cover_name_for_the_next_story_names_nobody_else(scene, carl, willow):
    _, draft = a_story(scene, scene.cast.carl, words="The spring after.", is_asked=False)
    address = reverse("stories-audience", args=[draft.public_id])
    assert "Willow" in carl.get(address).content.decode()
    assert "Bea" not in carl.get(address).content.decode()
    carl.post(address, {"rung": Rung.PEOPLE.value, "known": willow.public_id})
    for name in ("stories-audience", "stories-check"):
        page = carl.get(reverse(name, args=[draft.public_id])).content.decode()
        assert "Willow" in page
        assert "Bea" not in page


def test_nobody_is_asked_to_read_first_under_a_cover_name(scene, carl, story, willow):
    """The family's page says who reads first, by their shown name."""
    address = reverse("stories-first-reader", args=[story.public_id])
    assert "Willow" not in carl.get(address).content.decode()
    carl.post(address, {"reader": willow.public_id})
    assert "Bea" not in carl.get(reverse("stories-family", args=[story.public_id])).content.decode()
    assert not story.first_readers.exists()


def test_blocking_a_cover_name_says_nothing_of_the_shown_one(scene, carl, story, willow):
    answer = a_story(scene, scene.cast.bea, words="Bea under her own name.")[0]
    carl.post(reverse("people-block", args=[willow.public_id]))
    assert (
        "I know that winter" not in carl.get(reverse("stories-read", args=[story.public_id])).content.decode()
    )
    assert carl.get(reverse("stories-read", args=[answer.public_id])).status_code == 200
    blocks = carl.get(reverse("people-blocks")).content.decode()
    assert "Willow" in blocks
    assert "Bea" not in blocks


def test_nobody_speaks_under_a_cover_name_of_someone_else(scene, story, willow):
    with pytest.raises(ValueError, match="voice of its writer"):
        responses.respond(actor=scene.cast.max, story_item=story, words="As Willow.", voice=willow)
    assert people.shown_voice(scene.cast.max).name == "Max"
