"""What every answer carries, whoever asks and whatever happened."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from lessalone.kit.middleware import CONTENT_SECURITY_POLICY

ROOT = Path(__file__).resolve().parents[2]


def _raising(error):
    @login_not_required
    def view(request):
        raise error

    return view


@login_not_required
def _public(request):
    return HttpResponse("for all", headers={"X-Robots-Tag": "all", "Cache-Control": "public, max-age=60"})


urlpatterns = [
    path("well", login_not_required(lambda request: HttpResponse("well")), name="well"),
    path("public", _public, name="public"),
    path("refused", _raising(PermissionDenied("a secret reason")), name="refused"),
    path("odd", _raising(SuspiciousOperation("a secret reason")), name="odd"),
    path("broken", _raising(ValueError("a secret reason")), name="broken"),
    path(
        "accounts/login/", login_not_required(lambda request: HttpResponse("sign in")), name="account_login"
    ),
    path("inside", lambda request: HttpResponse("inside"), name="inside"),
]
ANSWERS = {"/well": 200, "/refused": 403, "/odd": 400, "/broken": 500, "/nothing": 404, "/inside": 302}


@pytest.fixture
def visitor(settings):
    settings.ROOT_URLCONF = __name__
    return Client(raise_request_exception=False)


@pytest.fixture
def bare_pages(settings):
    """Error pages without our own templates, whose links need our own addresses."""
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "APP_DIRS": False, "DIRS": []}]


@pytest.mark.usefixtures("bare_pages")
@pytest.mark.parametrize(("address", "status"), ANSWERS.items())
def test_every_answer_keeps_strangers_and_machines_out(visitor, address, status):
    answer = visitor.get(address)
    assert answer.status_code == status
    assert answer["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]
    assert "noindex" in answer["X-Robots-Tag"]
    assert "no-store" in answer["Cache-Control"]
    assert b"secret reason" not in answer.content


@pytest.mark.usefixtures("bare_pages")
def test_a_page_that_is_meant_for_search_engines_can_say_so_and_keeps_the_policy(visitor):
    answer = visitor.get("/public")
    assert answer["X-Robots-Tag"] == "all"
    assert answer["Cache-Control"] == "public, max-age=60"
    assert answer["Content-Security-Policy"] == CONTENT_SECURITY_POLICY


def test_the_policy_allows_nothing_inline_nothing_evaluated_and_no_other_host():
    assert CONTENT_SECURITY_POLICY.startswith("default-src 'none'")
    for refused in ("unsafe", "http:", "https:", "*", "data:", "nonce", "strict-dynamic"):
        assert refused not in CONTENT_SECURITY_POLICY
    for wanted in ("form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert wanted in CONTENT_SECURITY_POLICY


@pytest.mark.parametrize("name", ["400.html", "403.html", "403_csrf.html", "404.html", "500.html"])
def test_an_error_page_needs_no_database_and_no_session(name):
    """It is shown when those may be what is broken."""
    from django.db import connections
    from django.template.loader import render_to_string

    with _no_queries(connections):
        page = render_to_string(name)
    assert "<title>" in page
    assert "Traceback" not in page


def _no_queries(connections):
    from contextlib import ExitStack

    stack = ExitStack()

    def refuse(execute, sql, params, many, context):
        raise AssertionError(f"an error page asked the database: {sql}")

    for alias in connections:
        stack.enter_context(connections[alias].execute_wrapper(refuse))
    return stack


def settings_with(tmp_path: Path, **environment: str) -> dict:
    names = "IS_TLS SECURE_HSTS_SECONDS SESSION_COOKIE_SECURE CSRF_COOKIE_SECURE SECURE_PROXY_SSL_HEADER "
    names += "SESSION_COOKIE_HTTPONLY SESSION_COOKIE_SAMESITE ALLOWED_HOSTS CSRF_TRUSTED_ORIGINS DEBUG"
    code = (
        "import json; from lessalone.config import settings as s;"
        f"print(json.dumps({{n: getattr(s, n) for n in {names.split()!r}}}))"
    )
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LESSALONE_")}
    ended = subprocess.run(
        [sys.executable, "-c", code],
        env={**clean, "LESSALONE_DATA": str(tmp_path), **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(ended.stdout)


def test_behind_tls_cookies_are_secure_and_browsers_are_told_to_stay(tmp_path):
    found = settings_with(tmp_path, LESSALONE_PUBLIC_URL="https://community.example.org")
    assert found["IS_TLS"]
    assert found["SECURE_HSTS_SECONDS"] >= 31536000
    assert found["SESSION_COOKIE_SECURE"]
    assert found["CSRF_COOKIE_SECURE"]
    assert found["SECURE_PROXY_SSL_HEADER"] == ["HTTP_X_FORWARDED_PROTO", "https"]
    assert "community.example.org" in found["ALLOWED_HOSTS"]
    assert found["CSRF_TRUSTED_ORIGINS"] == ["https://community.example.org"]


def test_on_loopback_without_tls_cookies_work_and_no_header_is_believed(tmp_path):
    found = settings_with(tmp_path)
    assert not found["SESSION_COOKIE_SECURE"]
    assert found["SECURE_HSTS_SECONDS"] == 0
    assert found["SECURE_PROXY_SSL_HEADER"] is None
    assert not found["DEBUG"]
    assert found["SESSION_COOKIE_HTTPONLY"]
    assert found["SESSION_COOKIE_SAMESITE"] == "Lax"


def test_hsts_is_sent_over_tls_only(settings, client):
    settings.SECURE_HSTS_SECONDS = 31536000
    assert client.get("/healthz", secure=True)["Strict-Transport-Security"] == "max-age=31536000"
    assert "Strict-Transport-Security" not in client.get("/healthz").headers
