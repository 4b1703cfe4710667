"""What the crash tests run in processes that they kill."""

from __future__ import annotations

import io
from pathlib import Path

from lessalone.kit import queue
from lessalone.people.models import Member
from lessalone.vault import erasure, patches, photos, uploads
from lessalone.vault.darkroom.wishes import Region
from lessalone.vault.models import Photo, Shelf, Upload


def send(member: int, shelf: int, path: str, log: str, piece: int) -> None:
    """Send a file in pieces, as a browser would, and write down each acknowledgement once it is certain."""
    content = Path(path).read_bytes()
    if Photo.objects.kept_by(member).exists():
        return
    upload = Upload.objects.filter(member_id=member, ended_at=None).first()
    if upload is None:
        upload = uploads.begin(
            actor=Member.objects.get(pk=member), shelf=Shelf.objects.get(pk=shelf), length=len(content)
        )
    while upload.offset < len(content):
        part = content[upload.offset : upload.offset + piece]
        uploads.append(upload=upload, offset=upload.offset, read=io.BytesIO(part).read, size=len(part))
        _note(log, f"received {upload.offset}")
    uploads.finish(upload=upload)
    _note(log, f"kept {upload.photo.public_id}")


def add_pictures_later(photo: int) -> None:
    photos.develop_later(photo_id=photo)


def erase(request: int) -> None:
    erasure.run_erasure(request_id=request)


def let_go(member: int, photo: int) -> None:
    photos.let_go(actor=Member.objects.get(pk=member), photo=Photo.objects.get(pk=photo))


def soften(member: int, photo: int) -> None:
    patches.soften(
        actor=Member.objects.get(pk=member),
        photo=Photo.objects.get(pk=photo),
        regions=[Region("ellipse", 10, 10, 30, 30)],
    )


def work() -> None:
    queue.run_due()


def _note(log: str, line: str) -> None:
    with open(log, "a") as file:
        file.write(line + "\n")
