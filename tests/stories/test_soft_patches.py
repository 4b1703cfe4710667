"""A softened face stays softened, and only one's own patches can be chosen."""

from __future__ import annotations

import pytest
from django.urls import reverse

from lessalone.families import actions as families
from lessalone.families.models import Parent
from lessalone.sharing import actions as sharing
from lessalone.sharing.actions import Refused
from lessalone.sharing.models import Placement
from lessalone.stories import actions
from lessalone.stories.actions import ChosenPhoto
from lessalone.vault import patches
from lessalone.vault.darkroom.wishes import Region
from lessalone.vault.models import PatchSet
from tests.cast import a_shelf
from tests.stories.conftest import NAMED
from tests.vault.conftest import kept


@pytest.fixture
def softened(cast, write) -> PatchSet:
    photo = kept(Parent.objects.get(baby=cast.jack, member=cast.ana).shelf, cast.ana)
    region = Region("ellipse", 10, 10, 30, 30)
    patch_set = patches.soften(actor=cast.ana, photo=photo, regions=[region])
    draft = write(cast.ana, NAMED, cast.jack)
    actions.choose_photos(
        actor=cast.ana, draft=draft, chosen=[ChosenPhoto(photo, "His sister", patch_set.pk)]
    )
    version = actions.ask_to_share(actor=cast.ana, draft=draft)
    sharing.answer(actor=cast.sam, version=version, choice="agree")
    return patch_set


def test_the_softened_picture_is_shown_and_its_patches_cannot_be_removed(cast, browser, softened):
    address = reverse("sharing-photo", args=[Placement.objects.get().public_id, 960])
    shown = browser(cast.bea).get(address)
    plain = browser(cast.ana).get(reverse("vault-photo-picture", args=[softened.photo.public_id, 960]))
    assert shown.status_code == 200
    assert b"".join(shown) != b"".join(plain)
    assert patches.remove(patch_set=softened) is False
    assert browser(cast.bea).get(address).status_code == 200


def test_patches_of_another_photo_cannot_be_chosen_so_they_never_hold_that_photo_back(cast, write, softened):
    """A story that pointed at patches of somebody's photo would stand in the way when that photo is erased."""
    mine = kept(a_shelf(cast.bea), cast.bea)
    draft = write(cast.bea, NAMED)
    with pytest.raises(Refused):
        actions.choose_photos(
            actor=cast.bea, draft=draft, chosen=[ChosenPhoto(mine, "A hand.", patch_set=softened.pk)]
        )
    assert not draft.photos.exists()


def test_patches_that_a_draft_uses_are_not_taken_away_by_the_other_parent(cast, write, softened):
    """Else the nurse's face would be shown as it is, and who wrote would not notice."""
    draft = write(cast.ana, NAMED, cast.jack)
    chosen = [ChosenPhoto(softened.photo, "A hand.", patch_set=softened.pk)]
    Placement.objects.all().delete()
    actions.choose_photos(actor=cast.ana, draft=draft, chosen=chosen)
    assert patches.remove(patch_set=softened) is False
    assert [one.patch_set for one in actions.photos_of(draft)] == [softened.pk]


def test_after_parting_neither_sees_or_uses_what_the_other_softens(cast, browser, write, softened):
    photo = softened.photo
    families.part_ways(actor=cast.sam, parent=Parent.objects.get(baby=cast.jack, member=cast.sam))
    region = Region("ellipse", 40, 40, 10, 10)
    later = patches.soften(actor=cast.sam, photo=photo, regions=[region])

    def seen_by(member, patch_set):
        address = reverse("vault-photo-soft-picture", args=[photo.public_id, patch_set.public_id, 320])
        is_named = (
            patch_set.public_id
            in browser(member).get(reverse("vault-photo", args=[photo.public_id])).content.decode()
        )
        return browser(member).get(address).status_code == 200, is_named

    assert seen_by(cast.sam, softened)[0]
    assert seen_by(cast.ana, softened)[0], "what they made together stays with both"
    assert seen_by(cast.sam, later)[0]
    assert seen_by(cast.ana, later) == (False, False)
    removing = reverse("vault-photo-soft-remove", args=[photo.public_id, later.public_id])
    assert browser(cast.ana).post(removing).status_code == 404
    draft = write(cast.ana, NAMED, cast.jack)
    with pytest.raises(Refused):
        actions.choose_photos(
            actor=cast.ana, draft=draft, chosen=[ChosenPhoto(photo, "A hand.", patch_set=later.pk)]
        )
