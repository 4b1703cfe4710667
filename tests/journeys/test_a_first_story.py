"""A first story at night, and someone who offered to be there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.journeys.accessibility import everything_wrong
from tests.journeys.community import Community, Person, running

pytestmark = [pytest.mark.browser]
BOTH = pytest.mark.parametrize("has_javascript", [True, False], ids=["with JavaScript", "without JavaScript"])


@pytest.fixture
def quiet(folder: Path) -> Iterator[Community]:
    """A community of these few, where a first story waits no longer than it has to."""
    with running(folder, LESSALONE_COMPANION_AFTER_HOURS="1") as one:
        yield one


def _tells(someone: Person, title: str, words: str) -> str:
    """The address of their story, told under their own name, about no baby's page."""
    someone.open("/write")
    someone.press("Begin")
    someone.fill("Title", title)
    someone.fill("Your words", words)
    someone.press("Go on")
    someone.press("Go on without photos")
    someone.choose("Under my name here")
    someone.press("Go on")
    someone.page.get_by_role("radio", name="All members", exact=True).check()
    someone.press("Go on")
    someone.page.get_by_role("radio", name="Anyone who can read it", exact=True).check()
    someone.choose("At once, or as soon as everyone has agreed")
    someone.press("Go on")
    someone.press("Share it")
    if someone.page.get_by_text("Go on now").count():
        someone.press("Go on now")
    story = re.search(r"/stories/[\w-]{22}", someone.page.url)
    assert story, someone.page.url
    return story[0]


def _answers(someone: Person, story: str, words: str) -> None:
    someone.open(story + "?read=1")
    if not someone.page.get_by_role("button", name="Me too").is_visible():
        someone.page.locator("summary", has_text="Answer").first.click()
    someone.press("Write an answer")
    someone.fill("Your words", words)
    someone.page.locator("form:has(textarea) button").first.click()
    expect(someone.page.get_by_text("Your words are").first).to_be_visible(timeout=15_000)


@BOTH
def test_a_first_story_that_nobody_answers_reaches_a_companion_who_answers(
    person_at, quiet: Community, has_javascript: bool
):
    def come(name: str) -> Person:
        return person_at(quiet.address, name, has_javascript=has_javascript)

    dora, carl, nia = _moderator(quiet, come("Dora")), come("Carl"), come("Nia")
    carl.join(told="Our daughter died.")
    _admits_all(dora)
    carl.open("/like-you/")
    carl.press("Be there for a first story")
    carl.press("I want to be there")
    carl.sees("Nothing waits for you.")
    nia.join()
    story = _tells(nia, "I do not know how to begin", "She was called Mo.")
    carl.open("/like-you/first-stories")
    carl.does_not_see("I do not know how to begin")
    quiet.hours_pass(2)
    carl.open("/like-you/first-stories")
    carl.sees("Nobody has answered this yet")
    if has_javascript:
        assert not everything_wrong(carl.page)
    carl.press("I do not know how to begin")
    carl.sees("She was called Mo.")
    assert carl.page.url.partition("?")[0].endswith(story)
    _answers(carl, story, "Mo. I am here, and I read it.")
    carl.open("/like-you/first-stories")
    carl.sees("Nothing waits for you.")
    nia.open(story)
    nia.sees("Mo. I am here, and I read it.")


# --- What others do for it.


def _moderator(community: Community, dora: Person) -> Person:
    link = re.search(r"http\S+/join/invited/\S+", community.command("invite-moderator"))
    assert link
    dora.open(urlsplit(link[0]).path)
    dora.page.get_by_role("link", name="Join").first.click()
    dora.join_from_here()
    return dora


def _admits_all(dora: Person) -> None:
    dora.open("/moderation/joining")
    while dora.page.get_by_role("button", name="Make them a bereaved member").count():
        dora.press("Make them a bereaved member")
        dora.open("/moderation/joining")
