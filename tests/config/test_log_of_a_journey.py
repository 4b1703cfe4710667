"""What a whole evening leaves in the log of the real server: which kinds of pages were asked for, and no more."""

from __future__ import annotations

import base64
import json
import re
import signal

import pytest

from tests.config.conftest import Installation, eventually
from tests.config.visitor import ID, Visitor, a_photo

CANARY = "Kanarienvogel"
"""Whatever she types or sends has this in it."""


@pytest.fixture
def evening(prepared: Installation) -> tuple[str, set[str]]:
    """The log of a whole evening, and what must not be in it: names, words, addresses, ids, tokens."""
    process = prepared.start("serve", LESSALONE_ADMITTED_AFTER_DAYS="0")
    eventually(lambda: prepared.status("/readyz") == 200)
    headers = {"User_Agent": f"Firefox Android {CANARY}", "Referer": f"http://{CANARY}/"}
    ana = Visitor(prepared.address, **headers)
    handle = ana.join(password=f"{CANARY} at dusk")
    ana.send("/welcome/name/", name=CANARY, words=f"We lost {CANARY} in May.")
    baby, shelf = ana.add_baby(f"Jack {CANARY}")
    ana.ask(f"/babies/{baby}/")
    assert CANARY in ana.page, "she has to be able to use it, or nothing is proved"
    upload = _keeps_photos(ana, baby, shelf)
    ana.send(f"/babies/{baby}/invite/", kind="parent", with_photos="on")
    token = re.search(r"/babies/invited/([\w-]+)/", ana.page)[1]
    Visitor(prepared.address).ask(f"/babies/invited/{token}/")
    ana.send("/write", baby="none")
    draft = ID.search(ana.path)[0]
    ana.send(f"/write/{draft}", title=f"For {CANARY}", words=f"{CANARY} was here.")
    ana.ask(f"/stories/{draft}/{CANARY}?q={CANARY}")
    ana.ask(f"/babies/{baby}/fact/{CANARY}/", CANARY.encode(), "PUT")
    ana.send("/search", words=f"{CANARY} “was here”")
    ana.ask(f"/search?words={CANARY}&for={CANARY}")
    ana.send("/report", reason="other", where=f"/stories/{CANARY}", words=f"{CANARY} is cruel.")
    someone = Visitor(prepared.address, **headers)
    someone.send("/account/login/", login=f"{CANARY}-{CANARY}", password=CANARY)
    someone.send("/recover/", handle=CANARY, code=CANARY)
    someone.ask("/" + CANARY, method=CANARY.upper())
    secrets = {CANARY, handle, baby, shelf, upload, draft, token, "127.0.0.1", "Firefox", "dusk", "cruel"}
    process.send_signal(signal.SIGTERM)
    output, _ = process.communicate(timeout=40)
    return output, secrets


def _keeps_photos(ana: Visitor, baby: str, shelf: str) -> str:
    """By the form, a bad one too, and by resumable upload. The upload's id."""
    photos = {f"{CANARY}.jpg": a_photo(640), f"{CANARY}.txt": b"no photo at all"}
    ana.send_files(f"/babies/{baby}/", f"/vault/shelves/{shelf}/", photos)
    assert f"{CANARY}.txt" in ana.page
    said = ",".join(
        f"{name} {base64.b64encode(value.encode()).decode()}"
        for name, value in {"filename": f"{CANARY}.jpg", "shelf": shelf}.items()
    )
    photo = a_photo(640)
    ana.ask(f"/babies/{baby}/")
    begin = {"Tus_Resumable": "1.0.0", "Upload_Metadata": said, "Upload_Length": str(len(photo))}
    token = dict(ana.hidden())["csrfmiddlewaretoken"]
    answer = ana.ask("/vault/uploads/", b"", "POST", X_CSRFToken=token, **begin)
    assert answer.status == 201, ana.page
    upload = answer.headers["Location"]
    more = {"Tus_Resumable": "1.0.0", "Upload_Offset": "0", "Content_Type": "application/offset+octet-stream"}
    assert ana.ask(upload, photo, "PATCH", X_CSRFToken=token, **more).status == 204
    return ID.search(upload)[0]


def test_nothing_that_someone_types_sends_or_opens_is_in_the_log(evening):
    output, secrets = evening
    assert len(secrets) > 8
    met = {secret for secret in secrets if secret.lower() in output.lower()}
    lines = [line for line in output.splitlines() if any(secret.lower() in line.lower() for secret in met)]
    assert met == set(), "\n".join(lines[:5])

    # What is there says which kinds of pages were asked for, and what was done in the background.
    entries = [json.loads(line) for line in output.splitlines()]
    routes = {entry["route"] for entry in entries if entry["event"] == "request"}
    assert {
        "families-fact",
        "vault-upload",
        "stories-write",
        "moderation-tell-us",
        "account_login",
        "search",
    } <= routes
    assert any(entry.get("task") for entry in entries)
