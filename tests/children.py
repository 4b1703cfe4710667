"""Child processes that share the stores of the running tests, so that a test can kill one and look.

    child = run_child("tests.kit.queue_child:work_once", fault="queue.taken")
    assert child.was_killed

Use it in tests marked `django_db(transaction=True, databases="__all__")`: a child sees only what is
committed.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections


@dataclass(frozen=True)
class Ended:
    """How a child ended, and what it printed."""

    code: int
    output: str
    errors: str

    @property
    def was_killed(self) -> bool:
        return self.code == -signal.SIGKILL


def start_child(function: str, *, fault: str = "", **arguments: Any) -> subprocess.Popen[str]:
    """Start `module:function(**arguments)` in a process of its own on this test's stores and folders."""
    stores = {
        alias: str(connection.settings_dict["NAME"])
        for alias, connection in ((alias, connections[alias]) for alias in connections)
    }
    folders = {name: str(getattr(settings, name)) for name in ("BLOBS", "LEDGER", "KEY_FILE")}
    brief = json.dumps({"stores": stores, "folders": folders, "arguments": arguments})
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "lessalone.config.settings"}
    environment.pop("LESSALONE_FAULT", None)
    if fault:
        environment["LESSALONE_FAULT"] = fault
    return subprocess.Popen(
        [sys.executable, "-m", "tests.children", function, brief],
        cwd=Path(__file__).resolve().parents[1],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run_child(function: str, *, fault: str = "", seconds: float = 60, **arguments: Any) -> Ended:
    """Start a child and wait for its end; `fault` names the point where it is killed."""
    with start_child(function, fault=fault, **arguments) as child:
        try:
            output, errors = child.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            child.kill()
            output, errors = child.communicate()
            raise AssertionError(f"the child did not end in {seconds} s: {errors}") from None
    return Ended(child.returncode, output, errors)


def _main(function: str, brief: dict[str, Any]) -> None:
    from lessalone.config import settings as ours

    for alias, name in brief["stores"].items():
        ours.DATABASES[alias]["NAME"] = name
    for name, folder in brief["folders"].items():
        setattr(ours, name, type(getattr(ours, name))(folder))
    ours.STORAGES["default"]["OPTIONS"]["location"] = ours.BLOBS
    import django

    django.setup()
    module, _, name = function.partition(":")
    result = getattr(importlib.import_module(module), name)(**brief["arguments"])
    if result is not None:
        print(json.dumps(result))


if __name__ == "__main__":
    _main(sys.argv[1], json.loads(sys.argv[2]))
