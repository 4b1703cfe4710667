"""A photo that was acknowledged is there after a kill at any instruction; one that was not is sent again."""

from __future__ import annotations

import contextlib
import os
import random
import tempfile
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.db.models import F

from lessalone.kit import faults
from lessalone.vault import incoming, photos, sweep, uploads
from lessalone.vault.keystore.models import DataKey, Key, PhotoKey
from lessalone.vault.models import Blob, Photo, Upload
from tests import cast
from tests.children import run_child
from tests.crash.stores import wait_until_nobody_is_connected
from tests.crash.workers import Workers
from tests.vault.conftest import a_file, encoded, kept, scene

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
UPLOAD_FAULTS = sorted(
    name for name in faults.names if name.startswith("upload.") and name != "upload.pictures-committed"
)


class Sending:
    """Someone who sends one file, and goes on sending it after each crash."""

    def __init__(self, folder: Path, content: bytes, piece: int) -> None:
        self.content, self.piece = content, piece
        self.path, self.log = folder / "photo.jpg", folder / "acknowledged"
        self.path.write_bytes(content)
        self.log.touch()
        self.ana = cast.a_member("ana")
        self.shelf = cast.a_shelf(self.ana)

    @property
    def arguments(self) -> dict[str, object]:
        return {
            "member": self.ana.pk,
            "shelf": self.shelf.pk,
            "path": str(self.path),
            "log": str(self.log),
            "piece": self.piece,
        }

    def acknowledged(self) -> list[str]:
        return self.log.read_text().split("\n")[:-1]

    def check(self) -> None:
        """Every acknowledged byte is there; no photo is half there; at most one photo."""
        received = [int(line.split()[1]) for line in self.acknowledged() if line.startswith("received")]
        ids = [line.split()[1] for line in self.acknowledged() if line.startswith("kept")]
        mine = Photo.objects.kept_by(self.ana.pk)
        assert mine.count() <= 1
        assert set(ids) <= set(mine.values_list("public_id", flat=True))
        for upload in Upload.objects.filter(member=self.ana, ended_at=None):
            assert upload.offset >= max(received, default=0)
            stored = b"".join(incoming.read(upload.key_id, upload.stored))
            assert stored == self.content[: upload.offset]
        for photo in mine:
            assert b"".join(photos.read_original(photo)) == self.content
            assert photos.read_veil(photo)
            assert all(photos.read_rendition(photo, width).data for width in photos.WIDTHS)

    def finish(self) -> None:
        """Goes on until it is kept; then exactly one photo is there, identical, and nothing else."""
        if not Photo.objects.kept_by(self.ana.pk).exists():
            assert run_child("tests.vault.crash_child:send", **self.arguments).code == 0
        uploads.sweep()
        self.check()
        assert Photo.objects.kept_by(self.ana.pk).count() == 1


@pytest.fixture(scope="module")
def workers(django_db_setup):
    """Processes that are forked, so that a kill meets them at work and not while they start."""
    made = Workers()
    yield made
    made.close()


def a_large_file() -> bytes:
    return encoded(scene(900, 700), "JPEG", quality=100, comment=os.urandom(50_000))


@pytest.mark.parametrize("fault", UPLOAD_FAULTS)
def test_a_kill_at_any_named_point_of_an_upload_loses_nothing(fault, tmp_path):
    sending = Sending(tmp_path, a_large_file(), piece=40_000)
    assert run_child("tests.vault.crash_child:send", fault=fault, **sending.arguments).was_killed
    sending.check()
    sending.finish()


@pytest.mark.parametrize(
    "fault", ["upload.chunk-written:2", "upload.blob-written:3", "upload.chunk-recorded:2"]
)
def test_a_kill_in_the_middle_of_several_loses_nothing(fault, tmp_path):
    sending = Sending(tmp_path, a_large_file(), piece=40_000)
    assert run_child("tests.vault.crash_child:send", fault=fault, **sending.arguments).was_killed
    sending.check()
    sending.finish()


def test_what_a_crash_leaves_is_swept_after_the_grace_time_and_nothing_else(tmp_path, monkeypatch):
    sending = Sending(tmp_path, a_large_file(), piece=40_000)
    assert run_child(
        "tests.vault.crash_child:send", fault="upload.blob-written:3", **sending.arguments
    ).was_killed
    sending.finish()
    before = DataKey.objects.count()
    assert before > Blob.objects.count(), "the crash must have left keys, or this shows nothing"
    assert sweep.sweep_photo_keys() == sweep.sweep_files() == 0, "not before the grace time"
    old = time.time() - 2 * 86400
    for path in Path(settings.BLOBS).rglob("*"):
        os.utime(path, (old, old))
    for model in (Key, PhotoKey, DataKey):
        model.objects.update(made_at=F("made_at") - sweep.GRACE * 2)
    assert sweep.sweep_photo_keys() > 0
    sweep.sweep_keys()
    assert sweep.sweep_files() > 0
    assert DataKey.objects.count() == Blob.objects.count()
    files = [path for path in Path(settings.BLOBS).rglob("*-*-*") if path.is_file()]
    assert {path.name for path in files} == {str(pk) for pk in Blob.objects.values_list("pk", flat=True)}
    sending.check()


def test_a_sweep_of_suspiciously_much_destroys_nothing(monkeypatch):
    """As when the database is not the one that belongs to this key store."""
    ana = cast.a_member("ana")
    kept(cast.a_shelf(ana), ana)
    DataKey.objects.update(made_at=F("made_at") - sweep.GRACE * 2)
    Blob.objects.all().delete()
    monkeypatch.setattr(sweep, "MOST", 2)
    count = DataKey.objects.count()
    with pytest.raises(sweep.TooMany):
        sweep.sweep_photo_keys()
    assert DataKey.objects.count() == count


@pytest.mark.parametrize("fault", ["upload.blob-written", "upload.pictures-committed"])
def test_a_kill_while_pictures_are_made_later_leaves_the_original(fault, monkeypatch):
    ana = cast.a_member("ana")
    content = a_file()
    photo = kept(cast.a_shelf(ana), ana, content)
    Blob.objects.filter(photo=photo).exclude(role="original").delete()
    Photo.objects.update(state=Photo.State.KEPT)
    assert run_child("tests.vault.crash_child:add_pictures_later", fault=fault, photo=photo.pk).was_killed
    assert b"".join(photos.read_original(photo)) == content
    assert run_child("tests.vault.crash_child:add_pictures_later", photo=photo.pk).code == 0
    photo.refresh_from_db()
    assert photo.is_ready
    assert photos.read_rendition(photo, 320)


def test_a_kill_while_faces_are_softened_leaves_no_half_set():
    ana = cast.a_member("ana")
    photo = kept(cast.a_shelf(ana), ana)
    ended = run_child(
        "tests.vault.crash_child:soften", fault="upload.blob-written:2", member=ana.pk, photo=photo.pk
    )
    assert ended.was_killed
    assert not photo.patch_sets.exists()
    assert photos.read_rendition(photo, 320)


def _kill_at_random_moments(kills: int, folder: Path, workers: Workers) -> None:
    """Each time another file; killed up to five times wherever it happens to be, then finished. When, is drawn
    from the time that one file takes here."""
    dice = random.Random(20)
    whole = _seconds_for_one(folder, workers)
    done, in_the_middle = 0, 0
    while done < kills:
        sending = Sending(Path(tempfile.mkdtemp(dir=folder)), a_large_file(), piece=20_000)
        for _each in range(5):
            begun = len(sending.acknowledged())
            running = workers.start([("send", sending.arguments)])
            time.sleep(dice.uniform(0, whole))
            with contextlib.suppress(ProcessLookupError):  # it was done before
                running.kill()
            ended = running.wait()
            wait_until_nobody_is_connected()
            sending.check()
            if not ended.was_killed:
                break
            done += 1
            in_the_middle += len(sending.acknowledged()) > begun
        assert workers.run([("send", sending.arguments)]).done == ["send"]
        sending.finish()
    print(f"{done} kills, {in_the_middle} after something was acknowledged, {whole:.2f} s for one file")
    assert in_the_middle > kills // 4, "hardly anybody was in the middle of sending"


def _seconds_for_one(folder: Path, workers: Workers) -> float:
    sending = Sending(Path(tempfile.mkdtemp(dir=folder)), a_large_file(), piece=20_000)
    begun = time.monotonic()
    assert workers.run([("send", sending.arguments)]).done == ["send"]
    return time.monotonic() - begun


@pytest.mark.long
def test_three_hundred_kills_at_random_moments_lose_nothing(tmp_path, workers):
    _kill_at_random_moments(300, tmp_path, workers)


def test_five_kills_at_random_moments_lose_nothing(tmp_path, workers):
    """The same, short, so that what the long round stands on is tried every day."""
    _kill_at_random_moments(5, tmp_path, workers)
