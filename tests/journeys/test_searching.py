"""Someone looks for words at night, on a telephone that is not hers alone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.accessibility import axe_findings, sideways
from tests.journeys.community import Person

pytestmark = [pytest.mark.browser]
TITLE = "The winter we drove home"


def _tells(ana: Person) -> None:
    """Her own words, under a cover name, for all members."""
    ana.open("/write")
    ana.press("Begin")
    ana.fill("Title", TITLE)
    ana.fill("Your words", "We drove home from the hospital through the snow, and nobody said a word.")
    ana.press("Go on")
    ana.press("Go on without photos")
    ana.choose("Under a cover name")
    ana.fill("Cover name", "Willow")
    ana.press("Go on")
    ana.choose("All members")
    ana.press("Go on")
    ana.choose("Without words")
    ana.choose("At once, or as soon as everyone has agreed")
    ana.press("Go on")
    ana.press("Share it")
    if ana.page.get_by_text("Go on now").count():
        ana.press("Go on now")


def _looks_for(bea: Person, typed: str) -> None:
    bea.fill("Words to look for", typed)
    bea.press("Search")


@pytest.mark.parametrize("has_javascript", [True, False])
def test_she_finds_it_reads_it_comes_back_and_leaves_no_trace(
    person: Callable[..., Person], has_javascript: bool
):
    ana, bea = person("Ana"), person("Bea", has_javascript=has_javascript)
    ana.join()
    _tells(ana)
    bea.join()
    bea.open("/")
    bea.press("Search")
    bea.sees("Your words are not kept")
    _looks_for(bea, "“said nobody” snow")
    bea.sees("We did not find these words")
    for _ in range(20):  # the worker puts it into the index within a second or two
        _looks_for(bea, "snow hospital")
        if bea.page.get_by_role("link", name=TITLE).count():
            break
        bea.page.wait_for_timeout(500)
    if has_javascript:  # what looks at the page is a script too
        assert not axe_findings(bea.page)
        assert not sideways(bea.page)
    assert not re.search("snow|hospital", bea.page.url)
    bea.page.get_by_role("link", name=TITLE).first.click()
    bea.sees("nobody said a word")
    bea.page.go_back()
    expect(bea.page.get_by_role("link", name=TITLE).first).to_be_visible()
    expect(bea.page.get_by_label("Words to look for")).to_have_value("snow hospital")
    stranger = person("Nobody", has_javascript=has_javascript)
    stranger.open(bea.page.url.removeprefix(stranger.address))
    stranger.sees("We no longer know what you looked for")
    assert stranger.page.get_by_label("Words to look for").input_value() == ""
