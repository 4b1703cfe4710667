"""The cast, a story of Ana's that all members can read, an answer of Carl's, and a second moderator."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from lessalone.people.models import Member
from lessalone.sharing.models import Item
from tests import cast as people
from tests.responses.stories import a_story
from tests.responses.test_respond import respond


@pytest.fixture
def cast() -> people.Cast:
    """Everyone, here for a while."""
    everyone = people.gather()
    Member.objects.update(joined_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    for member in everyone.members().values():
        member.refresh_from_db()
    return everyone


@pytest.fixture
def ole() -> Member:
    """Another moderator, without a part in anything yet."""
    member = people.a_member("ole", is_bereaved=True)
    people.give_duty(member, "moderator")
    return member


@pytest.fixture
def story(cast: people.Cast) -> Item:
    """Ana's own words, for all members, whom anyone who reads them may answer."""
    return a_story(cast.ana)


@pytest.fixture
def answer(cast: people.Cast, story: Item) -> Item:
    """What Carl wrote to Ana."""
    return respond(cast.carl, story, "what Carl wrote")


@pytest.fixture
def signed_in():
    """`signed_in(member)` is a browser in which this member is signed in."""

    def sign_in(member: Member) -> Client:
        browser = Client()
        browser.force_login(member)
        return browser

    return sign_in
