"""A copy of every store as it is at one moment, and putting it back, as a restore from a backup does.

On SQLite the files of the database and its log are copied, also while others write (they must stand still:
`Running.stop`); on PostgreSQL a database is made after the first. The ledger stays as it is when a copy is put
back, and so does the derived store: neither is restored to an older state.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connections
from psycopg import sql

RESTORED = ("default", "keys")


def disconnect() -> None:
    """This process lets go of every store; the next query connects anew."""
    for alias in connections:
        connections[alias].close()


def is_sqlite() -> bool:
    return connections["default"].vendor == "sqlite"


class Copy:
    """The database, the key store and the encrypted files, as they were when this was made."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._blobs = folder / "blobs"
        disconnect()
        folder.mkdir()
        if Path(settings.BLOBS).exists():
            shutil.copytree(settings.BLOBS, self._blobs)
        for alias in RESTORED:
            self._copy(alias)

    def put_back(self) -> None:
        """Every row, key and file is again as it was."""
        disconnect()
        shutil.rmtree(settings.BLOBS, ignore_errors=True)
        if self._blobs.exists():
            shutil.copytree(self._blobs, settings.BLOBS)
        for alias in RESTORED:
            self._put_back(alias)

    def forget(self) -> None:
        """Remove the copy."""
        shutil.rmtree(self._folder)
        if not is_sqlite():
            for alias in RESTORED:
                _run(sql.SQL("DROP DATABASE {}").format(_name(self._second(alias))))

    def _copy(self, alias: str) -> None:
        if is_sqlite():
            for file in _files(alias):
                shutil.copy(file, self._folder)
        else:
            _copy_database(str(connections[alias].settings_dict["NAME"]), self._second(alias))

    def _put_back(self, alias: str) -> None:
        first = str(connections[alias].settings_dict["NAME"])
        if not is_sqlite():
            _wait_for(lambda: _run(sql.SQL("DROP DATABASE {}").format(_name(first))))
            _copy_database(self._second(alias), first)
            return
        Path(f"{first}-shm").unlink(missing_ok=True)
        for file in _files(alias):
            file.unlink()
        for file in self._folder.glob(f"{Path(first).name}*"):
            shutil.copy(file, Path(first).parent)

    def _second(self, alias: str) -> str:
        return f"{connections[alias].settings_dict['NAME']}_copy"


@contextmanager
def copied(folder: Path) -> Iterator[Copy]:
    """A copy that is removed at the end."""
    copy = Copy(folder)
    try:
        yield copy
    finally:
        disconnect()
        copy.forget()


def wait_until_nobody_is_connected() -> None:
    """What the database still did for those who were killed is done or undone. SQLite does nothing by itself."""
    if is_sqlite():
        return

    def nobody() -> None:
        for alias in connections:
            with connections[alias].cursor() as cursor:
                cursor.execute(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                    " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
                )
                if cursor.fetchone()[0]:
                    raise psycopg.OperationalError("somebody is connected")

    _wait_for(nobody)


def _files(alias: str) -> list[Path]:
    """The database's file and its write-ahead log; not its index, which is made anew."""
    name = str(connections[alias].settings_dict["NAME"])
    return [path for path in (Path(name), Path(f"{name}-wal")) if path.exists()]


def _copy_database(first: str, second: str) -> None:
    copy = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(_name(second), _name(first))
    _wait_for(lambda: _run(copy))


def _name(database: str) -> sql.Identifier:
    return sql.Identifier(database)


def _run(command: sql.Composed) -> None:
    of: dict[str, Any] = connections["default"].settings_dict
    with psycopg.connect(
        host=of["HOST"],
        port=of["PORT"],
        user=of["USER"],
        password=of["PASSWORD"],
        dbname="postgres",
        autocommit=True,
    ) as server:
        server.execute(command)


def _wait_for(step: Callable[[], None], seconds: float = 20) -> None:
    """Again, while a server process of someone who went away is still there."""
    until = time.monotonic() + seconds
    while True:
        try:
            return step()
        except psycopg.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
