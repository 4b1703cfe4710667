"""The interface's own pages, and what is said when something goes wrong."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.db import connections
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse
from django.views import defaults

from lessalone.ui import navigation


def test_leaving_clears_what_the_browser_kept(client: Client) -> None:
    answer = client.get("/leave", headers={"Sec-Fetch-Site": "same-origin"})
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert "no-store" in answer["Cache-Control"]


def test_another_site_cannot_make_someone_lose_what_their_browser_kept(client: Client) -> None:
    answer = client.get("/leave", headers={"Sec-Fetch-Site": "cross-site"})
    assert "Clear-Site-Data" not in answer


def test_the_page_after_leaving_tells_nothing_and_promises_nothing(client: Client) -> None:
    page = client.get("/leave").content.decode()
    assert settings.ENVIRONMENT.name not in page
    assert "<title>Notices</title>" in page
    assert "We cannot clear that list." in page
    assert "icon-mark" not in page


def test_a_title_never_names_the_community(client: Client) -> None:
    for path in ("/look", "/ui/", "/leave", "/there-is-no-such-page"):
        title = client.get(path).content.decode().split("<title>")[1].split("</title>")[0]
        assert settings.ENVIRONMENT.name not in title
        assert settings.ENVIRONMENT.neutral_name in title


def test_a_look_is_kept_and_can_be_forgotten(client: Client) -> None:
    assert "data-theme" not in client.get("/look").content.decode()
    answer = client.post("/look", {"look": "dark", "next": "/ui/"})
    assert answer["Location"] == "/ui/"
    assert 'data-theme="dark"' in client.get("/look").content.decode()
    client.post("/look", {"look": "system"})
    assert "data-theme" not in client.get("/look").content.decode()


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org", "javascript:alert(1)", ""])
def test_choosing_a_look_never_leads_off_the_site(client: Client, elsewhere: str) -> None:
    answer = client.post("/look", {"look": "light", "next": elsewhere})
    assert answer["Location"] == navigation.address("home")


def test_a_forged_look_is_no_look(client: Client) -> None:
    client.cookies["look"] = '"><script>'
    assert "data-theme" not in client.get("/look").content.decode()
    assert client.post("/look", {"look": "pink"}).status_code == 200


def test_the_manifest_tells_nothing(client: Client) -> None:
    manifest = client.get(reverse("ui-manifest"))
    assert manifest["Content-Type"] == "application/manifest+json"
    assert settings.ENVIRONMENT.name not in manifest.content.decode()
    assert manifest.json()["name"] == settings.ENVIRONMENT.neutral_name


def test_the_gallery_is_for_those_who_build(client: Client, settings) -> None:  # type: ignore[no-untyped-def]
    assert client.get("/ui/").status_code == 200
    settings.TESTING = False
    assert client.get("/ui/").status_code == 404
    settings.DEBUG = True
    assert client.get("/ui/").status_code == 200


def test_every_page_has_the_three_quiet_ways(client: Client) -> None:
    for path in ("/look", "/ui/", "/there-is-no-such-page"):
        page = client.get(path).content.decode()
        assert f'class="mark" href="{navigation.address("home")}"' in page
        assert "Help now" in page
        assert "Leave this page" in page


def test_what_is_not_there_is_said_kindly(client: Client) -> None:
    answer = client.get("/there-is-no-such-page")
    assert answer.status_code == 404
    assert "There is nothing here to show you" in answer.content.decode()


def test_a_refusal_says_why_and_does_not_blame() -> None:
    request = RequestFactory().get("/")
    page = defaults.permission_denied(
        request, Exception("Only moderators look after this list.")
    ).content.decode()
    assert "Only moderators look after this list." in page
    assert "You did nothing wrong" in page


def test_a_form_that_grew_old_says_what_to_do(settings) -> None:  # type: ignore[no-untyped-def]
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/look", {"look": "dark"}, headers={"Origin": "https://example.org"})
    assert answer.status_code == 403
    assert "Please send it once more" in answer.content.decode()


def test_a_fault_is_told_without_asking_any_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **options: object) -> None:
        raise AssertionError("an error page asked a database")

    for connection in connections.all():
        monkeypatch.setattr(connection, "cursor", broken)
    request = RequestFactory().get("/")
    assert "Something broke on our side" in defaults.server_error(request).content.decode()
    assert "could not read what was sent" in defaults.bad_request(request, Exception()).content.decode()


def test_a_fault_is_told_even_when_static_files_are_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(path: str) -> str:
        raise ValueError("no manifest entry")

    monkeypatch.setattr("lessalone.ui.templatetags.ui.static", missing)
    page = render_to_string("500.html")
    assert "Something broke on our side" in page
    assert "stylesheet" not in page


def test_too_many_tries_is_a_pause_not_a_punishment() -> None:
    assert "we take a pause here" in render_to_string("429.html", request=RequestFactory().get("/"))


@pytest.mark.parametrize("is_destroying", [True, False])
def test_one_question_is_asked_before_something_that_matters(is_destroying: bool) -> None:
    request = RequestFactory().get("/")
    page = render_to_string(
        "ui/confirm.html",
        {
            "title": "Take this story back?",
            "sentences": ["We stop showing it from this moment."],
            "action": "/do",
            "cancel_url": "/back",
            "is_destroying": is_destroying,
        },
        request=request,
    )
    assert 'action="/do"' in page
    assert 'href="/back"' in page
    assert ("btn destroy" in page) is is_destroying


def test_mistakes_in_forms_are_said_our_way() -> None:
    from django import forms

    assert forms.CharField().error_messages["required"] == "Please fill this in."
    assert forms.ChoiceField().error_messages["required"] == "Please choose one."
    assert "Enter a valid" not in str(forms.EmailField().default_validators[0].message)


def test_every_registered_way_leads_somewhere() -> None:
    assert navigation.unknown_url_names() == []
