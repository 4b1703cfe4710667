"""What differs under pytest: throw-away stores, one set for each test process; cheaper password hashes."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any


def adjust(settings: dict[str, Any]) -> None:
    """Point every store at a fresh folder (SQLite) or a database of this process's own (PostgreSQL)."""
    folder = Path(os.environ.get("LESSALONE_TEST_FOLDER") or tempfile.mkdtemp(prefix="lessalone-test-"))
    for name, database in settings["DATABASES"].items():
        if database["ENGINE"].endswith("sqlite3"):
            database["TEST"] = {"NAME": str(folder / f"{name}-{os.getpid()}.sqlite3")}
        else:
            database["CONN_MAX_AGE"] = 0
            database["TEST"] = {"NAME": f"test_{name}_{os.getpid()}"}
    settings["BLOBS"] = folder / "blobs"
    settings["LEDGER"] = folder / "ledger"
    settings["KEY_FILE"] = folder / "keys" / "master.key"
    settings["STORAGES"]["default"]["OPTIONS"]["location"] = folder / "blobs"
    settings["PASSWORD_HASHERS"] = ["django.contrib.auth.hashers.MD5PasswordHasher"]
