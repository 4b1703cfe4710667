"""What a whole evening leaves in the log of the real server: which kinds of pages were asked for, and no more."""

from __future__ import annotations

import base64
import http.cookiejar
import io
import json
import re
import signal
import urllib.error
import urllib.parse
import urllib.request
import uuid

import pytest
from PIL import Image

from tests.config.conftest import Installation, eventually

CANARY = "Kanarienvogel"
"""Whatever she types or sends has this in it."""
ID = re.compile(r"[A-Za-z0-9_-]{22}")


class Visitor:
    """Someone without JavaScript: keeps cookies, and fills in forms."""

    def __init__(self, address: str) -> None:
        self.address = address
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(jar)
        self.opener.addheaders = [
            ("User-Agent", f"Firefox Android {CANARY}"),
            ("Referer", f"http://{CANARY}/"),
        ]
        self.page, self.path = "", ""

    def ask(self, path: str, body: bytes | None = None, method: str | None = None, **headers: str):
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        if body is not None or method:
            names["Origin"] = self.address
        request = urllib.request.Request(self.address + path, body, names, method=method)
        try:
            answer = self.opener.open(request, timeout=60)
        except urllib.error.HTTPError as error:
            answer = error
        self.page = answer.read().decode(errors="replace")
        self.path = urllib.parse.urlsplit(answer.url).path
        return answer

    def send(self, path: str, **answers: str) -> None:
        """Open the page, fill in its form with these answers, and send it."""
        self.ask(path)
        given = urllib.parse.urlencode({**dict(self._hidden()), **answers})
        self.ask(path, given.encode(), Content_Type="application/x-www-form-urlencoded")

    def send_files(self, page: str, path: str, files: dict[str, bytes]) -> None:
        self.ask(page)
        border = uuid.uuid4().hex
        parts = [
            f'--{border}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in self._hidden()
        ]
        for name, content in files.items():
            start = f'--{border}\r\nContent-Disposition: form-data; name="photos"; filename="{name}"\r\n\r\n'
            parts.append(start.encode() + content + b"\r\n")
        body = b"".join(parts) + f"--{border}--\r\n".encode()
        self.ask(path, body, Content_Type=f"multipart/form-data; boundary={border}")

    def _hidden(self) -> list[tuple[str, str]]:
        return re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', self.page)


def a_photo() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (640, 480), "teal").save(buffer, "JPEG")
    return buffer.getvalue()


@pytest.fixture
def evening(prepared: Installation) -> tuple[str, set[str]]:
    """The log of a whole evening, and what must not be in it: names, words, addresses, ids, tokens."""
    process = prepared.start("serve", LESSALONE_ADMITTED_AFTER_DAYS="0")
    eventually(lambda: prepared.status("/readyz") == 200)
    ana = Visitor(prepared.address)
    secrets = {CANARY}
    ana.send("/join/", age="yes", agree="on")
    secrets |= set(re.findall(r"\b[a-z]+-[a-z]+-[a-z]+\b(?=</)", ana.page))
    ana.send("/join/name/")
    ana.send("/join/key/", password=f"{CANARY} at dusk")
    ana.send("/welcome/name/", name=CANARY, words=f"We lost {CANARY} in May.")
    ana.send("/babies/add/", name=f"Jack {CANARY}")
    baby = ID.search(ana.path)[0]
    ana.send(f"/babies/{baby}/fact/name/", name=f"Jack {CANARY}")
    ana.ask(f"/babies/{baby}/")
    assert CANARY in ana.page, "she has to be able to use it, or nothing is proved"
    _keeps_photos(ana, baby, secrets)
    ana.send(f"/babies/{baby}/invite/", kind="parent", with_photos="on")
    token = re.search(r"/babies/invited/([\w-]+)/", ana.page)[1]
    Visitor(prepared.address).ask(f"/babies/invited/{token}/")
    ana.send("/write", baby="none")
    draft = ID.search(ana.path)[0]
    ana.send(f"/write/{draft}", title=f"For {CANARY}", words=f"{CANARY} was here.")
    ana.ask(f"/stories/{draft}/{CANARY}?q={CANARY}")
    ana.ask(f"/babies/{baby}/fact/{CANARY}/", CANARY.encode(), "PUT")
    ana.send("/report", reason="other", where=f"/stories/{CANARY}", words=f"{CANARY} is cruel.")
    someone = Visitor(prepared.address)
    someone.send("/account/login/", login=f"{CANARY}-{CANARY}", password=CANARY)
    someone.send("/recover/", handle=CANARY, code=CANARY)
    someone.ask("/" + CANARY, method=CANARY.upper())
    secrets |= {baby, draft, token, "127.0.0.1", "Firefox", "dusk", "May", "cruel"}
    process.send_signal(signal.SIGTERM)
    output, _ = process.communicate(timeout=40)
    return output, secrets


def _keeps_photos(ana: Visitor, baby: str, secrets: set[str]) -> None:
    """By the form, a bad one too, and by resumable upload."""
    shelf = re.search(r"/vault/shelves/([\w-]{22})/", ana.page)[1]
    ana.send_files(f"/babies/{baby}/", f"/vault/shelves/{shelf}/without-sheet/", {})
    photos = {f"{CANARY}.jpg": a_photo(), f"{CANARY}.txt": b"no photo at all"}
    ana.send_files(f"/babies/{baby}/", f"/vault/shelves/{shelf}/", photos)
    assert f"{CANARY}.txt" in ana.page
    said = ",".join(
        f"{name} {base64.b64encode(value.encode()).decode()}"
        for name, value in {"filename": f"{CANARY}.jpg", "shelf": shelf}.items()
    )
    photo = a_photo()
    ana.ask(f"/babies/{baby}/")
    begin = {"Tus_Resumable": "1.0.0", "Upload_Metadata": said, "Upload_Length": str(len(photo))}
    token = dict(ana._hidden())["csrfmiddlewaretoken"]
    answer = ana.ask("/vault/uploads/", b"", "POST", X_CSRFToken=token, **begin)
    assert answer.status == 201, ana.page
    upload = answer.headers["Location"]
    more = {"Tus_Resumable": "1.0.0", "Upload_Offset": "0", "Content_Type": "application/offset+octet-stream"}
    assert ana.ask(upload, photo, "PATCH", X_CSRFToken=token, **more).status == 204
    secrets |= {shelf, ID.search(upload)[0]}


def test_nothing_that_someone_types_sends_or_opens_is_in_the_log(evening):
    output, secrets = evening
    assert len(secrets) > 8
    met = {secret for secret in secrets if secret.lower() in output.lower()}
    lines = [line for line in output.splitlines() if any(secret.lower() in line.lower() for secret in met)]
    assert met == set(), "\n".join(lines[:5])

    # What is there says which kinds of pages were asked for, and what was done in the background.
    entries = [json.loads(line) for line in output.splitlines()]
    routes = {entry["route"] for entry in entries if entry["event"] == "request"}
    assert {"families-fact", "vault-upload", "stories-write", "moderation-tell-us", "account_login"} <= routes
    assert any(entry.get("task") for entry in entries)
