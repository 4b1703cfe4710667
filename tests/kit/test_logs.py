"""The log tells what happened and to whom it happened to no one."""

from __future__ import annotations

import ast
import io
import json
import logging
import sys
import threading
from pathlib import Path

import pytest
import structlog
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from lessalone.kit import logs

CANARY = "Jack-was-born-on-a-Tuesday"
ROOMS = Path(logs.__file__).resolve().parents[1]


def _fails(request):
    raise ValueError(f"cannot parse {CANARY}")


def _fails_while_handling(request):
    try:
        _fails(request)
    except ValueError as error:
        raise RuntimeError(CANARY) from error


def _answers(request, word):
    return HttpResponse(word)


urlpatterns = [
    path("fails", _fails, name="test-fails"),
    path("fails-twice", _fails_while_handling, name="test-fails-twice"),
    path("answers/<word>", _answers, name="test-answers"),
]


@pytest.fixture
def written(monkeypatch):
    """All that is written to the log, in its JSON form."""
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    logs.configure("json")
    yield stream
    monkeypatch.undo()
    logs.configure("json")


@pytest.fixture
def visitor(settings):
    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = ["lessalone.kit.middleware.RequestLogMiddleware"]
    return Client(raise_request_exception=False)


def entries(stream: io.StringIO) -> list[dict]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_error_is_logged_by_its_class_and_place_and_without_its_words(visitor, written):
    assert visitor.get("/fails", {"name": CANARY}).status_code == 500
    assert CANARY not in written.getvalue()
    told = [entry for entry in entries(written) if entry.get("error") == "ValueError"]
    assert told, "the error itself must be there"
    assert entries(written)[-1]["status"] == 500


def test_an_error_during_an_error_brings_no_words_either(visitor, written):
    visitor.get("/fails-twice")
    assert CANARY not in written.getvalue()
    assert any(entry.get("error") == "RuntimeError" for entry in entries(written))


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_request_is_logged_by_its_route_and_not_by_its_address(visitor, written, method):
    visitor.cookies["s"] = CANARY
    getattr(visitor, method)(
        f"/answers/{CANARY}?q={CANARY}", headers={"user-agent": CANARY, "referer": CANARY}
    )
    (entry,) = entries(written)
    assert entry["route"] == "test-answers"
    assert set(entry) == {
        "route",
        "method",
        "status",
        "milliseconds",
        "request_id",
        "event",
        "level",
        "timestamp",
    }
    assert CANARY not in written.getvalue()


def test_a_missing_page_does_not_bring_its_address_into_the_log(visitor, written):
    visitor.get(f"/{CANARY}")
    assert CANARY not in written.getvalue()


def test_only_allowed_facts_are_written(written):
    structlog.get_logger().info(
        "saved", count=3, name=CANARY, body=CANARY, url=f"/uploads/{CANARY}", email=CANARY
    )
    (entry,) = entries(written)
    assert entry["count"] == 3
    assert set(entry) <= logs.ALLOWED


def test_what_other_libraries_log_keeps_only_who_and_how_bad(written):
    logging.getLogger("some.library").warning("Failed login of %s", CANARY)
    (entry,) = entries(written)
    assert (entry["logger"], entry["level"]) == ("some.library", "warning")
    assert CANARY not in written.getvalue()


def test_an_error_in_a_thread_is_logged_without_its_words(written):
    thread = threading.Thread(target=_fails, args=[None])
    thread.start()
    thread.join()
    assert entries(written)[-1]["error"] == "ValueError"
    assert CANARY not in written.getvalue()


def test_the_places_are_those_in_our_own_code(written):
    from lessalone.kit import cursors

    try:
        cursors.encode(object())
    except TypeError as error:
        structlog.get_logger().error("went wrong", exc_info=error)
    assert [place.partition(":")[0] for place in entries(written)[0]["places"]] == ["kit/cursors.py"]


# --- Nothing composed is ever an event: it would carry words past the list of allowed facts.


def composed_events(source: str) -> list[int]:
    """Lines where a log call's event is not a plain text."""
    return [
        call.lineno
        for call in ast.walk(ast.parse(source))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in {"debug", "info", "warning", "error", "exception", "critical"}
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id in {"log", "logger", "logging"}
        and not (call.args and isinstance(call.args[0], ast.Constant))
    ]


def test_this_lint_finds_a_composed_event_and_accepts_a_plain_one():
    assert composed_events('log.info(f"saved {name}")') == [1]
    assert composed_events('log.info("saved " + name)') == [1]
    assert composed_events('log.info("saved", count=1)') == []


def test_no_log_event_of_ours_is_composed():
    found = {
        str(file.relative_to(ROOMS)): lines
        for file in ROOMS.rglob("*.py")
        if (lines := composed_events(file.read_text()))
    }
    assert found == {}
