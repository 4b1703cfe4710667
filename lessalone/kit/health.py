"""Is this process alive, and can it serve? For load balancers and supervisors; it tells them nothing more."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import structlog
from django.conf import settings
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from lessalone.kit.routers import STORES

log = structlog.get_logger()

LEAST_FREE_BYTES = 200_000_000
"""Below this nothing more is promised to be kept: a photo of the largest size must still fit."""


def stores_answer() -> bool:
    """All three stores answer a question."""
    for alias in connections:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    return True


_migrated: set[str] = set()


def migrations_are_applied() -> bool:
    """Every migration of this version is there. Once true it stays true for this process."""
    for alias in connections:
        if alias not in _migrated:
            if unapplied(alias):
                return False
            _migrated.add(alias)
    return True


def unapplied(alias: str) -> bool:
    """True when the store lacks a migration of the apps whose tables it holds."""
    executor = MigrationExecutor(connections[alias])
    wanted = [node for node in executor.loader.graph.leaf_nodes() if STORES.get(node[0], "default") == alias]
    return bool(executor.migration_plan(wanted))


def key_file_is_readable() -> bool:
    """The master key can be read; or it was not needed yet, and can be made."""
    path = Path(settings.KEY_FILE)
    if path.exists():
        return os.access(path, os.R_OK)
    nearest = next(folder for folder in path.parents if folder.exists())
    return nearest.is_dir() and os.access(nearest, os.W_OK)


def free_bytes() -> int:
    """Room on the disk of the data folder."""
    return shutil.disk_usage(settings.DATA).free


def disk_has_room() -> bool:
    return free_bytes() >= LEAST_FREE_BYTES


CHECKS: dict[str, Callable[[], bool]] = {
    "stores": stores_answer,
    "migrations": migrations_are_applied,
    "key file": key_file_is_readable,
    "disk": disk_has_room,
}


def problems() -> list[str]:
    """The names of the checks that do not pass; an error in one counts as not passing."""
    found = []
    for name, check in CHECKS.items():
        try:
            passes = check()
        except Exception as error:
            log.error("not ready", store=name, exc_info=error)
            passes = False
        if not passes:
            found.append(name)
    return found
