"""Installations for tests of the command line: a data folder, and stores, that are thrown away."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.db import connections

ROOT = Path(__file__).resolve().parents[2]
STORE_SETTINGS = {
    "default": "DATABASE_URL",
    "keys": "LESSALONE_KEYS_DATABASE_URL",
    "derived": "LESSALONE_DERIVED_DATABASE_URL",
}


@dataclass
class Installation:
    """A data folder and the environment of its commands."""

    data: Path
    environment: dict[str, str]
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run `lessalone …` to its end."""
        return subprocess.run(
            [sys.executable, "-m", "lessalone.config", *arguments],
            cwd=ROOT,
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """Start `lessalone …`; it is ended with the test."""
        process = subprocess.Popen(
            [sys.executable, "-m", "lessalone.config", *arguments],
            cwd=ROOT,
            env={**self.environment, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.started.append(process)
        return process

    @property
    def address(self) -> str:
        return f"http://{self.environment['LESSALONE_BIND']}"

    def status(self, path: str) -> int:
        """The status of a page, or 0 when nothing answers."""
        visitor = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        try:
            with visitor.open(self.address + path, timeout=5) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0


def free_port() -> int:
    with socket.socket() as attempt:
        attempt.bind(("127.0.0.1", 0))
        return int(attempt.getsockname()[1])


def eventually(condition: Callable[[], object], seconds: float = 30) -> None:
    """Wait until it is true."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """Nothing in it yet. On PostgreSQL it has three databases of its own."""
    with _installed(tmp_path) as ours:
        yield ours


@pytest.fixture(scope="session")
def _once_prepared(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> Iterator[Installation]:
    with _installed(tmp_path_factory.mktemp("prepared")) as ours:
        ended = ours.run("migrate")
        assert ended.returncode == 0, ended.stderr
        yield ours


@pytest.fixture
def prepared(_once_prepared: Installation, tmp_path: Path) -> Iterator[Installation]:
    """Migrated, so that it can be served: a copy of what was made once."""
    shutil.copytree(_once_prepared.data, tmp_path / "data")
    with _installed(tmp_path, like=_once_prepared) as ours:
        yield ours


@contextmanager
def _installed(folder: Path, like: Installation | None = None) -> Iterator[Installation]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("LESSALONE_", "DJANGO_")) and name != "DATABASE_URL"
    }
    databases = _make_databases(like)
    ours = {
        "LESSALONE_DATA": str(folder / "data"),
        "LESSALONE_BIND": f"127.0.0.1:{free_port()}",
        "LESSALONE_LOG_FORMAT": "json",
    }
    installation = Installation(folder / "data", kept | ours | databases)
    try:
        yield installation
    finally:
        for process in installation.started:
            if process.poll() is None:
                process.terminate()
            process.communicate(timeout=40)
        _drop_databases(databases)


def _make_databases(like: Installation | None) -> dict[str, str]:
    settings = connections["default"].settings_dict
    if settings["ENGINE"].endswith("sqlite3"):
        return {}
    urls = {}
    for store, variable in STORE_SETTINGS.items():
        name = f"command_{store}_{uuid.uuid4().hex[:8]}"
        template = f' TEMPLATE "{like.environment[variable].rpartition("/")[2]}"' if like else ""
        _administer(f'CREATE DATABASE "{name}"{template}')
        urls[variable] = f"postgres://{settings['USER']}@{settings['HOST']}:{settings['PORT']}/{name}"
    return urls


def _drop_databases(urls: dict[str, str]) -> None:
    for url in urls.values():
        _administer(f'DROP DATABASE "{url.rpartition("/")[2]}" WITH (FORCE)')


def _administer(statement: str) -> None:
    import psycopg

    ours = connections["default"].settings_dict
    server = {"host": ours["HOST"], "port": ours["PORT"], "user": ours["USER"], "dbname": "postgres"}
    with psycopg.connect(**server, autocommit=True) as connection:
        connection.execute(statement)
