"""Photos that tests send, and people who keep them."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pytest
from django.conf import settings
from PIL import Image, ImageDraw

from lessalone.vault import photos
from lessalone.vault.models import Photo, Shelf
from tests import cast

IMAGES = Path(__file__).resolve().parents[1] / "data" / "images"


@pytest.fixture(autouse=True)
def empty_folders():
    """No file of an earlier test."""
    for folder in (settings.BLOBS, settings.LEDGER):
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def ana(db):
    return cast.a_member("ana", is_bereaved=True)


@pytest.fixture
def sam(db):
    return cast.a_member("sam", is_bereaved=True)


@pytest.fixture
def eve(db):
    """A stranger to the shelf."""
    return cast.a_member("eve", is_bereaved=True)


@pytest.fixture
def shelf(ana, sam) -> Shelf:
    """Kept by Ana and Sam."""
    return cast.a_shelf(ana, sam)


def scene(width: int = 640, height: int = 480) -> Image.Image:
    """A drawing with a different colour in each corner, so that turning it is noticed."""
    image = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    draw = ImageDraw.Draw(image)
    w, h = width // 3, height // 3
    for box, colour in (
        ((0, 0, w, h), "#d03030"),
        ((width - w, 0, width, h), "#30a040"),
        ((0, height - h, w, height), "#3050c0"),
        ((width - w, height - h, width, height), "#d0c030"),
    ):
        draw.rectangle(box, fill=colour)
    return image


def encoded(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def a_file(width: int = 640, height: int = 480, kind: str = "JPEG", **options: object) -> bytes:
    """The bytes of a small photo."""
    return encoded(scene(width, height), kind, **options)


def kept(shelf: Shelf, member, content: bytes | None = None) -> Photo:
    """A photo of this member on the shelf."""
    content = content if content is not None else a_file()
    return photos.keep(
        actor=member,
        shelf=shelf,
        source=lambda: iter([content]),
        size=len(content),
        on_kept=lambda photo: None,
    )


def opened(shown: photos.Shown) -> Image.Image:
    return Image.open(io.BytesIO(shown.data))
