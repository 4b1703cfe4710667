"""What any page can be asked in a real browser: axe, a walk by keyboard, a narrow screen, no other host.

Each function takes a Playwright page that is already open and returns what is wrong as sentences, so
that a test reads `assert not axe_findings(page)` and a failure says what to mend. `everything_wrong`
asks all of them at once.

    with chromium() as browser, a_page(browser, scheme="dark") as page:
        page.goto(server.url + "/")
        assert not everything_wrong(page)
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 360, "height": 740}
NARROW = {"width": 320, "height": 640}
DESK = {"width": 1280, "height": 800}
TARGET = 44

CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary"

# WCAG 2.2 AA and axe's own good practice.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def has_chromium() -> bool:
    """Whether browser tests can run on this machine."""
    return CHROMIUM.exists()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, headless. Playwright's event loop makes Django ask for this one variable."""
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    browser = _playwright().chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
    try:
        yield browser
    finally:
        browser.close()


@cache
def _playwright() -> Playwright:
    """Started once in a process: a second one would find the event loop of the first. It ends with the process."""
    return sync_playwright().start()


@contextmanager
def a_page(
    browser: Browser,
    *,
    scheme: str = "light",
    viewport: dict[str, int] = PHONE,
    javascript: bool = True,
    reduced_motion: bool = True,
    context: BrowserContext | None = None,
) -> Iterator[Page]:
    """A fresh page in a browser context of its own (another person), or in one that is given."""
    own = context or browser.new_context(
        color_scheme=scheme,  # type: ignore[arg-type]
        viewport=viewport,  # type: ignore[arg-type]
        java_script_enabled=javascript,
        reduced_motion="reduce" if reduced_motion else "no-preference",
    )
    page = own.new_page()
    try:
        yield page
    finally:
        page.close()
        if context is None:
            own.close()


def axe_findings(page: Page, *, without: tuple[str, ...] = ()) -> list[str]:
    """What axe-core finds, one sentence for each element. `without` names rules, with a reason beside."""
    options = {
        "runOnly": {"type": "tag", "values": RULES},
        "resultTypes": ["violations"],
        "rules": {rule: {"enabled": False} for rule in without},
    }
    results = Axe().run(page, options=options).response
    return [
        f"{violation['id']}: {violation['help']}: {' '.join(map(str, node['target']))} {node['html'][:160]}"
        for violation in results["violations"]
        for node in violation["nodes"]
    ]


def sideways(page: Page, *, width: int = 320) -> list[str]:
    """What makes the page wider than a narrow phone. The viewport is put back afterwards."""
    before = page.viewport_size
    page.set_viewport_size({"width": width, "height": 640})
    found: list[str] = page.evaluate(
        """(width) => {
            if (document.documentElement.scrollWidth <= width) return [];
            const holds = ['auto', 'scroll', 'hidden', 'clip'];
            const scrolls = (e) => {
                for (let p = e.parentElement; p; p = p.parentElement)
                    if (holds.includes(getComputedStyle(p).overflowX)) return true;
            };
            const wide = [...document.body.querySelectorAll('*')].filter((e) => {
                const box = e.getBoundingClientRect();
                return (box.right > width + 1 || box.left < -1) && box.width > 1 && !scrolls(e); });
            return wide.slice(-8).map((e) => `wider than ${width}px: ${e.outerHTML.slice(0, 160)}`)
                .concat(`the page is ${document.documentElement.scrollWidth}px wide`);
        }""",
        width,
    )
    if before:
        page.set_viewport_size(before)
    return found


def small_targets(page: Page, *, least: int = TARGET) -> list[str]:
    """What is smaller than a thumb. Links within a sentence are excepted, as in WCAG 2.5.8."""
    return page.evaluate(
        """([controls, least]) => {
            const shown = (e) =>
                e.checkVisibility({ visibilityProperty: true }) && e.getClientRects().length;
            const inSentence = (e) => e.tagName === 'A' && getComputedStyle(e).display === 'inline';
            const size = (e) => {
                const own = e.getBoundingClientRect();
                const label = e.labels && e.labels[0];
                if (!label || !['checkbox', 'radio'].includes(e.type)) return [own.width, own.height];
                const row = (label.closest('.choice') || label).getBoundingClientRect();
                return [Math.max(own.width, row.width), Math.max(own.height, row.height)];
            };
            return [...document.querySelectorAll(controls)]
                .filter((e) => shown(e) && !inSentence(e) && !e.classList.contains('skip'))
                .map((e) => [e, ...size(e)])
                .filter(([, w, h]) => w < least - .5 || h < least - .5)
                .map(([e, w, h]) =>
                    `only ${Math.round(w)}×${Math.round(h)}px: ${e.outerHTML.slice(0, 160)}`);
        }""",
        [CONTROLS, least],
    )


@dataclass(frozen=True)
class Stop:
    """Where the Tab key stopped: what it is, what it is called, and whether one sees that one is there."""

    key: int
    tag: str
    name: str
    is_seen: bool


def walk_by_keyboard(page: Page, *, most: int = 400) -> list[Stop]:
    """Press Tab from the top until it comes round. The order of the list is the order of the stops."""
    page.evaluate(
        "() => { scrollTo(0, 0); document.body.tabIndex = -1; document.body.focus();"
        " document.body.removeAttribute('tabindex');"
        " document.querySelectorAll('[data-stop]').forEach((e) => e.removeAttribute('data-stop')); }"
    )
    stops: list[Stop] = []
    for number in range(most):
        page.keyboard.press("Tab")
        stop = page.evaluate(
            """(number) => {
                const e = document.activeElement;
                if (!e || e === document.body || e.dataset.stop) return null;
                e.dataset.stop = number;
                const ring = (x) => {
                    const s = getComputedStyle(x);
                    return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2;
                };
                const box = e.getBoundingClientRect();
                const middle = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
                const uncovered = !middle || e.contains(middle) || middle.contains(e)
                    || [...(e.labels || [])].some((label) => label.contains(middle))
                    || !!middle.closest('.choice')?.contains(e);
                const name = e.labels?.[0]?.textContent || e.getAttribute('aria-label') || e.textContent;
                return {
                    key: number,
                    tag: e.tagName.toLowerCase() + (e.type ? ':' + e.type : ''),
                    name: (name || '').trim().slice(0, 60),
                    is_seen: (ring(e) || (e.parentElement && ring(e.parentElement))) && uncovered,
                };
            }""",
            number,
        )
        if stop is None:
            break
        stops.append(Stop(**stop))
    return stops


def unreachable(page: Page) -> list[str]:
    """What Tab never comes to; stops where one cannot see where one is; a wrong order."""
    stops = walk_by_keyboard(page)
    missed: list[str] = page.evaluate(
        """(controls) => {
            const shown = (e) =>
                e.checkVisibility({ visibilityProperty: true }) && e.getClientRects().length;
            const ofTheSame = (e) => [...document.getElementsByName(e.name)].filter((r) => r.form === e.form);
            return [...document.querySelectorAll(controls)]
                .filter((e) => !e.disabled && shown(e) && !e.dataset.stop)
                .filter((e) => e.type !== 'radio' || !ofTheSame(e).some((r) => r.dataset.stop))
                .map((e) => `Tab never comes to: ${e.outerHTML.slice(0, 160)}`);
        }""",
        CONTROLS,
    )
    unseen = [f"one cannot see the focus on {stop.tag} “{stop.name}”" for stop in stops if not stop.is_seen]
    jumps: list[str] = page.evaluate(
        """() => { const all = [...document.querySelectorAll('[data-stop]')];
            return all.filter((e, i) => i && +e.dataset.stop < +all[i - 1].dataset.stop)
                .map((e) => `out of order for the keyboard: ${e.outerHTML.slice(0, 160)}`); }"""
    )
    first = [] if stops and stops[0].tag == "a" and "skip" in _class_of(page, 0) else ["no way to skip ahead"]
    return missed + unseen + jumps + first


def _class_of(page: Page, key: int) -> str:
    return page.evaluate("(key) => document.querySelector(`[data-stop='${key}']`)?.className || ''", key)


def other_hosts(page: Page) -> list[str]:
    """Requests this page made to any host but its own, by the browser's own record."""
    host = urlsplit(page.url).netloc
    names: list[str] = page.evaluate("() => performance.getEntriesByType('resource').map((e) => e.name)")
    return [f"asked another host: {name}" for name in names if urlsplit(name).netloc not in ("", host)]


def everything_wrong(page: Page, *, without: tuple[str, ...] = ()) -> list[str]:
    """All of the above for the page as it is. Needs JavaScript switched on in this browser."""
    return [
        *axe_findings(page, without=without),
        *sideways(page),
        *small_targets(page),
        *unreachable(page),
        *other_hosts(page),
    ]
