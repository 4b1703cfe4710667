"""The main pages on a seeded corpus, as a signed-in member meets them, on one worker and one core.

    bench/pages                 2,000 members, 20,000 stories, 200,000 responses
    bench/pages --ten           ten times that
    bench/pages --large         fifty times that
    bench/pages --quick         a tenth, under 45 seconds; growth is not measured
    DATABASE_URL=… bench/pages  on PostgreSQL (an empty database)

CPU milliseconds are those of the server's processes (and of PostgreSQL, when given its pid in BENCH_POSTGRES_PID),
read from /proc. The unit u is a stock Django page with session and member, measured in the same run.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench import measure

BUDGET = {
    "home_u": 6.0,
    "story_u": 7.0,
    "big_story_u": 7.0,
    "respond_u": 12.0,
    "home_queries": 8,
    "story_queries": 8,
    "big_story_queries": 8,
}


def main() -> int:
    """Build, serve, measure, report."""
    options = measure.arguments(
        "Requests a second, CPU, queries and bytes of the main pages.", "ten", "large"
    )
    scale = 0.1 if options.quick else 10 if options.ten else 50 if options.large else 1
    batches, size = (4, 25) if options.quick else (8, 50)
    folder = Path(tempfile.mkdtemp(prefix="bench-pages-"))
    try:
        figures = measured(folder, scale, batches, size)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return measure.report("pages", figures, BUDGET, as_json=options.json)


def measured(folder: Path, scale: float, batches: int, size: int) -> dict[str, Any]:
    """Every figure."""
    figures: dict[str, Any] = {"scale": scale}
    unit = _stock(folder, batches, size)
    figures["unit_cpu_ms"] = unit
    port = measure.free_port()
    environment = _prepare(folder, port)
    import django

    django.setup()
    from django.core.management import call_command

    from lessalone.config.command import main as lessalone

    with _quiet():
        lessalone(["migrate"])
        call_command("collectstatic", interactive=False, verbosity=0)
    from bench.corpus import build

    corpus = build(scale)
    cookies = _signed_in(corpus.reader_id)
    figures |= _queries(corpus)
    command = measure.on_core(0, [str(measure.ROOT / "bin" / "lessalone"), "serve"])
    with measure.server(command, environment, port, folder / "server.log") as pid:
        reader = measure.Reader(port, cookies)
        chance = random.Random(1)  # noqa: S311
        pages = {
            "home": lambda n: "/",
            "story": lambda n: f"/stories/{chance.choice(corpus.middle_stories)}",
            "big_story": lambda n: f"/stories/{corpus.big_story}",
        }
        pids = list(measure.family_of(pid))
        pids += [int(p) for p in os.environ.get("BENCH_POSTGRES_PID", "").split(",") if p]
        for public_id in corpus.middle_stories:
            reader.get(f"/stories/{public_id}")
        for name, path in pages.items():
            figures |= _page(name, reader, path, _with_postgres(pids), batches, size, unit)
        figures |= _respond(reader, cookies, corpus, _with_postgres(pids), batches, size, unit)
        figures["memory_pss_mb"] = measure.pss_megabytes(measure.family_of(pid))
    return figures


def _with_postgres(pids: list[int]) -> list[int]:
    found = list(pids)
    for pid in pids:
        found += [one for one in measure.family_of(pid) if one not in found]
    return found


def _page(
    name: str, reader: measure.Reader, path: Any, pids: list[int], batches: int, size: int, unit: float
) -> dict[str, Any]:
    status, body = reader.get(path(0))
    if status != 200:
        raise SystemExit(f"{name} answered {status}")

    def request(number: int) -> None:
        got, _body = reader.get(path(number))
        if got != 200:
            raise SystemExit(f"{name} answered {got}")

    for number in range(size):
        request(number)
    found = measure.timed(request, pids=pids, batches=batches, size=size)
    named = {f"{name}_{key}": value for key, value in found.items()}
    return {**named, f"{name}_u": found["cpu_ms"] / unit, f"{name}_bytes": len(body)}


def _respond(
    reader: measure.Reader,
    cookies: dict[str, str],
    corpus: Any,
    pids: list[int],
    batches: int,
    size: int,
    unit: float,
) -> dict[str, Any]:
    """Posting a response, as the form does it. Rate limits are lifted by spreading over readers' sessions."""
    import uuid

    from django.urls import reverse

    sessions = _many_signed_in(batches * size // 20 + 2)

    def request(number: int) -> None:
        reader.headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in sessions[number // 20].items())
        story = corpus.middle_stories[number % len(corpus.middle_stories)]
        body = urlencode(
            {
                "words": "I am so sorry. We lost our daughter too, and I remember that drive.",
                "voice": sessions[number // 20]["voice"],
                "form_token": uuid.uuid4().hex,
                "csrfmiddlewaretoken": sessions[number // 20]["csrftoken"],
            }
        )
        status, page = reader.post(
            reverse("responses-write", args=[story]), body, {"Origin": f"http://{reader.headers['Host']}"}
        )
        if status not in (302, 303):
            raise SystemExit(f"responding answered {status}: {page[-2500:].decode()}")

    found = measure.timed(request, pids=pids, batches=max(2, batches // 2), size=size)
    named = {f"respond_{key}": value for key, value in found.items()}
    return {**named, "respond_u": found["cpu_ms"] / unit}


def _queries(corpus: Any) -> dict[str, int]:
    """SQL queries of each page, counted in this process on all three stores."""
    from django.contrib.auth import get_user_model
    from django.db import connections
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(
        get_user_model().objects.get(pk=corpus.reader_id),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    counted = {}
    for name, path in {
        "home": "/",
        "story": f"/stories/{corpus.middle_stories[0]}",
        "big_story": f"/stories/{corpus.big_story}",
    }.items():
        for _time in range(2):
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


def _signed_in(member_id: int) -> dict[str, str]:
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
    from django.contrib.sessions.backends.db import SessionStore

    member = get_user_model().objects.get(pk=member_id)
    session = SessionStore()
    session[SESSION_KEY] = str(member.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = member.get_session_auth_hash()
    session.create()
    voice = member.voices.get(is_cover=False).public_id
    return {settings.SESSION_COOKIE_NAME: session.session_key, "csrftoken": "a" * 32, "voice": voice}


def _many_signed_in(count: int) -> list[dict[str, str]]:
    from django.contrib.auth import get_user_model

    ids = get_user_model().objects.order_by("pk").values_list("pk", flat=True)[:count]
    found = [_signed_in(pk) for pk in ids]
    return [found[n % len(found)] for n in range(count)]


def _prepare(folder: Path, port: int) -> dict[str, str]:
    environment = {
        "LESSALONE_DATA": str(folder / "data"),
        "LESSALONE_BIND": f"127.0.0.1:{port}",
        "DJANGO_SETTINGS_MODULE": "lessalone.config.settings",
        "PYTHONPATH": str(measure.ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    os.environ.update(environment)
    return environment


def _stock(folder: Path, batches: int, size: int) -> float:
    """CPU milliseconds of the stock page: the unit."""
    port = measure.free_port()
    environment = {
        "BENCH_FOLDER": str(folder),
        "DJANGO_SETTINGS_MODULE": "bench.stock.settings",
        "PYTHONPATH": str(measure.ROOT),
    }
    import subprocess

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

        def request(number: int) -> None:
            status, _body = reader.get("/")
            if status != 200:
                raise SystemExit(f"the stock page answered {status}")

        for number in range(100):
            request(number)
        return measure.timed(request, pids=measure.family_of(pid), batches=batches, size=size * 2)["cpu_ms"]


class _quiet:
    """Nothing of the commands' own words on standard output, where the JSON goes."""

    def __enter__(self) -> None:
        self.out = sys.stdout
        sys.stdout = sys.stderr

    def __exit__(self, *_: object) -> None:
        sys.stdout = self.out


if __name__ == "__main__":
    raise SystemExit(main())
