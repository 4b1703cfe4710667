"""The examples for operators do what the guide says: behind nginx and behind Caddy, with TLS, photos come in."""

from __future__ import annotations

import re
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.config.conftest import ROOT, Installation, eventually, free_port
from tests.config.visitor import Visitor, a_photo

pytestmark = pytest.mark.deploy
DEPLOY = ROOT / "deploy"
NAME = "community.example.org"


def changed(text: str, *changes: tuple[str, str]) -> str:
    """The example with our own addresses and paths; each of those to change has to be there."""
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text


@contextmanager
def nginx(folder: Path, port: int, to: str) -> Iterator[None]:
    plain = free_port()
    example = changed(
        (DEPLOY / "nginx" / "lessalone.conf").read_text(),
        ("    listen [::]:443 ssl http2;\n", ""),
        ("    listen [::]:80;\n", ""),
        ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
        ("listen 80", f"listen 127.0.0.1:{plain}"),
        (f"/etc/letsencrypt/live/{NAME}", str(folder)),
        ("/var/log/nginx", str(folder)),
        ("http://127.0.0.1:8000", to),
        (NAME, "localhost"),
    )
    places = "".join(
        f"{place}_temp_path {folder}/{place};\n"
        for place in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"pid {folder}/pid;\nevents {{}}\nhttp {{\naccess_log {folder}/access.log;\n{places}{example}\n}}\n"
    )
    command = ["nginx", "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]
    tried = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert tried.returncode == 0, tried.stderr
    assert "warn" not in tried.stderr, tried.stderr
    with _running(folder, [*command, "-g", "daemon off;"]):
        yield


@contextmanager
def caddy(folder: Path, port: int, to: str) -> Iterator[None]:
    example = changed(
        (DEPLOY / "caddy" / "Caddyfile").read_text(),
        (
            f"{NAME} {{",
            f"https://localhost:{port} {{\n\tbind 127.0.0.1\n\ttls {folder}/fullchain.pem {folder}/privkey.pem",
        ),
        ("127.0.0.1:8000", to.removeprefix("http://")),
    )
    (folder / "Caddyfile").write_text(
        f"{{\n\tadmin off\n\tauto_https disable_redirects\n\tstorage file_system {folder}/caddy\n}}\n{example}"
    )
    with _running(folder, ["caddy", "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]):
        yield


@contextmanager
def _running(folder: Path, command: list[str]) -> Iterator[None]:
    with (folder / "said.log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            yield
        finally:
            process.terminate()
            process.wait(timeout=20)


@pytest.fixture(params=[nginx, caddy], ids=lambda front: front.__name__)
def front(
    request: pytest.FixtureRequest, prepared: Installation, tmp_path: Path
) -> Iterator[tuple[str, ssl.SSLContext]]:
    """The address that people type, and whom they trust."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
        + ["-addext", "subjectAltName=DNS:localhost"]
        + ["-keyout", str(tmp_path / "privkey.pem"), "-out", str(tmp_path / "fullchain.pem")],
        check=True,
        capture_output=True,
    )
    port = free_port()
    address = f"https://localhost:{port}"
    prepared.start("serve", LESSALONE_PUBLIC_URL=address, LESSALONE_PROXIES="1")
    eventually(lambda: prepared.status("/readyz") == 200)
    for public in (tmp_path, *tmp_path.parents[:2]):
        public.chmod(0o755)
    with request.param(tmp_path, port, prepared.address):
        trusted = ssl.create_default_context(cafile=str(tmp_path / "fullchain.pem"))
        eventually(lambda: _answers(address, trusted))
        yield address, trusted


def _answers(address: str, trusted: ssl.SSLContext) -> bool:
    try:
        return bool(Visitor(address, trusted).ask("/healthz").status == 200)
    except OSError:
        return False


def test_someone_joins_and_keeps_photos_through_the_example(front, prepared):
    address, trusted = front
    ana = Visitor(address, trusted)
    answer = ana.ask("/")
    assert answer.headers["Strict-Transport-Security"]
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    ana.join()
    assert {cookie.secure for cookie in ana.cookies} == {True}
    baby, shelf = ana.add_baby("Jack")
    large = a_photo(64) + bytes(99_000_000)
    ana.send_files(f"/babies/{baby}/", f"/vault/shelves/{shelf}/", {"a.jpg": a_photo(640), "b.jpg": large})
    assert ana.page.count("Kept safe") == 2
    eventually(lambda: len(_photos(ana, baby)) == 2)
    too_large = a_photo(64) + bytes(104_000_000)
    ana.send_files(f"/babies/{baby}/", f"/vault/shelves/{shelf}/", {"c.jpg": too_large})
    assert "larger than 100 MB" in ana.page, "the example refuses it before we can say why"


def _photos(ana: Visitor, baby: str) -> list[str]:
    ana.ask(f"/babies/{baby}/")
    return re.findall(r'<img [^>]*src="([^"]*)"', ana.page)


def test_nothing_of_who_came_and_what_they_opened_is_in_a_log(front, prepared, tmp_path):
    address, trusted = front
    Visitor(address, trusted).ask("/stories/aaaaaaaaaaaaaaaaaaaaaa")
    logs = list(tmp_path.rglob("*.log"))
    assert logs
    assert not [log.name for log in logs if "aaaaaaaaaaaaaaaaaaaaaa" in log.read_text()]


def test_the_service_lets_the_darkroom_confine_itself():
    """Seen on Debian 12: `@system-service` has no Landlock there, and each photo's process was killed."""
    unit = (DEPLOY / "systemd" / "lessalone.service").read_text()
    allowed = " ".join(re.findall(r"^SystemCallFilter=([^~].*)$", unit, re.MULTILINE)).split()
    assert {"landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self"} <= set(allowed)


@pytest.mark.parametrize("unit", sorted(DEPLOY.glob("systemd/*")), ids=lambda path: path.name)
def test_systemd_understands_the_units(unit, tmp_path):
    for path in DEPLOY.glob("systemd/*"):
        shutil.copy(path, tmp_path)
    text = (tmp_path / unit.name).read_text()
    (tmp_path / unit.name).write_text(
        re.sub(r"(Exec\w+=)/opt/lessalone/bin/lessalone \w+", r"\1/bin/true", text)
    )
    tried = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--generators=no", str(tmp_path / unit.name)],
        capture_output=True,
        text=True,
        check=False,
    )
    said = [line for line in tried.stderr.splitlines() if "lessalone" in line]
    assert tried.returncode == 0, tried.stderr
    assert not said, tried.stderr
