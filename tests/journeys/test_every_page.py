"""Every page that someone can come to by following links: axe in light and dark, 320 px, keyboard only."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from tests.journeys.accessibility import axe_findings, everything_wrong
from tests.journeys.community import Person, photographs

pytestmark = [pytest.mark.browser]
_ID = re.compile(r"[A-Za-z0-9_-]{22}|\d+")
LEAVES = ("/account/logout", "/leave", "/static/", "/vault/photos/", "/photos/")
"""Addresses that a walk does not follow: they end the visit or are pictures."""


def kind_of(address: str) -> str:
    """Pages that differ only in whose they are, are one kind."""
    return _ID.sub("…", urlsplit(address).path)


def walk(page: Page, origin: str, starts: list[str], *, most: int = 90) -> list[str]:
    """One address of each kind of page that can be reached by links."""
    found: dict[str, str] = {}
    waiting = [origin + start for start in starts]
    while waiting and len(found) < most:
        address = waiting.pop(0)
        kind = kind_of(address)
        if kind in found or any(kind.startswith(leave) for leave in LEAVES):
            continue
        answer = page.goto(address)
        if (
            answer is None
            or answer.status != 200
            or "text/html" not in answer.headers.get("content-type", "")
        ):
            continue
        found[kind] = address
        links = page.eval_on_selector_all("a[href]", "all => all.map(one => one.href)")
        waiting += [link for link in links if link.startswith(origin + "/")]
    return list(found.values())


def wrong_on(person: Person, addresses: list[str]) -> list[str]:
    """What is wrong on these pages, in light and dark."""
    findings = []
    for address in addresses:
        person.page.emulate_media(color_scheme="light", reduced_motion="reduce")
        person.page.goto(address)
        findings += [f"{kind_of(address)}: {one}" for one in everything_wrong(person.page)]
        person.page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        person.page.goto(address)
        findings += [f"{kind_of(address)}, dark: {one}" for one in axe_findings(person.page)]
    return findings


def test_the_pages_of_a_visitor(person, community):
    visitor = person("Nobody")
    pages = walk(visitor.page, community.address, ["/"])
    assert len(pages) >= 5
    assert wrong_on(visitor, pages) == []


def test_the_pages_of_a_member(person, community, folder: Path):
    ana = person("Ana")
    ana.join()
    ana.open("/babies/add/")
    ana.press("Make the page")
    baby = urlsplit(ana.page.url).path[:30]
    ana.open(baby)
    ana.press("Not now")
    ana.open(baby)
    ana.page.locator("input[type=file]").set_input_files(photographs(folder, 1))
    ana.sees("All photos are kept safe")
    story = _shares_alone(ana)
    pages = walk(ana.page, community.address, ["/", "/you/", baby, story, story + "/family", "/my/stories"])
    assert len(pages) >= 25
    assert wrong_on(ana, pages) == []


def test_the_pages_of_a_moderator(person, community):
    link = re.search(r"http\S+/join/invited/\S+", community.command("invite-moderator"))
    assert link
    dora = person("Dora")
    dora.open(urlsplit(link[0]).path)
    dora.page.get_by_role("link", name="Join").first.click()
    dora.join_from_here()
    pages = walk(dora.page, community.address, ["/moderation/", "/"])
    assert any("moderation" in page for page in pages)
    assert wrong_on(dora, [page for page in pages if "moderat" in page or "team" in page]) == []


def _shares_alone(ana: Person) -> str:
    ana.open("/write")
    ana.page.get_by_role("radio").last.check()
    ana.press("Begin")
    ana.fill("Title", "The first spring")
    ana.fill("Your words", "The garden did not know, and it grew.")
    ana.press("Go on")
    ana.press("Go on without photos")
    ana.choose("Under a cover name")
    ana.fill("Cover name", "A mother")
    ana.press("Go on")
    ana.choose("Everyone")
    ana.press("Go on")
    ana.press("Go on")
    ana.press("Share it")
    if "until morning" in ana.page.content():
        ana.press("Go on now")
    return urlsplit(ana.page.url).path[:31]
