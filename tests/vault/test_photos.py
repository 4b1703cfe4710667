"""Each keeper keeps what they keep: what one adds, lets go of or may not see is theirs alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from lessalone.kit import queue
from lessalone.kit.models import QueuedTask
from lessalone.vault import blobs, keyring, patches, photo_keys, photos, refusals, shelves, words
from lessalone.vault.darkroom import job
from lessalone.vault.darkroom.wishes import Region
from lessalone.vault.keystore.models import DataKey, PhotoKey
from lessalone.vault.models import Blob, Keeping, Photo, Receipt
from tests import cast
from tests.vault.conftest import a_file, kept, opened


def original(photo: Photo) -> bytes:
    return b"".join(photos.read_original(photo))


def kept_by(member) -> set[Photo]:
    return set(Photo.objects.kept_by(member.pk))


# --- Keeping ---


def test_an_original_comes_back_byte_for_byte(shelf, ana):
    content = a_file()
    photo = kept(shelf, ana, content)
    assert original(photo) == content
    assert b"".join(photos.read_original(photo, 100, 300)) == content[100:300]


def test_both_parents_keep_what_either_adds_and_a_stranger_does_not(shelf, ana, sam, eve):
    photo = kept(shelf, ana)
    assert kept_by(ana) == kept_by(sam) == {photo}
    assert kept_by(eve) == set(), "a stranger is not told that it exists"


def test_each_keeper_has_a_wrapped_key_of_their_own(shelf, ana, sam):
    photo = kept(shelf, ana)
    holders = set(PhotoKey.objects.filter(photo_key_id=photo.key_id).values_list("holder_id", flat=True))
    assert holders == set(Keeping.objects.filter(photo=photo).values_list("holder_id", flat=True))
    assert len(holders) == 2


def test_what_is_shown_has_three_sizes_a_veil_and_one_for_old_phones(shelf, ana):
    photo = kept(shelf, ana, a_file(3000, 2000))
    for width in photos.WIDTHS:
        assert max(opened(photos.read_rendition(photo, width)).size) == width
    assert opened(photos.read_rendition(photo, 960, webp=False)).format == "JPEG"
    assert max(opened(photos.read_veil(photo)).size) <= 24
    assert (photo.width, photo.height) == (3000, 2000)


def test_no_plain_byte_of_a_photo_is_in_any_file(shelf, ana):
    """A canary in the picture's own bytes, and each rendition's bytes, are looked for in everything under
    the data."""
    content = a_file(comment=b"canary-in-the-original-" * 4)
    photo = kept(shelf, ana, content)
    needles = [b"canary-in-the-original", content[2000:2064]]
    needles += [photos.read_rendition(photo, width).data[100:164] for width in photos.WIDTHS]
    stores = [Path(settings.BLOBS), Path(settings.KEY_FILE).parent]
    stores += [
        Path(str(one["NAME"])).parent for one in settings.DATABASES.values() if "sqlite" in one["ENGINE"]
    ]
    files = [path for store in stores for path in store.rglob("*") if path.is_file()]
    assert len(files) > 5
    for path in files:
        stored = path.read_bytes()
        assert not any(needle in stored for needle in needles), path


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"Just words, long enough to be looked at." * 200, "no-photo"),
        (b"GIF89a" + b"\0" * 5000, "no-photo"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\0" * 5000, "video"),
        (a_file()[:-3000], "damaged"),
    ],
)
def test_a_refused_file_leaves_nothing_behind(shelf, ana, content, reason):
    with pytest.raises(refusals.Refused) as refusal:
        kept(shelf, ana, content)
    assert refusal.value.reason == reason
    assert not Photo.objects.exists()
    assert not PhotoKey.objects.exists()
    assert not DataKey.objects.exists()
    assert [
        path for path in Path(settings.BLOBS).rglob("*") if path.is_file() and path.name != ".darkroom"
    ] == []


def test_a_camera_s_raw_file_is_kept_although_it_cannot_be_shown(shelf, ana):
    content = b"FUJIFILMCCD-RAW 0201" + bytes(range(256)) * 100
    photo = kept(shelf, ana, content)
    assert photo.state == Photo.State.KEPT
    assert original(photo) == content
    with pytest.raises(photos.NotThere):
        photos.read_rendition(photo, 320)


def test_a_photo_sent_while_the_darkroom_is_busy_is_kept_and_shown_later(shelf, ana, monkeypatch):
    def busy(*_args, **_options):
        raise job.Busy

    with monkeypatch.context() as patched:
        patched.setattr(job, "develop", busy)
        photo = kept(shelf, ana)
    assert photo.state == Photo.State.KEPT
    assert original(photo) == a_file()
    queue.run_due()
    photo.refresh_from_db()
    assert photo.is_ready
    assert photos.read_rendition(photo, 320).data


# --- Coming and going ---


def test_a_parent_who_is_admitted_with_what_there_is_sees_it(ana, sam):
    shelf = cast.a_shelf(ana)
    photo = kept(shelf, ana)
    shelves.admit_keeper(shelf=shelf, member=sam, with_existing=True)
    assert kept_by(sam) == {photo}
    photos.let_go(actor=ana, photo=photo)
    queue.run_due()
    assert original(photo), "Sam has a key of his own"


def test_a_parent_who_is_admitted_from_now_on_does_not_see_what_was_before(ana, sam):
    shelf = cast.a_shelf(ana)
    before = kept(shelf, ana)
    shelves.admit_keeper(shelf=shelf, member=sam, with_existing=False)
    after = kept(shelf, ana)
    assert kept_by(sam) == {after}
    assert kept_by(ana) == {before, after}


def test_admitting_twice_is_the_same_as_once(shelf, ana, sam):
    kept(shelf, ana)
    first = shelves.admit_keeper(shelf=shelf, member=sam, with_existing=True)
    again = shelves.admit_keeper(shelf=shelf, member=sam, with_existing=True)
    assert first == again
    assert Keeping.objects.filter(member=sam, until=None).count() == 1


def test_after_parting_each_keeps_what_there_was_and_neither_sees_what_the_other_adds(shelf, ana, sam):
    together = kept(shelf, ana)
    shelves.close_keeper(shelf=shelf, member=sam)
    hers = kept(shelf, ana)
    his_own = kept(shelf, sam)  # an upload that he had begun before
    assert kept_by(ana) == {together, hers}
    assert kept_by(sam) == {together, his_own}
    assert PhotoKey.objects.filter(photo_key_id=hers.key_id).count() == 1, "no key of it is wrapped for him"


def test_a_stranger_cannot_add_to_a_shelf(shelf, eve):
    with pytest.raises(refusals.Refused):
        kept(shelf, eve)


# --- Letting go ---


def test_who_lets_go_loses_it_and_the_other_does_not(shelf, ana, sam):
    content = a_file()
    photo = kept(shelf, ana, content)
    photos.let_go(actor=ana, photo=photo)
    assert kept_by(ana) == set(), "at once"
    queue.run_due()
    assert kept_by(sam) == {photo}
    assert original(photo) == content
    assert PhotoKey.objects.filter(photo_key_id=photo.key_id).count() == 1
    receipt = Receipt.objects.get()
    assert (receipt.photos, receipt.photos_kept_by_others, receipt.keys) == (0, 1, 1)


def test_when_the_last_one_lets_go_it_is_destroyed(shelf, ana, sam):
    photo = kept(shelf, ana)
    stored = [blobs.path_of(blob.pk) for blob in Blob.objects.filter(photo=photo)]
    photos.let_go(actor=ana, photo=photo)
    queue.run_due()
    assert all(path.exists() for path in stored)
    photos.let_go(actor=sam, photo=photo)
    with pytest.raises(photos.NotThere):
        photos.read_rendition(photo, 320)
    queue.run_due()
    assert not any(path.exists() for path in stored)
    assert not PhotoKey.objects.exists()
    assert not DataKey.objects.exists()
    assert not Photo.objects.exists()
    assert Receipt.objects.latest("pk").files == len(stored)


def test_letting_go_twice_takes_nothing_from_the_other(shelf, ana, sam):
    photo = kept(shelf, ana)
    photos.let_go(actor=ana, photo=photo)
    photos.let_go(actor=ana, photo=photo)
    queue.run_due()
    assert kept_by(sam) == {photo}
    assert original(photo)


# --- Soft patches ---


def test_a_softened_picture_is_another_one_and_the_original_stays(shelf, ana):
    content = a_file()
    photo = kept(shelf, ana, content)
    patch_set = patches.soften(actor=ana, photo=photo, regions=[Region("rectangle", 0, 0, 50, 100)])
    plain, soft = photos.read_rendition(photo, 320), photos.read_rendition(photo, 320, patch_set)
    assert photos.read_rendition(photo, 320, patch_set.pk) == soft
    assert opened(plain).getpixel((10, 10)) != opened(soft).getpixel((10, 10))
    assert original(photo) == content
    assert photos.read_rendition(photo, 320) == plain


def test_removing_a_softened_picture_takes_its_keys_and_files(shelf, ana):
    photo = kept(shelf, ana)
    patch_set = patches.soften(actor=ana, photo=photo, regions=[Region("ellipse", 10, 10, 20, 20)])
    ids = list(patch_set.blobs.values_list("pk", flat=True))
    assert patches.remove(patch_set=patch_set)
    assert not DataKey.objects.filter(pk__in=ids).exists()
    assert not any(blobs.path_of(pk).exists() for pk in ids)
    assert photos.read_rendition(photo, 320)


@pytest.mark.parametrize(
    "regions",
    [
        [],
        [Region("ellipse", 10, 10, 5, 5)] * 25,
        [Region("ellipse", 120, 10, 5, 5)],
        [Region("ellipse", 10, 10, 0, 5)],
        [Region("star", 10, 10, 5, 5)],
        [Region("ellipse", float("nan"), 10, 5, 5)],
    ],
)
def test_places_outside_the_picture_are_not_taken(shelf, ana, regions):
    photo = kept(shelf, ana)
    with pytest.raises(patches.BadRegions):
        patches.soften(actor=ana, photo=photo, regions=regions)


# --- Keys ---


def test_a_data_key_opens_only_its_own_blob(shelf, ana):
    photo = kept(shelf, ana)
    first, second = DataKey.objects.filter(photo_key_id=photo.key_id)[:2]
    DataKey.objects.filter(pk=first.pk).update(wrapped=second.wrapped)
    with pytest.raises(keyring.WrongKey):
        photo_keys.open_data_key(first.pk)
    assert photo_keys.open_data_key(second.pk)


def test_reading_a_picture_takes_few_queries(shelf, ana, django_assert_max_num_queries):
    photo = kept(shelf, ana)
    with django_assert_max_num_queries(1):
        photos.read_rendition(photo, 960)
    with django_assert_max_num_queries(3, using="keys"):
        photos.read_rendition(photo, 960)


def test_a_photo_whose_keys_are_gone_is_not_there(shelf, ana):
    photo = kept(shelf, ana)
    photo_keys.destroy([photo.key_id])
    with pytest.raises(photos.NotThere):
        photos.read_veil(photo)
    with pytest.raises(words.Gone):
        photo_keys.add_data_keys(photo.key_id, [])


def test_a_photo_is_kept_when_the_darkroom_is_out_of_order_and_shown_when_it_is_mended(
    shelf, ana, monkeypatch, tmp_path
):
    broken = tmp_path / "child.py"
    broken.write_text("raise SystemExit(1)")
    with monkeypatch.context() as patched:
        patched.setattr(job, "CHILD", broken)
        photo = kept(shelf, ana)
        assert photo.state == Photo.State.KEPT
        with pytest.raises(job.OutOfOrder):
            queue.run_due()
    QueuedTask.objects.update(due_at=timezone.now())
    queue.run_due()
    photo.refresh_from_db()
    assert photo.is_ready
