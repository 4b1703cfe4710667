"""Real photos in the vault: who keeps which after joining, parting and leaving."""

from __future__ import annotations

import shutil

import pytest
from django.conf import settings
from django.urls import reverse

from lessalone.families import actions, listing
from lessalone.families.models import Invitation, Parent, Relation
from lessalone.people.models import Member
from lessalone.vault.models import Photo, Shelf
from tests.cast import a_member
from tests.families.conftest import Family, invited
from tests.families.test_pages import signed_in, text_of
from tests.vault.conftest import a_file, kept


@pytest.fixture(autouse=True)
def empty_folders():
    """No file of an earlier test."""
    for folder in (settings.BLOBS, settings.LEDGER):
        shutil.rmtree(folder, ignore_errors=True)


def shelf_of(family: Family, member: Member) -> Shelf:
    shelf = family.parent(member).shelf
    assert shelf is not None
    return shelf


def keeps(member: Member, photo: Photo) -> bool:
    return Photo.objects.kept_by(member.pk).filter(pk=photo.pk).exists()


def sees(member: Member, photo: Photo) -> bool:
    """Through the real address, not only in a row."""
    return signed_in(member).get(reverse("vault-photo", args=[photo.public_id])).status_code == 200


def test_a_parent_who_joins_sees_the_photos_there_are_only_if_the_invitation_said_so() -> None:
    ana, sam, kim = a_member("ana"), a_member("sam"), a_member("kim")
    jack = actions.add_baby(actor=ana)
    photo = kept(Parent.objects.get(baby=jack, member=ana).shelf, ana, a_file())
    invited(ana, jack, sam, Invitation.PARENT, with_photos=True)
    invited(ana, jack, kim, Invitation.PARENT, with_photos=False)
    assert keeps(sam, photo)
    assert sees(sam, photo)
    assert not keeps(kim, photo)
    assert not sees(kim, photo)
    later = kept(Parent.objects.get(baby=jack, member=ana).shelf, ana, a_file(320, 240))
    assert keeps(sam, later)
    assert keeps(kim, later)


def test_after_parting_each_keeps_what_there_was_and_neither_sees_what_is_new(family: Family) -> None:
    before = kept(shelf_of(family, family.ana), family.ana, a_file())
    actions.part_ways(actor=family.ana, parent=family.parent(family.ana))
    hers = kept(shelf_of(family, family.ana), family.ana, a_file(320, 240))
    his = kept(shelf_of(family, family.sam), family.sam, a_file(240, 320))
    for member in (family.ana, family.sam):
        assert keeps(member, before)
        assert sees(member, before)
        page = text_of(signed_in(member).get(reverse("families-baby", args=[family.jack.public_id])))
        assert "Photos from before you kept apart" in page
    assert sees(family.ana, hers)
    assert not sees(family.sam, hers)
    assert sees(family.sam, his)
    assert not sees(family.ana, his)


def test_being_kept_apart_for_safety_does_the_same_to_photos(family: Family) -> None:
    before = kept(shelf_of(family, family.ana), family.ana, a_file())
    row = actions.request_safety_separation(actor=family.ana, parent=family.parent(family.sam))
    actions.grant_safety_separation(actor=family.lea, separation=row)
    hers = kept(shelf_of(family, family.ana), family.ana, a_file(320, 240))
    assert sees(family.sam, before)
    assert not sees(family.sam, hers)
    his = kept(shelf_of(family, family.sam), family.sam, a_file(240, 320))
    assert not sees(family.ana, his)


def test_who_leaves_keeps_their_photos_and_gets_no_new_ones(family: Family) -> None:
    before = kept(shelf_of(family, family.ana), family.ana, a_file())
    actions.leave_family(actor=family.sam, parent=family.parent(family.sam))
    later = kept(shelf_of(family, family.ana), family.ana, a_file(320, 240))
    assert sees(family.sam, before)
    assert not sees(family.sam, later)
    assert list(listing.shelves_left_by(family.sam.pk)) == [shelf_of(family, family.ana)]
    said = text_of(signed_in(family.sam).get(reverse("families-babies")))
    assert "Photos you keep from a page you left" in said


def test_a_grandmothers_own_photos_are_not_the_parents_and_theirs_are_not_hers(family: Family) -> None:
    gran = Relation.objects.get(member=family.gran)
    assert gran.shelf is not None
    hers = kept(gran.shelf, family.gran, a_file())
    theirs = kept(shelf_of(family, family.ana), family.ana, a_file(320, 240))
    assert sees(family.gran, hers)
    assert sees(family.ana, theirs)
    assert not sees(family.gran, theirs)
    assert not sees(family.ana, hers)
    assert not sees(family.sam, hers)
