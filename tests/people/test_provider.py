"""Signing in through an OpenID Connect provider, with a real one on loopback that says more than it is asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import NoReverseMatch, reverse

from lessalone.people import terms
from lessalone.people.models import Member, TermsAcceptance

CLAIMS = {"sub": "person-7", "name": "Hannah Real Name", "email": "hannah@hospital.example"}
YES = {"age": "yes", "agree": "on", "version": terms.current().version, "time_zone": ""}


class Provider(BaseHTTPRequestHandler):
    """Discovery, token and user info, as OpenID Connect Core 1.0 has them."""

    def _say(self, what: dict[str, object]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(what).encode())

    def do_GET(self) -> None:
        here = f"http://{self.headers['Host']}"
        if self.path == "/.well-known/openid-configuration":
            paths = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
            found = {f"{name}_endpoint": f"{here}/{path}" for name, path in paths.items()}
            self._say({**found, "issuer": here, "jwks_uri": f"{here}/keys"})
        else:
            self._say(CLAIMS)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._say({"access_token": "opaque", "token_type": "Bearer"})

    def log_message(self, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def provider(settings) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    settings.ROOT_URLCONF = "tests.people.provider_urls"
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "APPS": [
                {
                    "provider_id": "provider",
                    "name": "the hospital",
                    "client_id": "lessalone",
                    "secret": "s",
                    "settings": {"server_url": address, "scope": ["openid"]},
                }
            ]
        }
    }
    yield address
    server.shutdown()
    thread.join()


def come_back_from(provider: str, browser: Client):
    """Press the button, say yes there, and come back."""
    away = browser.post("/account/oidc/provider/login/")
    assert away.headers["Location"].startswith(f"{provider}/authorize?")
    asked = parse_qs(urlsplit(away.headers["Location"]).query)
    assert asked["scope"] == ["openid"]
    return browser.get("/account/oidc/provider/login/callback/", {"code": "c", "state": asked["state"][0]})


def test_without_a_provider_none_of_its_pages_exist(client):
    with pytest.raises(NoReverseMatch):
        reverse("socialaccount_signup")
    assert client.get("/account/3rdparty/signup/").status_code == 404
    assert b"the hospital" not in client.get("/account/login/").content


def test_the_page_for_signing_in_offers_it(client, provider):
    assert "Sign in through the hospital" in client.get("/account/login/").content.decode()


def test_who_comes_by_it_the_first_time_is_asked_the_same_questions_and_nothing_else_is_kept(
    client, provider
):
    assert come_back_from(provider, client).headers["Location"] == "/account/3rdparty/signup/"
    assert not Member.objects.exists()
    assert client.get("/account/3rdparty/signup/").status_code == 200
    refused = client.post("/account/3rdparty/signup/", {**YES, "agree": ""})
    assert refused.status_code == 200
    assert not Member.objects.exists()
    answer = client.post("/account/3rdparty/signup/", YES)
    assert answer.headers["Location"] == "/welcome/name/"
    member = Member.objects.get()
    assert TermsAcceptance.objects.filter(member=member).exists()
    kept = str([*Member.objects.values(), *SocialAccount.objects.values()])
    assert "Hannah" not in kept
    assert "hannah@" not in kept
    assert SocialAccount.objects.get().uid == CLAIMS["sub"]


def test_they_come_back_to_the_same_account_and_still_nothing_is_kept(client, provider):
    come_back_from(provider, client)
    client.post("/account/3rdparty/signup/", YES)
    other_device = Client()
    assert come_back_from(provider, other_device).headers["Location"] == "/"
    assert Member.objects.count() == 1
    assert "Hannah" not in str(list(SocialAccount.objects.values()))


def test_between_coming_and_joining_the_session_knows_no_name(client, provider):
    come_back_from(provider, client)
    assert "hannah" not in str(dict(client.session)).lower()


def test_someone_under_age_who_comes_by_it_is_helped_and_nothing_is_kept(client, provider):
    come_back_from(provider, client)
    answer = client.post("/account/3rdparty/signup/", {**YES, "age": "no"})
    assert "Childline" in answer.content.decode()
    assert not Member.objects.exists()
    assert not Session.objects.exists()


def test_by_invitation_the_provider_is_no_way_round(client, provider, community):
    community(joining="invitation")
    come_back_from(provider, client)
    client.post("/account/3rdparty/signup/", YES)
    assert not Member.objects.exists()
