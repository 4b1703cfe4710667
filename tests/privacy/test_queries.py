"""At most eight queries on any page, whatever its length, for whoever may open it (budgets of `bench/`, in queries)."""

from __future__ import annotations

import re
from contextlib import ExitStack
from functools import partial

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from lessalone.families import actions as families
from lessalone.sharing import actions as sharing
from lessalone.sharing.models import Rung
from lessalone.stories import actions as stories
from tests.privacy import scene as scenes
from tests.privacy.doors import DOORS, ELSEWHERE, Door
from tests.privacy.plenty import enlarge
from tests.privacy.scene import EVERYONE, Scene
from tests.privacy.test_doors import open_door

MOST = 8
MORE = {
    "stories-rehearse": 46,  # shares the draft as one would, asks policy, and takes it all back: nothing is imitated
}
"""The pages that ask more, why, and how much more at most."""
NOT_ASKED = re.compile(r"SAVEPOINT|RELEASE|ROLLBACK|BEGIN|COMMIT|PRAGMA", re.IGNORECASE)
"""What begins and ends a transaction asks a database nothing."""


class Queries:
    """What all three stores are asked while a page is opened."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, execute, sql, params, many, context):
        if not NOT_ASKED.match(sql):
            self.asked.append(sql)
        return execute(sql, params, many, context)


def queries_of(open_page) -> list[str]:
    queries = Queries()
    with ExitStack() as stack:
        for store in connections:
            stack.enter_context(connections[store].execute_wrapper(queries))
        response = open_page()
        b"".join(response.streaming_content) if response.streaming else response.content
    assert response.status_code < 400, response
    return queries.asked


def pages_for(role: str) -> list[Door]:
    """What this role may open without changing anything."""
    return [
        door
        for door in DOORS
        if door.method == "get" and not door.changes and door.expected(role) in (200, 204, ELSEWHERE)
    ]


def asked_by_everyone(scene: Scene) -> dict[tuple[str, str], list[str]]:
    """Door and role, and the queries of its page when it is opened for the second time."""
    found = {}
    for role in sorted(EVERYONE):
        browser = Client()
        if member := scene.who(role):
            browser.force_login(member)
        for door in pages_for(role):
            for _time in range(2):
                found[str(door), role] = queries_of(partial(open_door, browser, door, scene))
    return found


def too_many(found: dict[tuple[str, str], list[str]]) -> list[str]:
    return [
        f"{door}, {role}: {len(asked)}\n" + "\n".join(f"    {sql[:160]}" for sql in asked)
        for (door, role), asked in found.items()
        if len(asked) > MORE.get(door.split()[0], MOST)
    ]


@pytest.fixture
def scene() -> Scene:
    return scenes.build()


def test_every_page_asks_at_most_eight_queries_whatever_its_length(scene):
    enlarge(scene, 2)
    few = asked_by_everyone(scene)
    assert too_many(few) == []
    enlarge(scene, 4)
    many = asked_by_everyone(scene)
    assert too_many(many) == []
    grown = {page: (len(few[page]), len(many[page])) for page in few if len(many[page]) > len(few[page])}
    assert grown == {}, "a longer page asks no more"
    exempt = {door.split()[0] for door, _role in many if len(many[door, _role]) > MOST}
    assert exempt == set(MORE), "an exception that nobody needs any more"


def test_a_page_with_nothing_on_it_asks_no_more(scene):
    """The first time everything is empty: no photo yet, so that the recovery sheet is looked for too."""
    baby = families.add_baby(actor=scene.cast.carl)
    carl = Client()
    carl.force_login(scene.cast.carl)
    for name, args in (("families-baby", [baby.public_id]), ("families-babies", []), ("stories-new", [])):
        asked = queries_of(partial(carl.get, reverse(name, args=args)))
        assert len(asked) <= MOST, "\n".join(asked)


def test_a_family_page_of_a_story_by_link(scene):
    """With many links, also where its parents wrote to each other about it."""
    cast = scene.cast
    for _each in range(4):
        sharing.make_link(actor=cast.carl, item=scene.items["link"])
    carl, ana = Client(), Client()
    carl.force_login(cast.carl)
    ana.force_login(cast.ana)
    page = reverse("stories-family", args=[scene.items["link"].public_id])
    assert len(queries_of(partial(carl.get, page))) <= MOST
    item, _draft = scenes.a_story(scene, cast.ana, Rung.LINK, words="By link", baby=cast.jack)
    sharing.answer(actor=cast.sam, version=item.versions.get(), choice="agree")
    stories.say_line(actor=cast.sam, item=item, said="a line")
    sharing.make_link(actor=cast.ana, item=item)
    page = reverse("stories-family", args=[item.public_id])
    assert len(queries_of(partial(ana.get, page))) <= MOST


def test_a_page_that_asks_too_often_is_found(scene):
    """This test can fail."""
    one = Door("home", "anyone")
    asked = queries_of(lambda: open_door(Client(), one, scene))
    assert asked, "the page asks something"
    assert too_many({("home", "visitor"): asked * MOST}) != []
    assert too_many({("home", "visitor"): asked[:1] * MOST}) == []
