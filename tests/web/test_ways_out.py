"""Help and a way out are on every page, whoever looks and whatever went wrong."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from django.views import defaults

from lessalone.ui import navigation
from tests.privacy import scene as scenes
from tests.privacy.doors import DOORS
from tests.privacy.test_doors import open_door, put_back

ITSELF = "ui-leave"


def is_whole_page(response: HttpResponse) -> bool:
    is_html = response.headers.get("Content-Type", "").startswith("text/html")
    return is_html and not response.streaming and response.content.lstrip()[:9].lower() == b"<!doctype"


def missing_ways(response: HttpResponse) -> list[str]:
    """What of the two ways is not on this page, as a link that works without JavaScript."""
    page = response.content.decode()
    ways = {"Help now": navigation.address("help"), "Leave this page": reverse("ui-leave")}
    return [name for name, url in ways.items() if f'href="{url}"' not in page or name not in page]


@pytest.mark.parametrize("role", ["visitor", "ana", "lea", "rae", "wim"])
def test_every_page_leads_to_help_and_out(role: str) -> None:
    """Every address there is, with refusals and what is not there: members', moderators' and allauth's pages."""
    scene = scenes.build()
    browser = Client(raise_request_exception=False)
    if member := scene.who(role):
        browser.force_login(member)
    without, seen, refused = [], 0, 0
    for door in DOORS:
        if door.name == ITSELF:
            continue
        with put_back():
            response = open_door(browser, door, scene)
        if is_whole_page(response):
            seen += 1
            refused += response.status_code >= 400
            without += [f"{door}: {response.status_code}, no “{way}”" for way in missing_ways(response)]
    assert without == []
    assert seen > 20, "pages have to be there, or nothing is proved"
    assert refused > 5


def test_a_page_without_them_would_be_noticed() -> None:
    assert missing_ways(HttpResponse("<!doctype html><p>Help now</p>")) == ["Help now", "Leave this page"]


def test_faults_lead_to_help_and_out_too() -> None:
    request = RequestFactory().get("/")
    for page in (
        defaults.server_error(request),
        defaults.bad_request(request, Exception()),
        defaults.permission_denied(request, Exception()),
    ):
        assert is_whole_page(page)
        assert missing_ways(page) == []
