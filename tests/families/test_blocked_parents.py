"""Two parents who want to meet nothing of each other still each have what is their baby's."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from lessalone.families.models import Parent
from lessalone.people import actions as people
from lessalone.sharing import actions as sharing
from lessalone.sharing.models import Item
from lessalone.vault.models import Photo
from tests.cast import Cast, a_member, gather, shown_voice, viewer_of
from tests.responses.stories import a_joint_story, a_story
from tests.vault.conftest import kept


@pytest.fixture
def cast() -> Cast:
    return gather()


@pytest.fixture
def story(cast: Cast) -> Item:
    """Of Jack, by Ana; Sam agreed."""
    return a_joint_story(cast)


@pytest.fixture(params=["she blocks him", "he blocks her", "each blocks the other"])
def blocked(request: pytest.FixtureRequest, cast: Cast, story: Item) -> Cast:
    if request.param != "he blocks her":
        people.block(actor=cast.ana, blocked=shown_voice(cast.sam))
    if request.param != "she blocks him":
        people.block(actor=cast.sam, blocked=shown_voice(cast.ana))
    return cast


def browser_of(member) -> Client:
    browser = Client()
    browser.force_login(member)
    return browser


def test_what_is_jointly_theirs_stays_seen_by_both_and_by_others(blocked: Cast, story: Item) -> None:
    for parent in (blocked.ana, blocked.sam):
        assert story.is_visible_to(viewer_of(parent))
        assert Item.objects.owned_by(parent.pk).filter(pk=story.pk).exists()
        assert browser_of(parent).get(reverse("stories-read", args=[story.public_id])).status_code == 200
    assert story.is_visible_to(viewer_of(blocked.bea))


def test_either_can_still_take_it_back(blocked: Cast, story: Item) -> None:
    sharing.take_back(actor=blocked.sam, item=story)
    assert not story.is_visible_to(viewer_of(blocked.bea))


def test_each_keeps_the_babys_page_and_the_photos(blocked: Cast) -> None:
    shelf = Parent.objects.get(baby=blocked.jack, member=blocked.ana).shelf
    photo = kept(shelf, blocked.ana)
    for parent in (blocked.ana, blocked.sam):
        page = browser_of(parent).get(reverse("families-baby", args=[blocked.jack.public_id]))
        assert page.status_code == 200
        assert Photo.objects.kept_by(parent.pk).filter(pk=photo.pk).exists()


def test_he_is_still_asked(blocked: Cast) -> None:
    """A block must not let one of them decide for both."""
    asked = a_story(blocked.ana, baby=blocked.jack, title="Another")
    assert not asked.is_visible_to(viewer_of(blocked.bea)), "Sam has not agreed"
    assert Item.objects.asked_of(blocked.sam.pk).filter(pk=asked.pk).exists()


def test_their_own_words_elsewhere_they_do_not_meet(blocked: Cast) -> None:
    own = a_story(blocked.ana)
    assert own.is_visible_to(viewer_of(blocked.bea))
    assert not own.is_visible_to(viewer_of(blocked.sam))


def test_someone_outside_who_is_blocked_by_one_of_them_meets_none_of_it(cast: Cast, story: Item) -> None:
    stranger = a_member("stranger", is_bereaved=True)
    assert story.is_visible_to(viewer_of(stranger))
    people.block(actor=cast.sam, blocked=shown_voice(stranger))
    assert not story.is_visible_to(viewer_of(stranger))
