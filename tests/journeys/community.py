"""A real community for journeys: the real command, on its own data folder and databases, and people who use it.

Everything goes through the browser, as it would for them.
"""

from __future__ import annotations

import io
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "a quiet river at dusk"
GPS, LATITUDE, LONGITUDE = 0x8825, 2, 4


LESSALONE = [str(ROOT / "bin" / "lessalone")]


@dataclass(frozen=True)
class Community:
    """One that runs."""

    address: str
    environment: dict[str, str]

    def command(self, *words: str) -> str:
        """Run `lessalone …` on it. What it printed."""
        done = subprocess.run(
            [*LESSALONE, *words], env=self.environment, check=True, capture_output=True, text=True
        )
        return done.stdout

    def hours_pass(self, hours: int) -> None:
        """What was shared is as much older, and what is done every quarter of an hour has been done."""
        _inside(self.environment, _HOURS_PASS, str(hours))


_HOURS_PASS = """
import datetime as dt, sys
from django.db.models import F
from lessalone.kindred.tasks import bring_first_stories
from lessalone.sharing.models import Item

Item.objects.update(published_at=F("published_at") - dt.timedelta(hours=int(sys.argv[1])))
bring_first_stories()
"""
_SAMPLE = """
from lessalone.config.sample import build
from lessalone.config.sample.building import Size

build(size=Size(members=100, stories=80, responses=330, gestures=60, less_alone=20, longest_conversation=30))
"""


def _inside(environment: dict[str, str], script: str, *words: str) -> None:
    """Run a few lines as the community's own process would."""
    set_up = "import django\ndjango.setup()\n"
    inside = {**environment, "DJANGO_SETTINGS_MODULE": "lessalone.config.settings"}
    command = [sys.executable, "-c", set_up + script, *words]
    subprocess.run(command, env=inside, cwd=ROOT, check=True, capture_output=True)


@contextmanager
def running(folder: Path, *, has_sample: bool = False, **settings: str) -> Iterator[Community]:
    """`lessalone serve` on fresh stores, or with a small sample community in them."""
    port = _free_port()
    environment = {
        **os.environ,
        "LESSALONE_DATA": str(folder / "data"),
        "LESSALONE_BIND": f"127.0.0.1:{port}",
        "LESSALONE_PUBLIC_URL": f"http://localhost:{port}",
        "LESSALONE_ADMITTED_AFTER_DAYS": "0",
        **_databases(),
        **settings,
    }
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    subprocess.run([*LESSALONE, "migrate"], env=environment, check=True, capture_output=True)
    if has_sample:
        _inside(environment, _SAMPLE)
    log = (folder / "server.log").open("wb")
    process = subprocess.Popen(
        [*LESSALONE, "serve"], env=environment, stdout=log, stderr=log, start_new_session=True
    )
    try:
        _wait_for(f"http://127.0.0.1:{port}/readyz", process, folder / "server.log")
        yield Community(f"http://localhost:{port}", environment)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
        log.close()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def _databases() -> dict[str, str]:
    """With DATABASE_URL, three fresh databases on that server; else SQLite files in the data folder."""
    url = os.environ.get("DATABASE_URL")
    if not url:
        return {}
    import psycopg

    tag = f"journey_{os.getpid()}_{int(time.time() * 1000)}"
    found = {}
    with psycopg.connect(url, autocommit=True) as connection:
        for name, variable in (
            ("main", "DATABASE_URL"),
            ("keys", "LESSALONE_KEYS_DATABASE_URL"),
            ("derived", "LESSALONE_DERIVED_DATABASE_URL"),
        ):
            connection.execute(f'CREATE DATABASE "{tag}_{name}"')
            found[variable] = urlunsplit(urlsplit(url)._replace(path=f"/{tag}_{name}"))
    return found


def _wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(400):
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"the server did not start: {log.read_text()[-2000:]}")


def photographs(folder: Path, count: int) -> list[Path]:
    """Real photo files of about a megabyte each, with the place where they were taken in them."""
    chance = random.Random(12)  # noqa: S311
    paths = []
    for number in range(count):
        grain = Image.frombytes("RGB", (900, 700), chance.randbytes(900 * 700 * 3))
        exif = Image.Exif()
        exif.get_ifd(GPS).update({1: "N", LATITUDE: (51.0, 28.0, 38.0), 3: "W", LONGITUDE: (0.0, 0.0, 5.0)})
        exif[0x010F] = "CameraMaker"
        buffer = io.BytesIO()
        grain.save(buffer, "JPEG", quality=92, exif=exif)
        assert b"Exif" in buffer.getvalue(), "the photo has to hold a place, or nothing is proved"
        path = folder / f"IMG_{number:04}.JPG"
        path.write_bytes(buffer.getvalue())
        paths.append(path)
    return paths


class Person:
    """Someone with a browser of their own."""

    def __init__(self, context: BrowserContext, address: str, name: str) -> None:
        self.context = context
        self.address = address
        self.name = name
        self.page: Page = context.new_page()
        self.handle = ""

    def open(self, path: str) -> int:
        """Go to a page. The status it answered."""
        answer = self.page.goto(path if path.startswith("http") else self.address + path)
        assert answer is not None
        return answer.status

    def press(self, words: str, *, exact: bool = True) -> None:
        """Press a button, or follow a link, by what it says."""
        button = self.page.get_by_role("button", name=words, exact=exact)
        found = button if button.count() else self.page.get_by_role("link", name=words, exact=exact)
        found.first.click()
        self.page.wait_for_load_state()

    def fill(self, label: str, words: str) -> None:
        """Write into the box under a label."""
        box = self.page.get_by_role("textbox", name=label)
        (box if box.count() else self.page.get_by_label(label)).first.fill(words)

    def choose(self, label: str) -> None:
        """Tick a box or choose an answer."""
        self.page.get_by_label(label).first.check()

    def sees(self, words: str) -> None:
        """The page says this."""
        expect(self.page.get_by_text(words).first).to_be_visible()

    def does_not_see(self, words: str) -> None:
        """The page says no such thing, not even out of sight."""
        assert words not in self.page.content()

    def join(self, *, told: str = "") -> None:
        """The first ten minutes, as short as they can be. `told`: what happened, where they tell it."""
        self.open("/join/")
        self.join_from_here(told=told)

    def join_from_here(self, *, told: str = "") -> None:
        """The same, from the page that asks for age and terms."""
        self.choose("Yes, I am 18 or older")
        self.choose("I have read the terms and agree to them")
        self.press("Go on")
        handle = re.search(r"\b([a-z]+-[a-z]+-[a-z]+)\b", self.page.locator("main").inner_text())
        assert handle
        self.handle = handle[1]
        self.press("These are fine")
        self.fill("Password", PASSWORD)
        self.press("Join with this password")
        self.fill("What would you like to be called?", self.name)
        if told:
            self.fill("What happened, in your words?", told)
        self.press("Go on")
        self.press("Skip this")
        self.sees("You are here now")
