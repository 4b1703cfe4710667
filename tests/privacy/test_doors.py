"""Every address, for every role: what each gets there, and that nothing hidden is on any page.

One scene, one walk. Whatever a door changes is put back before the next one is tried.
"""

from __future__ import annotations

import contextlib
import io
import re
import sys
from collections.abc import Iterator

import pytest
from django.core import mail
from django.db import connections, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from lessalone.kit import logs, queue
from tests.privacy import scene as scenes
from tests.privacy.doors import DONE, DOORS, ELSEWHERE, TO_SIGN_IN, Door
from tests.privacy.scene import EVERYONE, Canary, Scene


def names(patterns=None) -> Iterator[str]:
    """The name of every address, third-party ones too; one without a name is named by its pattern."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern.url_patterns)
        elif isinstance(pattern, URLPattern):
            yield pattern.name or str(pattern.pattern)


def test_every_address_has_a_door_here():
    known = {door.name for door in DOORS}
    assert set(names()) - known == set(), "a new address: say in doors.py what each role gets there"
    assert known - set(names()) == set(), "no such address any more"


@contextlib.contextmanager
def put_back():
    """Whatever happens inside is undone, in every store."""
    with transaction.atomic(), transaction.atomic("derived"), transaction.atomic("keys"):
        yield
        for store in ("default", "derived", "keys"):
            transaction.set_rollback(True, store)


def open_door(browser: Client, door: Door, scene: Scene, **headers: str) -> HttpResponse:
    address = reverse(door.name, args=door.args(scene))
    return getattr(browser, door.method)(address, door.form, headers=door.headers | headers)


ALSO_IN_PARTS = {"visitor", "sam"}
"""For these, doors are opened a second time as a script opens them, that wants only a part of the page."""


def head_of(page: bytes) -> bytes:
    """What tabs, bookmarks, histories and link previews show; and what is sent before any page."""
    return page.partition(b"</head>")[0] if b"</head>" in page else b""


def got(response: HttpResponse):
    """A status, or where a redirect leads to."""
    if response.status_code not in (301, 302):
        return response.status_code
    return TO_SIGN_IN if response["Location"].startswith("/account/login/") else ELSEWHERE


def is_as_expected(answer, wanted) -> bool:
    if wanted == DONE:
        return answer not in (TO_SIGN_IN, 403, 404, 405) and not (isinstance(answer, int) and answer >= 500)
    return answer == wanted


@pytest.fixture
def scene() -> Scene:
    return scenes.build()


def whole(response: HttpResponse) -> bytes:
    """Everything that a browser gets: headers and body."""
    headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items()).encode()
    body = b"".join(response.streaming_content) if response.streaming else response.content
    cookies = "\n".join(morsel.OutputString() for morsel in response.cookies.values()).encode()
    return headers + b"\n\n" + cookies + b"\n\n" + body


def all_that_lies_in(store: str) -> bytes:
    """Every column of every table, as it is stored."""
    connection = connections[store]
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                found += [bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for v in row]
    return b"\n".join(found)


def looks_for(canary: Canary, door: Door) -> bool:
    return not canary.where or re.search(canary.where, str(door)) is not None


@pytest.fixture
def log(monkeypatch) -> Iterator[io.StringIO]:
    """What our log says. It holds on to standard error as that was when it was set up, so it is set up again."""
    said = io.StringIO()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", said)
        logs.configure("json")
        yield said
    logs.configure("json")


def test_everyone_gets_what_the_list_says_and_meets_nothing_hidden(scene, log, capfd):
    queue.run_due()
    wrong, met = [], []
    meant = dict.fromkeys(scene.canaries, 0)
    for role in sorted(EVERYONE):
        browser = Client(raise_request_exception=False)
        if member := scene.who(role):
            browser.force_login(member)
        for door in DOORS:
            with put_back() if door.changes or door.method == "post" else contextlib.nullcontext():
                response = open_door(browser, door, scene)
                pages = [whole(response)]
            if role in ALSO_IN_PARTS and door.method == "get" and not door.changes:
                pages.append(whole(open_door(browser, door, scene, **{"HX-Request": "true"})))
            answer, wanted = got(response), door.expected(role)
            if not is_as_expected(answer, wanted):
                wrong.append(f"{door}: {role} got {answer}, not {wanted}")
            for name, canary in scene.canaries.items():
                if not looks_for(canary, door) or not any(canary.is_in(page) for page in pages):
                    continue
                meant[name] += 1
                if role not in canary.may and name != door.tells:
                    met.append(f"{door}: {role} met the {name}")
                if not canary.where and any(canary.is_in(head_of(page)) for page in pages):
                    met.append(f"{door}: the {name} is in the head of the page")
    logged = capfd.readouterr().out + log.getvalue()
    assert '"route": "home"' in logged, "what was not captured proves nothing"
    for name, canary in scene.canaries.items():
        if not canary.where and canary.is_in(logged.encode()):
            met.append(f"the log shows the {name}")
        if any(
            canary.is_in(str(letter.message()).encode())
            for letter in mail.outbox
            if letter.to != [canary.text]
        ):
            met.append(f"a mail shows the {name}")
    assert not met + wrong, "\n" + "\n".join(met + wrong)
    unseen = [n for n, c in scene.canaries.items() if c.may & EVERYONE and not c.where and not meant[n]]
    assert not unseen, f"a canary that nobody meets proves nothing: {unseen}"
    check_stores(scene)


SHOWN_TO_SOMEONE = re.compile(
    r"story|held|taken back|narrowed|people|link|description|answer|cover name|scheduled|only us"
)
"""What can be rendered for someone may lie in the derived store, until it is erased."""
FINDABLE = re.compile(
    r"^(told|public|cover-name|circle|bereaved) story$|^(held|scheduled|people we choose|story by link)$"
)
"""Of what can be rendered, the words that can be searched for by someone besides its family. (A hold is looked at
again, and an hour comes: policy keeps both from everyone meanwhile.)"""
NEVER_KEPT = ("asked story", "story not yet", "erased", "erased answer", "draft", "draft photo")


def check_stores(scene: Scene) -> None:
    """After everyone has looked everywhere: which words lie where, in the clear."""
    main, keys, derived = (all_that_lies_in(store) for store in ("default", "keys", "derived"))
    lying = []
    for name, canary in scene.canaries.items():
        if canary.is_plain:
            continue
        if canary.is_in(main):
            lying.append(f"{name} lies in the database as it was written")
        if canary.is_in(keys):
            lying.append(f"{name} lies in the key store")
        may_be_kept = SHOWN_TO_SOMEONE.search(name) and name not in NEVER_KEPT
        if canary.is_in(derived) and not may_be_kept:
            lying.append(f"{name} lies in the derived store")
        is_findable = FINDABLE.search(name) and name not in NEVER_KEPT
        if canary.text.lower().encode() in derived and not is_findable:
            lying.append(f"{name} lies in the index of words")
    assert not lying, lying
    told = scene.canaries["told story"]
    assert told.is_in(derived), "what many read is kept rendered: this test can see it"
    assert told.text.lower().encode() in derived, "and so are its words, for searching"
