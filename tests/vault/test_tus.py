"""Sending a photo by tus 1.0, as the protocol has it, over a connection that breaks."""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lessalone.vault import incoming, photos, tasks, uploads
from lessalone.vault.keystore.models import Key
from lessalone.vault.models import Photo, Upload
from tests import cast
from tests.vault.conftest import a_file

TUS = {"Tus-Resumable": "1.0.0"}
BODY = "application/offset+octet-stream"


class Sender:
    """A tus client that sends requests exactly as told."""

    def __init__(self, member, shelf) -> None:
        self.client = Client(headers=TUS)
        self.client.force_login(member)
        self.shelf = shelf

    def create(self, length: object, body: bytes = b"", **headers: str):
        metadata = f"shelf {base64.b64encode(self.shelf.public_id.encode()).decode()},note"
        sent = {"Upload-Length": str(length), "Upload-Metadata": metadata, **headers}
        return self.client.post(
            reverse("vault-uploads"), body, content_type=BODY if body else "text/plain", headers=sent
        )

    def patch(self, url: str, offset: object, body: bytes, content_type: str = BODY, **headers: str):
        sent = {"Upload-Offset": str(offset), **headers}
        return self.client.patch(
            url, body, content_type=content_type, headers=sent, CONTENT_TYPE=content_type
        )

    def head(self, url: str, **headers: str):
        return self.client.head(url, headers=headers)


@pytest.fixture
def sender(ana, shelf) -> Sender:
    return Sender(ana, shelf)


@pytest.fixture
def content() -> bytes:
    return a_file()


@pytest.fixture
def url(sender, content) -> str:
    return sender.create(len(content))["Location"]


# --- The protocol, section by section ---


def test_options_says_what_can_be_done(sender, shelf):
    answer = sender.client.options(reverse("vault-uploads"))
    assert answer.status_code == 204
    assert answer["Tus-Version"] == "1.0.0"
    assert answer["Tus-Max-Size"] == str(settings.ENVIRONMENT.max_photo_megabytes * 1_000_000)
    assert set(answer["Tus-Extension"].split(",")) == {
        "creation",
        "creation-with-upload",
        "termination",
        "checksum",
        "expiration",
    }
    assert "sha1" in answer["Tus-Checksum-Algorithm"].split(",")


@pytest.mark.parametrize("version", ["0.2.2", "2.0.0", ""])
def test_another_version_is_not_processed(sender, content, version):
    answer = sender.create(len(content), **{"Tus-Resumable": version})
    assert answer.status_code == 412
    assert answer["Tus-Version"] == "1.0.0"
    assert not Upload.objects.exists()


def test_an_upload_is_created_at_nothing(sender, content):
    answer = sender.create(len(content))
    assert answer.status_code == 201
    assert answer["Tus-Resumable"] == "1.0.0"
    assert "Upload-Expires" in answer
    told = sender.head(answer["Location"])
    assert (told.status_code, told["Upload-Offset"], told["Upload-Length"]) == (200, "0", str(len(content)))
    assert told["Cache-Control"] == "no-store"
    assert told["Upload-Metadata"].startswith("shelf ")


def test_pieces_are_added_where_the_last_one_ended(sender, url, content):
    answer = sender.patch(url, 0, content[:1000])
    assert (answer.status_code, answer["Upload-Offset"]) == (204, "1000")
    assert "Upload-Expires" in answer
    assert sender.head(url)["Upload-Offset"] == "1000"
    answer = sender.patch(url, 1000, content[1000:])
    assert (answer.status_code, answer["Upload-Offset"]) == (204, str(len(content)))
    photo = Photo.objects.get()
    assert b"".join(photos.read_original(photo)) == content
    assert answer["Photo-Location"] == reverse("vault-photo", args=[photo.public_id])


def test_a_photo_can_come_with_its_creation(sender, content):
    answer = sender.create(len(content), content)
    assert (answer.status_code, answer["Upload-Offset"]) == (201, str(len(content)))
    assert Photo.objects.count() == 1


def test_part_of_a_photo_can_come_with_its_creation(sender, content):
    answer = sender.create(len(content), content[:500])
    assert (answer.status_code, answer["Upload-Offset"]) == (201, "500")
    assert sender.patch(answer["Location"], 500, content[500:]).status_code == 204
    assert Photo.objects.count() == 1


@pytest.mark.parametrize("offset", [1, 2000])
def test_bytes_for_another_place_are_not_taken(sender, url, content, offset):
    sender.patch(url, 0, content[:1000])
    assert sender.patch(url, offset, content[offset : offset + 10]).status_code == 409
    assert sender.head(url)["Upload-Offset"] == "1000"


def test_more_bytes_than_were_announced_are_not_taken(sender, url, content):
    assert sender.patch(url, 0, content + b"more").status_code == 413
    assert sender.head(url)["Upload-Offset"] == "0"


def test_another_type_of_body_is_not_taken(sender, url, content):
    assert sender.patch(url, 0, content, content_type="application/octet-stream").status_code == 415


@pytest.mark.parametrize("offset", ["", "-1", "one", "1.5", "9" * 40])
def test_an_offset_that_is_no_number_is_not_taken(sender, url, content, offset):
    assert sender.patch(url, offset, content).status_code == 400


@pytest.mark.parametrize("length", ["", "-1", "many"])
def test_a_length_that_is_no_number_is_not_taken(sender, length):
    assert sender.create(length).status_code == 400
    assert sender.create(1, **{"Upload-Defer-Length": "1"}).status_code == 400


def test_an_upload_that_never_was_is_not_found(sender, content):
    nowhere = reverse("vault-upload", args=["A" * 22])
    assert sender.head(nowhere).status_code == sender.patch(nowhere, 0, content).status_code == 404
    assert "Upload-Offset" not in sender.head(nowhere)


@pytest.mark.parametrize("name", ["sha1", "sha256", "md5"])
def test_a_right_checksum_lets_a_piece_in_and_a_wrong_one_does_not(sender, url, content, name):
    def checksum(body: bytes) -> str:
        return f"{name} {base64.b64encode(hashlib.new(name, body).digest()).decode()}"

    wrong = sender.patch(url, 0, content[:1000], **{"Upload-Checksum": checksum(b"other bytes")})
    assert wrong.status_code == 460
    assert sender.head(url)["Upload-Offset"] == "0"
    right = sender.patch(url, 0, content[:1000], **{"Upload-Checksum": checksum(content[:1000])})
    assert (right.status_code, right["Upload-Offset"]) == (204, "1000")
    rest = sender.patch(url, 1000, content[1000:], **{"Upload-Checksum": checksum(content[1000:])})
    assert rest.status_code == 204
    assert b"".join(photos.read_original(Photo.objects.get())) == content


@pytest.mark.parametrize("checksum", ["crc32 AAAA", "sha1 not-base64!", "sha1"])
def test_an_unknown_checksum_is_refused_and_nothing_changes(sender, url, content, checksum):
    answer = sender.patch(url, 0, content[:1000], **{"Upload-Checksum": checksum})
    assert answer.status_code in (400, 460)
    assert sender.head(url)["Upload-Offset"] == "0"


def test_an_upload_can_be_ended(sender, url, content):
    sender.patch(url, 0, content[:1000])
    key_id = Upload.objects.get().key_id
    assert sender.client.delete(url).status_code == 204
    assert sender.head(url).status_code == 404
    assert sender.client.delete(url).status_code == 404
    assert not incoming.path_of(key_id).exists()
    assert not Key.objects.filter(pk=key_id).exists()


def test_ending_an_upload_that_is_a_photo_does_not_take_the_photo(sender, url, content):
    sender.patch(url, 0, content)
    assert sender.client.delete(url).status_code == 204
    assert b"".join(photos.read_original(Photo.objects.get())) == content


def test_an_expired_upload_is_forgotten_and_a_fresh_one_is_not(sender, url, content):
    sender.patch(url, 0, content[:1000])
    other = sender.create(10)["Location"]
    old = Upload.objects.exclude(length=10)
    key_id = old.get().key_id
    old.update(expires_at=timezone.now() - timedelta(seconds=1))
    tasks.sweep_uploads()
    assert sender.head(url).status_code == 404
    assert sender.head(other).status_code == 200
    assert not Key.objects.filter(pk=key_id).exists()


def test_a_method_can_be_sent_as_another(sender, url, content):
    answer = sender.client.post(
        url,
        content,
        content_type=BODY,
        headers={"Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"},
    )
    assert answer.status_code == 204
    assert Photo.objects.count() == 1


def test_a_method_that_is_not_there_is_refused(sender, url):
    assert sender.client.put(url).status_code == 405


# --- Breaking connections ---


def test_a_lost_last_answer_is_given_again(sender, url, content):
    """The photo was kept, but the answer did not arrive: HEAD tells that all is there, and there is one photo."""
    sender.patch(url, 0, content)
    told = sender.head(url)
    assert told["Upload-Offset"] == str(len(content))
    assert told["Photo-Location"]
    assert sender.patch(url, 0, content).status_code == 409
    assert sender.patch(url, len(content), b"").status_code == 204
    assert Photo.objects.count() == 1


def test_a_server_that_ended_before_keeping_keeps_when_it_is_asked_again(sender, url, content, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(uploads, "finish", lambda upload: upload)
        sender.patch(url, 0, content)
    assert not Photo.objects.exists()
    assert sender.head(url)["Photo-Location"], "HEAD does not say that all is there before it is kept"
    assert Photo.objects.count() == 1


def test_a_sender_who_never_comes_back_has_sent_a_photo_all_the_same(sender, url, content, monkeypatch, ana):
    with monkeypatch.context() as patched:
        patched.setattr(uploads, "finish", lambda upload: upload)
        sender.patch(url, 0, content)
    tasks.sweep_uploads()
    assert Photo.objects.kept_by(ana.pk).count() == 1


def test_what_came_before_the_connection_broke_is_kept(sender, url, content, ana):
    upload = Upload.objects.get()

    class Broken:
        at = 0

        def read(self, size: int) -> bytes:
            if self.at >= 3000:
                raise OSError("connection lost")
            piece = content[self.at : self.at + min(size, 1500)]
            self.at += len(piece)
            return piece

    uploads.append(upload=upload, offset=0, read=Broken().read, size=len(content))
    assert sender.head(url)["Upload-Offset"] == "3000"
    assert sender.patch(url, 3000, content[3000:]).status_code == 204
    assert b"".join(photos.read_original(Photo.objects.get())) == content


def test_two_who_write_at_once_do_not_mix(sender, url, content, monkeypatch):
    upload = Upload.objects.get()
    monkeypatch.setattr(uploads, "PATIENCE", 0.1)
    with incoming.locked(upload.key_id, 0):
        assert sender.patch(url, 0, content).status_code == 423
    assert sender.patch(url, 0, content).status_code == 204


# --- Refusals ---


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"Just words. " * 1000, "not a photo"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\0" * 9000, "video"),
        (a_file()[:-2000], "damaged"),
    ],
)
def test_what_cannot_be_kept_is_answered_with_a_sentence_and_leaves_nothing(sender, body, words):
    url = sender.create(len(body))["Location"]
    answer = sender.patch(url, 0, body)
    assert answer.status_code == 422
    assert answer["Content-Type"].startswith("text/plain")
    assert words in answer.content.decode()
    assert not Photo.objects.exists()
    assert not Key.objects.filter(purpose="upload").exists()
    assert list(incoming.folder().iterdir()) == []
    assert sender.head(url).status_code == 410


def test_what_is_no_photo_is_refused_by_its_first_piece(sender):
    """Nobody sends a hundred megabytes to be told then."""
    url = sender.create(50_000_000)["Location"]
    assert sender.patch(url, 0, b"%PDF-1.7 " * 1000).status_code == 422


def test_an_empty_file_is_answered_with_a_sentence(sender):
    answer = sender.create(0)
    assert answer.status_code == 422
    assert "empty" in answer.content.decode()


def test_a_file_that_is_too_large_is_not_begun(sender):
    answer = sender.create(settings.ENVIRONMENT.max_photo_megabytes * 1_000_000 + 1)
    assert answer.status_code == 413
    assert "larger than" in answer.content.decode()
    assert not Upload.objects.exists()


def test_there_is_an_end_to_unfinished_uploads(sender, content, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_UNFINISHED", 2)
    assert [sender.create(100).status_code for _each in range(3)] == [201, 201, 429]


def test_a_full_disk_is_said_before_anything_is_sent(sender, content, monkeypatch):
    monkeypatch.setattr(uploads, "RESERVE", 1 << 60)
    answer = sender.create(len(content))
    assert answer.status_code == 507
    assert "no room" in answer.content.decode()


def test_a_disk_that_fills_up_acknowledges_nothing_it_did_not_write(sender, url, content, monkeypatch):
    sender.patch(url, 0, content[:1000])

    def full(*_args):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(incoming, "_write_all", full)
        assert sender.patch(url, 1000, content[1000:2000]).status_code == 507
    assert sender.head(url)["Upload-Offset"] == "1000"
    assert sender.patch(url, 1000, content[1000:]).status_code == 204
    assert b"".join(photos.read_original(Photo.objects.get())) == content


# --- Whose it is ---


def test_nobody_sends_to_another_family_s_shelf_or_upload(sender, url, content, eve):
    stranger = Sender(eve, sender.shelf)
    assert stranger.create(len(content)).status_code == 403
    assert stranger.head(url).status_code == 404
    assert stranger.patch(url, 0, content).status_code == 404
    assert stranger.client.delete(url).status_code == 404
    assert sender.patch(url, 0, content).status_code == 204, "its owner can"


def test_the_other_parent_does_not_write_into_an_upload_of_this_one(sender, url, content, sam):
    assert Sender(sam, sender.shelf).patch(url, 0, content).status_code == 404


def test_who_is_signed_out_gets_a_sentence_and_not_a_page(url, content):
    answer = Client(headers=TUS).patch(url, content, content_type=BODY, headers={"Upload-Offset": "0"})
    assert answer.status_code == 403
    assert "signed out" in answer.content.decode()


def test_a_request_from_another_site_is_refused(sender, url, content):
    strict = Client(headers=TUS, enforce_csrf_checks=True)
    strict.force_login(Upload.objects.get().member)
    answer = strict.patch(url, content, content_type=BODY, headers={"Upload-Offset": "0"})
    assert answer.status_code == 403
    page = strict.get(reverse("vault-shelf", args=[sender.shelf.public_id]))
    assert page.status_code == 200
    token = strict.cookies["csrftoken"].value
    answer = strict.patch(
        url, content, content_type=BODY, headers={"Upload-Offset": "0", "X-CSRFToken": token}
    )
    assert answer.status_code == 204


def test_bytes_on_their_way_are_not_plain_on_the_disk(sender, url, content):
    sender.patch(url, 0, content[:-10])
    for path in Path(settings.BLOBS).rglob("*"):
        assert path.is_dir() or content[3000:3064] not in path.read_bytes()


def test_a_photo_sent_by_a_parent_who_was_parted_meanwhile_is_theirs_alone(
    sender, url, content, ana, sam, shelf
):
    from lessalone.vault import shelves

    sender.patch(url, 0, content[:100])
    shelves.close_keeper(shelf=shelf, member=ana)
    assert sender.patch(url, 100, content[100:]).status_code == 204
    assert Photo.objects.kept_by(ana.pk).count() == 1
    assert not Photo.objects.kept_by(sam.pk).exists()


def test_rested_or_waiting_accounts_send_nothing(shelf):
    waiting = cast.a_member("wim", is_approved=False)
    assert Sender(waiting, shelf).create(100).status_code in (302, 403)
    assert not Upload.objects.exists()
