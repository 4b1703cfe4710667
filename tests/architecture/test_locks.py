"""What is installed is pinned by hash, and says nothing of where it was made."""

from __future__ import annotations

import re
import subprocess

from tests.architecture.rooms import ROOT

_PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==(\S+)", re.M)
_PLACE = re.compile(r"--(?:extra-)?index-url|--find-links|--trusted-host|file:|https?://", re.I)
_OF_A_MACHINE = re.compile(
    r"(?<![\w.])/(?:work|root|home/\w+)/|\"resolved\":\s*\"https?:|https?://[\w.-]+/(?:simple|pypi|debian|npm)/"
)


def pins(name: str) -> dict[str, str]:
    return dict(_PIN.findall((ROOT / "requirements" / f"{name}.txt").read_text()))


def test_locks_name_no_place():
    for name in ("run", "dev", "meaning"):
        assert not _PLACE.search((ROOT / "requirements" / f"{name}.txt").read_text())


def test_every_pin_has_its_hashes():
    for name in ("run", "dev", "meaning"):
        text = (ROOT / "requirements" / f"{name}.txt").read_text()
        blocks = re.split(r"\n(?=[a-z0-9])", text)
        without = [
            block.split()[0] for block in blocks if _PIN.match(block) and "--hash=sha256:" not in block
        ]
        assert without == []
        assert len(pins(name)) > 5


def test_tests_run_what_is_served():
    run, dev = pins("run"), pins("dev")
    assert {name: (version, dev.get(name)) for name, version in run.items() if dev.get(name) != version} == {}


def test_what_is_optional_takes_nothing_that_is_served_in_another_version():
    run, meaning = pins("run"), pins("meaning")
    assert {name for name in meaning if name in run and run[name] != meaning[name]} == set()


def test_nothing_of_the_machine_it_was_made_on_is_kept():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    found = {}
    for name in listed.stdout.split("\0"):
        path = ROOT / name
        if not name or not path.is_file() or path.stat().st_size > 3_000_000:
            continue
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        if name != "tests/architecture/test_locks.py" and (hit := _OF_A_MACHINE.search(text)):
            found[name] = hit.group()
    assert found == {}
