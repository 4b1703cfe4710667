"""A backup brings everything back, except what was erased since."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

from tests.config.conftest import ROOT, Installation

pytestmark = pytest.mark.sqlite

_SETUP = """
import sys, django; django.setup()
from pathlib import Path
from uuid import UUID
from lessalone.vault import erasure, words
folder = Path(sys.argv[1])

def keep(name):
    key = words.new_key(purpose="item")
    (folder / name).write_bytes(words.seal(key, f"words of {name}", context=name))
    (folder / f"{name}.key").write_text(str(key))

def key_of(name):
    return UUID((folder / f"{name}.key").read_text())

def read(name):
    try:
        print(words.unseal(key_of(name), (folder / name).read_bytes(), context=name))
    except words.Gone:
        print("gone")
"""


def python(installation: Installation, code: str, folder) -> str:
    ended = subprocess.run(
        [sys.executable, "-c", _SETUP + code, str(folder)],
        cwd=ROOT,
        env={**installation.environment, "DJANGO_SETTINGS_MODULE": "lessalone.config.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_what_was_kept_comes_back_and_what_was_erased_since_does_not(prepared, tmp_path):
    content, keys = tmp_path / "content", tmp_path / "keys"
    python(prepared, "keep('kept'); keep('erased')", tmp_path)
    subprocess.run(["bash", "deploy/backup", prepared.data, content, keys], cwd=ROOT, check=True)
    assert not list(content.rglob("*derived*")), "what can be made again is in no backup"
    assert not list(content.rglob("*keys*")), "keys and content are apart"
    assert not list(keys.rglob("master.key"))

    erase = """
request = erasure.request_erasure(actor_id=None, kind="test", subject_id=1, key_ids=[key_of("erased")])
erasure.run_erasure(request_id=request.pk)
read("erased")
"""
    assert python(prepared, erase, tmp_path) == "gone\n"

    # Step by step as in docs/operating.md, with a copy of the keys that is too old, which is the worst case.
    newest_ledger, master = tmp_path / "ledger", tmp_path / "master.key"
    shutil.copytree(prepared.data / "ledger", newest_ledger)
    shutil.copy(prepared.data / "keys" / "master.key", master)
    shutil.rmtree(prepared.data)
    for name in ("database", "keys"):
        (prepared.data / name).mkdir(parents=True, mode=0o700)
    shutil.copy(content / "lessalone.sqlite3", prepared.data / "database")
    for file in (keys / "keys.sqlite3", keys / "django.secret", master):
        shutil.copy(file, prepared.data / "keys")
    shutil.copytree(newest_ledger, prepared.data / "ledger")
    assert python(prepared, "read('erased')", tmp_path) == "words of erased\n", "else the test shows nothing"

    migrated = prepared.run("migrate")
    assert migrated.returncode == 0, migrated.stderr
    assert "They are erased again: 1." in migrated.stdout
    assert python(prepared, "read('kept'); read('erased')", tmp_path) == "words of kept\ngone\n"
    assert prepared.run("doctor").returncode == 0


def test_a_master_key_made_as_the_guide_says_opens_what_it_wrapped(installation, tmp_path):
    line = 'echo "$(openssl rand -hex 4) $(openssl rand -base64 32)"'
    assert line in (ROOT / "docs" / "operating.md").read_text()
    outside = tmp_path / "master.key"
    subprocess.run(["bash", "-c", f"umask 077; {line} > {outside}"], check=True)
    installation.environment["LESSALONE_KEY_FILE"] = str(outside)
    assert installation.run("migrate").returncode == 0
    assert python(installation, "keep('kept'); read('kept')", tmp_path) == "words of kept\n"
    assert not (installation.data / "keys" / "master.key").exists()
    assert installation.run("doctor").returncode == 0
