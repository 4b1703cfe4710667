"""The interface in a real browser, as someone with an old phone, a keyboard or a screen reader meets it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.journeys.accessibility import (
    DESK,
    NARROW,
    a_page,
    axe_findings,
    everything_wrong,
    sideways,
    small_targets,
    unreachable,
    walk_by_keyboard,
)

pytestmark = pytest.mark.browser
PAGES = ["/ui/", "/look", "/leave", "/there-is-no-such-page"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(site: str, browser: Browser, path: str, scheme: str) -> None:
    with a_page(browser, scheme=scheme) as page:
        page.goto(site + path)
        assert axe_findings(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_chosen_look_wins_over_the_devices(site: str, browser: Browser, scheme: str) -> None:
    with a_page(browser, scheme="light" if scheme == "dark" else "dark", viewport=DESK) as page:
        page.goto(site + "/look?next=/ui/")
        before = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        page.get_by_label({"light": "Light, like paper", "dark": "Dark, for the night"}[scheme]).check()
        page.get_by_role("button", name="Keep this").click()
        page.wait_for_url(site + "/ui/")
        assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") != before
        assert page.evaluate("document.documentElement.dataset.theme") == scheme
        assert axe_findings(page) == []


@pytest.mark.parametrize("path", PAGES)
def test_no_page_scrolls_sideways_on_a_small_phone(site: str, browser: Browser, path: str) -> None:
    with a_page(browser, viewport=NARROW) as page:
        page.goto(site + path)
        assert sideways(page) == []


def test_a_page_written_from_right_to_left_fits_too(site: str, browser: Browser) -> None:
    with a_page(browser, viewport=NARROW) as page:
        page.goto(site + "/ui/")
        page.evaluate("document.documentElement.dir = 'rtl'")
        assert sideways(page) == []
        mark, aid = page.locator(".mark").bounding_box(), page.locator(".mark .icon").bounding_box()
        assert mark
        assert aid
        assert aid["x"] > mark["x"], "the mark begins at the right"


@pytest.mark.parametrize("path", ["/ui/", "/look"])
def test_nothing_is_lost_at_twice_the_size(site: str, browser: Browser, path: str) -> None:
    with a_page(browser, viewport={"width": 640, "height": 400}) as page:
        page.goto(site + path)
        page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
        assert sideways(page, width=640) == []


@pytest.mark.parametrize("path", PAGES)
def test_everything_is_large_enough_for_a_thumb(site: str, browser: Browser, path: str) -> None:
    with a_page(browser) as page:
        page.goto(site + path)
        assert small_targets(page) == []


@pytest.mark.parametrize("path", ["/ui/", "/look", "/there-is-no-such-page"])
def test_everything_can_be_reached_by_keyboard(site: str, browser: Browser, path: str) -> None:
    with a_page(browser, viewport=DESK) as page:
        page.goto(site + path)
        assert unreachable(page) == []


def test_the_three_quiet_ways_come_first(site: str, browser: Browser) -> None:
    with a_page(browser, viewport=DESK) as page:
        page.goto(site + "/look")
        names = [stop.name for stop in walk_by_keyboard(page)][:4]
        assert names == ["Skip to the main part", "Less Alone", "Help now", "Leave this page"]


def test_the_checks_can_fail(site: str, browser: Browser) -> None:
    with a_page(browser) as page:
        page.goto(site + "/look")
        page.evaluate(
            """document.querySelector('main').insertAdjacentHTML('beforeend',
            '<img src="/x.png"><div role="button">x</div><button tabindex="-1" id="b">b</button>')"""
        )
        page.evaluate("document.querySelector('#b').style.cssText = 'width:900px;height:10px;flex:none'")
        page.evaluate("document.querySelector('h1').style.cssText = 'width:900px'")
        found = "\n".join(everything_wrong(page))
        for sign in ("image-alt", "wider than", "only ", "Tab never comes to"):
            assert sign in found, sign


def test_leaving_puts_a_neutral_page_in_the_place_of_this_one(site: str, browser: Browser) -> None:
    with a_page(browser) as page:
        page.goto(site + "/there-is-no-such-page")
        page.goto(site + "/ui/")
        page.evaluate("sessionStorage.setItem('draft', 'words'); localStorage.setItem('draft', 'words')")
        page.get_by_role("link", name="Leave this page").click()
        page.wait_for_url(site + "/leave")
        assert page.title() == "Notices"
        assert page.evaluate("sessionStorage.length + localStorage.length") == 0
        page.go_back()
        assert page.url == site + "/there-is-no-such-page", "the page that was left is not one step back"


def test_leaving_works_without_javascript(site: str, browser: Browser) -> None:
    with a_page(browser, javascript=False) as page:
        page.goto(site + "/ui/")
        page.get_by_role("link", name="Leave this page").click()
        page.wait_for_url(site + "/leave")
        assert page.get_by_role("heading").inner_text() == "That page is closed."


def test_the_error_summary_is_read_first_and_leads_to_its_field(site: str, browser: Browser) -> None:
    with a_page(browser, viewport=DESK) as page:
        page.goto(site + "/ui/")
        assert page.evaluate("document.activeElement.className").startswith("errors")
        page.get_by_role("link", name="Who may read it?").click()
        assert page.evaluate("document.activeElement.id") == "wrong_audience_0"


def test_a_cold_page_is_small(site: str, browser: Browser) -> None:
    import brotli

    with a_page(browser) as page:
        answers = []
        page.on("response", lambda answer: answers.append(answer))
        page.goto(site + "/look")
        page.wait_for_load_state("networkidle")
        weights = {}
        for answer in answers:
            body = answer.body()
            packed = body if answer.url.endswith(".woff2") else brotli.compress(body, quality=9)
            weights[answer.url.removeprefix(site)] = len(packed)
    assert len(weights) <= 8, weights
    assert sum(weights.values()) <= 90_000, weights
    assert any(url.endswith("literata-latin.woff2") for url in weights), "the faces are part of the sum"
