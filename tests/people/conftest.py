"""People for these tests: made by joining, as everyone is."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client

from lessalone.people import actions, terms
from lessalone.people.models import Member

PASSWORD = "river under the hill"


@pytest.fixture
def a_person() -> Callable[..., Member]:
    """`a_person("Ana")`: someone who joined and is called so."""

    def make(name: str = "", *, password: str | None = PASSWORD) -> Member:
        member = actions.join(terms=terms.current(), password=password)
        if name:
            actions.change_shown_name(actor=member, name=name)
        return member

    return make


@pytest.fixture
def ana(a_person) -> Member:
    return a_person("Ana")


@pytest.fixture
def bea(a_person) -> Member:
    return a_person("Bea")


@pytest.fixture
def lea(a_person) -> Member:
    """A lead moderator."""
    member = a_person("Lea")
    actions.give_role(actor=None, member=member, duty="lead")
    return member


@pytest.fixture
def dora(a_person) -> Member:
    """A moderator."""
    member = a_person("Dora")
    actions.give_role(actor=None, member=member, duty="moderator")
    return member


@pytest.fixture
def as_(client: Client) -> Callable[[Member], Client]:
    """`as_(ana).get(…)`."""

    def sign_in(member: Member) -> Client:
        browser = Client()
        browser.force_login(member)
        return browser

    return sign_in


@pytest.fixture
def community(settings) -> Callable[..., None]:
    """`community(joining="approval")`: another setting of the environment, for this test."""

    def change(**values: object) -> None:
        settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update=values)

    return change


def seen(answer) -> str:
    """A page without what differs by chance: the token against forgery."""
    text = answer.content.decode()
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", text)


def join_by_pages(browser: Client, *, password: str = PASSWORD) -> None:
    """From the first page to being signed in, without JavaScript."""
    answer = browser.post(
        "/join/", {"age": "yes", "agree": "on", "version": terms.current().version, "time_zone": ""}
    )
    assert answer.status_code == 302, answer.context["form"].errors
    assert browser.post("/join/name/").headers["Location"] == "/join/key/"
    answer = browser.post("/join/key/", {"password": password})
    assert answer.headers["Location"] == "/welcome/name/"


def sign_in_by_page(browser: Client, handle: str, password: str = PASSWORD):
    """As someone types it."""
    return browser.post("/account/login/", {"login": handle, "password": password})


assert settings  # pytest-django has set it up
