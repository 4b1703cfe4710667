"""The command line, as an operator meets it: real processes on a data folder of their own."""

from __future__ import annotations

import os
import re
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from lessalone.config.processes import WRONG_CONFIGURATION
from tests.config.conftest import ROOT, Installation, eventually
from tests.config.visitor import Visitor, a_photo

COMMANDS = ["serve", "worker", "migrate", "doctor", "invite-moderator", "turn-key", "sample"]


def parts(pid: int) -> list[int]:
    """The process and all that it started, from any of its threads, and they."""
    children = Path(f"/proc/{pid}/task").glob("*/children")
    below = [int(child) for started in children for child in started.read_text().split()]
    return [pid, *(each for child in below for each in parts(child))]


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def pss_megabytes(pids: list[int]) -> float:
    """The memory of these processes, what they share counted once."""
    total = 0
    for pid in pids:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        total += int(re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)[1])
    return total / 1000


@pytest.fixture
def serving(prepared: Installation) -> tuple[Installation, subprocess.Popen[str]]:
    process = prepared.start("serve")
    eventually(lambda: prepared.status("/readyz") == 200)
    eventually(lambda: len(parts(process.pid)) == 4)
    return prepared, process


# --- Help


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_says_what_it_does_and_gives_an_example(installation, command):
    ended = installation.run(command, "--help")
    assert ended.returncode == 0
    assert "examples:\n  " in ended.stdout
    assert f"lessalone {command}" in ended.stdout


def test_the_command_alone_lists_them_all(installation):
    ended = installation.run("--help")
    assert all(f"\n    {command}" in ended.stdout for command in COMMANDS)
    assert installation.run().returncode == 2
    assert installation.run("unknown").returncode == 2


def test_the_supervisor_does_not_load_django():
    code = "import sys; from lessalone.config import command, processes; print('django' in sys.modules)"
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ended.stdout == "False\n"


# --- migrate


def test_migrating_makes_all_that_is_needed(installation):
    ended = installation.run("migrate")
    assert ended.returncode == 0, ended.stderr
    assert str(installation.data / "keys" / "master.key") in ended.stdout
    assert list((installation.data / "static").rglob("*.css.br")), (
        "pages' files are compressed once, not each time"
    )
    assert installation.run("doctor").returncode == 0


def test_migrating_with_a_wrong_setting_says_so_and_makes_nothing(installation):
    ended = installation.run("migrate", LESSALONE_BIND="everywhere")
    assert ended.returncode == 1
    assert "LESSALONE_BIND" in ended.stderr
    assert not (installation.data / "keys" / "master.key").exists()


def test_the_data_folder_belongs_to_nobody_else(prepared):
    for path in [prepared.data, *prepared.data.rglob("*")]:
        mode = stat.S_IMODE(path.stat().st_mode)
        if path.relative_to(prepared.data).parts[:1] != ("static",):
            assert mode & 0o077 == 0, f"{path} has mode {mode:o}"
    assert stat.S_IMODE((prepared.data / "keys" / "master.key").stat().st_mode) == 0o600


def test_migrating_again_keeps_the_keys(prepared):
    keys = {path: path.read_bytes() for path in (prepared.data / "keys").glob("*[ty]") if path.is_file()}
    assert len(keys) >= 2
    assert prepared.run("migrate").returncode == 0
    assert {path: path.read_bytes() for path in keys} == keys


# --- serve


def test_one_service_serves_pages_and_ends_cleanly_when_asked(serving):
    installation, process = serving
    everyone = parts(process.pid)
    assert installation.status("/healthz") == 200
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    eventually(lambda: not any(map(is_running, everyone)), 5)


@pytest.mark.parametrize("which", ["the web server", "its worker", "the queue's worker"])
def test_a_part_that_dies_is_started_again(serving, which):
    installation, process = serving
    _, web, webs_worker, queue = parts(process.pid)
    victim = {"the web server": web, "its worker": webs_worker, "the queue's worker": queue}[which]
    os.kill(victim, signal.SIGKILL)
    eventually(lambda: not is_running(victim))
    eventually(lambda: len(parts(process.pid)) == 4)
    eventually(lambda: installation.status("/readyz") == 200)


def test_when_the_supervisor_is_killed_nothing_is_left_running(serving):
    installation, process = serving
    everyone = parts(process.pid)
    process.kill()
    eventually(lambda: not any(map(is_running, everyone)), 25)
    assert installation.status("/healthz") == 0


def test_idle_it_needs_little_memory(serving):
    """200 MB for everything, after the first pages (`design.md`, section 7)."""
    installation, process = serving
    for path in ("/healthz", "/readyz", "/", "/nothing-here"):
        installation.status(path)
    assert pss_megabytes(parts(process.pid)) < 200


def test_a_port_that_is_taken_is_said_and_not_tried_for_ever(serving):
    installation, _ = serving
    second = installation.start("serve")
    output, _ = second.communicate(timeout=30)
    assert second.returncode == 78
    assert "Something else listens on" in output


def test_a_folder_that_was_not_migrated_is_not_served(installation):
    process = installation.start("serve")
    output, _ = process.communicate(timeout=30)
    assert process.returncode == 78
    assert "lessalone migrate" in output


def test_the_first_start_says_where_it_is_and_how_to_become_the_first_moderator(prepared):
    process = prepared.start("serve", "--welcome")
    lines = [process.stdout.readline() for _ in range(3)]
    assert lines[0] == f"Less Alone is at {prepared.address}\n"
    link = lines[2].strip()
    assert link.startswith(prepared.address)
    assert prepared.status(link.removeprefix(prepared.address)) == 200
    assert prepared.run("doctor").returncode == 0


def test_nothing_of_a_request_comes_into_the_log(serving):
    installation, process = serving
    installation.status("/Jack-was-born?q=on-a-Tuesday")
    process.send_signal(signal.SIGTERM)
    output, _ = process.communicate(timeout=30)
    assert '"status": 404' in output or '"status": 302' in output
    assert "Jack" not in output
    assert "Tuesday" not in output


def test_pages_alone_can_be_served(prepared):
    process = prepared.start("serve", "--only-web")
    eventually(lambda: prepared.status("/readyz") == 200)
    assert len(parts(process.pid)) == 3


# --- invite-moderator


def test_a_moderator_is_invited_by_a_link(prepared):
    first, second = prepared.run("invite-moderator"), prepared.run("invite-moderator")
    assert first.returncode == 0, first.stderr
    assert first.stdout.startswith(prepared.address)
    assert first.stdout != second.stdout


# --- turn-key


def test_a_turned_key_opens_everything_and_the_old_one_nothing(prepared):
    ana, shelf, address = _with_a_photo(prepared)
    master = prepared.data / "keys" / "master.key"
    old = master.read_text()
    ended = prepared.run("turn-key")
    assert ended.returncode == 0, ended.stderr
    assert re.search(r"Keys wrapped anew: [1-9]", ended.stdout)
    assert not set(old.split()) & set(master.read_text().split())
    assert stat.S_IMODE(master.stat().st_mode) == 0o600
    prepared.start("serve")
    eventually(lambda: prepared.status("/readyz") == 200)
    assert ana.ask(address + "320/").status == 200
    ana.ask(f"/vault/shelves/{shelf}/")
    assert address in ana.page


def test_no_key_is_turned_while_it_is_served(serving):
    installation, _ = serving
    before = (installation.data / "keys" / "master.key").read_bytes()
    ended = installation.run("turn-key")
    assert ended.returncode == 1
    assert "Stop the service first" in ended.stderr
    assert (installation.data / "keys" / "master.key").read_bytes() == before


def _with_a_photo(installation: Installation) -> tuple[Visitor, str, str]:
    """Someone who keeps a photo, its shelf and its address, on a service that has been stopped since."""
    process = installation.start("serve")
    eventually(lambda: installation.status("/readyz") == 200)
    ana = Visitor(installation.address)
    ana.join()
    baby, shelf = ana.add_baby("Jack")
    ana.send_files(f"/babies/{baby}/", f"/vault/shelves/{shelf}/", {"one.jpg": a_photo(320)})
    ana.ask(f"/vault/shelves/{shelf}/")
    address = re.search(r"/vault/photos/[\w-]{22}/", ana.page)[0]
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    return ana, shelf, address


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LESSALONE_JOINING", "sometimes"),
        ("LESSALONE_EMAIL_URL", "http://mail"),
        ("LESSALONE_OIDC_ISSUER", "a"),
    ],
)
def test_nothing_is_served_with_a_setting_that_cannot_be_used(prepared, name, value):
    ended = prepared.run("serve", **{name: value})
    assert ended.returncode == WRONG_CONFIGURATION
    assert name in ended.stderr
    assert "Less Alone is at" not in ended.stdout


# --- doctor


def test_the_doctor_is_content_with_a_new_installation(prepared):
    ended = prepared.run("doctor")
    assert "ERROR" not in ended.stdout
    assert ended.returncode == 0


def test_the_doctor_names_every_wrong_setting_at_once_and_no_secret(prepared):
    ended = prepared.run(
        "doctor",
        LESSALONE_BIND="everywhere",
        LESSALONE_JOINING="sometimes",
        LESSALONE_EMAIL_URL="smtp://notices:geheimnis@mail.example",
        LESSALONE_JOINNING="open",
    )
    assert ended.returncode == 1
    assert "LESSALONE_BIND cannot be used" in ended.stdout
    assert "LESSALONE_JOINING cannot be used" in ended.stdout
    assert "Did you mean LESSALONE_JOINING?" in ended.stdout
    assert "geheimnis" not in ended.stdout + ended.stderr
    assert re.search(r"LESSALONE_EMAIL_URL +set, not shown +from the environment", ended.stdout)


def test_the_doctor_says_that_a_secret_came_from_a_file_and_does_not_show_it(prepared, tmp_path):
    (tmp_path / "mail").write_text("smtp://notices:geheimnis@mail.example\n")
    ended = prepared.run("doctor", LESSALONE_EMAIL_URL_FILE=str(tmp_path / "mail"))
    assert re.search(r"LESSALONE_EMAIL_URL +set, not shown +from the file", ended.stdout)
    assert "geheimnis" not in ended.stdout


def test_the_doctor_sees_files_that_others_could_read(prepared):
    master = prepared.data / "keys" / "master.key"
    master.chmod(0o644)
    ended = prepared.run("doctor")
    assert ended.returncode == 1
    assert f"chmod 600 {master}" in ended.stdout
    master.chmod(0o600)
    assert prepared.run("doctor").returncode == 0


def test_the_doctor_says_when_the_stores_are_not_made(installation):
    ended = installation.run("doctor")
    assert ended.returncode == 1
    assert "lessalone migrate" in ended.stdout


def test_the_doctor_says_when_a_store_does_not_answer(prepared):
    ended = prepared.run("doctor", DATABASE_URL="postgres://nobody@127.0.0.1:1/nothing")
    assert ended.returncode == 1
    assert "does not answer" in ended.stdout


def test_work_that_did_not_succeed_is_shown_and_can_be_tried_again(prepared):
    code = (
        "import django; django.setup()\n"
        "from django.utils import timezone\n"
        "from lessalone.kit.models import QueuedTask\n"
        "t = timezone.now()\n"
        "QueuedTask.objects.create(name='kit.sweep-limits', due_at=t, dead_at=t, error='OSError')\n"
    )
    environment = {**prepared.environment, "DJANGO_SETTINGS_MODULE": "lessalone.config.settings"}
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, check=True)
    ended = prepared.run("doctor")
    assert ended.returncode == 1
    assert "kit.sweep-limits did not succeed, once; last with OSError" in ended.stdout
    assert prepared.run("doctor", "--retry-dead").returncode == 0
