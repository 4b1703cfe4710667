"""The pages of those who keep photos; for anyone else there is nothing."""

from __future__ import annotations

import io
import json

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from lessalone.kit import queue
from lessalone.people.models import Bearing, RecoveryCode
from lessalone.vault import photos, shelves, uploads
from lessalone.vault.keystore.models import Key
from lessalone.vault.models import Photo, Upload
from tests import cast
from tests.vault.conftest import a_file, kept


@pytest.fixture
def see(client, ana):
    """Ana looks at a page."""
    client.force_login(ana)
    RecoveryCode.objects.create(member=ana, digest="0" * 64)
    return client


@pytest.fixture
def photo(shelf, ana):
    return kept(shelf, ana)


def url(name: str, thing, *more) -> str:
    return reverse(f"vault-{name}", args=[thing.public_id, *more])


def shown(member) -> None:
    Bearing.objects.create(member=member, note="photos", choice="show")


# --- The plain form ---


def send(client, shelf, *files, **headers):
    sent = [SimpleUploadedFile(name, body, "image/jpeg") for name, body in files]
    return client.post(url("shelf", shelf), {"photos": sent}, headers=headers)


def test_several_photos_go_in_at_once_without_a_script(see, shelf, ana):
    answer = send(see, shelf, ("one.jpg", a_file()), ("two.PNG", a_file(kind="PNG")))
    assert answer.status_code == 200
    assert answer.content.decode().count("Kept safe") == 2
    assert Photo.objects.kept_by(ana.pk).count() == 2
    assert not Key.objects.filter(purpose="upload").exists(), "nothing of the sending is left"


def test_a_bad_file_gets_a_sentence_and_the_others_go_on(see, shelf, ana):
    answer = send(
        see,
        shelf,
        ("good.jpg", a_file()),
        ("empty.jpg", b""),
        ("words.jpg", b"words " * 1000),
        ("cut.jpg", a_file()[:-3000]),
        ("wrong-name.png", a_file()),
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert Photo.objects.kept_by(ana.pk).count() == 2
    assert page.count("data-refused") == 3
    for word in ("empty", "not a photo", "damaged"):
        assert word in page
    assert not Upload.objects.filter(ended_at=None).exists()


def test_a_file_that_is_too_large_does_not_stop_the_others(see, shelf, ana, monkeypatch):
    monkeypatch.setattr(uploads, "most_bytes", lambda: 20_000)
    answer = send(see, shelf, ("large.jpg", a_file(3000, 2000)), ("small.jpg", a_file(200, 200)))
    assert answer.content.decode().count("data-refused") == 1
    assert Photo.objects.kept_by(ana.pk).count() == 1


def test_no_file_at_all_is_said(see, shelf):
    assert "No file was chosen" in see.post(url("shelf", shelf)).content.decode()


def test_the_form_needs_its_token(shelf, ana):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(ana)
    assert send(strict, shelf, ("one.jpg", a_file())).status_code == 403
    assert not Photo.objects.exists()
    strict.get(url("shelf", shelf))
    token = strict.cookies["csrftoken"].value
    assert send(strict, shelf, ("one.jpg", a_file()), **{"X-CSRFToken": token}).status_code == 200


def test_a_parent_who_parted_no_longer_adds_but_still_looks(see, shelf, ana, photo):
    shelves.close_keeper(shelf=shelf, member=ana)
    assert see.get(url("shelf", shelf)).status_code == 200
    assert "Add photos" not in see.get(url("shelf", shelf)).content.decode()
    assert send(see, shelf, ("one.jpg", a_file())).status_code == 404


# --- Looking ---


def test_photos_are_covered_until_one_asks(see, shelf, photo):
    page = see.get(url("photo", photo)).content.decode()
    assert url("photo-veil", photo) in page
    assert url("photo-picture", photo, 960) not in page, "no clear byte before it is asked for"
    page = see.post(url("photo", photo), {"show": "yes"}).content.decode()
    assert url("photo-picture", photo, 960) in page
    album = see.get(url("shelf", shelf)).content.decode()
    assert url("photo-veil", photo) in album
    assert url("photo-picture", photo, 320) not in album


def test_who_chose_to_see_photos_sees_them_and_can_cover_them(see, shelf, photo, ana):
    shown(ana)
    assert url("photo-picture", photo, 960) in see.get(url("photo", photo)).content.decode()
    assert url("photo-picture", photo, 320) in see.get(url("shelf", shelf)).content.decode()
    page = see.post(url("photo", photo), {"show": "no"}).content.decode()
    assert url("photo-picture", photo, 960) not in page


def test_pictures_come_in_each_size_and_are_stored_nowhere(see, photo):
    for width in photos.WIDTHS:
        answer = see.get(url("photo-picture", photo, width))
        assert answer["Content-Type"] == "image/webp"
        assert "no-store" in answer["Cache-Control"]
    assert see.get(url("photo-picture", photo, 961)).status_code == 404
    old = see.get(url("photo-picture", photo, 960), headers={"Accept": "image/png,image/*;q=0.8"})
    assert Image.open(io.BytesIO(old.content)).format == "JPEG"


EVERY_DOOR = ["photo", "photo-veil", "photo-original", "photo-let-go", "photo-soften"]


@pytest.mark.parametrize("name", EVERY_DOOR)
def test_a_photo_does_not_exist_for_anyone_else(client, see, photo, eve, name):
    assert see.get(url(name, photo)).status_code == 200
    client.force_login(eve)
    assert client.get(url(name, photo)).status_code == 404
    assert client.post(url(name, photo)).status_code in (404, 405)
    moderator = cast.a_member("dora")
    cast.give_duty(moderator, "moderator")
    client.force_login(moderator)
    assert client.get(url(name, photo)).status_code == 404
    client.logout()
    assert client.get(url(name, photo)).status_code == 302


def test_a_shelf_does_not_exist_for_anyone_else(client, see, shelf, photo, eve):
    assert see.get(url("shelf", shelf)).status_code == 200
    client.force_login(eve)
    assert client.get(url("shelf", shelf)).status_code == 404
    assert client.get(url("photo-picture", photo, 320)).status_code == 404
    assert client.post(url("shelf", shelf)).status_code == 404


# --- The original ---


def body(answer) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_the_untouched_original_goes_back_under_a_neutral_name(see, shelf, ana):
    content = a_file(comment=b"kept as it is")
    photo = kept(shelf, ana, content)
    answer = see.get(url("photo-original", photo))
    assert body(answer) == content
    assert answer["Content-Disposition"] == f'attachment; filename="photo-{photo.public_id[:8]}.jpg"'
    assert answer["Content-Length"] == str(len(content))
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(
    ("asked", "part", "status"),
    [
        ("bytes=0-99", slice(0, 100), 206),
        ("bytes=100-", slice(100, None), 206),
        ("bytes=-50", slice(-50, None), 206),
        ("bytes=70000-70010", slice(70000, 70011), 206),
        ("bytes=0-999999999", slice(0, None), 206),
        ("bytes=0-1,5-6", slice(0, None), 200),
        ("pages=1-2", slice(0, None), 200),
        ("bytes=5-2", slice(0, None), 200),
    ],
)
def test_a_broken_download_goes_on_where_it_stopped(see, shelf, ana, asked, part, status):
    content = a_file(kind="PNG", compress_level=0)
    assert len(content) > 200_000
    photo = kept(shelf, ana, content)
    answer = see.get(url("photo-original", photo), headers={"Range": asked})
    assert answer.status_code == status
    assert body(answer) == content[part]
    assert answer["Content-Length"] == str(len(content[part]))
    if status == 206:
        first = len(content[: part.start]) if part.start >= 0 else len(content) + part.start
        assert answer["Content-Range"] == f"bytes {first}-{first + len(content[part]) - 1}/{len(content)}"


def test_a_range_beyond_the_end_is_refused(see, photo):
    answer = see.get(url("photo-original", photo), headers={"Range": "bytes=99999999-"})
    assert answer.status_code == 416
    assert answer["Content-Range"].startswith("bytes */")


def test_asking_only_how_large_it_is_reads_nothing(see, photo):
    answer = see.head(url("photo-original", photo))
    assert answer.status_code == 200
    assert int(answer["Content-Length"]) > 1000


# --- Letting go ---


def test_letting_go_says_what_happens_and_asks_first(see, photo, shelf, sam):
    page = see.get(url("photo-let-go", photo)).content.decode()
    assert "One other person keeps this photo too" in page
    assert see.post(url("photo-let-go", photo)).status_code == 302
    assert see.get(url("photo", photo)).status_code == 404
    queue.run_due()
    see.force_login(sam)
    page = see.get(url("photo-let-go", photo)).content.decode()
    assert "Nobody else keeps this photo" in page
    see.post(url("photo-let-go", photo))
    queue.run_due()
    assert not Photo.objects.exists()
    erased = see.get(reverse("vault-receipts")).content.decode()
    assert "One photo with its original." in erased
    assert f'href="{reverse("people-you")}"' in erased.partition("<main")[2], "there is a way back"


# --- Softening ---


def test_squares_are_enough_to_soften_a_face(see, photo, ana):
    shown(ana)
    answer = see.post(url("photo-soften", photo), {"cells": ["2-2", "2-3", "3-2", "3-3", "7-7"]})
    assert answer.status_code == 302
    patch_set = photo.patch_sets.get()
    assert patch_set.regions == [
        {"shape": "rectangle", "left": 25, "top": 25, "width": 25, "height": 25},
        {"shape": "rectangle", "left": 87.5, "top": 87.5, "width": 12.5, "height": 12.5},
    ]
    page = see.get(url("photo", photo)).content.decode()
    soft = url("photo-soft-picture", photo, patch_set.public_id, 320)
    assert soft in page
    assert see.get(soft).content != see.get(url("photo-picture", photo, 320)).content
    assert see.post(url("photo-soft-remove", photo, patch_set.public_id)).status_code == 302
    assert see.get(soft).status_code == 404


def test_ovals_that_were_drawn_are_taken(see, photo):
    see.post(url("photo-soften", photo), {"ovals": json.dumps([[10, 20, 30, 15.5]])})
    assert photo.patch_sets.get().regions == [
        {"shape": "ellipse", "left": 10.0, "top": 20.0, "width": 30.0, "height": 15.5}
    ]


@pytest.mark.parametrize(
    "data", [{}, {"ovals": "x"}, {"ovals": "[[1]]"}, {"ovals": "[[200,1,1,1]]"}, {"cells": ["9-9"]}]
)
def test_nothing_chosen_or_nonsense_is_said_beside_the_form(see, photo, data):
    answer = see.post(url("photo-soften", photo), data)
    assert answer.status_code == 422
    assert "Something needs another look" in answer.content.decode()
    assert not photo.patch_sets.exists()


# --- Before the first photo ---


def test_without_a_way_back_a_recovery_sheet_is_offered_before_the_first_photo(client, shelf, ana):
    client.force_login(ana)
    page = client.get(url("shelf", shelf)).content.decode()
    assert reverse("people-recovery-sheet") in page
    assert "Add photos" not in page
    client.post(url("without-sheet", shelf))
    assert "Add photos" in client.get(url("shelf", shelf)).content.decode()


def test_who_has_a_way_back_is_not_asked(see, shelf):
    assert "Add photos" in see.get(url("shelf", shelf)).content.decode()


# --- Bounds ---


def test_an_album_is_paged(see, shelf, ana):
    Photo.objects.bulk_create(Photo(shelf=shelf, added_by=ana) for _each in range(30))
    from lessalone.vault.models import Keeping, ShelfKeeper

    holder = ShelfKeeper.objects.get(shelf=shelf, member=ana).holder_id
    Keeping.objects.bulk_create(
        Keeping(photo=one, member=ana, holder_id=holder) for one in Photo.objects.all()
    )
    first = see.get(url("shelf", shelf))
    assert first.content.decode().count("/vault/photos/") == 24
    after = first.context["album"].cursor
    second = see.get(url("shelf", shelf), {"after": after})
    assert second.content.decode().count("/vault/photos/") == 6


@pytest.mark.parametrize("name", ["shelf", "photo", "photo-let-go", "photo-soften", "photo-picture"])
def test_each_page_asks_the_database_at_most_eight_times(see, shelf, photo, name):
    from django.db import connections
    from django.test.utils import CaptureQueriesContext

    address = url(name, shelf if name == "shelf" else photo, *([320] if name == "photo-picture" else []))
    see.get(address)
    with (
        CaptureQueriesContext(connections["default"]) as main,
        CaptureQueriesContext(connections["keys"]) as keys,
    ):
        assert see.get(address).status_code == 200
    asked = [one["sql"][:140] for one in [*main.captured_queries, *keys.captured_queries]]
    assert len(asked) <= 8, asked


def test_nothing_on_a_page_is_inline_or_elsewhere(see, shelf, photo):
    for address in (url("shelf", shelf), url("photo", photo), url("photo-soften", photo)):
        page = see.get(address).content.decode()
        assert " style=" not in page
        assert "<script>" not in page
        assert "http://" not in page.replace("http://www.w3.org", "")
        assert "https://" not in page


def test_settings_name_the_limits(see, shelf):
    assert settings.ENVIRONMENT.max_photo_megapixels == 200
    assert settings.ENVIRONMENT.max_photo_megabytes == 100
