"""Someone knows words of a story that is hidden from them, and searches for them: nothing tells that it is there."""

from __future__ import annotations

import re
import statistics
import time
from contextlib import ExitStack

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lessalone.kit import queue
from lessalone.kit.derived.models import Indexed
from lessalone.kit.derived.words import wanted
from lessalone.people import actions as people
from lessalone.sharing import actions as sharing
from lessalone.sharing.finding import found_stories
from lessalone.sharing.models import Rung
from tests.cast import shown_voice, viewer_of
from tests.privacy import scene as scenes
from tests.privacy.doors import READ
from tests.privacy.scene import EVERYONE, Scene, a_story

STORIES = {
    "told": "told story",
    "public": "public story",
    "cover": "cover-name story",
    "asked": "asked story",
    "not yet": "story not yet",
    "taken back": "taken back",
    "erased": "erased",
    "held": "held",
    "scheduled": "scheduled",
    "narrowed": "narrowed",
    "people": "people we choose",
    "circle": "circle story",
    "bereaved": "bereaved story",
    "link": "story by link",
    "only us": "only us",
}
"""Each story of the scene, and the canary that is its words."""
PRIVATE = {"asked", "not yet", "taken back", "erased", "narrowed", "only us"}
"""What is shown to nobody but its family is not indexed."""
NOT_FOUND = PRIVATE | {"scheduled", "held"}
"""What others cannot read now is found by nobody, by its own people neither: they have it on pages of their own."""

OPENED = ("dora", "circle")
"""A moderator who broke the glass reads that story, at its address. Her search is that of any member."""


@pytest.fixture
def scene() -> Scene:
    scene = scenes.build()
    queue.run_due()
    return scene


def browser_of(scene: Scene, role: str) -> Client:
    client = Client()
    if member := scene.who(role):
        client.force_login(member)
    return client


def look(client: Client, typed: str):
    return client.post(reverse("search"), {"words": typed}, follow=True)


def without_the_words(answer, typed: str) -> str:
    """The page, without what was typed into it and what is made anew for each page."""
    page = re.sub(r'(name="csrfmiddlewaretoken" value=")[^"]*', r"\1", answer.content.decode())
    return page.replace(typed, "").replace(typed.lower(), "")


def test_everyone_finds_by_words_what_they_may_see_and_nothing_else(scene):
    wrong, found_by_someone = [], set()
    for role in sorted(EVERYONE):
        client = browser_of(scene, role)
        for story, canary in STORIES.items():
            address = reverse("stories-read", args=[scene.items[story].public_id])
            is_found = address in look(client, scene.canaries[canary].text).content.decode()
            may = role in READ[story]
            if is_found:
                found_by_someone.add(story)
            if is_found and not may:
                wrong.append(f"{role} finds {story}")
            if may and not is_found and story not in NOT_FOUND and (role, story) != OPENED:
                wrong.append(f"{role} does not find {story}")
    assert not wrong, wrong
    assert found_by_someone == set(STORIES) - NOT_FOUND


@pytest.mark.parametrize("role", ["visitor", "eve", "eve2", "max", "carl", "wim"])
def test_the_words_of_a_hidden_story_look_like_words_that_nobody_wrote(scene, role):
    """Page, status, headers and the number of questions to every store are the same."""
    client = browser_of(scene, role)
    look(client, "nobodywrotethis")
    nothing = met(client, "nobodywrotethis")
    hidden = [
        name
        for name, canary in STORIES.items()
        if not scene.items[name].is_visible_to(viewer_of_role(scene, role)) and canary
    ]
    assert len(hidden) > 4
    for name in hidden:
        typed = scene.canaries[STORIES[name]].text
        assert met(client, typed) == nothing, f"{role} can tell that there is {name}"


def viewer_of_role(scene: Scene, role: str):
    return viewer_of(scene.who(role))


def met(client: Client, typed: str):
    with ExitStack() as stack:
        contexts = [stack.enter_context(CaptureQueriesContext(connections[alias])) for alias in connections]
        answer = look(client, typed)
        count = sum(len(context) for context in contexts)
    headers = {
        name: value for name, value in answer.headers.items() if name not in ("Set-Cookie", "Content-Length")
    }
    return without_the_words(answer, typed), answer.status_code, headers, count


def test_many_hidden_stories_make_neither_a_page_nor_an_older_one(scene):
    """Between two that Eve may see lie sixty that she may not: no gap, no empty page, no way to older ones."""
    cast = scene.cast
    first, _ = a_story(scene, cast.bea, words="marguerite first")
    for number in range(60):
        a_story(
            scene, cast.ana, words=f"marguerite hidden {number}", cover=f"Willow {number}", baby=cast.jack
        )
    last, _ = a_story(scene, cast.bea, words="marguerite last")
    queue.run_due()
    assert Indexed.objects.count() > 60
    eve, carl = (browser_of(scene, role) for role in ("eve", "carl"))
    page = look(eve, "marguerite").content.decode()
    assert re.findall(r"<h2>.*?>(marguerite \w+)", page) == ["marguerite last", "marguerite first"]
    assert 'rel="next"' not in page
    assert 'rel="next"' in look(carl, "marguerite").content.decode(), "whom nothing is hidden from"
    for item in (first, last):
        sharing.take_back(actor=cast.bea, item=item)
    assert met(eve, "marguerite")[0] == met(eve, "nobodywrotethis")[0]


def test_blocking_taking_back_and_leaving_are_true_at_once(scene):
    cast = scene.cast
    typed, address = (
        scene.canaries["bereaved story"].text,
        reverse("stories-read", args=[scene.items["bereaved"].public_id]),
    )
    max_looks = browser_of(scene, "max")
    assert address in look(max_looks, typed).content.decode()
    people.block(actor=cast.bea, blocked=shown_voice(cast.max))
    assert address not in look(max_looks, typed).content.decode()
    eve = browser_of(scene, "eve")
    assert address in look(eve, typed).content.decode()
    sharing.take_back(actor=cast.bea, item=scene.items["bereaved"])
    assert address not in look(eve, typed).content.decode()


def test_how_long_it_takes_says_nothing_obvious(scene):
    """The medians of many searches, in turns: for words of a hidden story, and for words that nobody wrote."""
    viewer = viewer_of_role(scene, "eve")
    spent: dict[str, list[float]] = {"hidden": [], "nobody": []}
    typed = {"hidden": wanted(scene.canaries["cover-name story"].text), "nobody": wanted("nobodywrotethis")}
    for turn in range(400):
        for name in sorted(typed, reverse=turn % 2 == 1):
            start = time.perf_counter()
            assert found_stories(viewer, typed[name]) == []
            spent[name].append(time.perf_counter() - start)
    hidden, nobody = (statistics.median(spent[name]) for name in ("hidden", "nobody"))
    assert abs(hidden - nobody) < 0.002, (hidden, nobody)


def test_a_private_story_is_not_even_indexed(scene):
    there = set(Indexed.objects.values_list("item_id", flat=True))
    for name in PRIVATE:
        assert scene.items[name].pk not in there, name
    only, _ = a_story(scene, scene.cast.bea, Rung.ONLY_US, words="kept to ourselves")
    queue.run_due()
    assert only.pk not in set(Indexed.objects.values_list("item_id", flat=True))
