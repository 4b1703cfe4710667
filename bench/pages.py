"""The main pages on a seeded corpus, as a signed-in member meets them, on one worker and one core.

    bench/pages                 2,000 members, 20,000 stories, 200,000 responses
    bench/pages --ten           that, then ten times that, and how much dearer each page is then
    bench/pages --large         that, then fifty times that (hours, and 15 GB)
    bench/pages --quick         a tenth, under 45 seconds
    bench/pages --postgres …    on a PostgreSQL of its own, thrown away at the end

CPU milliseconds are those of the server's processes and of PostgreSQL's, from the scheduler: medians of batches. The
unit u is a stock Django page with session and member; its batches take turns with those of the pages.
Responses a second: written by many members at once over connections of their own, with two workers on all cores that
have answered before, each acknowledged after it is on the disk (SQLite with `synchronous=FULL`).
"""

from __future__ import annotations

import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from itertools import count
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from bench import measure

SEARCHES = {
    "search": (False, ("hospital blanket", "winter letter", "candle sister", "kitchen window")),
    "search_phrase": (False, ('"hospital room"', '"small hands"', '"my brother"', '"not alone"')),
    "search_near": (True, ("hospital blanket", "winter letter", "candle sister", "kitchen window")),
}
"""Whether near each other, and what is typed: two words, which most stories of the corpus hold."""
PAGES = ("home", "story", "big_story", *SEARCHES)
BUDGET = {
    "home_u": 6.0,
    "story_u": 7.0,
    "big_story_u": 7.0,
    "visitor_home_u": 6.0,
    "respond_u": 12.0,
    **{f"{search}_u": 12.0 for search in SEARCHES},
    **{f"{page}_queries": 8 for page in PAGES},
    **{f"growth_{name}": 1.2 for name in ("home", "story", "big_story", "visitor_home", "respond")},
    **{f"growth_{search}": 2.0 for search in SEARCHES},
    "cold_home_requests": 8,
    "cold_home_kb": 90,
    "idle_memory_pss_mb": 200,
    "responses_per_second": 300,
}
ON_SQLITE = ("responses_per_second",)
"""Budgets that the design sets for SQLite alone."""
WARM_UP = 60
"""Each of the server's threads has to have met each page: it has a connection of its own."""
RESPONSES_OF_ONE = 25
"""Less than a member may write in an hour."""


def main() -> int:
    """Build, serve, measure, report."""
    options = measure.arguments(
        "Requests a second, CPU, queries and bytes of the main pages.", "ten", "large", "postgres"
    )
    first = 0.1 if options.quick else 1
    more = 10 if options.ten else 50 if options.large else None
    batches, size = (5, 20) if options.quick else (15, 40)
    with _folder() as folder:
        figures = _measured(folder, first, batches, size)
    if more:
        _empty_postgres()
        with _folder() as folder:
            large = _measured(folder, more, batches, size)
        figures |= {f"{name}_at_{more}_times": value for name, value in large.items() if name.endswith("_u")}
        figures |= {
            f"growth_{name}": large[f"{name}_u"] / figures[f"{name}_u"]
            for name in (*PAGES, "visitor_home", "respond")
        }
    budget = {
        name: most for name, most in BUDGET.items() if name not in (ON_SQLITE if options.postgres else ())
    }
    return measure.report("pages", figures, budget, as_json=options.json)


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="lessalone-bench-pages-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _measured(folder: Path, scale: float, batches: int, size: int) -> dict[str, Any]:
    """Every figure at one scale. In a process of its own, because Django is set up for one data folder."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as apart:
        return apart.submit(_figures, folder, scale, batches, size).result()


def _figures(folder: Path, scale: float, batches: int, size: int) -> dict[str, Any]:
    port = measure.free_port()
    environment = _environment(folder, port)
    corpus, sessions = _built(scale)
    figures: dict[str, Any] = {"scale": scale, **_queries(corpus)}
    command = [str(measure.ROOT / "bin" / "lessalone"), "serve"]
    log = folder / "server.log"
    with (
        _stock(folder) as stock,
        measure.server(measure.on_core(0, command), environment, port, log) as pid,
    ):
        _wait_until_idle()
        figures["idle_memory_pss_mb"] = measure.pss_megabytes(measure.family_of(pid))
        figures |= _cold(port)
        requests = _requests(port, corpus, sessions, _pids(pid))
        figures |= {f"{page}_bytes": requests[page].send(0) for page in PAGES}
        figures |= _compared({"unit": stock, **requests}, batches, size)
    print(figures, file=sys.stderr, flush=True)
    with measure.server(command, {**environment, "LESSALONE_WORKERS": "2"}, port, log):
        _wait_until_idle()
        figures["responses_per_second"] = _at_once(port, corpus, sessions[1:])
    return figures


def _compared(requests: dict[str, measure.Request], batches: int, size: int) -> dict[str, Any]:
    """CPU of each, also counted in units of the same round; and how long it took."""
    for request in requests.values():
        for number in range(WARM_UP):
            request.send(number)
    found = measure.in_turn(requests, batches=batches, size=size)
    unit = found.pop("unit")["cpu_ms"]
    figures: dict[str, Any] = {"unit_cpu_ms": statistics.median(unit)}
    for name, one in found.items():
        figures[f"{name}_u"] = statistics.median(cpu / u for cpu, u in zip(one["cpu_ms"], unit, strict=True))
        figures |= {f"{name}_{key}": value for key, value in one.items() if key != "cpu_ms"}
        figures[f"{name}_cpu_ms"] = statistics.median(one["cpu_ms"])
    return figures


# --- What is asked.


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in member: their cookies, and the voice they write under."""

    cookies: dict[str, str]
    voice: str


def _requests(
    port: int, corpus: Any, sessions: Sequence[Session], pids: list[int]
) -> dict[str, measure.Request]:
    """The pages, as the reader asks for them; a visitor's first page; and answers of others, to other stories."""
    reader, visitor, writer = (measure.Reader(port, cookies) for cookies in (sessions[0].cookies, {}, {}))
    half = len(corpus.middle_stories) // 2
    stories, answered = corpus.middle_stories[:half], corpus.middle_stories[half:]
    numbers = count()

    def answer(_number: int) -> None:
        number = next(numbers)
        respond(writer, sessions[-1 - number // RESPONSES_OF_ONE], answered[number % len(answered)])

    def search(name: str, number: int) -> int:
        are_near, typed = SEARCHES[name]
        return look_for(
            writer, sessions[number % len(sessions)], typed[number % len(typed)], are_near=are_near
        )

    return {
        **{name: measure.Request(partial(search, name), pids) for name in SEARCHES},
        "home": measure.Request(lambda _number: reader.read("/"), pids),
        "visitor_home": measure.Request(lambda _number: visitor.read("/"), pids),
        "story": measure.Request(lambda number: reader.read(f"/stories/{stories[number % half]}"), pids),
        "big_story": measure.Request(lambda _number: reader.read(f"/stories/{corpus.big_story}"), pids),
        "respond": measure.Request(answer, pids),
    }


def look_for(reader: measure.Reader, session: Session, typed: str, *, are_near: bool) -> int:
    """Send the form of the search page and read the page that it leads to: its length."""
    form = {
        "words": typed,
        **({"are_near": "on"} if are_near else {}),
        "csrfmiddlewaretoken": session.cookies["csrftoken"],
    }
    cookies = "; ".join(f"{name}={value}" for name, value in session.cookies.items())
    headers = {"Cookie": cookies, "Origin": f"http://{reader.headers['Host']}"}
    status, page = reader.post("/search", urlencode(form), headers)
    if status != 302:
        raise SystemExit(f"searching answered {status}: {page[-2500:].decode()}")
    return reader.read(reader.location, {"Cookie": cookies})


def respond(reader: measure.Reader, session: Session, story: str) -> None:
    """Send a response as its form does."""
    from django.urls import reverse

    form = {
        "words": "I am so sorry. We lost our daughter too, and I remember that drive.",
        "voice": session.voice,
        "form_token": uuid.uuid4().hex,
        "csrfmiddlewaretoken": session.cookies["csrftoken"],
    }
    headers = {
        "Cookie": "; ".join(f"{name}={value}" for name, value in session.cookies.items()),
        "Origin": f"http://{reader.headers['Host']}",
    }
    status, page = reader.post(reverse("responses-write", args=[story]), urlencode(form), headers)
    if status not in (302, 303):
        raise SystemExit(f"responding answered {status}: {page[-2500:].decode()}")


def _at_once(port: int, corpus: Any, sessions: Sequence[Session]) -> float:
    """Responses acknowledged in a second, by the clock, to members who all write at the same time."""
    connections, each = 16, 2 * RESPONSES_OF_ONE
    ready = threading.Barrier(connections + 1)

    def write(number: int) -> float:
        reader = measure.Reader(port, {})
        for one in range(RESPONSES_OF_ONE):
            respond(reader, sessions[2 * connections + number], corpus.middle_stories[-1 - one])
        ready.wait()
        for one in range(each):
            story = corpus.middle_stories[(number + one) % len(corpus.middle_stories)]
            respond(reader, sessions[2 * number + one % 2], story)
        return time.perf_counter()

    with ThreadPoolExecutor(connections) as threads:
        writers = [threads.submit(write, number) for number in range(connections)]
        ready.wait()
        start = time.perf_counter()
        ends = [writer.result() for writer in writers]
    return connections * each / (max(ends) - start)


def _cold(port: int) -> dict[str, Any]:
    """Requests and kB of a first visit to the home page: it, and everything that its head names."""
    reader = measure.Reader(port, {})
    reader.headers["Accept-Encoding"] = "br, gzip"
    _status, page = reader.get("/")
    named = set(re.findall(r'<(?:link|script|img)\b[^>]*?(?:href|src)="(/[^"]*)"', page.decode()))
    total = len(page) + sum(map(reader.read, named))
    return {"cold_home_requests": 1 + len(named), "cold_home_kb": total / 1000}


def _queries(corpus: Any) -> dict[str, int]:
    """SQL queries of each page, counted in this process on all three stores."""
    from django.contrib.auth import get_user_model
    from django.db import connections
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from lessalone.web.sealed_words import seal

    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(get_user_model().objects.get(pk=corpus.reader_id))
    paths = {
        "home": "/",
        "story": f"/stories/{corpus.middle_stories[0]}",
        "big_story": f"/stories/{corpus.big_story}",
    }
    for name, (are_near, typed) in SEARCHES.items():
        sealed = seal(typed[0], are_near=are_near, member_id=corpus.reader_id)
        paths[name] = f"/search?{urlencode({'for': sealed})}"
    counted = {}
    for name, path in paths.items():
        client.get(path)
        contexts = [CaptureQueriesContext(connections[alias]) for alias in connections]
        for context in contexts:
            context.__enter__()
        answer = client.get(path)
        for context in contexts:
            context.__exit__(None, None, None)
        if answer.status_code != 200:
            raise SystemExit(f"{name} answered {answer.status_code}")
        counted[f"{name}_queries"] = sum(len(context) for context in contexts)
    return counted


# --- What is asked of.


def _environment(folder: Path, port: int) -> dict[str, str]:
    environment = {
        "LESSALONE_DATA": str(folder / "data"),
        "LESSALONE_BIND": f"127.0.0.1:{port}",
        "DJANGO_SETTINGS_MODULE": "lessalone.config.settings",
        "PYTHONPATH": str(measure.ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    os.environ.update(environment)
    return environment


def _built(scale: float) -> tuple[Any, list[Session]]:
    """The corpus, and sessions of members: the reader's first."""
    import django

    django.setup()
    from lessalone.config.command import main as lessalone

    with redirect_stdout(sys.stderr):
        if lessalone(["migrate"]):
            raise SystemExit("the stores could not be made")
    from bench.corpus import build

    corpus = build(scale)
    _look_at_tables()
    members = _members(corpus.reader_id, 100)
    return replace(corpus, middle_stories=_seen_by_all(members, corpus.middle_stories)), _signed_in(members)


def _members(reader_id: int, count: int) -> list[Any]:
    """The reader and others."""
    from lessalone.people.models import Member

    members = Member.objects.order_by("pk").prefetch_related("voices")
    return [members.get(pk=reader_id), *members.exclude(pk=reader_id)[: count - 1]]


def _seen_by_all(members: Sequence[Any], stories: list[str]) -> list[str]:
    """Of these stories those that each of them may read: none under a cover name by somebody of their family."""
    from lessalone.sharing.models import Item
    from lessalone.stories.known import viewer_for

    seen = set(stories)
    for member in members:
        items = Item.objects.visible_to(viewer_for(member)).filter(public_id__in=seen)
        seen = set(items.values_list("public_id", flat=True))
    return [story for story in stories if story in seen]


def _look_at_tables() -> None:
    """What PostgreSQL does by itself some time after many rows came in."""
    from django.db import connections

    for connection in connections.all():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE")


def _empty_postgres() -> None:
    """Before the next corpus. The addresses are those of a cluster that is thrown away, or of empty databases."""
    addresses = ("DATABASE_URL", "LESSALONE_KEYS_DATABASE_URL", "LESSALONE_DERIVED_DATABASE_URL")
    for address in filter(None, map(os.environ.get, addresses)):
        import psycopg

        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")


def _wait_until_idle() -> None:
    """Until the worker has looked after every story, as it does once a day, and has had nothing to do for a while."""
    from django.utils import timezone

    from lessalone.kit.models import QueuedTask

    calm = 0
    while calm < 6:
        time.sleep(0.5)
        soon = timezone.now() + timedelta(minutes=2)
        calm = 0 if QueuedTask.objects.filter(dead_at=None, due_at__lte=soon).exists() else calm + 1


def _pids(server: int) -> list[int]:
    """The server's processes, and PostgreSQL's where it serves from this machine."""
    from django.db import connection

    pids = measure.family_of(server)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            pids += measure.family_of(measure.parent_of(cursor.fetchone()[0]))
    return pids


def _signed_in(members: Sequence[Any]) -> list[Session]:
    """A session of each."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    made = []
    for member in members:
        session = SessionStore()
        session[SESSION_KEY] = str(member.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = member.get_session_auth_hash()
        session.create()
        voice = next(voice.public_id for voice in member.voices.all() if not voice.is_cover)
        cookies = {settings.SESSION_COOKIE_NAME: session.session_key, "csrftoken": "a" * 32}
        made.append(Session(cookies, voice))
    return made


@contextmanager
def _stock(folder: Path) -> Iterator[measure.Request]:
    """The stock page, on the same core and the same kind of database."""
    port = measure.free_port()
    environment = {
        **_stock_database(),
        "BENCH_FOLDER": str(folder),
        "DJANGO_SETTINGS_MODULE": "bench.stock.settings",
        "PYTHONPATH": str(measure.ROOT),
    }
    made = subprocess.run(
        [
            measure.PYTHON,
            "-c",
            "import django; django.setup()\n"
            "from django.core.management import call_command; call_command('migrate', verbosity=0)\n"
            "from django.contrib.auth.models import User; from django.test import Client\n"
            "c = Client(); c.force_login(User.objects.create_user('someone')); print(c.cookies['sessionid'].value)",
        ],
        env={**os.environ, **environment},
        cwd=measure.ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    command = [measure.PYTHON, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--workers", "1"]
    command += ["--no-ws", "--blocking-threads", "8", "bench.stock.application:application"]
    with measure.server(measure.on_core(0, command), environment, port, folder / "stock.log") as pid:
        reader = measure.Reader(port, {"sessionid": made.stdout.strip()})

        yield measure.Request(lambda _number: reader.read("/"), _pids(pid))


def _stock_database() -> dict[str, str]:
    """Where it is PostgreSQL: a database of its own on the same server."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return {}
    import psycopg

    address = os.environ["DATABASE_URL"]
    with psycopg.connect(address, autocommit=True) as server:
        server.execute("DROP DATABASE IF EXISTS stock")
        server.execute("CREATE DATABASE stock")
    return {"STOCK_DATABASE_URL": urlunsplit(urlsplit(address)._replace(path="/stock"))}


if __name__ == "__main__":
    raise SystemExit(main())
