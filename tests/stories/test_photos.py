"""Photos in stories: covered until asked for, open only to those who may see the story, gone when taken back."""

from __future__ import annotations

import pytest
from django.urls import reverse

from lessalone.families.models import Parent, Relation
from lessalone.people import actions as people
from lessalone.sharing import actions as sharing
from lessalone.sharing.actions import Refused
from lessalone.sharing.models import Item, Placement
from lessalone.stories import actions
from lessalone.stories.actions import ChosenPhoto
from lessalone.vault import photos as vault_photos
from lessalone.vault import shelves
from lessalone.vault.models import Photo
from tests.stories.conftest import COVER, NAMED, sees
from tests.vault.conftest import a_file, kept

CALM = "Jack, held by his mother. Black and white."


@pytest.fixture
def photo(cast) -> Photo:
    return kept(Parent.objects.get(baby=cast.jack, member=cast.ana).shelf, cast.ana)


@pytest.fixture
def asked(cast, write, photo) -> Item:
    """A story with a photo that Sam is asked about."""
    draft = write(cast.ana, NAMED, cast.jack)
    actions.choose_photos(actor=cast.ana, draft=draft, chosen=[ChosenPhoto(photo, CALM)])
    return actions.ask_to_share(actor=cast.ana, draft=draft).item


@pytest.fixture
def told(cast, asked) -> Item:
    """The same, agreed to."""
    sharing.answer(actor=cast.sam, version=asked.versions.get(), choice="agree")
    return Item.objects.get(pk=asked.pk)


def address_of(item: Item) -> str:
    placement = Placement.objects.get(version__item=item)
    return reverse("sharing-photo", args=[placement.public_id, 960])


def test_a_photo_makes_words_under_a_cover_name_jointly_theirs(cast, write, photo):
    draft = write(cast.ana, COVER, cast.jack)
    actions.choose_photos(actor=cast.ana, draft=draft, chosen=[ChosenPhoto(photo, "A hat")])
    version = actions.ask_to_share(actor=cast.ana, draft=draft)
    assert version.is_joint
    assert not sees(cast.bea, version.item)


def test_only_photos_that_one_keeps_can_be_chosen(cast, write, photo):
    draft = write(cast.bea, COVER)
    with pytest.raises(Refused):
        actions.choose_photos(actor=cast.bea, draft=draft, chosen=[ChosenPhoto(photo, "Not hers")])


def test_before_all_agree_only_the_parents_can_open_it(cast, browser, asked):
    address = address_of(asked)
    assert browser(cast.ana).get(address).status_code == 200
    assert browser(cast.sam).get(address).status_code == 200
    for other in (cast.bea, cast.gran, cast.eve, cast.dora, None):
        assert browser(other).get(address).status_code == 404


def test_the_asked_parent_sees_exactly_what_would_be_shown(cast, browser, asked):
    sam = browser(cast.sam)
    address = reverse("stories-asked-story", args=[asked.public_id])
    page = sam.get(address).content.decode()
    assert CALM in page
    assert address_of(asked) not in page, "covered until he asks"
    placement = Placement.objects.get()
    page = sam.get(address, {"show": placement.public_id}).content.decode()
    assert address_of(asked) in page


def test_no_clear_byte_is_named_on_the_page_before_it_is_asked_for(cast, browser, told):
    bea, story = browser(cast.bea), reverse("stories-read", args=[told.public_id])
    page = bea.get(story).content.decode()
    assert CALM in page
    assert address_of(told) not in page
    placement = Placement.objects.get()
    page = bea.get(story, {"show": placement.public_id}).content.decode()
    assert address_of(told) in page
    assert "Cover it again" in page
    assert address_of(told) not in bea.get(story).content.decode(), "covered again"


def test_who_chose_to_see_photos_sees_them_and_who_hides_them_meets_none(cast, browser, told):
    story = reverse("stories-read", args=[told.public_id])
    people.set_bearing(actor=cast.bea, choices={"photos": "show", "baby-photos": "show"})
    page = browser(cast.bea).get(story).content.decode()
    assert address_of(told) in page
    assert "Cover it again" not in page
    people.set_bearing(actor=cast.bea, choices={"photos": "hide"})
    page = browser(cast.bea).get(story, {"show": Placement.objects.get().public_id}).content.decode()
    assert address_of(told) not in page
    assert CALM not in page
    assert "left out" in page


def test_two_photos_stay_open_beside_each_other(cast, browser, write, photo):
    other = kept(photo.shelf, cast.ana, a_file(500, 400))
    draft = write(cast.ana, NAMED, cast.jack)
    chosen = [ChosenPhoto(photo, "The first"), ChosenPhoto(other, "The second")]
    actions.choose_photos(actor=cast.ana, draft=draft, chosen=chosen)
    version = actions.ask_to_share(actor=cast.ana, draft=draft)
    sharing.answer(actor=cast.sam, version=version, choice="agree")
    first, second = Placement.objects.order_by("position")
    story = reverse("stories-read", args=[version.item.public_id])
    page = browser(cast.bea).get(story, {"show": first.public_id}).content.decode()
    assert f"show={first.public_id}&amp;show={second.public_id}" in page


def test_the_picture_is_a_rendition_and_never_kept_by_a_browser(cast, browser, told):
    answer = browser(cast.bea).get(address_of(told))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/webp"
    assert "no-store" in answer["Cache-Control"]
    assert b"Exif" not in answer.content


def test_taken_back_the_picture_does_not_exist(cast, browser, told):
    address, bea = address_of(told), browser(cast.bea)
    veil = reverse("sharing-veil", args=[Placement.objects.get().public_id])
    assert (bea.get(address).status_code, bea.get(veil).status_code) == (200, 200)
    sharing.take_back(actor=cast.sam, item=told)
    assert (bea.get(address).status_code, bea.get(veil).status_code) == (404, 404)
    assert browser(cast.ana).get(address).status_code == 200, "it is still theirs"


def test_an_older_versions_picture_is_nobodys_to_open(cast, browser, told):
    address = address_of(told)
    draft = actions.revise(actor=cast.ana, item=told)
    actions.choose_photos(actor=cast.ana, draft=draft, chosen=[])
    version = actions.ask_to_share(actor=cast.ana, draft=draft)
    assert browser(cast.bea).get(address).status_code == 200, "what was agreed stays up"
    sharing.answer(actor=cast.sam, version=version, choice="agree")
    assert browser(cast.bea).get(address).status_code == 404


def test_a_grandmothers_photo_needs_the_parents(cast, write):
    relation = Relation.objects.get(baby=cast.jack, member=cast.gran)
    relation.shelf = shelves.open_shelf(keepers=[cast.gran])
    relation.save(update_fields=["shelf"])
    hers = kept(relation.shelf, cast.gran)
    draft = write(cast.gran, COVER, cast.jack)
    actions.choose_photos(actor=cast.gran, draft=draft, chosen=[ChosenPhoto(hers, "A small hat")])
    version = actions.ask_to_share(actor=cast.gran, draft=draft)
    assert version.is_joint
    sharing.answer(actor=cast.ana, version=version, choice="agree")
    assert not sees(cast.bea, version.item)
    sharing.answer(actor=cast.sam, version=version, choice="agree")
    assert sees(cast.bea, version.item)


def test_a_photo_that_nobody_keeps_any_more_leaves_the_story(cast, browser, told, photo):
    from lessalone.kit import queue
    from lessalone.vault import photos

    story = reverse("stories-read", args=[told.public_id])
    assert CALM in browser(cast.bea).get(story).content.decode()
    address = address_of(told)
    photos.let_go(actor=cast.ana, photo=photo)
    queue.run_due()
    assert CALM in browser(cast.bea).get(story).content.decode(), "Sam keeps it"
    photos.let_go(actor=cast.sam, photo=photo)
    queue.run_due()
    page = browser(cast.bea).get(story)
    assert page.status_code == 200
    assert CALM not in page.content.decode()
    assert browser(cast.bea).get(address).status_code == 404


def test_a_photo_that_is_let_go_while_one_asks_is_in_no_story(cast, write, photo, monkeypatch):
    """On PostgreSQL the other press can come between reading the draft and writing the version."""
    draft = write(cast.ana, NAMED, cast.jack)
    actions.choose_photos(actor=cast.ana, draft=draft, chosen=[ChosenPhoto(photo, "A hand.")])
    read = actions.read_draft

    def read_and_then_let_go(draft):
        written = read(draft)
        vault_photos.let_go(actor=cast.ana, photo=photo)
        return written

    monkeypatch.setattr(actions, "read_draft", read_and_then_let_go)
    with pytest.raises(Refused):
        actions.ask_to_share(actor=cast.ana, draft=draft)
    assert not draft.item.versions.exists()
