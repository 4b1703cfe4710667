"""No answer, unopened and *not yet* are the same to whoever asked: byte for byte, on every page they can open."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lessalone.kit import queue
from lessalone.sharing.models import Item, Rest
from tests.privacy import scene as scenes
from tests.privacy.doors import DOORS
from tests.privacy.test_doors import open_door, put_back, whole

ALWAYS_NEW = re.compile(
    rb'name="csrfmiddlewaretoken" value="[^"]*"|csrftoken=[^;]*|\bs=[a-z0-9]{32}|[A-Za-z0-9_-]{22,}'
    rb"|[Ee]xpires[=:] ?[^;\n]*|(answers|after)=[^\"&#]*"
)
"""Tokens against forgery, signed places in a list, and the random addresses of what was made in this run."""

ABOUT_NOBODY = {"kit-readyz", "people-sign-in-name"}
"""Looks at the machine, and at the first time more closely; draws new names each time."""


@pytest.fixture
def scene():
    made = scenes.build()
    queue.run_due()
    return made


def signed_in(member) -> Client:
    browser = Client()
    browser.force_login(member)
    return browser


def sam_does_nothing(scene) -> None:
    """He has not been here since."""


def sam_opens_it(scene) -> None:
    sam, asked = signed_in(scene.cast.sam), scene.items["asked"].public_id
    assert sam.get(reverse("stories-asked", args=[asked])).status_code == 200
    sam.post(reverse("stories-welcomed", args=[asked]))
    assert b"Kanariaskedstoryx" in sam.get(reverse("stories-asked-story", args=[asked])).content
    sam.get(reverse("stories-asked", args=[asked]))


def sam_answers(choice: str):
    def answer(scene) -> None:
        sam_opens_it(scene)
        asked = scene.items["asked"]
        form = {"version": asked.versions.latest("number").pk, "answer": choice}
        signed_in(scene.cast.sam).post(reverse("stories-asked", args=[asked.public_id]), form)
        assert Rest.objects.filter(item=asked, member=scene.cast.sam, reopened_at=None).exists()

    return answer


def sam_says_not_yet_and_reopens(scene) -> None:
    sam_answers("not-yet")(scene)
    signed_in(scene.cast.sam).post(reverse("stories-resting"), {"item": scene.items["asked"].public_id})
    assert not Rest.objects.filter(item=scene.items["asked"], reopened_at=None).exists()


def all_that_ana_meets(scene) -> dict[str, bytes]:
    """Every page she can open, with how many queries it took; then what happens when she asks again, and mail."""
    ana, asked = signed_in(scene.cast.ana), scene.items["asked"]
    met: dict[str, bytes] = {}
    for door in DOORS:
        if door.method == "get" and not door.changes and door.name not in ABOUT_NOBODY:
            with CaptureQueriesContext(connection) as queries:
                response = open_door(ana, door, scene)
            page = ALWAYS_NEW.sub(b"*", whole(response))
            met[f"{door}"] = f"{response.status_code} {len(queries)} ".encode() + page
    revised = ana.post(reverse("stories-revise", args=[asked.public_id]))
    check = revised["Location"].rstrip("/") + "/check"
    for what, response in (
        ("asking again, the last look", ana.get(check)),
        ("asking again", ana.post(check, {"hold": ""})),
        ("the family's page after asking again", ana.get(reverse("stories-family", args=[asked.public_id]))),
        ("her stories after asking again", ana.get(reverse("stories-mine"))),
    ):
        met[what] = f"{response.status_code} ".encode() + ALWAYS_NEW.sub(b"*", whole(response))
    assert Item.objects.get(pk=asked.pk).versions.count() == 2, "she did ask again"
    queue.run_due()
    letters = [
        str(letter.message()["Subject"]) for letter in mail.outbox if scene.cast.ana.email in letter.to
    ]
    met["mail"] = "\n".join(letters).encode()
    return met


def what_ana_meets_when(scene, sam) -> dict[str, bytes]:
    mail.outbox.clear()
    with put_back():
        sam(scene)
        queue.run_due()
        return all_that_ana_meets(scene)


def sam_agrees(scene) -> None:
    asked = scene.items["asked"]
    form = {"version": asked.versions.latest("number").pk, "answer": "agree"}
    sam_opens_it(scene)
    signed_in(scene.cast.sam).post(reverse("stories-asked", args=[asked.public_id]), form)


SILENT = {
    "he opened it": sam_opens_it,
    "not yet": sam_answers("not-yet"),
    "only us": sam_answers("only-us"),
    "not yet, and reopened": sam_says_not_yet_and_reopens,
}


def test_ana_cannot_tell_what_sam_did_from_his_doing_nothing(scene):
    nothing = what_ana_meets_when(scene, sam_does_nothing)
    assert nothing == what_ana_meets_when(scene, sam_does_nothing), "the comparison is of what is the same"
    for name, sam in SILENT.items():
        something = what_ana_meets_when(scene, sam)
        differing = {
            what: _difference(page, something[what])
            for what, page in nothing.items()
            if page != something[what]
        }
        assert not differing, (name, differing)
    agreed = what_ana_meets_when(scene, sam_agrees)
    assert nothing["stories-family asked"] != agreed["stories-family asked"], "that he agreed, she is told"
    assert nothing["home"] != agreed["home"]


def _difference(one: bytes, other: bytes) -> tuple[bytes, bytes]:
    lines = zip(one.splitlines(), other.splitlines(), strict=False)
    return next((pair for pair in lines if pair[0] != pair[1]), (one[-200:], other[-200:]))
