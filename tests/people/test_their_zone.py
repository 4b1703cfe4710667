"""Times are kept in UTC, and shown as they are where the reader is."""

from __future__ import annotations

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from lessalone.people.models import Member
from lessalone.stories import actions as stories
from lessalone.stories.contents import Contents
from tests.cast import a_member

EVENING = "2026-03-01T20:30:00Z"
"""In Auckland the next morning, half past nine; in New York half past three in the afternoon."""


def browser_of(member: Member | None, time_zone: str = "") -> Client:
    browser = Client()
    if member is not None:
        Member.objects.filter(pk=member.pk).update(time_zone=time_zone)
        browser.force_login(member)
    return browser


@pytest.mark.parametrize(
    ("time_zone", "said"),
    [
        ("Pacific/Auckland", "2 March 2026, 09:30"),
        ("America/New_York", "1 March 2026, 15:30"),
        ("UTC", "1 March 2026, 20:30"),
    ],
)
def test_a_time_on_a_page_is_the_readers_own(time_zone: str, said: str) -> None:
    ana = a_member("ana")
    with time_machine.travel(EVENING, tick=False):
        stories.start_story(actor=ana, baby=None)
        page = browser_of(ana, time_zone).get("/my/stories").content.decode()
    assert f"Kept {said}" in page


@pytest.mark.parametrize(
    ("time_zone", "said"), [("Pacific/Auckland", "Good morning"), ("America/New_York", "Good afternoon")]
)
def test_she_is_greeted_by_her_own_clock(time_zone: str, said: str) -> None:
    with time_machine.travel(EVENING, tick=False):
        assert said in browser_of(a_member("ana"), time_zone).get("/").content.decode()


def test_ones_own_zone_is_nobody_elses() -> None:
    browser_of(a_member("ana"), "Pacific/Auckland").get("/my/stories")
    assert timezone.get_current_timezone_name() == "UTC"
    with time_machine.travel(EVENING, tick=False):
        assert "Good morning" not in browser_of(None).get("/").content.decode()


def test_hours_that_clocks_leave_out_or_repeat_are_told_right() -> None:
    """On 25 October 2026 it is twice half past one in Dublin."""
    ana = a_member("ana")
    for number, moment in enumerate(("2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z")):
        with time_machine.travel(moment, tick=False):
            draft = stories.start_story(actor=ana, baby=None)
            stories.save_draft(actor=ana, draft=draft, contents=Contents(words=f"Begun {number}."))
    assert (
        browser_of(ana, "Europe/Dublin").get("/my/stories").content.decode().count("October 2026, 01:30") == 2
    )
