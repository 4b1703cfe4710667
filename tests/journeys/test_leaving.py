"""Leaving quickly by a key, for someone who switched that on, and large letters on a small phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.accessibility import PHONE
from tests.journeys.community import Community, Person

pytestmark = [pytest.mark.browser]


def presses(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)
    page.wait_for_timeout(300)


def switches_on(someone: Person, words: str) -> None:
    someone.open("/you/leaving/")
    someone.choose(words)
    someone.press("Keep this")
    someone.sees("The key is on.")


def test_no_key_leaves_a_page_unless_one_switched_it_on(person: Callable[..., Person]):
    visitor, ana = person("Nobody"), person("Ana")
    ana.join()
    for someone in (visitor, ana):
        someone.open("/help")
        presses(someone.page, *["Escape"] * 4, *["Shift"] * 4, *["F2"] * 4)
        assert someone.page.url.endswith("/help")


def test_three_presses_in_a_row_put_a_neutral_page_in_the_place_of_this_one(person: Callable[..., Person]):
    ana = person("Ana")
    ana.join()
    switches_on(ana, "Esc, three times in a row")
    ana.open("/circles/")
    ana.open("/my/stories")
    presses(ana.page, "Escape", "Escape")
    assert ana.page.url.endswith("/my/stories"), "two are not three"
    presses(ana.page, "Tab", "Escape", "Tab", "Escape", "Escape", "a")
    assert ana.page.url.endswith("/my/stories"), "another key in between begins again"
    presses(ana.page, "Shift", "Shift", "Shift")
    assert ana.page.url.endswith("/my/stories"), "it is the key she chose, and no other"
    presses(ana.page, "Escape", "Escape", "Escape")
    ana.page.wait_for_url("**/leave")
    assert ana.page.title() == "Notices"
    ana.page.go_back()
    assert ana.page.url.endswith("/circles/"), "the page that was left is not one step back"


def test_capitals_do_not_leave_and_a_story_that_is_left_in_haste_is_kept(person: Callable[..., Person]):
    ana = person("Ana")
    ana.join()
    switches_on(ana, "Shift, three times in a row")
    ana.open("/write")
    ana.press("Begin")
    draft = ana.page.url
    words = ana.page.get_by_label("Your words")
    words.click()
    for letter in "HE IS HERE":
        presses(ana.page, f"Shift+{letter}" if letter != " " else letter)
    expect(words).to_have_value("HE IS HERE")
    ana.page.keyboard.type(" and then")
    presses(ana.page, "Shift", "Shift", "Shift")
    ana.page.wait_for_url("**/leave")
    ana.page.goto(draft)
    expect(ana.page.get_by_label("Your words")).to_have_value("HE IS HERE and then")


def test_without_javascript_the_page_says_that_a_key_does_nothing(person: Callable[..., Person]):
    ana = person("Ana", has_javascript=False)
    ana.join()
    ana.open("/you/leaving/")
    ana.sees("JavaScript is off in this browser, so a key does nothing here.")
    ana.choose("Esc, three times in a row")
    ana.press("Keep this")
    presses(ana.page, "Escape", "Escape", "Escape")
    assert ana.page.url.endswith("/you/leaving/")


def taken_by_bars(page: Page) -> float:
    """How much of the screen, from 0 to 1, stays covered by bars once one has scrolled."""
    return page.evaluate(
        """() => { scrollTo(0, 700); return [...document.querySelectorAll('body *')]
            .filter((e) => ['fixed', 'sticky'].includes(getComputedStyle(e).position) && e.checkVisibility())
            .map((e) => e.getBoundingClientRect())
            .reduce((all, box) => all + Math.max(0, Math.min(box.bottom, innerHeight) - Math.max(box.top, 0)), 0)
            / innerHeight; }"""
    )


def test_at_twice_the_size_the_bars_leave_the_page_to_what_is_read(person: Callable[..., Person]):
    visitor = person("Nobody")
    visitor.open("/help")
    assert 0 < taken_by_bars(visitor.page) < 0.12, "at the usual size the aids lie under the thumb"
    visitor.page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
    visitor.page.set_viewport_size({"width": 361, "height": PHONE["height"]})
    visitor.page.wait_for_timeout(200)
    assert taken_by_bars(visitor.page) == 0
    visitor.page.evaluate("scrollTo(0, 0)")
    heading = visitor.page.get_by_role("heading", level=1).bounding_box()
    assert heading
    assert heading["y"] < PHONE["height"] / 2, "and what one came for begins in the upper half"
    assert visitor.page.evaluate("document.documentElement.scrollWidth") <= 361


def test_where_the_browser_itself_has_large_letters_no_script_is_needed(community: Community):
    from tests.journeys import accessibility

    playwright = accessibility._playwright()
    browser: Browser = playwright.chromium.launch(
        executable_path=str(accessibility.CHROMIUM),
        args=[*accessibility.ARGUMENTS, "--blink-settings=defaultFontSize=32"],
    )
    try:
        page = browser.new_context(viewport=PHONE, java_script_enabled=False).new_page()
        page.goto(community.address + "/help")
        assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
        assert taken_by_bars(page) == 0
    finally:
        browser.close()
